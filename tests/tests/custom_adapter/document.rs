//! `docs/custom-adapter.md` shows the sources as they are, and counts what is there.

use std::path::Path;

use libtest_mimic::{Failed, Trial};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("the_document_shows_the_sources", shows_the_sources),
        Trial::test("the_document_counts_what_is_there", counts_what_is_there),
        Trial::test("the_document_explains_every_operation_and_capability", explains_everything),
    ]
}

fn shows_the_sources() -> Result<(), Failed> {
    let contract = read(CONTRACT);
    let (_, contract) = contract.split_once("// [contract]\n").ok_or("the lines of the contract begin")?;
    let (contract, _) = contract.split_once("// [/contract]").ok_or("the lines of the contract end")?;
    for (file, shown) in [(ADAPTER, &*read(ADAPTER)), (FILE, &*read(FILE)), (CONTRACT, contract)] {
        let block = format!("```rust\n{shown}```\n");
        if !read(DOCUMENT).contains(&block) {
            return Err(format!("{DOCUMENT} does not show {file} as it is; it should:\n{block}").into());
        }
    }
    Ok(())
}

fn counts_what_is_there() -> Result<(), Failed> {
    let (adapter, transaction) = (required("Adapter"), required("Transaction"));
    let row = format!(
        "| this library | {}: {adapter} of `Adapter`, {transaction} of `Transaction` | {} + {} |",
        adapter + transaction,
        lines_of_code(&read(ADAPTER)),
        lines_of_code(&read(FILE)),
    );
    if read(DOCUMENT).lines().any(|line| line.starts_with(&row)) {
        return Ok(());
    }
    Err(format!("{DOCUMENT} should have a row that begins with:\n{row}").into())
}

fn explains_everything() -> Result<(), Failed> {
    let document = read(DOCUMENT);
    let capabilities = read(CAPABILITIES);
    let fields =
        capabilities.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(": bool"));
    let fields = fields.map(|(name, _)| name.to_owned());
    let functions = ["Adapter", "Transaction"].into_iter().flat_map(|name| {
        let functions = functions(name);
        functions.into_iter().map(|(name, _)| name)
    });
    let names: Vec<String> = fields.chain(functions).collect();
    assert!(names.len() > 20, "{names:?}");
    match names.iter().find(|name| !document.contains(&format!("| `{name}`"))) {
        Some(name) => Err(format!("{DOCUMENT} has no row for `{name}`").into()),
        None => Ok(()),
    }
}

fn required(name: &str) -> usize {
    functions(name).into_iter().filter(|(_, has_default)| !has_default).count()
}

/// The functions of a trait of the waist, and whether each has a default.
fn functions(name: &str) -> Vec<(String, bool)> {
    let source = read(WAIST);
    let (_, body) = source.split_once(&format!("pub trait {name}:")).expect("the trait is there");
    let (body, _) = body.split_once("\n}\n").expect("the trait ends");
    let code: Vec<&str> = body.lines().filter(|line| is_code(line)).collect();
    let code = code.join("\n");
    let signature = |text: &str| {
        let (name, rest) = text.split_once('(').expect("a function has parameters");
        (name.to_owned(), rest.chars().find(|end| ['{', ';'].contains(end)) == Some('{'))
    };
    code.split("fn ").skip(1).map(signature).collect()
}

fn lines_of_code(source: &str) -> usize {
    source.lines().filter(|line| is_code(line)).count()
}

fn is_code(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with("//")
}

fn read(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    std::fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

const DOCUMENT: &str = "docs/custom-adapter.md";
const ADAPTER: &str = "tests/tests/custom_adapter/adapter.rs";
const FILE: &str = "tests/tests/custom_adapter/database_file.rs";
const CONTRACT: &str = "tests/tests/custom_adapter/contract.rs";
const WAIST: &str = "crates/auth-core/src/adapter/mod.rs";
const CAPABILITIES: &str = "crates/auth-core/src/adapter/capabilities.rs";
