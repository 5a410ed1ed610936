//! Settings of PostgreSQL, against what is there: a default is no fault by itself.

use auth_core::adapter::seaorm::diagnosis::{Facts, RELOAD, Setting};

use super::super::bytes::{MEGABYTE, bytes, megabytes};
use super::super::code::{self, Code};
use super::super::finding::{Finding, Then};
use super::{Evidence, room_for};

pub(super) fn settings(evidence: &Evidence<'_>) -> Vec<Finding> {
    let facts = evidence.facts;
    let mut findings: Vec<Finding> = switches(facts).collect();
    findings.extend(shared_buffers(evidence));
    findings.extend(effective_cache_size(evidence));
    findings.extend(random_page_cost(facts));
    findings.extend(work_mem(facts));
    findings.extend(maintenance_work_mem(evidence));
    findings.extend(least(facts, "checkpoint_completion_target", 0.7, "0.9").map(|found| {
        let why = "checkpoints write all at once, and whoever signs in waits for the disk meanwhile";
        reload(code::CHECKPOINTS_HURRIED, &found, why)
    }));
    findings.extend(wal_buffers(facts));
    findings.extend(least(facts, "default_statistics_target", 100.0, "100").map(|found| {
        reload(code::STATISTICS_TARGET_LOW, &found, "the planner knows less of the values than by default")
    }));
    findings
}

/// Settings that are on, or something is lost.
fn switches(facts: &Facts) -> impl Iterator<Item = Finding> {
    const SWITCHES: [(&str, Code, &str); 5] = [
        ("fsync", code::FSYNC_OFF, "a power failure can destroy the whole database"),
        (
            "full_page_writes",
            code::FULL_PAGE_WRITES_OFF,
            "a power failure can leave pages half written, for good",
        ),
        (
            "synchronous_commit",
            code::SYNCHRONOUS_COMMIT_OFF,
            "a crash takes sign-ups and password changes back that were answered already",
        ),
        (
            "autovacuum",
            code::AUTOVACUUM_OFF,
            "dead sessions are never cleared away, and the planner's statistics grow old",
        ),
        (
            "track_counts",
            code::TRACK_COUNTS_OFF,
            "autovacuum does not know what to do, and nothing is counted",
        ),
    ];
    SWITCHES.into_iter().filter_map(|(name, code, why)| {
        let setting = facts.setting(name).filter(|setting| setting.value == "off")?;
        Some(reload(code, &Deviation { setting, better: "on".to_owned() }, why))
    })
}

fn shared_buffers(evidence: &Evidence<'_>) -> Option<Finding> {
    let (setting, has) = size(evidence.facts, "shared_buffers")?;
    let data = evidence.facts.bytes();
    let mut better = room_for(data, 128 * MEGABYTE);
    let most = evidence.memory.map(|memory| memory.bytes / 4);
    better = most.map_or(better, |most| better.min(most / MEGABYTE * MEGABYTE));
    if data <= has || better <= has {
        return None;
    }
    let bound = match evidence.memory {
        Some(memory) => {
            format!("at most a quarter of the memory ({}, {})", bytes(memory.bytes), memory.source)
        }
        None => "the memory of the server is not known: it should have four times as much".to_owned(),
    };
    let why = format!(
        "tables and indexes take {}, more than the server keeps in its buffers; {bound}",
        bytes(data)
    );
    let found = Deviation { setting, better: megabytes(better) };
    Some(restart(code::SHARED_BUFFERS_SMALL, &found, &why))
}

fn effective_cache_size(evidence: &Evidence<'_>) -> Option<Finding> {
    let (setting, has) = size(evidence.facts, "effective_cache_size")?;
    let (_, buffers) = size(evidence.facts, "shared_buffers")?;
    let memory = evidence.memory.map_or(0, |memory| memory.bytes);
    // Three quarters of the memory are usual; far less matters only once there is more data than that.
    let far_less = has < memory / 4 && evidence.facts.bytes() > has;
    if has >= buffers && !far_less {
        return None;
    }
    let better = megabytes((memory / 4 * 3).max(buffers * 3));
    let why = "the planner believes that less is cached than is, and passes indexes over";
    Some(reload(code::EFFECTIVE_CACHE_SIZE_SMALL, &Deviation { setting, better }, why))
}

fn random_page_cost(facts: &Facts) -> Option<Finding> {
    let setting = facts.setting("random_page_cost")?;
    let sequential = facts.setting("seq_page_cost").and_then(Setting::number).unwrap_or(1.0);
    let ratio = setting.number()? / sequential;
    // Four is the default, of the time of turning disks. With little data every plan is right.
    let default_hurts = ratio > 2.0 && facts.bytes() > 64 * MEGABYTE;
    if ratio <= 4.0 && !default_hurts {
        return None;
    }
    let why = "a page out of order costs about as much as the next one on a solid-state disk or in memory; the planner prefers reading \
               whole tables to an index. On turning disks leave it";
    let better = format!("{:.1}", 1.1 * sequential);
    Some(reload(code::RANDOM_PAGE_COST_HIGH, &Deviation { setting, better }, why))
}

fn work_mem(facts: &Facts) -> Option<Finding> {
    let (setting, has) = size(facts, "work_mem")?;
    let spilled = facts.spilled.filter(|spilled| spilled.files >= 10)?;
    let each = spilled.bytes / spilled.files;
    let better = room_for(each, 4 * MEGABYTE).min(64 * MEGABYTE);
    if has >= better {
        return None;
    }
    let why = format!(
        "{} sorts or joins did not fit and went to files of {} each. Every connection may take it several times",
        spilled.files,
        bytes(each)
    );
    Some(reload(code::WORK_MEM_SMALL, &Deviation { setting, better: megabytes(better) }, &why))
}

fn maintenance_work_mem(evidence: &Evidence<'_>) -> Option<Finding> {
    let (setting, has) = size(evidence.facts, "maintenance_work_mem")?;
    let largest = evidence.facts.indexes.iter().max_by_key(|index| index.bytes)?;
    let most =
        evidence.memory.map_or(MOST_FOR_MAINTENANCE, |memory| memory.bytes / 16).min(MOST_FOR_MAINTENANCE);
    let better = room_for(largest.bytes?, 64 * MEGABYTE).min(most);
    if largest.bytes? <= has || better <= has {
        return None;
    }
    let why = format!(
        "the index {} is larger ({}): it is built and vacuumed in several passes",
        largest.name,
        bytes(largest.bytes?)
    );
    Some(reload(code::MAINTENANCE_WORK_MEM_SMALL, &Deviation { setting, better: megabytes(better) }, &why))
}

fn wal_buffers(facts: &Facts) -> Option<Finding> {
    let (setting, has) = size(facts, "wal_buffers")?;
    let (_, buffers) = size(facts, "shared_buffers")?;
    // What the server would take by itself, less one page.
    let automatic = (buffers / 32).min(16 * MEGABYTE);
    if has + 8192 >= automatic {
        return None;
    }
    let why =
        "it is less than the server would take by itself: writers wait for each other to write the log out";
    Some(restart(code::WAL_BUFFERS_SMALL, &Deviation { setting, better: "-1".to_owned() }, why))
}

/// A setting and the value that it should have.
struct Deviation<'a> {
    setting: &'a Setting,
    better: String,
}

fn size<'a>(facts: &'a Facts, name: &str) -> Option<(&'a Setting, u64)> {
    let setting = facts.setting(name)?;
    Some((setting, setting.bytes?))
}

fn least<'a>(facts: &'a Facts, name: &str, least: f64, better: &str) -> Option<Deviation<'a>> {
    let setting =
        facts.setting(name).filter(|setting| setting.number().is_some_and(|number| number < least))?;
    Some(Deviation { setting, better: better.to_owned() })
}

fn reload(code: Code, found: &Deviation<'_>, why: &str) -> Finding {
    altered(code, found, why).statement(RELOAD)
}

fn restart(code: Code, found: &Deviation<'_>, why: &str) -> Finding {
    altered(code, found, why).then(Then::Restart)
}

fn altered(code: Code, found: &Deviation<'_>, why: &str) -> Finding {
    let Deviation { setting, better } = found;
    let name = &setting.name;
    Finding::new(code, name, format!("{name} is {}: {why}", setting.value))
        .advice(format!("set {name} to {better}"))
        .statement(format!("ALTER SYSTEM SET {name} = '{better}'"))
}

const MOST_FOR_MAINTENANCE: u64 = 1024 * MEGABYTE;
