//! Which engine is meant where no database is asked.

use auth_schema::ddl::Engine;
use clap::ValueEnum;

use super::context::Context;
use super::usage::Usage;

/// A database engine by its name.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum EngineName {
    Sqlite,
    #[value(alias = "postgresql", alias = "pg")]
    Postgres,
    #[value(alias = "mariadb")]
    Mysql,
}

impl From<EngineName> for Engine {
    fn from(name: EngineName) -> Self {
        match name {
            EngineName::Sqlite => Self::Sqlite,
            EngineName::Postgres => Self::Postgres,
            EngineName::Mysql => Self::Mysql,
        }
    }
}

/// The engine that is named, else that of the URL.
pub(super) fn engine(named: Option<EngineName>, context: &Context) -> Result<Engine, Usage> {
    let scheme = || context.url().and_then(|url| url.split(':').next());
    match (named, scheme()) {
        (Some(name), _) => Ok(name.into()),
        (None, Some("sqlite")) => Ok(Engine::Sqlite),
        (None, Some("postgres" | "postgresql")) => Ok(Engine::Postgres),
        (None, Some("mysql" | "mariadb")) => Ok(Engine::Mysql),
        (None, _) => Err(Usage(
            "no engine is named: give --engine sqlite, postgres or mysql, or a --url that tells it",
        )),
    }
}
