//! Plain sqlx: prepared statements, the same columns and join, decoded by position. It is the limit of what can be reached.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use auth_core::domain::{Clock, SessionToken, SystemClock, SystemRandom};
use auth_tests::backend::Backend;
use auth_tests::measure::Side;
use sqlx::mysql::MySqlPoolOptions;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ColumnIndex, Decode, Row, Type};
use time::OffsetDateTime;

/// The pool of one engine.
#[derive(Clone)]
pub enum Plain {
    Postgres(sqlx::PgPool),
    Sqlite(sqlx::SqlitePool),
    Mysql(sqlx::MySqlPool),
}

/// Every column of a session and of its user.
#[expect(dead_code, reason = "decoded, not read")]
pub struct Found {
    session: (
        String,
        OffsetDateTime,
        String,
        OffsetDateTime,
        OffsetDateTime,
        Option<String>,
        Option<String>,
        String,
    ),
    user: (String, String, String, bool, Option<String>, OffsetDateTime, OffsetDateTime),
}

impl Plain {
    pub async fn connect(backend: Backend, url: &str, connections: u32) -> Self {
        match backend {
            Backend::Postgres => {
                // The server times every statement of ours as well.
                let connect: PgConnectOptions = url.parse().unwrap();
                let connect = connect.options([("timezone", "UTC"), ("statement_timeout", "30000")]);
                let options = PgPoolOptions::new().max_connections(connections).test_before_acquire(false);
                Self::Postgres(options.connect_with(connect).await.unwrap())
            }
            Backend::Mysql => {
                let options = MySqlPoolOptions::new().max_connections(connections).test_before_acquire(false);
                Self::Mysql(options.connect(url).await.unwrap())
            }
            _ => {
                let connect = SqliteConnectOptions::new()
                    .filename(url.trim_start_matches("sqlite:"))
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Normal)
                    .busy_timeout(Duration::from_secs(5));
                let options =
                    SqlitePoolOptions::new().max_connections(connections).test_before_acquire(false);
                Self::Sqlite(options.connect_with(connect).await.unwrap())
            }
        }
    }

    pub async fn find(&self, token: &str) -> Option<Found> {
        match self {
            Self::Postgres(pool) => {
                let row = sqlx::query(FIND_NUMBERED).bind(token).fetch_optional(pool).await.unwrap();
                row.as_ref().map(decode)
            }
            Self::Sqlite(pool) => {
                let row = sqlx::query(FIND).bind(token).fetch_optional(pool).await.unwrap();
                row.as_ref().map(decode)
            }
            Self::Mysql(pool) => {
                let row = sqlx::query(FIND).bind(token).fetch_optional(pool).await.unwrap();
                row.as_ref().map(decode)
            }
        }
    }

    pub async fn delete(&self, token: &str) -> u64 {
        match self {
            Self::Postgres(pool) => {
                sqlx::query(DELETE_NUMBERED).bind(token).execute(pool).await.unwrap().rows_affected()
            }
            Self::Sqlite(pool) => {
                sqlx::query(DELETE).bind(token).execute(pool).await.unwrap().rows_affected()
            }
            Self::Mysql(pool) => sqlx::query(DELETE).bind(token).execute(pool).await.unwrap().rows_affected(),
        }
    }

    /// A user's id and password hash.
    pub async fn credential(&self, email: &str) -> (String, Option<String>) {
        match self {
            Self::Postgres(pool) => {
                let row = sqlx::query(CREDENTIAL_NUMBERED).bind(email).fetch_one(pool).await.unwrap();
                (row.get(0), row.get(18))
            }
            Self::Sqlite(pool) => {
                let row = sqlx::query(CREDENTIAL).bind(email).fetch_one(pool).await.unwrap();
                (row.get(0), row.get(18))
            }
            Self::Mysql(pool) => {
                let row = sqlx::query(CREDENTIAL).bind(email).fetch_one(pool).await.unwrap();
                (row.get(0), row.get(18))
            }
        }
    }

    pub async fn create(&self, id: &str, token: &str, user_id: &str) {
        let now = SystemClock.now();
        let later = now + time::Duration::days(7);
        match self {
            Self::Postgres(pool) => {
                let query = sqlx::query(INSERT_NUMBERED).bind(id).bind(later).bind(token).bind(now).bind(now);
                query.bind("203.0.113.9").bind(AGENT).bind(user_id).execute(pool).await.unwrap();
            }
            Self::Sqlite(pool) => {
                let query = sqlx::query(INSERT).bind(id).bind(later).bind(token).bind(now).bind(now);
                query.bind("203.0.113.9").bind(AGENT).bind(user_id).execute(pool).await.unwrap();
            }
            Self::Mysql(pool) => {
                let query = sqlx::query(INSERT).bind(id).bind(later).bind(token).bind(now).bind(now);
                query.bind("203.0.113.9").bind(AGENT).bind(user_id).execute(pool).await.unwrap();
            }
        }
    }
}

/// Finds a session with its user, one statement for each call.
pub struct Validate {
    pub plain: Plain,
    pub tokens: Arc<Vec<String>>,
}

#[async_trait]
impl Side for Validate {
    async fn once(&self, number: usize) {
        let token = &self.tokens[number * 7 % self.tokens.len()];
        let found = self.plain.find(token).await.unwrap();
        assert!(found.session.2 == *token);
    }
}

fn decode<'r, R: Row>(row: &'r R) -> Found
where
    usize: ColumnIndex<R>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    bool: Decode<'r, R::Database> + Type<R::Database>,
    OffsetDateTime: Decode<'r, R::Database> + Type<R::Database>,
{
    let text = |column: usize| row.get::<String, _>(column);
    let optional = |column: usize| row.get::<Option<String>, _>(column);
    let time = |column: usize| row.get::<OffsetDateTime, _>(column);
    Found {
        session: (text(0), time(1), text(2), time(3), time(4), optional(5), optional(6), text(7)),
        user: (text(8), text(9), text(10), row.get(11), optional(12), time(13), time(14)),
    }
}

/// 32 random characters, made as the library makes them.
pub fn random() -> String {
    SessionToken::generate(&SystemRandom).expose().to_owned()
}

pub const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36";
const FIND: &str = "SELECT s.id, s.expires_at, s.token, s.created_at, s.updated_at, s.ip_address, s.user_agent, s.user_id, \
     u.id, u.name, u.email, u.email_verified, u.image, u.created_at, u.updated_at \
     FROM auth_sessions s JOIN auth_users u ON u.id = s.user_id WHERE s.token = ?";
const FIND_NUMBERED: &str = "SELECT s.id, s.expires_at, s.token, s.created_at, s.updated_at, s.ip_address, s.user_agent, s.user_id, \
     u.id, u.name, u.email, u.email_verified, u.image, u.created_at, u.updated_at \
     FROM auth_sessions s JOIN auth_users u ON u.id = s.user_id WHERE s.token = $1";
const DELETE: &str = "DELETE FROM auth_sessions WHERE token = ?";
const DELETE_NUMBERED: &str = "DELETE FROM auth_sessions WHERE token = $1";
const CREDENTIAL: &str = "SELECT u.*, a.id, a.account_id, a.provider_id, a.user_id, a.access_token, a.refresh_token, \
     a.id_token, a.access_token_expires_at, a.refresh_token_expires_at, a.scope, a.created_at, a.password, a.updated_at \
     FROM auth_users u LEFT JOIN auth_accounts a ON a.user_id = u.id AND a.provider_id = 'credential' WHERE u.email = ?";
const CREDENTIAL_NUMBERED: &str = "SELECT u.*, a.id, a.account_id, a.provider_id, a.user_id, a.access_token, a.refresh_token, \
     a.id_token, a.access_token_expires_at, a.refresh_token_expires_at, a.scope, a.created_at, a.password, a.updated_at \
     FROM auth_users u LEFT JOIN auth_accounts a ON a.user_id = u.id AND a.provider_id = 'credential' WHERE u.email = $1";
const INSERT: &str = "INSERT INTO auth_sessions (id, expires_at, token, created_at, updated_at, ip_address, user_agent, user_id) \
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
const INSERT_NUMBERED: &str = "INSERT INTO auth_sessions (id, expires_at, token, created_at, updated_at, ip_address, user_agent, user_id) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
