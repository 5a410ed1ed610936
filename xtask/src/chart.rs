//! Draws what the benchmarks have measured: ratios as bars, with their intervals.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// A ratio of a measurement.
struct Bar {
    label: String,
    value: f64,
    interval: (f64, f64),
}

/// Draws `docs/images/benchmarks.svg` from `target/bench`.
pub(crate) fn draw() -> Result<(), String> {
    let mut panels = Vec::new();
    for (file, figure, title, filter) in PANELS {
        let path = Path::new("target/bench").join(format!("{file}.json"));
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let report: Value =
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let bars = bars(&report, figure, filter);
        if !bars.is_empty() {
            panels.push((title, bars));
        }
    }
    if panels.is_empty() {
        return Err("nothing was measured yet: run `cargo xtask bench`".to_owned());
    }
    let file = "docs/images/benchmarks.svg";
    fs::write(file, svg(&panels)).map_err(|error| format!("cannot write {file}: {error}"))?;
    println!("drawn: {file}");
    Ok(())
}

fn bars(report: &Value, figure: &str, filter: &str) -> Vec<Bar> {
    let lines = report["lines"].as_array().into_iter().flatten();
    let of_line = |line: &Value| {
        let case = line["case"].as_str()?;
        let found = line["figures"].as_array()?.iter().find(|it| it["name"] == figure)?;
        let end = |position: usize| found["interval"][position].as_f64();
        let value = found["value"].as_f64()?;
        let label = format!("{}, {}", line["engine"].as_str()?, case.replace("validate_session, ", ""));
        let bar = Bar { label, value, interval: (end(0).unwrap_or(value), end(1).unwrap_or(value)) };
        case.ends_with(filter).then_some(bar)
    };
    lines.filter_map(of_line).collect()
}

fn svg(panels: &[(&str, Vec<Bar>)]) -> String {
    let rows: usize = panels.iter().map(|(_, bars)| bars.len()).sum();
    let height = rows * ROW + panels.len() * 56 + 16;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"system-ui, sans-serif\" \
         font-size=\"13\" role=\"img\" aria-label=\"Benchmarks: ratios with intervals\">\n\
         <style>text{{fill:#1f2328}}.bar{{fill:#4c78a8}}.line{{stroke:#1f2328}}.one{{stroke:#9aa0a6;stroke-dasharray:3 3}}\
         @media(prefers-color-scheme:dark){{text{{fill:#e6edf3}}.bar{{fill:#6b9bd1}}.line{{stroke:#e6edf3}}}}</style>\n"
    );
    let mut top = 24;
    for (title, bars) in panels {
        panel(&mut svg, title, bars, &mut top);
    }
    svg.push_str("</svg>\n");
    svg
}

fn panel(svg: &mut String, title: &str, bars: &[Bar], top: &mut usize) {
    let most = bars.iter().map(|bar| bar.interval.1.max(bar.value)).fold(1.0, f64::max);
    #[expect(clippy::cast_precision_loss, reason = "a width in pixels")]
    let scale = (WIDTH - LEFT - 70) as f64 / most;
    #[expect(clippy::cast_precision_loss, reason = "a place in pixels")]
    let place = |value: f64| LEFT as f64 + value * scale;
    let _ = writeln!(svg, "<text x=\"8\" y=\"{top}\" font-weight=\"600\">{title}</text>");
    *top += 12;
    let one = place(1.0);
    let bottom = *top + bars.len() * ROW;
    let _ =
        writeln!(svg, "<line class=\"one\" x1=\"{one:.1}\" x2=\"{one:.1}\" y1=\"{top}\" y2=\"{bottom}\"/>");
    for bar in bars {
        let (middle, text) = (*top + ROW / 2, *top + ROW / 2 + 5);
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{text}\" text-anchor=\"end\">{}</text>\
             <rect class=\"bar\" x=\"{LEFT}\" y=\"{}\" width=\"{:.1}\" height=\"{}\" rx=\"2\"/>\
             <line class=\"line\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{middle}\" y2=\"{middle}\"/>\
             <text x=\"{:.1}\" y=\"{text}\">{:.2}</text>",
            LEFT - 8,
            bar.label,
            *top + 4,
            bar.value * scale,
            ROW - 8,
            place(bar.interval.0),
            place(bar.interval.1),
            place(bar.interval.1.max(bar.value)) + 6.0,
            bar.value,
        );
        *top += ROW;
    }
    *top += 44;
}

const WIDTH: usize = 860;
const LEFT: usize = 300;
const ROW: usize = 24;
/// File, figure, title, and how the case ends.
const PANELS: [(&str, &str, &str, &str); 5] = [
    ("validate_session", "wall", "One caller: time of plain sqlx = 1 (less is better)", "tasks: 1"),
    ("validate_session", "SeaORM wall", "The same by SeaORM's find_both_related", "tasks: 1"),
    ("coalescing", "throughput", "Many callers: throughput of plain sqlx = 1 (more is better)", ""),
    (
        "coalescing",
        "cpu",
        "… and processor time of this process for each validation (less is better)",
        "tasks",
    ),
    ("http", "throughput", "Whole requests: throughput of a bare axum handler = 1 (more is better)", ""),
];
