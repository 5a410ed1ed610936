//! The README shows exactly the lines that embed the library in the examples, and not more than ten each.

use std::path::{Path, PathBuf};

fn read(file: &str) -> String {
    let root: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned();
    std::fs::read_to_string(root.join(file)).unwrap()
}

#[test]
fn the_readme_shows_the_lines_of_the_loco_example() {
    let sources = ["migrator.rs", "app.rs", "me.rs"].map(|file| read(&format!("examples/loco/src/{file}")));
    let blocks: Vec<String> = sources.iter().flat_map(|source| marked(source)).collect();
    let lines = blocks.iter().map(|block| block.lines().count()).sum::<usize>();
    assert!((1..=10).contains(&lines), "{lines} lines");
    let shown = format!("```rust\n{}\n```", blocks.join("\n\n"));
    assert!(read("README.md").contains(&shown), "the README does not show:\n{shown}");
}

/// The blocks between the marks, without their indentation.
fn marked(source: &str) -> Vec<String> {
    let blocks = source.split("// auth: begin\n").skip(1);
    let block = |text: &str| {
        let lines: Vec<&str> = text.lines().take_while(|line| line.trim() != "// auth: end").collect();
        let indent = lines.iter().map(|line| line.len() - line.trim_start().len()).min().unwrap();
        lines.iter().map(|line| &line[indent..]).collect::<Vec<_>>().join("\n")
    };
    blocks.map(block).collect()
}

#[test]
fn the_guide_to_testing_shows_a_test_that_runs() {
    let guide = read("docs/testing.md");
    let (_, shown) = guide.split_once("```rust,ignore\n").unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    assert!(
        read("examples/axum/src/tests.rs").contains(shown.trim_end()),
        "examples/axum has no such test:\n{shown}"
    );
}

#[test]
fn the_readme_shows_the_examples_lines() {
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
