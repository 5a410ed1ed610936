//! The SQL adapter on SeaORM: SQLite, PostgreSQL, MySQL and MariaDB.
//!
//! This is the only room that says `sea_orm`. The live catalogue is read once at the start: it tells whether
//! the tables fit, and how each column stores its values. Statements are rendered once for each shape of a
//! question and reused; parameters are always bound; rows are decoded by position.

mod about;
mod adapter;
mod admit;
mod apply;
mod builder;
mod bulk;
mod catalogue;
mod coalesce;
mod connect;
mod copy;
mod decode;
mod dependants;
pub mod diagnosis;
mod driver;
mod duplicates;
mod engine;
mod entity;
mod entity_value;
mod error;
mod executor;
#[cfg(feature = "testing")]
mod explain;
mod filter;
mod guard;
mod hit;
mod join;
mod joined;
mod open;
mod opening;
mod operations;
mod pool;
#[cfg(feature = "postgres")]
mod pooled;
mod read;
mod registered;
mod replica;
mod schema;
mod scratch;
mod search;
mod shape;
mod snapshot;
mod sql;
mod statement;
mod statistics;
mod storage;
mod table;
mod typed;
mod upkeep;
mod whole;
mod within;
mod write;

pub use adapter::{SeaOrmAdapter, SqlAdapter};
pub use builder::SeaOrmAdapterBuilder;
pub use catalogue::{CatalogueError, CatalogueProblem, Finding, Grade, Inspection};
pub use connect::{connect, connect_to_examine};
pub use copy::{SqliteProblem, check_sqlite, copy_sqlite};
pub use duplicates::{Group, Repeated, Tally};
pub use engine::{Server, server};
pub use entity::AuthEntity;
#[cfg(feature = "testing")]
pub use explain::{Plan, Plans};
pub use scratch::{create_database, drop_database};
pub use sea_orm::DatabaseConnection;
pub use statistics::PoolStatistics;
pub use typed::ToModel;
pub use upkeep::Upkeep;
