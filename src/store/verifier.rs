//! Password verifiers with which the profile opens when the server does not answer: Argon2id, 19,456 KiB, two passes, one
//! lane (the OWASP minimum).

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};

use crate::store::StoreError;

/// Makes a verifier with a salt of its own. Takes tens of milliseconds.
///
/// # Errors
/// [`StoreError::Hashing`] when hashing does not work here at all.
pub fn make(password: &str) -> Result<String, StoreError> {
    let params = Params::new(19_456, 2, 1, None).map_err(|_| StoreError::Hashing)?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash = hasher.hash_password(password.as_bytes()).map_err(|_| StoreError::Hashing)?;
    Ok(hash.to_string())
}

/// Whether the verifier was made from `password`. Takes as long.
pub fn matches(password: &str, phc: &str) -> bool {
    PasswordHash::new(phc).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_matches() {
        let phc = make("街道办 0001").unwrap();
        assert!(phc.starts_with("$argon2id$"));
        assert!(matches("街道办 0001", &phc));
        assert!(!matches("街道办 0002", &phc));
        assert!(!matches("街道办 0001", "not a verifier"));
        assert_ne!(phc, make("街道办 0001").unwrap(), "the salt is new each time");
    }
}
