//! The secret that signs cookies: `AUTH_SECRET`, or a random one kept in a file beside the database.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use auth_core::domain::{SystemRandom, random_text};

/// Gives the secret; makes one at the first start when the environment has none.
pub(crate) fn load(database_url: &str) -> Result<String, Box<dyn std::error::Error>> {
    let given = crate::environment("AUTH_SECRET", "");
    if !given.is_empty() {
        return Ok(given);
    }
    let path = path(database_url);
    tracing::warn!(file = %path.display(), "AUTH_SECRET is not set: using the secret in this file");
    let mut secret = String::new();
    let mut open = OpenOptions::new();
    match open.read(true).write(true).create(true).truncate(false).mode(0o600).open(&path) {
        Ok(mut file) => {
            file.read_to_string(&mut secret)?;
            if secret.is_empty() {
                secret = random_text(&SystemRandom, 48);
                file.write_all(secret.as_bytes())?;
            }
            Ok(secret)
        }
        Err(error) => {
            Err(format!("cannot keep a secret in {}: {error}; set AUTH_SECRET", path.display()).into())
        }
    }
}

fn path(database_url: &str) -> PathBuf {
    let file = database_url.strip_prefix("sqlite:").map(|rest| rest.trim_start_matches("//"));
    let file = file.and_then(|rest| rest.split('?').next()).filter(|file| !file.contains(":memory:"));
    PathBuf::from(format!("{}.secret", file.unwrap_or("auth")))
}
