//! Passwords and tokens.
//!
//! Argon2id with 19,456 KiB, two passes, one lane (the OWASP minimum). At most two hashes run at once, so that a flood
//! of logins cannot take the machine from those who work; an unknown account costs the same as a wrong password.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

/// Memory of one hash, KiB.
const MEMORY_KIB: u32 = 19_456;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;
/// Hashes that may run at the same time.
const AT_ONCE: usize = 2;
/// Fewest characters of a new password.
pub const SHORTEST: usize = 8;
/// Most bytes of any password; longer ones are refused and never cut.
pub const LONGEST_BYTES: usize = 256;

/// Why a password cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than [`SHORTEST`] characters.
    #[error("the password is too short")]
    TooShort,
    /// More than [`LONGEST_BYTES`] bytes.
    #[error("the password is too long")]
    TooLong,
    /// The hash could not be made.
    #[error("the password cannot be hashed")]
    Hashing,
}

fn hasher() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| PasswordError::Hashing)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The PHC string of a new password. Takes some 50 ms of one core and 19 MiB.
///
/// # Errors
/// [`PasswordError`] when the password is too short or too long, or cannot be hashed.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    if password.chars().count() < SHORTEST {
        return Err(PasswordError::TooShort);
    }
    if password.len() > LONGEST_BYTES {
        return Err(PasswordError::TooLong);
    }
    let hash: PasswordHash = hasher()?.hash_password(password.as_bytes()).map_err(|_| PasswordError::Hashing)?;
    Ok(hash.to_string())
}

fn matches(password: &str, phc: &str) -> bool {
    match (PasswordHash::new(phc), hasher()) {
        (Ok(hash), Ok(hasher)) => hasher.verify_password(password.as_bytes(), &hash).is_ok(),
        _ => false,
    }
}

/// Checks passwords, a few at a time.
#[derive(Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// Hash of a password that nobody has: checked when the account is unknown.
    decoy: String,
}

impl Passwords {
    /// Prepares the decoy.
    ///
    /// # Errors
    /// [`PasswordError::Hashing`] when hashing does not work here at all.
    pub fn new() -> Result<Self, PasswordError> {
        Ok(Self { turns: Arc::new(Semaphore::new(AT_ONCE)), decoy: hash(&new_token())? })
    }

    /// Whether `password` belongs to `phc`; without an account the answer is no and takes as long.
    pub async fn check(&self, password: String, phc: Option<String>) -> bool {
        let Ok(turn) = self.turns.clone().acquire_owned().await else { return false };
        let known = phc.is_some();
        let phc = phc.unwrap_or_else(|| self.decoy.clone());
        // The turn goes with the hash and not with the asker, who may hang up while it runs.
        let checked = tokio::task::spawn_blocking(move || {
            let right = matches(&password, &phc);
            drop(turn);
            right
        })
        .await;
        known && checked.unwrap_or(false)
    }
}

/// A new secret of 256 random bits in hexadecimal.
pub fn new_token() -> String {
    // Two version 4 UUIDs hold 244 random bits; hashing four of them fills all 256.
    let mut hasher = Sha256::new();
    for _ in 0..4 {
        hasher.update(uuid::Uuid::new_v4().as_bytes());
    }
    hex::encode(hasher.finalize())
}

/// What is kept of a token.
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_carry_the_parameters_and_a_salt_of_their_own() {
        let (one, other) = (hash("jiedao-demo").unwrap(), hash("jiedao-demo").unwrap());
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, other);
        assert!(matches("jiedao-demo", &one));
        assert!(!matches("jiedao-demO", &one));
    }

    #[test]
    fn short_and_endless_passwords_are_refused_and_not_cut() {
        assert_eq!(hash("七个字的密码啊"), Err(PasswordError::TooShort));
        assert_eq!(hash(&"x".repeat(LONGEST_BYTES + 1)), Err(PasswordError::TooLong));
    }

    #[test]
    fn tokens_are_256_bits_and_differ() {
        let token = new_token();
        assert_eq!(token.len(), 64);
        assert_ne!(token, new_token());
        assert_ne!(token_hash(&token), token);
    }
}
