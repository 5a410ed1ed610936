//! Settings of MySQL and MariaDB, against what is there.

use auth_core::adapter::seaorm::diagnosis::{Facts, Setting};

use super::super::bytes::{MEGABYTE, bytes};
use super::super::code::{self, Code};
use super::super::finding::{Finding, Then};
use super::{Evidence, room_for};

pub(super) fn settings(evidence: &Evidence<'_>) -> Vec<Finding> {
    let facts = evidence.facts;
    let mut findings = Vec::new();
    findings.extend(buffer_pool(evidence));
    findings.extend(redo_log(facts));
    findings.extend(switches(facts));
    findings.extend(sql_mode(facts));
    findings.extend(time_zone(facts));
    findings
}

pub(super) fn notes(evidence: &Evidence<'_>) -> Vec<String> {
    let off = is(evidence.facts, "log_bin", "OFF");
    let note = "the binary log is off: there is no way back to a moment between two backups, and no replica";
    off.then(|| note.to_owned()).into_iter().collect()
}

fn buffer_pool(evidence: &Evidence<'_>) -> Option<Finding> {
    let setting = evidence.facts.setting("innodb_buffer_pool_size")?;
    let (has, data) = (setting.bytes?, evidence.facts.bytes());
    let most = evidence.memory.map(|memory| memory.bytes / 10 * 6 / MEGABYTE * MEGABYTE);
    let better = room_for(data, 128 * MEGABYTE).min(most.unwrap_or(u64::MAX));
    if data <= has || better <= has {
        return None;
    }
    let bound = match evidence.memory {
        Some(memory) => format!("at most 60 % of the memory ({}, {})", bytes(memory.bytes), memory.source),
        None => "the memory of the server is not known: it should have twice as much".to_owned(),
    };
    let why = format!(
        "tables and indexes take {}, more than the {} of the buffer pool; {bound}",
        bytes(data),
        bytes(has)
    );
    Some(global(code::BUFFER_POOL_SMALL, &setting.name, &why, &better.to_string()))
}

/// MySQL has one capacity, MariaDB a file, older servers several.
fn redo_log(facts: &Facts) -> Option<Finding> {
    let capacity =
        facts.setting("innodb_redo_log_capacity").and_then(|setting| Some((setting, setting.bytes?)));
    let files = facts.setting("innodb_log_files_in_group").and_then(Setting::number).unwrap_or(1.0);
    let file = facts.setting("innodb_log_file_size").and_then(|setting| Some((setting, setting.bytes?)));
    let (setting, has) = capacity.or(file.filter(|_| files <= 1.0))?;
    if has >= 48 * MEGABYTE {
        return None;
    }
    let why = format!(
        "the redo log holds {}: the server has to write pages out in a hurry whenever it is full",
        bytes(has)
    );
    Some(global(code::REDO_LOG_SMALL, &setting.name, &why, &(96 * MEGABYTE).to_string()))
}

fn switches(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut tell =
        |code: Code, name: &str, why: &str, better: &str| findings.push(global(code, name, why, better));
    if is_not(facts, "innodb_flush_log_at_trx_commit", "1") {
        let why = "a crash takes sign-ups and password changes back that were answered already";
        tell(code::FLUSH_AT_COMMIT_OFF, "innodb_flush_log_at_trx_commit", why, "1");
    }
    if is(facts, "log_bin", "ON") && is_not(facts, "sync_binlog", "1") {
        let why =
            "after a crash the binary log lacks what the tables have: replicas and backups go apart from it";
        tell(code::SYNC_BINLOG_OFF, "sync_binlog", why, "1");
    }
    if is(facts, "log_bin", "ON") && is(facts, "binlog_format", "STATEMENT") {
        let why = "replicas run the statements again, and a DELETE with a LIMIT, which deletes what has expired, may take other rows there";
        tell(code::BINLOG_STATEMENTS, "binlog_format", why, "'ROW'");
    }
    if is(facts, "innodb_doublewrite", "OFF") {
        let why = "innodb_doublewrite is OFF: a power failure can leave pages half written, for good";
        let advice = "innodb_doublewrite = ON in the server's configuration, and a restart";
        findings.push(Finding::new(code::DOUBLEWRITE_OFF, "innodb_doublewrite", why).advice(advice));
    }
    findings
}

fn sql_mode(facts: &Facts) -> Option<Finding> {
    let setting = facts.setting("sql_mode")?;
    let modes = setting.value.to_uppercase();
    if modes
        .split(',')
        .any(|mode| matches!(mode, "STRICT_TRANS_TABLES" | "STRICT_ALL_TABLES" | "TRADITIONAL"))
    {
        return None;
    }
    let why = "whoever connects without a mode of their own has texts cut and wrong values changed without a word; this library's \
               connections are strict by themselves";
    Some(global(code::SQL_MODE_LAX, "sql_mode", why, "CONCAT(@@GLOBAL.sql_mode, ',STRICT_TRANS_TABLES')"))
}

fn time_zone(facts: &Facts) -> Option<Finding> {
    let zone = &facts.setting("time_zone")?.value;
    let of_system = facts.setting("system_time_zone").map_or("", |setting| setting.value.as_str());
    let zone = if zone == "SYSTEM" { of_system } else { zone.as_str() };
    if matches!(zone, "+00:00" | "UTC" | "GMT" | "Etc/UTC" | "Etc/GMT" | "") {
        return None;
    }
    let why = format!(
        "it is {zone}: what others write with NOW() and read from a timestamp is that zone's, and some of its hours do not exist; \
         this library's connections have UTC by themselves"
    );
    Some(global(code::TIME_ZONE_NOT_UTC, "time_zone", &why, "'+00:00'"))
}

fn is(facts: &Facts, name: &str, value: &str) -> bool {
    facts.setting(name).is_some_and(|setting| setting.value.eq_ignore_ascii_case(value))
}

/// One that is not told is no fault.
fn is_not(facts: &Facts, name: &str, value: &str) -> bool {
    facts.setting(name).is_some_and(|setting| !setting.value.eq_ignore_ascii_case(value))
}

fn global(code: Code, name: &str, why: &str, better: &str) -> Finding {
    Finding::new(code, name, format!("{name}: {why}"))
        .advice(format!("set {name} to {better}"))
        .statement(format!("SET GLOBAL {name} = {better}"))
        .then(Then::Configuration)
}
