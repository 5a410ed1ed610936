//! The schema history, for the application's Migrator.

use migration::sea_orm_migration::MigrationTrait;

/// Lists the migrations of the authentication tables in the order in which they run. The application's Migrator puts
/// them before its own, which may then refer to the tables; Loco records them all in one history. Their names begin
/// with `auth_`.
///
/// Of two processes that migrate one database at the same time one can fail: migrate with `db migrate` before the
/// start, or start one process first.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    migration::migrations()
}
