//! The one function that every shown value passes, and the keyed fingerprint by which secrets are compared.

use std::sync::OnceLock;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// HMAC-SHA-256, cut to 16 bytes, of a secret under the run's key: `SYNTHGATE_KEY`, else a random key of this
/// process. Equal secrets have equal fingerprints; a fingerprint is never printed.
pub fn fingerprint(secret: &str) -> [u8; 16] {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(run_key()).unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    mac.update(secret.as_bytes());
    let full = mac.finalize().into_bytes();
    let mut out = [0; 16];
    out.copy_from_slice(&full[..16]);
    out
}

fn run_key() -> &'static [u8] {
    static KEY: OnceLock<Vec<u8>> = OnceLock::new();
    KEY.get_or_init(|| match std::env::var("SYNTHGATE_KEY") {
        Ok(key) if !key.is_empty() => key.into_bytes(),
        _ => {
            let mut key = vec![0; 32];
            if getrandom::fill(&mut key).is_err() {
                // Without a source of randomness the key must still be unguessable enough not to be constant.
                key = format!("{:?}{}", std::time::SystemTime::now(), std::process::id()).into_bytes();
            }
            key
        }
    })
}
