//! Validating a session against plain sqlx: the same columns and join, prepared, decoded by position, the same
//! pool settings. Rounds of both are interleaved in one run; the median of the ratios is what counts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use auth_core::domain::{Email, NewSession, NewUser, SessionToken};
use auth_core::repository::Store;
use auth_core::{Auth, DatabaseConfig, SeaOrmAdapter};
use auth_tests::backend::Backend;
use sqlx::Row;
use sqlx::postgres::{PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use time::OffsetDateTime;

/// What both sides decode: every column of the session and of its user.
#[expect(dead_code, reason = "decoded, not read")]
struct Found<T> {
    session: (String, T, String, T, T, Option<String>, Option<String>, String),
    user: (String, String, String, bool, Option<String>, T, T),
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        println!("validate_session, repository level; {PAIRS} interleaved pairs of {OPERATIONS} operations");
        println!("{:<22} {:>10} {:>10} {:>8} {:>16}", "", "ours", "sqlx", "ratio", "95 % interval");
        let available = Backend::available().await;
        for backend in [Backend::Postgres, Backend::Sqlite] {
            if !available.contains(&backend) {
                println!("{:<22} not run: no server", backend.name());
                continue;
            }
            measure(backend).await;
        }
    });
}

async fn measure(backend: Backend) {
    let database = backend.create().await;
    let mut config = DatabaseConfig::new(&database.url);
    config.max_connections = 4;
    let connection = auth_core::connect(&config).await.unwrap();
    migration::run(&connection).await.unwrap();
    let adapter = SeaOrmAdapter::new(connection).await.unwrap();
    let auth = Auth::builder(Arc::new(adapter), "x".repeat(32)).build().unwrap();
    let store = auth.store();
    let tokens = fill(store).await;
    let plain = Plain::connect(&database.url, backend).await;

    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for round in 0..=PAIRS {
        // Each side is first in every other round.
        let (a, b) = if round % 2 == 0 {
            let a = time_ours(store, &tokens).await;
            (a, plain.time(&tokens).await)
        } else {
            let b = plain.time(&tokens).await;
            (time_ours(store, &tokens).await, b)
        };
        // The first round warms up.
        if round > 0 {
            ours.push(a);
            theirs.push(b);
        }
    }
    report(backend, &ours, &theirs);
    plain.close().await;
    database.remove().await;
}

async fn fill(store: Store<'_>) -> Vec<SessionToken> {
    let mut tokens = Vec::new();
    for number in 0..SESSIONS {
        let email = Email::parse(&format!("user{number}@example.com")).unwrap();
        let new = NewUser { email_verified: true, ..NewUser::new(format!("User {number}"), email) };
        let user = store.users().create(new).await.unwrap();
        let expires_at = time::macros::datetime!(2099-01-01 0:00 UTC);
        let agent = Some("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36".to_owned());
        let ip_address = Some("203.0.113.9".to_owned());
        let new = NewSession { ip_address, user_agent: agent, ..NewSession::new(user.id, expires_at) };
        tokens.push(store.sessions().create(new).await.unwrap().token);
    }
    tokens
}

async fn time_ours(store: Store<'_>, tokens: &[SessionToken]) -> Duration {
    let start = Instant::now();
    for number in 0..OPERATIONS {
        let token = &tokens[number as usize * 7 % tokens.len()];
        let (session, _) = store.sessions().find_with_user(token).await.unwrap().unwrap();
        assert!(session.token == *token);
    }
    start.elapsed()
}

enum Plain {
    Postgres(sqlx::PgPool),
    Sqlite(sqlx::SqlitePool),
}

impl Plain {
    async fn connect(url: &str, backend: Backend) -> Self {
        if backend == Backend::Postgres {
            let options = PgPoolOptions::new().max_connections(4).test_before_acquire(false);
            return Self::Postgres(options.connect(url).await.unwrap());
        }
        let file = url.trim_start_matches("sqlite:");
        let connect = SqliteConnectOptions::new()
            .filename(file)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(5));
        let options = SqlitePoolOptions::new().max_connections(4).test_before_acquire(false);
        Self::Sqlite(options.connect_with(connect).await.unwrap())
    }

    async fn time(&self, tokens: &[SessionToken]) -> Duration {
        let start = Instant::now();
        for number in 0..OPERATIONS {
            let token = tokens[number as usize * 7 % tokens.len()].expose();
            match self {
                Self::Postgres(pool) => {
                    let row = sqlx::query(POSTGRES).bind(token).fetch_optional(pool).await.unwrap().unwrap();
                    let found = from_postgres(&row);
                    assert!(found.session.2 == token);
                }
                Self::Sqlite(pool) => {
                    let row = sqlx::query(SQLITE).bind(token).fetch_optional(pool).await.unwrap().unwrap();
                    let found = from_sqlite(&row);
                    assert!(found.session.2 == token);
                }
            }
        }
        start.elapsed()
    }

    async fn close(self) {
        match self {
            Self::Postgres(pool) => pool.close().await,
            Self::Sqlite(pool) => pool.close().await,
        }
    }
}

fn from_postgres(row: &PgRow) -> Found<OffsetDateTime> {
    Found {
        session: (
            row.get(0),
            row.get(1),
            row.get(2),
            row.get(3),
            row.get(4),
            row.get(5),
            row.get(6),
            row.get(7),
        ),
        user: (row.get(8), row.get(9), row.get(10), row.get(11), row.get(12), row.get(13), row.get(14)),
    }
}

fn from_sqlite(row: &SqliteRow) -> Found<OffsetDateTime> {
    Found {
        session: (
            row.get(0),
            row.get(1),
            row.get(2),
            row.get(3),
            row.get(4),
            row.get(5),
            row.get(6),
            row.get(7),
        ),
        user: (row.get(8), row.get(9), row.get(10), row.get(11), row.get(12), row.get(13), row.get(14)),
    }
}

/// Median of the ratios with the interval that holds the true median in 95 of 100 runs (order statistics).
fn report(backend: Backend, ours: &[Duration], theirs: &[Duration]) {
    let mut ratios: Vec<f64> =
        ours.iter().zip(theirs).map(|(a, b)| a.as_secs_f64() / b.as_secs_f64()).collect();
    ratios.sort_by(f64::total_cmp);
    let (low, high) = (ratios[RANKS.0], ratios[RANKS.1]);
    let each = |rounds: &[Duration]| {
        let mut sorted = rounds.to_vec();
        sorted.sort();
        format!("{:.1} µs", sorted[PAIRS / 2].as_secs_f64() * 1e6 / f64::from(OPERATIONS))
    };
    let name = if backend == Backend::Postgres { "PostgreSQL over TCP" } else { "SQLite file" };
    println!(
        "{name:<22} {:>10} {:>10} {:>8.3} {:>16}",
        each(ours),
        each(theirs),
        ratios[PAIRS / 2],
        format!("{low:.3} – {high:.3}")
    );
}

const PAIRS: usize = 40;
/// Positions of the ordered ratios that bound the median of 40 with 95 % confidence (binomial).
const RANKS: (usize, usize) = (13, 26);
const OPERATIONS: u32 = 1000;
const SESSIONS: usize = 2000;
const POSTGRES: &str = "SELECT s.id, s.expires_at, s.token, s.created_at, s.updated_at, s.ip_address, s.user_agent, \
     s.user_id, u.id, u.name, u.email, u.email_verified, u.image, u.created_at, u.updated_at \
     FROM auth_sessions s JOIN auth_users u ON u.id = s.user_id WHERE s.token = $1";
const SQLITE: &str = "SELECT s.id, s.expires_at, s.token, s.created_at, s.updated_at, s.ip_address, s.user_agent, \
     s.user_id, u.id, u.name, u.email, u.email_verified, u.image, u.created_at, u.updated_at \
     FROM auth_sessions s JOIN auth_users u ON u.id = s.user_id WHERE s.token = ?";
