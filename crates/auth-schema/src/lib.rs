//! The data dictionary: which models an authentication database has, which fields, under which names.
//!
//! A [`Schema`] lists [`Model`]s; a model lists [`Field`]s, its id first. [`Schema::core`] holds Better
//! Auth's five core models under this library's names (tables `auth_users` …, columns in `snake_case`);
//! [`Schema::builder`] adds fields, models, other names and other ids to them, all in one place.
//! The dictionary renders its DDL per engine ([`ddl`]) for generators and tests; migrations are frozen and
//! never read it.

mod builder;
mod core_models;
pub mod ddl;
pub mod difference;
mod error;
mod field;
#[cfg(feature = "file")]
mod file;
mod id;
mod json;
pub mod live;
mod model;
mod optional;
mod rule;
mod value;

pub use builder::SchemaBuilder;
pub use core_models::{account, rate_limit, session, user, verification};
pub use error::SchemaError;
pub use field::{Field, FieldType, OnDelete, Reference};
#[cfg(feature = "file")]
pub use file::{FileError, settings};
pub use id::{IdStrategy, IdType};
pub use model::{FieldId, Model, ModelId, Schema, camel_case, same_name, snake_case};
pub use optional::audit_event;
pub use rule::{Fill, Generator, Transform, Validator};
pub use value::Value;
