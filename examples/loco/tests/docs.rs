//! The guide shows what the source says.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::fs;
use std::path::Path;

/// The files with marked lines, in the order of the guide.
const SOURCES: [&str; 3] = ["src/migrator.rs", "src/app.rs", "src/me.rs"];

#[test]
fn the_guide_shows_the_marked_lines() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = fs::read_to_string(root.join("../../docs/loco.md")).unwrap();
    let blocks: Vec<Vec<String>> = SOURCES.iter().flat_map(|file| marked(&root.join(file))).collect();
    assert_eq!(fenced(&guide), blocks, "docs/loco.md differs from the marked lines of examples/loco");
    let lines: usize = blocks.iter().map(Vec::len).sum();
    assert!((1..=10).contains(&lines), "{lines} lines embed the library");
}

#[test]
fn no_other_file_has_marked_lines() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(root.join("src")).unwrap() {
        let path = entry.unwrap().path();
        let is_known = SOURCES.iter().any(|file| root.join(file) == path);
        assert!(is_known || marked(&path).is_empty(), "{} is not in the guide", path.display());
    }
}

/// The blocks between the marks, without their indentation.
fn marked(path: &Path) -> Vec<Vec<String>> {
    let mut blocks = Vec::new();
    let mut open: Option<Vec<String>> = None;
    let source = fs::read_to_string(path).unwrap();
    for line in source.lines() {
        match (line.trim(), &mut open) {
            ("// auth: begin", None) => open = Some(Vec::new()),
            ("// auth: end", Some(_)) => blocks.extend(open.take().map(unindented)),
            (_, Some(lines)) => lines.push(line.to_owned()),
            _ => {}
        }
    }
    assert!(open.is_none(), "{}: a mark is not closed", path.display());
    blocks
}

/// The blocks of Rust in the guide.
fn fenced(guide: &str) -> Vec<Vec<String>> {
    let parts = guide.split("```rust\n").skip(1);
    parts.map(|part| part.split("```").next().unwrap().lines().map(str::to_owned).collect()).collect()
}

fn unindented(lines: Vec<String>) -> Vec<String> {
    let indent = lines.iter().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    lines.into_iter().map(|line| line[indent..].to_owned()).collect()
}
