//! Settings of SQLite: those of the file, and those that each connection makes.

use auth_core::adapter::seaorm::diagnosis::{Facts, Setting};

use super::super::bytes::{MEGABYTE, bytes};
use super::super::code::{self, Code};
use super::super::finding::{Finding, Then};
use super::Evidence;

pub(super) fn settings(evidence: &Evidence<'_>) -> Vec<Finding> {
    let facts = evidence.facts;
    [journal(facts), synchronous(facts), busy_timeout(facts), page_cache(facts), free_pages(facts)]
        .into_iter()
        .flatten()
        .collect()
}

fn journal(facts: &Facts) -> Option<Finding> {
    let mode = &facts.setting("journal_mode")?.value;
    // In memory there is no other.
    if matches!(mode.as_str(), "wal" | "memory") {
        return None;
    }
    let why = format!(
        "journal_mode is {mode}: whoever validates a session waits for whoever writes, and the other way round"
    );
    let advice =
        "switch to the write-ahead log, which the file remembers, unless it is on a network's file system";
    Some(
        Finding::new(code::JOURNAL_NOT_WAL, "journal_mode", why)
            .advice(advice)
            .statement("PRAGMA journal_mode = WAL"),
    )
}

fn synchronous(facts: &Facts) -> Option<Finding> {
    (number(facts, "synchronous")? < 1.0).then(|| {
        let why = "synchronous is OFF: a power failure can destroy the file";
        connection(code::SYNCHRONOUS_OFF, "synchronous", why, "NORMAL")
    })
}

fn busy_timeout(facts: &Facts) -> Option<Finding> {
    let milliseconds = number(facts, "busy_timeout")?;
    (milliseconds < 1000.0).then(|| {
        let why = format!("busy_timeout is {milliseconds} ms: who meets another writer fails almost at once");
        connection(code::BUSY_TIMEOUT_SHORT, "busy_timeout", &why, "5000")
    })
}

fn page_cache(facts: &Facts) -> Option<Finding> {
    let cache = facts.setting("cache_size")?.bytes?;
    let file = facts.setting("page_count")?.bytes?;
    (file >= 256 * MEGABYTE && cache < 16 * MEGABYTE).then(|| {
        let why = format!("the file has {}, the page cache of a connection {}", bytes(file), bytes(cache));
        connection(code::PAGE_CACHE_SMALL, "cache_size", &why, "-32000")
    })
}

fn free_pages(facts: &Facts) -> Option<Finding> {
    let (free, all) = (facts.setting("freelist_count")?, facts.setting("page_count")?);
    let (free_bytes, all_bytes) = (free.bytes?, all.bytes?);
    (free.number()? >= 1000.0 && free_bytes > all_bytes / 4).then(|| {
        let why = format!("{} of the file's {} are empty pages that deleted rows have left", bytes(free_bytes), bytes(all_bytes));
        Finding::new(code::FREE_PAGES, "the file", why)
            .advice("rebuild the file while nobody writes; it needs as much room again meanwhile (auth maintain --apply --vacuum)")
            .statement("VACUUM")
    })
}

fn number(facts: &Facts, name: &str) -> Option<f64> {
    facts.setting(name).and_then(Setting::number)
}

fn connection(code: Code, name: &str, why: &str, better: &str) -> Finding {
    Finding::new(code, name, why)
        .advice(
            "auth_core::connect sets synchronous and busy_timeout by itself; a connection of your own has to",
        )
        .statement(format!("PRAGMA {name} = {better}"))
        .then(Then::EveryConnection)
}
