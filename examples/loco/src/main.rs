//! The smallest honest Loco application with accounts: `cargo run -p loco-example start`.

use loco_example::app::App;
use loco_example::migrator::Migrator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    Ok(Box::pin(loco_rs::cli::main::<App, Migrator>()).await?)
}
