//! The README shows exactly the lines that embed the library in the examples, and not more than ten each; what the pages show is
//! in code that compiles.

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
    let (_, shown) = guide.split_once("```rust\n").unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    assert!(
        read("examples/axum/src/tests.rs").contains(shown.trim_end()),
        "examples/axum has no such test:\n{shown}"
    );
}

#[test]
fn what_the_pages_show_is_in_code_that_compiles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut sources = Vec::new();
    for folder in ["examples", "tests/src", "tests/tests", "tests/mongo"] {
        collect(&root.join(folder), &mut sources);
    }
    // These are compiled and run as they are.
    let tested = read("tests/src/lib.rs");
    let mut blocks = 0;
    for page in std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path()) {
        let name = page.file_name().unwrap().to_str().unwrap();
        if page.extension().is_none_or(|kind| kind != "md") || tested.contains(&format!("docs/{name}\"")) {
            continue;
        }
        let text = std::fs::read_to_string(&page).unwrap();
        for shown in text.split("\n```rust").skip(1) {
            let (_, shown) = shown.split_once('\n').unwrap();
            let (shown, _) = shown.split_once("\n```").unwrap();
            let wanted = trimmed(shown);
            let compiled = sources.iter().any(|source| source.contains(&wanted));
            assert!(compiled, "docs/{name}: no source of the examples or tests has:\n{shown}");
            blocks += 1;
        }
    }
    assert!(blocks > 20, "{blocks} blocks were found");
}

/// The sources below a folder, without indentation.
fn collect(folder: &Path, sources: &mut Vec<String>) {
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            collect(&path, sources);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            sources.push(trimmed(&std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// Lines without their indentation.
fn trimmed(text: &str) -> String {
    text.lines().flat_map(|line| [line.trim(), "\n"]).collect()
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
