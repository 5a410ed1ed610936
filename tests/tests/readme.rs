//! The README shows exactly the lines that embed the library in the example, and not more than ten.

use std::path::Path;

#[test]
fn the_readme_shows_the_examples_lines() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let read = |file: &str| std::fs::read_to_string(root.join(file)).unwrap();
    let example = read("examples/axum/src/main.rs");
    let (_, embedded) = example.split_once("// [embed]\n").unwrap();
    let (embedded, _) = embedded.split_once("    // [/embed]").unwrap();
    let lines: Vec<&str> = embedded.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    assert!(lines.len() <= 10, "{} lines", lines.len());
    let shown = format!("```rust\n{}\n```", lines.join("\n"));
    assert!(read("README.md").contains(&shown), "the README does not show:\n{shown}");
    let sources = ["examples/axum/src/main.rs", "examples/axum/src/secret.rs"];
    let all: usize = sources.iter().map(|file| read(file).lines().count()).sum();
    assert!(all < 120, "the example has {all} lines");
}
