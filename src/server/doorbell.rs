//! Wakes those who wait for news of a feed. It carries no data: the feed itself is read afterwards.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::watch;

/// One bell for all feeds: feed name and number of its last event.
#[derive(Debug)]
pub struct Doorbell(watch::Sender<BTreeMap<String, u64>>);

impl Default for Doorbell {
    fn default() -> Self {
        Self(watch::Sender::new(BTreeMap::new()))
    }
}

impl Doorbell {
    /// Says that `feed` now ends at `seq`. Late news of an earlier end is ignored.
    pub fn ring(&self, feed: &str, seq: u64) {
        self.0.send_if_modified(|heads| {
            let head = heads.entry(feed.to_owned()).or_default();
            let newer = seq > *head;
            *head = seq.max(*head);
            newer
        });
    }

    /// Waits until `feed` ends after `after`, at most for `longest`, and no longer than the server goes on.
    pub async fn wait(&self, feed: &str, after: u64, longest: Duration, mut stopping: watch::Receiver<bool>) {
        let mut heads = self.0.subscribe();
        tokio::select! {
            _ = heads.wait_for(|heads| heads.get(feed).is_some_and(|head| *head > after)) => {}
            _ = stopping.wait_for(|stopping| *stopping) => {}
            () = tokio::time::sleep(longest) => {}
        }
    }
}
