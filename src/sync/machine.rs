//! What to do next, and when. Pure: time, answers and chance come in as arguments.
//!
//! Three kinds of work run beside each other: pushing, one long poll for each feed, and now and then asking which feeds and
//! which officers there are. Each has a lane of its own, so that a push never waits behind a long poll.

use std::collections::BTreeMap;
use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::domain::code::StreetCode;
use crate::sync::transport::CallError;

/// Back-off: full jitter below a ceiling that doubles from the first to the last of these.
const FIRST_CEILING: Duration = Duration::from_millis(500);
const LAST_CEILING: Duration = Duration::from_secs(30);
/// The outbox is looked at so often even if nobody touches the console.
const LOOK_AT_OUTBOX: Duration = Duration::from_secs(30);
/// Feeds and officers are asked for so often.
const REFRESH: Duration = Duration::from_secs(60);
/// Least time between two questions that find nothing new.
const QUIET: Duration = Duration::from_secs(1);
/// Most commands in one push.
pub const MOST_COMMANDS: usize = 200;
/// Most bytes in one push.
pub const MOST_BYTES: usize = 256 * 1024;

/// Something to be started now.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Job {
    /// Send what the outbox has.
    Push,
    /// Ask for events of a feed.
    Pull(StreetCode),
    /// Ask for feeds and reference.
    Refresh,
}

/// How a job ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Something was done; there may be more.
    Progress,
    /// Nothing was to do.
    Nothing,
    /// The server wants to be asked again later.
    Later,
    /// The feed had to be forgotten and begins anew.
    Reset,
    /// The answer was of no use (late, or damaged on its way).
    Useless,
    /// The store could not do its part.
    StoreTrouble,
    /// The call failed.
    Failed(CallError),
}

/// What changed for the person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// The server answers again.
    Online,
    /// It does not; a key of the text table says why.
    Offline(&'static str),
    /// The session at the server has ended.
    LoginNeeded,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Link {
    #[default]
    Unknown,
    Online,
    Offline,
}

#[derive(Debug, Default)]
struct Lane {
    running: bool,
    /// Asked for again while running.
    poked: bool,
    failures: u32,
    /// The question under way may be held by the server.
    held: bool,
    started_at: Duration,
    next_at: Duration,
}

/// The plan. `now` is monotonic time throughout.
#[derive(Debug)]
pub struct Machine {
    rng: ChaCha8Rng,
    session: bool,
    link: Link,
    lanes: BTreeMap<Job, Lane>,
    /// Grows with each session, so that an answer to an earlier one does not end the present one.
    session_no: u64,
    batch: usize,
}

impl Machine {
    /// Without a session nothing is due.
    pub fn new(seed: u64) -> Self {
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed),
            session: false,
            link: Link::Unknown,
            lanes: BTreeMap::new(),
            session_no: 0,
            batch: MOST_COMMANDS,
        }
    }

    /// There is a session that may read these feeds: everything is due at once.
    pub fn begin_session(&mut self, feeds: impl IntoIterator<Item = StreetCode>) {
        self.session = true;
        self.session_no += 1;
        for job in [Job::Push, Job::Refresh] {
            self.lanes.entry(job).or_default();
        }
        self.set_feeds(feeds);
        self.poke();
    }

    /// There is no session any more.
    pub fn end_session(&mut self) {
        self.session = false;
    }

    /// Which session is the present one.
    pub fn session_no(&self) -> u64 {
        self.session_no
    }

    /// The feeds that may be read now; lanes of others end when their job does.
    pub fn set_feeds(&mut self, feeds: impl IntoIterator<Item = StreetCode>) {
        let wanted: Vec<_> = feeds.into_iter().map(Job::Pull).collect();
        self.lanes.retain(|job, _| !matches!(job, Job::Pull(_)) || wanted.contains(job));
        for job in wanted {
            self.lanes.entry(job).or_default();
        }
    }

    /// A command was saved: push at once, if the line is not known to be down.
    pub fn command_saved(&mut self) {
        if let Some(lane) = self.lanes.get_mut(&Job::Push) {
            if lane.running {
                lane.poked = true;
            } else if lane.failures == 0 {
                lane.next_at = Duration::ZERO;
            }
        }
    }

    /// A person (or a network that came up) wants everything now: back-offs are forgotten.
    pub fn poke(&mut self) {
        for lane in self.lanes.values_mut() {
            lane.failures = 0;
            lane.next_at = Duration::ZERO;
            lane.poked = lane.running;
        }
    }

    /// Most commands in the next push.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Whether a job that was just started may let the server hold its question: not after a failure, when the first
    /// answer is what tells that the line is back.
    pub fn may_wait(&self, job: &Job) -> bool {
        self.lanes.get(job).is_some_and(|lane| lane.held)
    }

    /// What is to be started now; it counts as running from here on.
    pub fn due(&mut self, now: Duration) -> Vec<Job> {
        if !self.session {
            return Vec::new();
        }
        let mut due = Vec::new();
        for (job, lane) in &mut self.lanes {
            if !lane.running && lane.next_at <= now {
                lane.running = true;
                lane.held = self.link == Link::Online && lane.failures == 0;
                lane.started_at = now;
                lane.poked = false;
                due.push(job.clone());
            }
        }
        due
    }

    /// When [`due`](Self::due) is to be asked next, if nothing ends before; `None` while everything runs or nobody is
    /// logged in.
    pub fn wake_at(&self) -> Option<Duration> {
        if !self.session {
            return None;
        }
        self.lanes.values().filter(|lane| !lane.running).map(|lane| lane.next_at).min()
    }

    /// A job that was started in session `session_no` has ended.
    pub fn finished(&mut self, job: &Job, session_no: u64, now: Duration, outcome: &Outcome) -> Option<Change> {
        let ceiling = |failures: u32| {
            FIRST_CEILING.saturating_mul(1_u32.checked_shl(failures.min(10)).unwrap_or(1)).min(LAST_CEILING)
        };
        if let Some(lane) = self.lanes.get_mut(job) {
            lane.running = false;
            match outcome {
                Outcome::Progress => {
                    lane.failures = 0;
                    lane.next_at = now;
                }
                Outcome::Nothing => {
                    lane.failures = 0;
                    lane.next_at = match job {
                        // The server has held the question for as long as it would; one that does not hold it is not
                        // asked more than once a second. What was not to be held is followed at once by one that is.
                        Job::Pull(_) if lane.held => now.max(lane.started_at + QUIET),
                        Job::Pull(_) => now,
                        Job::Push => now + LOOK_AT_OUTBOX,
                        Job::Refresh => now + REFRESH,
                    };
                }
                // The first new beginning is at once; a server whose history changes all the time is not hammered.
                Outcome::Reset if lane.failures == 0 => {
                    lane.failures = 1;
                    lane.next_at = now;
                }
                Outcome::Failed(CallError::TooLarge) if *job == Job::Push && self.batch > 1 => {
                    self.batch /= 2;
                    lane.next_at = now;
                }
                Outcome::Failed(_) | Outcome::Later | Outcome::Reset | Outcome::Useless | Outcome::StoreTrouble => {
                    let jitter = self.rng.random_range(Duration::from_millis(50)..=ceiling(lane.failures));
                    lane.failures += 1;
                    let asked = match outcome {
                        Outcome::Failed(CallError::Busy { retry_after, .. }) => retry_after.unwrap_or_default(),
                        _ => Duration::ZERO,
                    };
                    lane.next_at = now + jitter.max(asked.min(Duration::from_secs(300)));
                }
            }
            // A poke during the job holds, unless the job has just shown that the line is down.
            if lane.poked && !matches!(outcome, Outcome::Failed(_)) && lane.failures == 0 {
                lane.next_at = now;
            }
            lane.poked = false;
        }
        if *job == Job::Push && matches!(outcome, Outcome::Nothing) {
            self.batch = MOST_COMMANDS;
        }
        if session_no != self.session_no {
            return None;
        }
        self.change(job, outcome)
    }

    fn change(&mut self, job: &Job, outcome: &Outcome) -> Option<Change> {
        match outcome {
            Outcome::Failed(CallError::Unauthorised) => {
                let had = std::mem::replace(&mut self.session, false);
                had.then_some(Change::LoginNeeded)
            }
            Outcome::Failed(error) if error.is_absence() => {
                let was = std::mem::replace(&mut self.link, Link::Offline);
                (was != Link::Offline).then(|| Change::Offline(error.text_key()))
            }
            // An empty outbox says nothing of the line.
            Outcome::Nothing if *job == Job::Push => None,
            Outcome::Progress | Outcome::Nothing | Outcome::Later | Outcome::Reset => {
                let was = std::mem::replace(&mut self.link, Link::Online);
                if was == Link::Offline {
                    // The line is back: what waits in back-off need not.
                    self.poke();
                }
                (was != Link::Online).then_some(Change::Online)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn street(code: &str) -> StreetCode {
        StreetCode::new(code).unwrap()
    }

    fn started() -> (Machine, Job) {
        let mut machine = Machine::new(1);
        let feed = street("110107001");
        machine.begin_session([feed.clone()]);
        (machine, Job::Pull(feed))
    }

    fn absent() -> Outcome {
        Outcome::Failed(CallError::TimedOut)
    }

    #[test]
    fn without_a_session_nothing_is_due() {
        let mut machine = Machine::new(1);
        assert_eq!(machine.due(SECOND), []);
        assert_eq!(machine.wake_at(), None);
    }

    #[test]
    fn a_push_does_not_wait_behind_a_long_poll() {
        let (mut machine, pull) = started();
        assert_eq!(machine.due(SECOND), [Job::Push, pull, Job::Refresh]);
        machine.finished(&Job::Push, 1, SECOND, &Outcome::Nothing);
        machine.command_saved();
        assert_eq!(machine.due(SECOND), [Job::Push], "the poll still runs");
    }

    #[test]
    fn between_the_first_answer_and_the_first_long_poll_no_second_is_lost() {
        let (mut machine, pull) = started();
        machine.due(SECOND);
        assert!(!machine.may_wait(&pull));
        machine.finished(&pull, 1, SECOND, &Outcome::Nothing);
        assert_eq!(machine.due(SECOND), std::slice::from_ref(&pull));
        assert!(machine.may_wait(&pull));
        machine.finished(&pull, 1, SECOND, &Outcome::Nothing);
        assert_eq!(machine.due(SECOND + QUIET / 2), [], "a server that does not hold a question is not hammered");
        assert_eq!(machine.due(SECOND + QUIET), [pull]);
    }

    #[test]
    fn a_command_saved_during_a_push_is_pushed_next() {
        let (mut machine, _) = started();
        machine.due(SECOND);
        machine.command_saved();
        machine.finished(&Job::Push, 1, SECOND, &Outcome::Nothing);
        assert_eq!(machine.due(SECOND), [Job::Push]);
    }

    #[test]
    fn the_outbox_is_looked_at_without_anybody_touching_the_console() {
        let (mut machine, _) = started();
        machine.due(SECOND);
        machine.finished(&Job::Push, 1, SECOND, &Outcome::Nothing);
        assert_eq!(machine.due(SECOND + LOOK_AT_OUTBOX - SECOND / 2), []);
        assert_eq!(machine.due(SECOND + LOOK_AT_OUTBOX), [Job::Push]);
    }

    #[test]
    fn back_off_grows_to_its_ceiling_and_never_beyond() {
        for seed in 0..200 {
            let mut machine = Machine::new(seed);
            machine.begin_session([]);
            let mut now = SECOND;
            for failures in 0..12_u32 {
                assert!(machine.due(now).contains(&Job::Push));
                machine.finished(&Job::Push, 1, now, &absent());
                machine.finished(&Job::Refresh, 1, now, &Outcome::Useless);
                let next = machine.lanes[&Job::Push].next_at;
                assert!(next > now && next - now <= (FIRST_CEILING * 2_u32.pow(failures)).min(LAST_CEILING));
                now = next;
            }
        }
    }

    #[test]
    fn the_line_is_told_of_once_each_way_and_its_return_ends_every_back_off() {
        let (mut machine, pull) = started();
        machine.due(SECOND);
        assert_eq!(machine.finished(&Job::Push, 1, SECOND, &absent()), Some(Change::Offline("sync.error.timed_out")));
        assert_eq!(machine.finished(&pull, 1, SECOND, &absent()), None);
        assert_eq!(machine.finished(&Job::Refresh, 1, SECOND, &Outcome::Nothing), Some(Change::Online));
        assert_eq!(machine.due(SECOND), [Job::Push, pull, Job::Refresh]);
    }

    #[test]
    fn an_ended_session_is_told_of_once_and_an_old_answer_does_not_end_a_new_one() {
        let (mut machine, pull) = started();
        let unauthorised = Outcome::Failed(CallError::Unauthorised);
        machine.due(SECOND);
        assert_eq!(machine.finished(&Job::Push, 1, SECOND, &unauthorised), Some(Change::LoginNeeded));
        assert_eq!(machine.finished(&Job::Refresh, 1, SECOND, &unauthorised), None);
        assert_eq!(machine.due(SECOND * 100), []);
        machine.begin_session([street("110107001")]);
        assert_eq!(machine.finished(&pull, 1, SECOND, &unauthorised), None);
        assert!(machine.due(SECOND * 100).contains(&Job::Push));
    }

    #[test]
    fn too_large_a_push_is_halved_at_once_and_a_busy_server_is_left_alone() {
        let (mut machine, _) = started();
        machine.due(SECOND);
        machine.finished(&Job::Push, 1, SECOND, &Outcome::Failed(CallError::TooLarge));
        assert_eq!(machine.batch(), MOST_COMMANDS / 2);
        assert_eq!(machine.due(SECOND), [Job::Push]);
        let busy = CallError::Busy { status: 503, retry_after: Some(SECOND * 20) };
        machine.finished(&Job::Push, 1, SECOND, &Outcome::Failed(busy));
        assert_eq!(machine.due(SECOND * 20), []);
        assert_eq!(machine.due(SECOND * 21), [Job::Push]);
    }

    #[test]
    fn a_history_that_changes_all_the_time_is_not_hammered() {
        let (mut machine, pull) = started();
        machine.due(SECOND);
        machine.finished(&pull, 1, SECOND, &Outcome::Reset);
        assert_eq!(machine.due(SECOND), std::slice::from_ref(&pull), "the first new beginning is at once");
        machine.finished(&pull, 1, SECOND, &Outcome::Reset);
        assert_eq!(machine.due(SECOND), []);
    }
}
