//! A report as one page that stands alone: no script, nothing from elsewhere, light and dark.

mod chart;
mod section;

use html_escape::encode_text;
use time::format_description::well_known::Rfc3339;

use super::report::Report;

/// Draws a report.
pub fn page(report: &Report) -> String {
    let engine = format!("{} {}", report.database.engine, report.database.version);
    let at = report.examined_at.format(&Rfc3339).unwrap_or_default();
    let sections = sections(report, &(uses(report) + &statements(report)));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>auth doctor: {engine}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <header><h1>{engine}</h1><p>auth doctor, {at}</p></header>\n{sections}</main>\n</body>\n</html>\n",
        engine = encode_text(&engine),
        at = encode_text(&at),
    )
}

/// What the page shows first, for a page of another frame: all but [`uses`] and [`statements`]. Its headings begin with `h2`.
pub fn overview(report: &Report) -> String {
    sections(report, "")
}

/// How often each index was used; empty where the engine does not tell.
pub fn uses(report: &Report) -> String {
    section::uses(report)
}

/// The statements that took most time together; empty where the engine does not tell.
pub fn statements(report: &Report) -> String {
    section::statements(report)
}

/// All sections in their order, `counted` being those of indexes and statements.
fn sections(report: &Report, counted: &str) -> String {
    [
        &section::tiles(report),
        &section::findings(report),
        &section::notes(report),
        &section::sizes(report),
        &section::rows(report),
        counted,
        &section::connections(report),
        &section::settings(report),
        &section::untold(report),
    ]
    .concat()
}

/// The look of all of it, in light and dark.
pub const STYLE: &str = include_str!("style.css");

#[cfg(test)]
mod tests {
    use auth_core::adapter::seaorm::diagnosis::Facts;
    use time::OffsetDateTime;

    use super::super::code;
    use super::super::finding::Finding;
    use super::*;

    #[test]
    fn what_the_database_says_stays_text() {
        let mut facts = Facts::default();
        facts.engine = "PostgreSQL";
        facts.version = "<script>alert(1)</script>".to_owned();
        let finding =
            Finding::new(code::UNUSED_INDEX, "\"><img alt=x>", "a & b").statement("DROP INDEX \"<b>\"");
        let report = Report {
            format: 1,
            examined_at: OffsetDateTime::UNIX_EPOCH,
            severity: Some(finding.severity),
            findings: vec![finding],
            notes: vec!["<i>".to_owned()],
            connect_microseconds: None,
            memory: None,
            database: facts,
            expired: None,
            pool: None,
            redis: None,
        };
        let page = page(&report);
        for raw in ["<script", "<img", "<i>", "\"<b>\""] {
            assert!(!page.contains(raw), "{raw}");
        }
        assert!(
            page.contains("DROP INDEX \"&lt;b&gt;\"")
                && page.contains("a &amp; b")
                && page.contains("prefers-color-scheme")
        );
        for from_elsewhere in ["http://", "https://", "url(", "@import", " src=", " href="] {
            assert!(
                !page.replace("http://www.w3.org/2000/svg", "").contains(from_elsewhere),
                "{from_elsewhere}"
            );
        }
    }
}
