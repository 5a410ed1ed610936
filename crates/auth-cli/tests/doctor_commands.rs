//! `auth doctor` and `auth maintain` as a person runs them.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use support::Place;

#[test]
fn the_page_of_the_documentation_has_every_code() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/doctor.md")).unwrap();
    for code in auth_cli::doctor::CODES {
        let row =
            page.lines().find(|line| line.starts_with("| `") && line.contains(&format!("`{}`", code.name)));
        let row = row.unwrap_or_else(|| panic!("docs/doctor.md has no row for {}", code.name));
        assert!(row.contains(code.severity.name()), "{row}");
    }
}

/// The tables stand, and the history of migrations does not: a warning.
#[test]
fn the_worst_finding_makes_the_exit_code() {
    let place = Place::new("doctor", "naming = 'better-auth'\n");
    let well = place.run(&["doctor"]);
    assert_eq!(well.status, Some(0), "{}{}", well.out, well.err);
    assert!(well.out.contains("nothing was found"), "{}", well.out);
    let place = Place::new("doctor_pending", "");
    let pending = place.run(&["doctor", "--json", "--html", "report.html"]);
    assert_eq!(pending.status, Some(4), "{}{}", pending.out, pending.err);
    let report: serde_json::Value = serde_json::from_str(&pending.out).unwrap();
    assert_eq!((&report["format"], &report["severity"]), (&1.into(), &"warning".into()));
    let codes = report["findings"].as_array().unwrap().iter().map(|finding| finding["code"].clone());
    assert_eq!(codes.collect::<Vec<_>>(), vec!["pending_migration"; 5]);
    let page =
        std::fs::read_to_string(place.url().trim_start_matches("sqlite:").replace("auth.db", "report.html"))
            .unwrap();
    assert!(page.contains("pending_migration") && page.contains("<svg"));
    let unwritten = place.run(&["doctor", "--html", "nowhere/report.html"]);
    assert_eq!(unwritten.status, Some(1));
    assert!(unwritten.err.contains("is the directory there"), "{}", unwritten.err);
}

#[test]
fn nothing_is_maintained_without_being_asked() {
    let place = Place::new("maintain", "");
    let told = place.json(&["maintain"]);
    assert_eq!((&told["dry_run"], &told["expired"]["sessions"]), (&true.into(), &0.into()));
    let done = place.json(&["maintain", "--apply", "--vacuum", "--only", "optimise"]);
    let works = done["works"].as_array().unwrap();
    let statements: Vec<&str> = works.iter().map(|work| work["statements"][0].as_str().unwrap()).collect();
    assert_eq!(statements, ["VACUUM", "PRAGMA optimize = 0x10002"]);
    assert_eq!(place.run(&["maintain", "--only", "nonsense"]).status, Some(2));
}
