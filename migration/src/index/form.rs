//! The form of each kind on each engine, or the reason why there is none.

use super::{Engine, IndexDefinition, Kind};

/// How an engine has an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In this form, told to people.
    Legal(&'static str),
    /// Not at all.
    None(NoForm),
}

/// Why an engine has no form of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoForm {
    /// Why there is none.
    pub reason: &'static str,
    /// What there is instead.
    pub nearest: &'static str,
}

impl IndexDefinition {
    /// Its form on an engine.
    pub fn form(&self, engine: Engine) -> Form {
        match self.kind {
            Kind::Columns => Form::Legal("the columns"),
            Kind::Lower => lower(engine),
            Kind::Where { .. } => {
                partial(engine, "auth_users_email_key of the profile core, which covers every user")
            }
            Kind::LowerWhere { .. } => partial(engine, "auth_users_lower_email_idx, which covers every user"),
            Kind::WhereActive => none(
                "what is true of a row must not change as time passes; no engine keeps such an index right",
                "auth_sessions_user_id_expires_at_idx of the profile core, which serves the query",
            ),
            Kind::Covering { .. } => Form::Legal(match engine {
                Engine::Postgres => "INCLUDE",
                _ => "columns appended to the key",
            }),
            Kind::Hash => hash(engine),
            Kind::Brin => brin(engine),
            Kind::Json => json(engine),
            Kind::FullText { .. } => Form::Legal(match engine {
                Engine::Postgres => "GIN on the text's words",
                Engine::Sqlite => "an FTS5 table beside it, kept by triggers",
                _ => "FULLTEXT; words shorter than the server's least length are not in it",
            }),
            Kind::Prefix { .. } => prefix(engine),
        }
    }
}

fn lower(engine: Engine) -> Form {
    Form::Legal(match engine {
        Engine::Postgres | Engine::Sqlite => "the expression lower(column)",
        Engine::Mysql => "the expression (lower(column))",
        Engine::Mariadb => {
            "a generated column that no * shows, and an index on it; the query names that column"
        }
    })
}

fn partial(engine: Engine, nearest: &'static str) -> Form {
    match engine {
        Engine::Postgres | Engine::Sqlite => Form::Legal("WHERE the column is true"),
        _ => none("an index covers every row of a table there", nearest),
    }
}

fn hash(engine: Engine) -> Form {
    match engine {
        Engine::Postgres => Form::Legal("USING hash"),
        Engine::Sqlite => none("every index is a tree there", UNIQUE_EMAIL),
        _ => none("InnoDB makes a tree of it, and hashes busy pages by itself", UNIQUE_EMAIL),
    }
}

fn brin(engine: Engine) -> Form {
    let nearest = "a plain index on the column";
    match engine {
        Engine::Postgres => Form::Legal("USING brin"),
        Engine::Sqlite => none("every index is a tree there", nearest),
        _ => none("InnoDB knows no ranges of pages", nearest),
    }
}

fn json(engine: Engine) -> Form {
    let nearest = "a field of its own for the part that is searched, with index = true in auth.toml";
    match engine {
        Engine::Postgres => Form::Legal("USING gin"),
        Engine::Mysql => Form::Legal("multi-valued, for arrays of texts"),
        Engine::Mariadb | Engine::Sqlite => {
            none("JSON is text there, and an index covers one value of a row", nearest)
        }
    }
}

fn prefix(engine: Engine) -> Form {
    match engine {
        Engine::Postgres => none(
            "no prefix is needed there: an index takes long texts",
            "a plain index on the column, for texts of up to 2,700 bytes",
        ),
        Engine::Sqlite => {
            none("no prefix is needed there: an index takes long texts", "a plain index on the column")
        }
        _ => Form::Legal("the beginning of the column"),
    }
}

fn none(reason: &'static str, nearest: &'static str) -> Form {
    Form::None(NoForm { reason, nearest })
}

const UNIQUE_EMAIL: &str = "auth_users_email_key of the profile core, which serves the query";
