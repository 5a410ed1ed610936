//! How much memory the server has, which no engine tells.

use serde::Serialize;
use url::{Host, Url};

/// The memory of the database's server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Memory {
    /// How much there is.
    pub bytes: u64,
    /// How that is known.
    pub source: &'static str,
}

impl Memory {
    /// As somebody says.
    pub fn given(bytes: u64) -> Self {
        Self { bytes, source: "as you say" }
    }

    /// That of this machine, when the database is on it: Linux tells. A container may be given less.
    pub fn of_this_machine(url: &str) -> Option<Self> {
        if !is_here(url) {
            return None;
        }
        let text = std::fs::read_to_string("/proc/meminfo").ok()?;
        Some(Self { bytes: total(&text)?, source: "that of this machine, where the database is" })
    }
}

fn is_here(url: &str) -> bool {
    if url.starts_with("sqlite:") {
        return true;
    }
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// `MemTotal:       24683520 kB`
fn total(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_elsewhere_has_memory_of_its_own() {
        for (url, here) in [
            ("postgres://u:p@127.0.0.1:5432/x", true),
            ("mysql://root@localhost/x", true),
            ("postgres://[::1]/x", true),
            ("sqlite:auth.db", true),
            ("postgres://u@db.example.com/x", false),
            ("nonsense", false),
        ] {
            assert_eq!(is_here(url), here, "{url}");
        }
        assert_eq!(total("MemFree: 1 kB\nMemTotal:       2048 kB\n"), Some(2 << 20));
    }
}
