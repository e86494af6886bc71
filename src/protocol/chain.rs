//! The hash chain of a feed.
//!
//! `hash(n) = SHA-256(hash(n-1) ‖ feed ‖ 0x00 ‖ seq as 8 bytes big-endian ‖ body)`, over the stored bytes of the body and
//! never over a re-serialised form. The hash before the first event is 32 zero bytes.

use sha2::{Digest as _, Sha256};

/// SHA-256 as 64 lower-case hexadecimal digits.
pub type HexHash = String;

/// The hash that stands before the first event of every feed.
pub fn genesis() -> HexHash {
    hex::encode([0_u8; 32])
}

/// The hash of event number `seq` of `feed`, whose stored bytes are `body`.
pub fn link(previous: &str, feed: &str, seq: u64, body: &str) -> HexHash {
    let mut hasher = Sha256::new();
    hasher.update(hex::decode(previous).unwrap_or_default());
    hasher.update(feed.as_bytes());
    hasher.update([0]);
    hasher.update(seq.to_be_bytes());
    hasher.update(body.as_bytes());
    hex::encode(hasher.finalize())
}
