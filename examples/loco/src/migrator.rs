//! The schema history.

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// The history of the application's database.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        // auth: begin
        auth_loco::migrations()
        // auth: end
    }
}
