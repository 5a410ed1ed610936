use std::collections::BTreeSet;

use super::{METRICS, Metric, MetricKind, Operation};

const DOCS: &str = include_str!("../../../../docs/monitoring.md");
const ALERTS: &str = include_str!("../../../../monitoring/alerts.yml");
const DASHBOARD: &str = include_str!("../../../../monitoring/dashboard.json");

#[test]
fn the_documentation_lists_every_metric_as_it_is() {
    let rows: Vec<Vec<&str>> = DOCS
        .lines()
        .filter(|line| line.starts_with("| `auth_"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let told: Vec<(&str, &str, String)> =
        rows.iter().map(|row| (row[0].trim_matches('`'), row[1], row[2].replace('`', ""))).collect();
    let listed: Vec<(&str, &str, String)> =
        METRICS.iter().map(|metric| (metric.name, kind(metric), labels(metric))).collect();
    assert_eq!(told, listed);
    for row in rows {
        assert!(
            row.len() == 5 && row[3].len() > 10 && row[4].len() > 10,
            "{row:?}: what it says, what to do"
        );
    }
}

fn kind(metric: &Metric) -> &'static str {
    match metric.kind {
        MetricKind::Counter => "counter",
        MetricKind::Gauge => "gauge",
        MetricKind::Histogram(_) => "histogram",
    }
}

fn labels(metric: &Metric) -> String {
    metric.labels.join(", ")
}

#[test]
fn alerts_and_dashboard_ask_for_what_there_is() {
    for (file, text) in [("alerts.yml", ALERTS), ("dashboard.json", DASHBOARD)] {
        let asked: BTreeSet<&str> = text
            .split(|character: char| !character.is_ascii_lowercase() && character != '_')
            .filter(|word| word.starts_with("auth_"))
            .collect();
        assert!(asked.len() > 8, "{file} asks for metrics");
        for name in asked {
            assert!(is_there(name), "{file} asks for {name}, which is not in METRICS");
        }
    }
}

/// A histogram is asked for by its parts.
fn is_there(name: &str) -> bool {
    METRICS.iter().any(|metric| {
        let part = name.strip_prefix(metric.name);
        match metric.kind {
            MetricKind::Histogram(_) => matches!(part, Some("_bucket" | "_sum" | "_count")),
            MetricKind::Counter | MetricKind::Gauge => part == Some(""),
        }
    })
}

#[test]
fn names_follow_the_conventions() {
    for metric in METRICS {
        let counts = metric.name.ends_with("_total");
        assert_eq!(counts, metric.kind == MetricKind::Counter, "{}", metric.name);
        assert!(metric.help.ends_with('.'), "{}", metric.name);
        if let MetricKind::Histogram(buckets) = metric.kind {
            assert!(buckets.is_sorted(), "{}", metric.name);
        }
    }
}

#[test]
fn operations_are_named_once_and_stand_in_their_places() {
    let names: BTreeSet<&str> = Operation::ALL.iter().map(|operation| operation.name()).collect();
    assert_eq!(names.len(), Operation::ALL.len());
    for (position, operation) in Operation::ALL.iter().enumerate() {
        assert_eq!(*operation as usize, position, "{}", operation.name());
    }
}

#[test]
fn every_operation_of_the_services_is_observed_under_its_name() {
    let services = concat!(env!("CARGO_MANIFEST_DIR"), "/src/service");
    let mut spans = BTreeSet::new();
    for file in std::fs::read_dir(services).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let text = std::fs::read_to_string(path).unwrap();
            let names = text.split("name = \"auth.").skip(1).filter(|rest| rest.contains("skip_all"));
            let names = names.filter_map(|rest| rest.split_once('"'));
            let of_spans = names
                .filter(|(_, rest)| rest.trim_start_matches(", level = \"debug\"").starts_with(", skip_all"));
            spans.extend(of_spans.map(|(name, _)| name.to_owned()));
        }
    }
    let observed: BTreeSet<String> = Operation::ALL.iter().map(|it| it.name().to_owned()).collect();
    let reading = ["account_info", "is_reset_token", "list_accounts", "list_sessions"];
    // Told by metrics of their own.
    let told_otherwise =
        ["validate_session", "delete_expired", "purge_deleted_users", "forget_addresses", "encrypt_tokens"];
    let apart: BTreeSet<String> =
        reading.iter().chain(&told_otherwise).map(|name| (*name).to_owned()).collect();
    assert_eq!(spans, observed.union(&apart).cloned().collect());
}
