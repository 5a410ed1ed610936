//! Counts instructions.

use std::process::Command;

use crate::work::{Adapter, ONCE, Watched};

/// Instructions of one operation: start and end of the program, which both runs have, fall out.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
pub fn per_operation(adapter: Adapter, watched: Watched) -> f64 {
    let (few, many) = (run(adapter, watched, FEW), run(adapter, watched, MANY));
    (many - few) as f64 / (MANY - FEW) as f64
}

fn run(adapter: Adapter, watched: Watched, operations: u64) -> u64 {
    let this = std::env::current_exe().unwrap();
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(this)
        .args([ONCE, &format!("{adapter:?}"), &format!("{watched:?}"), &operations.to_string()])
        .output()
        .expect("valgrind is installed: `cargo xtask bench instructions` sees to it");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let collected = told.lines().find_map(|line| line.split_once("Collected : "));
    collected.expect("callgrind tells what it has counted").1.trim().parse().unwrap()
}

const FEW: u64 = 500;
const MANY: u64 = 6_500;
