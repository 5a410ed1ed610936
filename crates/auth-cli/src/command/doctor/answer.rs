//! A report for a terminal.

use std::fmt;

use serde::Serialize;

use super::super::text::plain;
use crate::doctor::{Finding, Report, bytes};

#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Answer(pub(super) Report);

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        head(formatter, &self.0)?;
        tables(formatter, &self.0)?;
        for finding in &self.0.findings {
            told(formatter, finding)?;
        }
        for note in &self.0.notes {
            writeln!(formatter, "note: {}", plain(note))?;
        }
        for untold in &self.0.database.untold {
            writeln!(formatter, "not told: {}: {}", untold.what, plain(&untold.why))?;
        }
        match self.0.findings.len() {
            0 => writeln!(formatter, "nothing was found"),
            1 => writeln!(formatter, "1 finding; docs/doctor.md tells more of each"),
            many => writeln!(formatter, "{many} findings; docs/doctor.md tells more of each"),
        }
    }
}

fn head(formatter: &mut fmt::Formatter<'_>, report: &Report) -> fmt::Result {
    let database = &report.database;
    let milliseconds =
        |microseconds: u64| format!("{}.{} ms", microseconds / 1000, microseconds % 1000 / 100);
    write!(formatter, "{} {}, ", database.engine, plain(&database.version))?;
    if let Some(took) = report.connect_microseconds {
        write!(formatter, "connected in {}, ", milliseconds(took))?;
    }
    writeln!(formatter, "round trip {}", milliseconds(database.round_trip_microseconds))?;
    if let Some(memory) = report.memory {
        writeln!(formatter, "memory      {}, {}", bytes(memory.bytes), memory.source)?;
    }
    if let Some(connections) = &database.connections {
        let list: Vec<String> =
            connections.iter().map(|found| format!("{} {}", found.count, found.state)).collect();
        let list = if list.is_empty() { "no other".to_owned() } else { list.join(", ") };
        writeln!(formatter, "connections {}", plain(&list))?;
    }
    if let Some(redis) = &report.redis {
        let trip = milliseconds(redis.round_trip_microseconds);
        writeln!(
            formatter,
            "Redis       {}, {}, {trip}, {} in use",
            plain(&redis.version),
            plain(&redis.role),
            bytes(redis.used_bytes)
        )?;
    }
    if let Some(expired) = report.expired {
        let crate::doctor::Expired { sessions, verifications, rate_limits, .. } = expired;
        writeln!(
            formatter,
            "expired     {sessions} sessions, {verifications} verifications, {rate_limits} counters"
        )?;
    }
    Ok(())
}

fn tables(formatter: &mut fmt::Formatter<'_>, report: &Report) -> fmt::Result {
    let name = |name: &str| plain(name);
    let widest =
        report.database.tables.iter().map(|table| table.name.chars().count()).max().unwrap_or_default();
    for table in &report.database.tables {
        let size = |size: Option<u64>| size.map_or("?".to_owned(), bytes);
        write!(
            formatter,
            "  {:widest$}  {} rows, {} and {} of indexes",
            name(&table.name),
            table.rows,
            size(table.bytes),
            size(table.index_bytes)
        )?;
        if let Some(dead) = table.dead_rows.filter(|dead| *dead > 0) {
            write!(formatter, ", {dead} dead")?;
        }
        if let Some(at) = table.analyzed_at {
            write!(formatter, ", analysed {}", at.date())?;
        }
        writeln!(formatter)?;
    }
    Ok(())
}

fn told(formatter: &mut fmt::Formatter<'_>, finding: &Finding) -> fmt::Result {
    let Finding { code, severity, subject, reason, advice, statements, command, then, .. } = finding;
    writeln!(formatter, "\n{} {code}: {}", severity.name(), plain(subject))?;
    writeln!(formatter, "  {}", plain(reason))?;
    writeln!(formatter, "  {}", plain(advice))?;
    for statement in statements {
        writeln!(formatter, "    {};", plain(statement))?;
    }
    if let Some(then) = then {
        writeln!(formatter, "  then {}", then.words())?;
    }
    if let Some(command) = command {
        writeln!(formatter, "    {command}")?;
    }
    Ok(())
}
