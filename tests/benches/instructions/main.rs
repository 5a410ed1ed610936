//! What metrics and tracing cost: instructions of a `validate_session`, counted by Valgrind's callgrind, with a Prometheus recorder and a
//! subscriber at level info, against none. It fails when that is more than a tenth. It runs itself under Valgrind, so nothing
//! else counts: `cargo xtask bench instructions`.

mod count;
mod work;

use std::process::ExitCode;

use auth_tests::measure::Ratio;
use auth_tests::report::{Line, Report};

use self::work::{Adapter, Watched};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(position) = arguments.iter().position(|argument| argument == work::ONCE) {
        work::run(&arguments[position + 1..]);
        return ExitCode::SUCCESS;
    }
    let mut report = Report::new("instructions", METHOD);
    let kept = measure(&mut report, Adapter::Sqlite, "SQLite", Some(MOST));
    measure(&mut report, Adapter::Memory, "memory", None);
    report.finish();
    if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Measures by turns and tells whether the bound was kept.
fn measure(report: &mut Report, adapter: Adapter, name: &str, bound: Option<f64>) -> bool {
    let each = |watched| count::per_operation(adapter, watched);
    let rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (each(Watched::No), each(Watched::Yes))).collect();
    let median = |side: fn(&(f64, f64)) -> f64| Ratio::median_of(rounds.iter().map(side).collect());
    let ratio = Ratio::of(rounds.iter().map(|round| round.1), rounds.iter().map(|round| round.0));
    let mut line = Line::new(name, "instructions of a validate_session")
        .ratio("nobody watches", median(|round| round.0))
        .ratio("metrics, tracing at info", median(|round| round.1))
        .ratio("ratio", ratio);
    if let Some(bound) = bound {
        line = line.at_most(bound);
    }
    report.add(line);
    bound.is_none_or(|bound| ratio.median <= bound)
}

const METHOD: &str =
    "callgrind; the difference of a long and a short run, by what one does more; median of 7 rounds";
/// Clocks are set by time at the start, and threads hand over now and then: one round is good to a few hundredths.
const ROUNDS: usize = 7;
const MOST: f64 = 1.10;
