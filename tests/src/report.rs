//! What a benchmark has measured, as a table and as JSON.

use std::path::Path;

use serde::Serialize;

use crate::measure::Ratio;

/// The lines of one benchmark.
#[derive(Debug, Serialize)]
pub struct Report {
    benchmark: String,
    /// How it was measured.
    method: String,
    cores: usize,
    lines: Vec<Line>,
}

/// One measurement.
#[derive(Debug, Serialize)]
pub struct Line {
    engine: String,
    case: String,
    figures: Vec<Figure>,
}

/// One number of a measurement; its unit stands in its name.
#[derive(Debug, Serialize)]
struct Figure {
    name: String,
    value: f64,
    /// Where the true value lies in 95 of 100 runs.
    interval: Option<(f64, f64)>,
    /// What is promised of it.
    promise: Option<Promise>,
}

#[derive(Debug, Serialize)]
struct Promise {
    at_most: bool,
    bound: f64,
    kept: bool,
}

impl Report {
    /// Starts a report and says what it is about.
    pub fn new(benchmark: &str, method: &str) -> Self {
        println!("{benchmark}: {method}\n");
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { benchmark: benchmark.to_owned(), method: method.to_owned(), cores, lines: Vec::new() }
    }

    /// Adds a measurement and prints it.
    pub fn add(&mut self, line: Line) {
        line.print();
        self.lines.push(line);
    }

    /// Writes `target/bench/<benchmark>.json`, from which tables and charts are made, and tells which promises were broken.
    pub fn finish(self) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("target/bench");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{}.json", self.benchmark));
        std::fs::write(&file, serde_json::to_string_pretty(&self).unwrap()).unwrap();
        let promises =
            || self.lines.iter().flat_map(|line| &line.figures).filter_map(|it| it.promise.as_ref());
        let kept = promises().filter(|promise| promise.kept).count();
        println!(
            "\n{kept} of {} promises kept; written to target/bench/{}.json",
            promises().count(),
            self.benchmark
        );
    }
}

impl Line {
    /// A measurement on an engine.
    pub fn new(engine: &str, case: impl Into<String>) -> Self {
        Self { engine: engine.to_owned(), case: case.into(), figures: Vec::new() }
    }

    /// Adds a number.
    #[must_use]
    pub fn figure(mut self, name: &str, value: f64) -> Self {
        self.figures.push(Figure { name: name.to_owned(), value, interval: None, promise: None });
        self
    }

    /// Adds a ratio.
    #[must_use]
    pub fn ratio(mut self, name: &str, ratio: Ratio) -> Self {
        let interval = Some((ratio.low, ratio.high));
        self.figures.push(Figure { name: name.to_owned(), value: ratio.median, interval, promise: None });
        self
    }

    /// Says that the number before is promised to be at most so much.
    #[must_use]
    pub fn at_most(mut self, bound: f64) -> Self {
        if let Some(figure) = self.figures.last_mut() {
            figure.promise = Some(Promise { at_most: true, bound, kept: figure.value <= bound });
        }
        self
    }

    /// Says that the number before is promised to be at least so much.
    #[must_use]
    pub fn at_least(mut self, bound: f64) -> Self {
        if let Some(figure) = self.figures.last_mut() {
            figure.promise = Some(Promise { at_most: false, bound, kept: figure.value >= bound });
        }
        self
    }

    fn print(&self) {
        let figures: Vec<String> = self.figures.iter().map(Figure::text).collect();
        println!("{:<11} {:<44} {}", self.engine, self.case, figures.join("  "));
    }
}

impl Figure {
    fn text(&self) -> String {
        let digits = if self.value.abs() < 20.0 { 3 } else { 1 };
        let interval =
            self.interval.map_or_else(String::new, |(low, high)| format!(" ({low:.3} – {high:.3})"));
        let promise = self.promise.as_ref().map_or_else(String::new, |promise| {
            let sign = if promise.at_most { '≤' } else { '≥' };
            format!(" [{sign} {}: {}]", promise.bound, if promise.kept { "kept" } else { "BROKEN" })
        });
        format!("{} {:.digits$}{interval}{promise}", self.name, self.value)
    }
}
