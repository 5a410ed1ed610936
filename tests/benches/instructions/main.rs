//! What metrics and tracing cost: instructions of a `validate_session`, counted by Valgrind's callgrind, with a Prometheus recorder and a
//! subscriber at level info, against none. It fails when that is more than a tenth. It runs itself under Valgrind, so nothing
//! else counts: `cargo xtask bench instructions`.

mod count;
mod work;

use std::process::ExitCode;

use auth_tests::report::{Line, Report};

use self::work::{Adapter, Watched};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(position) = arguments.iter().position(|argument| argument == work::ONCE) {
        work::run(&arguments[position + 1..]);
        return ExitCode::SUCCESS;
    }
    let mut report = Report::new("instructions", METHOD);
    let mut kept = true;
    for (adapter, name, bound) in [(Adapter::Sqlite, "SQLite", Some(MOST)), (Adapter::Memory, "memory", None)]
    {
        let each = |watched| count::per_operation(adapter, watched);
        let none = each(Watched::Not);
        let (metrics, both) = (each(Watched::Metrics), each(Watched::Both));
        let mut line = Line::new(name, "instructions of a validate_session")
            .figure("nobody watches", none)
            .figure("metrics", metrics)
            .figure("metrics and tracing at info", both)
            .figure("ratio", both / none);
        if let Some(bound) = bound {
            line = line.at_most(bound);
            kept &= both / none <= bound;
        }
        report.add(line);
    }
    report.finish();
    if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

const METHOD: &str = "callgrind; the difference of two runs, divided by their difference in operations";
const MOST: f64 = 1.10;
