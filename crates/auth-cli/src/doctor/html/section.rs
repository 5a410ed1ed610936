//! The sections of the page; one without anything to show is left out.

use auth_core::adapter::seaorm::diagnosis::{IndexFacts, Usage};
use html_escape::encode_text;

use super::super::bytes::bytes;
use super::super::finding::{Finding, Severity};
use super::super::report::Report;
use super::chart::{Bar, bars, legend};

pub(super) fn tiles(report: &Report) -> String {
    let count = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
    let mut tiles: Vec<(String, String)> = [Severity::Critical, Severity::Warning, Severity::Advice]
        .into_iter()
        .map(|severity| (severity.name().to_owned(), count(severity).to_string()))
        .collect();
    let database = &report.database;
    tiles.push(("round trip".to_owned(), microseconds(database.round_trip_microseconds)));
    tiles.extend(report.connect_microseconds.map(|took| ("connecting".to_owned(), microseconds(took))));
    tiles.push(("tables and indexes".to_owned(), bytes(database.bytes())));
    let open = database.connections.as_ref().map(|all| all.iter().map(|found| found.count).sum::<u64>());
    tiles.extend(open.map(|open| ("other connections".to_owned(), open.to_string())));
    tiles.extend(
        report
            .redis
            .as_ref()
            .map(|redis| (format!("Redis {}", redis.version), microseconds(redis.round_trip_microseconds))),
    );
    let tile = |(what, value): &(String, String)| {
        let class = what.split(' ').next().unwrap_or_default().to_lowercase();
        let class = if value == "0" { "none".to_owned() } else { class };
        format!(
            "<div class=\"tile {}\"><b>{}</b><span>{}</span></div>",
            encode_text(&class),
            encode_text(value),
            encode_text(what)
        )
    };
    format!("<section class=\"tiles\">{}</section>\n", tiles.iter().map(tile).collect::<String>())
}

pub(super) fn findings(report: &Report) -> String {
    if report.findings.is_empty() {
        return section("Findings", "<p class=\"well\">Nothing was found.</p>\n");
    }
    section("Findings", &report.findings.iter().map(finding).collect::<String>())
}

fn finding(finding: &Finding) -> String {
    let Finding { code, severity, subject, reason, advice, statements, command, then, .. } = finding;
    let name = severity.name();
    let mut text = format!(
        "<article class=\"{name}\"><h3><span class=\"pill\">{name}</span> {} <code>{code}</code></h3><p>{}.</p><p>{}.</p>",
        encode_text(subject),
        encode_text(reason),
        encode_text(advice)
    );
    let lines: Vec<String> = statements.iter().map(|statement| format!("{statement};")).collect();
    if !lines.is_empty() {
        text.extend(["<pre>", &encode_text(&lines.join("\n")), "</pre>"]);
    }
    if let Some(then) = then {
        text.extend(["<p>Then ", then.words(), ".</p>"]);
    }
    if let Some(command) = command {
        text.extend(["<pre>", command, "</pre>"]);
    }
    text + "</article>\n"
}

pub(super) fn notes(report: &Report) -> String {
    let mut notes = report.notes.clone();
    notes.extend(
        report
            .memory
            .map(|memory| format!("the memory of the server: {}, {}", bytes(memory.bytes), memory.source)),
    );
    list("Good to know", notes.iter().map(|note| encode_text(note).into_owned()))
}

pub(super) fn untold(report: &Report) -> String {
    let untold = report.database.untold.iter();
    list(
        "What the engine does not tell",
        untold.map(|untold| format!("<b>{}</b>: {}", encode_text(untold.what), encode_text(&untold.why))),
    )
}

pub(super) fn sizes(report: &Report) -> String {
    let sized = report.database.tables.iter().filter(|table| table.bytes.is_some());
    let bar = |table: &auth_core::adapter::seaorm::diagnosis::TableFacts| {
        let (rows, index) = (table.bytes.unwrap_or_default(), table.index_bytes.unwrap_or_default());
        Bar {
            label: table.name.clone(),
            parts: vec![(amount(rows), "one"), (amount(index), "two")],
            value: bytes(rows + index),
        }
    };
    chart("Sizes", &sized.map(bar).collect::<Vec<_>>(), &[("one", "rows"), ("two", "indexes")])
}

pub(super) fn rows(report: &Report) -> String {
    let bar = |table: &auth_core::adapter::seaorm::diagnosis::TableFacts| {
        let dead = table.dead_rows.unwrap_or_default();
        let told = if dead > 0 { format!("{}, {dead} dead", table.rows) } else { table.rows.to_string() };
        let told = match table.analyzed_at {
            Some(at) => format!("{told}; analysed {}", at.date()),
            None => told,
        };
        Bar {
            label: table.name.clone(),
            parts: vec![(amount(table.rows), "one"), (amount(dead), "bad")],
            value: told,
        }
    };
    chart(
        "Rows",
        &report.database.tables.iter().map(bar).collect::<Vec<_>>(),
        &[("one", "live"), ("bad", "dead")],
    )
}

pub(super) fn uses(report: &Report) -> String {
    let mut counted: Vec<&IndexFacts> =
        report.database.indexes.iter().filter(|index| index.uses.is_some()).collect();
    counted.sort_by_key(|index| std::cmp::Reverse(index.uses));
    let bar = |index: &&IndexFacts| {
        let uses = index.uses.unwrap_or_default();
        let usage = index.usage.unwrap_or(Usage::Unused);
        let size = index.bytes.map(|size| format!(", {}", bytes(size))).unwrap_or_default();
        // Uses differ by powers of ten.
        let part = (1.0 + amount(uses)).log10();
        Bar {
            label: index.name.clone(),
            parts: vec![(part, usage.name())],
            value: format!("{uses}, {}{size}", usage.name()),
        }
    };
    let since =
        report.database.counted_since.map_or(String::new(), |since| format!(" since {}", since.date()));
    let entries = [
        ("high", "high: 100 and more"),
        ("moderate", "moderate: 10 and more"),
        ("low", "low: fewer"),
        ("unused", "unused"),
    ];
    chart(
        &format!("Uses of indexes{since}, by powers of ten"),
        &counted.iter().map(bar).collect::<Vec<_>>(),
        &entries,
    )
}

pub(super) fn statements(report: &Report) -> String {
    let statements = report.database.statements.iter().flatten();
    let bar = |statement: &auth_core::adapter::seaorm::diagnosis::StatementFacts| Bar {
        label: statement.text.clone(),
        parts: vec![(statement.total_milliseconds, "one")],
        value: format!("{:.1} ms × {}", statement.mean_milliseconds, statement.calls),
    };
    let shown: Vec<_> = statements.take(10).collect();
    let texts: Vec<String> = shown
        .iter()
        .map(|statement| format!("<li><code>{}</code></li>", encode_text(&statement.text)))
        .collect();
    let list = texts.concat();
    let bars: Vec<Bar> = shown.into_iter().map(bar).collect();
    if bars.is_empty() {
        return String::new();
    }
    chart("Statements that took most time together", &bars, &[])
        + &format!("<details><summary>Their texts</summary><ol>{list}</ol></details>\n")
}

pub(super) fn connections(report: &Report) -> String {
    let connections = report.database.connections.iter().flatten();
    let bar = |found: &auth_core::adapter::seaorm::diagnosis::ConnectionFacts| Bar {
        label: found.state.clone(),
        parts: vec![(amount(found.count), if found.state == "idle in transaction" { "bad" } else { "one" })],
        value: format!("{}, longest {} s", found.count, found.longest_seconds),
    };
    chart("Other connections to the server", &connections.map(bar).collect::<Vec<_>>(), &[])
}

pub(super) fn settings(report: &Report) -> String {
    let row = |setting: &auth_core::adapter::seaorm::diagnosis::Setting| {
        format!("<tr><td>{}</td><td>{}</td></tr>", encode_text(&setting.name), encode_text(&setting.value))
    };
    let rows: String = report.database.settings.iter().map(row).collect();
    section("Settings", &format!("<table>{rows}</table>\n"))
}

fn chart(title: &str, shown: &[Bar], entries: &[(&str, &str)]) -> String {
    if shown.is_empty() {
        return String::new();
    }
    let key = if entries.is_empty() { String::new() } else { legend(entries) };
    section(title, &(key + &bars(title, shown)))
}

fn list(title: &str, items: impl Iterator<Item = String>) -> String {
    let items = items.map(|item| format!("<li>{item}</li>")).collect::<Vec<_>>().concat();
    if items.is_empty() { String::new() } else { section(title, &format!("<ul>{items}</ul>\n")) }
}

fn section(title: &str, inner: &str) -> String {
    format!("<section><h2>{}</h2>\n{inner}</section>\n", encode_text(title))
}

fn microseconds(microseconds: u64) -> String {
    format!("{}.{} ms", microseconds / 1000, microseconds % 1000 / 100)
}

#[expect(clippy::cast_precision_loss, reason = "the width of a bar needs no more than it keeps")]
fn amount(number: u64) -> f64 {
    number as f64
}
