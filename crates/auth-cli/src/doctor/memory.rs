//! How much memory the server has, which no engine tells.

use std::net::IpAddr;

use serde::Serialize;
use url::Url;

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
    // The schemes of databases have hosts as they are written, addresses too.
    let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
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
