//! Kinds of problem documents: the `type` of a [`Problem`](crate::protocol::api::Problem).

/// 410: the epoch is another one; forget the feed's events, keep the commands, start from 0.
pub const EPOCH: &str = "about:jiedao/epoch";
/// 410: event `after` is not there or has another hash; as [`EPOCH`].
pub const HASH: &str = "about:jiedao/hash";
/// 401: no session, or it has ended; log in again.
pub const UNAUTHORIZED: &str = "about:jiedao/unauthorized";
/// 401: name or password is wrong.
pub const WRONG_LOGIN: &str = "about:jiedao/wrong-login";
/// 429: too many failed logins; wait as long as `Retry-After` says.
pub const LOCKED: &str = "about:jiedao/locked";
/// 403: the account may not do this at all.
pub const FORBIDDEN: &str = "about:jiedao/forbidden";
/// 404: nothing there, or nothing that is granted.
pub const NOT_FOUND: &str = "about:jiedao/not-found";
/// 400 and other 4xx: the request is not well made; sending it again does not help.
pub const BAD_REQUEST: &str = "about:jiedao/bad-request";
/// 413: too much at once; halve it.
pub const TOO_LARGE: &str = "about:jiedao/too-large";
/// 426: another version of the protocol is needed.
pub const PROTO: &str = "about:jiedao/proto";
/// 429: too many requests; wait as long as `Retry-After` says.
pub const TOO_OFTEN: &str = "about:jiedao/too-often";
/// 503: not now; wait as long as `Retry-After` says.
pub const UNAVAILABLE: &str = "about:jiedao/unavailable";
/// 507: the server's disk is full.
pub const FULL: &str = "about:jiedao/full";
/// 500: a fault of the server; nothing of the request has happened.
pub const INTERNAL: &str = "about:jiedao/internal";
