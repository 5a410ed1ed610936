//! The documentation shows the catalogue of indexes as it is.

use std::fs;
use std::path::Path;

const BEGIN: &str =
    "<!-- The catalogue, written by `REWRITE_GOLDEN=1 cargo test -p auth-cli --test index_document`. -->\n";
const END: &str = "<!-- The end of the catalogue. -->";

#[test]
fn the_documentation_shows_the_catalogue() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/indexes.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (shown, after) = rest.split_once(END).unwrap();
    let table = format!("\n{}\n", auth_cli::index::document());
    if rewrite() {
        fs::write(&path, [before, BEGIN, &table, END, after].concat()).unwrap();
        return;
    }
    assert_eq!(shown, table, "look at it and run the test again with REWRITE_GOLDEN=1");
}

#[expect(clippy::disallowed_methods, reason = "the developer says so")]
fn rewrite() -> bool {
    std::env::var("REWRITE_GOLDEN").is_ok()
}
