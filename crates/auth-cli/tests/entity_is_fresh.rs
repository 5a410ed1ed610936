//! The entities in the workspace are those of the data dictionary.

use std::error::Error;
use std::path::Path;

use auth_cli::generate;
use auth_schema::Schema;

#[test]
fn entity_is_fresh() -> Result<(), Box<dyn Error>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../entity/src");
    let stale = generate::stale(&generate::entity(&Schema::core())?, &directory)?;
    let names: Vec<String> = stale.iter().map(ToString::to_string).collect();
    assert!(stale.is_empty(), "{}\nrun: cargo run -p auth-cli -- generate entity", names.join("\n"));
    Ok(())
}
