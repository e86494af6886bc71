//! What the programs say to each other: versioned wire types, and nothing that acts.
//!
//! This page is meant to be enough for a second client. The types are in [`api`], the hash chain in [`chain`], the kinds
//! of errors in [`problem`]; the bodies of commands and entries are the serialised forms of [`crate::domain`].
//!
//! # In general
//! JSON in UTF-8 over HTTP/1.1. Instants are RFC 3339 in UTC, ids are UUIDs, codes are strings of digits. Unknown fields
//! are ignored. Every answer carries `x-request-id`; every error is `application/problem+json` ([`api::Problem`]) whose
//! `type` is one of [`problem`]. `429`, `503` and `507` carry `Retry-After` in seconds. All but `meta`, `login`, `/healthz`
//! and `/readyz` want `Authorization: Bearer <token>`. A street that is not granted answers 404.
//!
//! | address | body or query | answer |
//! |---|---|---|
//! | `GET /v1/meta` | | [`api::Meta`]: versions, epoch, limits, clock |
//! | `POST /v1/auth/login` | [`api::LoginRequest`] | [`api::LoginAnswer`]; 401 wrong, 429 locked for 15 minutes after 5 failures |
//! | `POST /v1/auth/logout` | | 204 |
//! | `POST /v1/sync/push` | [`api::PushRequest`] | [`api::PushAnswer`]: a verdict for each command, in order |
//! | `GET /v1/sync/feeds` | | [`api::Feeds`]: the granted feeds and where they stand |
//! | `GET /v1/sync/feeds/{feed}/events` | [`api::PageQuery`] | [`api::Page`]; 410 when the position is of another history |
//! | `GET /v1/reference` | | [`api::Reference`]: departments, officers with their last fix |
//! | `GET /healthz`, `GET /readyz` | | 200 when the process lives, when the database answers |
//!
//! A session lasts 12 hours and belongs to the device that logged in; renewing it is logging in again.
//!
//! # Pushing
//! A command has an id of its own (UUID version 7) and a number on its device, growing from 1. Send what is pending in
//! that order, at most [`api::Meta::max_push_commands`] and [`api::Meta::max_push_bytes`]; on 413 send half. Each command
//! is decided in a transaction of its own, so a push that is cut off has been carried out up to some command: send it
//! again whole. A command that came before gets its first verdict; the same id with another intent is refused with
//! `bad_value` of `command_id`. After a refusal, what the same push says about the same case is answered `depends_on`,
//! and so is a later command whose `based_on` counts on entries that the case never got. `retry_later` means that the
//! command has not been looked at.
//!
//! A verdict only spares sending again. A command is done with when its id has been seen in the feed at or below
//! `stable_seq`, or when its refusal has been stored where a person will see it.
//!
//! # Reading
//! A feed is a street. Its events are numbered from 1 without holes, and each carries the hash of the one before
//! ([`chain`]). Begin with `after=0`; go on with the number and hash of the last event kept and the epoch's tag
//! ([`api::Epoch::tag`]). Check that a page begins at `after + 1`, has no holes, and that the chain holds over the bytes
//! of `body` exactly as they came, before anything of it is kept. With `wait` (at most 25 seconds) an empty page is
//! held back until there is news. On 410 ([`problem::EPOCH`], [`problem::HASH`]) forget the feed's events and verdicts,
//! keep the commands, and read from the start. An answer whose epoch has a smaller number than one seen before is stale
//! and is dropped. An event of an unknown `type` is kept as it is.

pub mod api;
pub mod chain;
pub mod problem;

/// Version of the protocol spoken by this build.
pub const PROTO: u32 = 1;
