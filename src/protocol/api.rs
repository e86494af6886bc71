//! Requests and answers, by address (SYNC.md section 3). Errors are RFC 9457 problem documents.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::base::{CommandId, DeviceId, Timestamp, UserId};
use crate::domain::case::{Command, Refusal};
use crate::domain::org::{Department, Officer, User};
use crate::protocol::chain::HexHash;

/// Epoch of a server's history: ordered by number, told apart by the random id (SYNC.md 2.5, rule 5).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Epoch {
    /// Grows with each initialisation or restore.
    pub n: u64,
    /// Random, so that two restores of one backup differ.
    pub id: String,
}

impl Epoch {
    /// The epoch as it stands in a query: number, hyphen, id.
    pub fn tag(&self) -> String {
        format!("{}-{}", self.n, self.id)
    }

    /// Reads a [`tag`](Self::tag); `None` when it is none.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let (n, id) = tag.split_once('-')?;
        Some(Self { n: n.parse().ok()?, id: id.to_owned() })
    }
}

/// `GET /v1/meta`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Meta {
    /// Oldest protocol served.
    pub proto_min: u32,
    /// Newest protocol served.
    pub proto_max: u32,
    /// Name of the server's identity.
    pub server_id: String,
    /// Name to show.
    pub title: String,
    /// Current epoch.
    pub epoch: Epoch,
    /// The server's clock.
    pub server_time: Timestamp,
    /// Most commands in one push.
    pub max_push_commands: usize,
    /// Most bytes in one push body.
    pub max_push_bytes: usize,
    /// Most events in one page.
    pub max_page_events: usize,
}

/// `POST /v1/auth/login`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginRequest {
    /// Login name.
    pub user: UserId,
    /// Password; never logged (no `Debug` on this type).
    pub password: String,
    /// The device that logs in.
    pub device: DeviceId,
}

/// Answer to a login: an opaque token and who one is.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct LoginAnswer {
    /// 256 random bits, hexadecimal; sent as `Authorization: Bearer`.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The account with its roles and streets.
    pub user: User,
}

/// `POST /v1/sync/push`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PushRequest {
    /// Protocol spoken.
    pub proto: u32,
    /// The epoch the sender has seen last.
    pub epoch_seen: Epoch,
    /// The sender.
    pub device: DeviceId,
    /// In the device's order.
    pub commands: Vec<NumberedCommand>,
}

/// A command with its number on its device, contiguous from 1.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct NumberedCommand {
    /// Number on the device.
    pub device_no: u64,
    /// The intent.
    pub command: Command,
}

/// Answer to a push: a verdict for each command, in the same order. Always 200 when the push was readable.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PushAnswer {
    /// Current epoch.
    pub epoch: Epoch,
    /// The server's clock.
    pub server_time: Timestamp,
    /// One for each command.
    pub results: Vec<CommandResult>,
}

/// What became of a command.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CommandResult {
    /// Which.
    pub command_id: CommandId,
    /// What.
    pub verdict: Verdict,
}

/// A verdict is a hint that suppresses sending again; only the feed itself retires a command (SYNC.md 2.5, rules 3, 4).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// Done; the last of its events has this number in the feed. A repeated command gets its first verdict again.
    Applied {
        /// Feed number.
        seq: u64,
    },
    /// Refused for good.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// An earlier command about the same case, on which this one builds, was refused or is missing.
    DependsOn {
        /// That command.
        command_id: CommandId,
    },
    /// Not now; send it again later.
    RetryLater,
}

/// `GET /v1/sync/feeds`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Feeds {
    /// Current epoch.
    pub epoch: Epoch,
    /// The feeds that the account may read.
    pub feeds: Vec<FeedHead>,
}

/// Where a feed stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FeedHead {
    /// Street code.
    pub feed: String,
    /// Number of the last event; 0 when empty.
    pub seq: u64,
    /// Its hash.
    pub hash: HexHash,
    /// Up to here the feed is known to be backed up.
    pub stable_seq: u64,
}

/// The query of `GET /v1/sync/feeds/{feed}/events`. Answered by a [`Page`], or by 410 when epoch or hash do not fit the
/// server's history, after which the reader forgets the feed and asks from the beginning.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PageQuery {
    /// Tag of the epoch in which the reader's position was given ([`Epoch::tag`]); absent for a reader at the beginning,
    /// which takes whatever epoch there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
    /// Number of the last event that the reader has; 0 for none.
    #[serde(default)]
    pub after: u64,
    /// Hash of that event; absent at the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<HexHash>,
    /// Most events wanted; as many as the server gives when absent.
    #[serde(default = "whole_page")]
    pub limit: usize,
    /// Seconds to wait for something new before an empty page is answered.
    #[serde(default)]
    pub wait: u64,
}

fn whole_page() -> usize {
    usize::MAX
}

/// `GET /v1/sync/feeds/{feed}/events?epoch&after&hash&limit&wait`: a contiguous page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Page {
    /// Current epoch.
    pub epoch: Epoch,
    /// The server's clock, which gives the age of what is shown.
    pub server_time: Timestamp,
    /// Where the feed stands.
    pub head: FeedHead,
    /// Events `after+1 ..`, without holes.
    pub events: Vec<Event>,
}

/// An event of a feed. `body` is an [`Entry`](crate::domain::case::Entry) and is kept byte for byte.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Event {
    /// Number in the feed, from 1 without holes.
    pub seq: u64,
    /// Type of the body: the fact's tag, so that unknown ones can be kept raw.
    #[serde(rename = "type")]
    pub kind: String,
    /// Version of the body's form.
    pub version: u32,
    /// Hash of the event before.
    pub prev_hash: HexHash,
    /// Hash of this event ([`chain::link`](crate::protocol::chain::link)).
    pub hash: HexHash,
    /// The stored bytes.
    pub body: Box<RawValue>,
}

/// `GET /v1/reference`: what changes rarely or is only ever the latest: departments, officers with their last fix.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Reference {
    /// The server's clock.
    pub server_time: Timestamp,
    /// Departments of the granted streets.
    pub departments: Vec<Department>,
    /// Patrol officers of the granted streets.
    pub officers: Vec<Officer>,
    /// The calendar version in force.
    pub calendar: String,
}

/// RFC 9457 problem document.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Problem {
    /// Kind, as a short stable word after `about:jiedao/`.
    #[serde(rename = "type")]
    pub kind: String,
    /// In one line.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What to do.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// The request's id in the server's log.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub request_id: String,
}
