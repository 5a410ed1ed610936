//! Searching 200,000 users: with the full-text index and by reading, median and 95th percentile of warm runs.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Instant;

use auth_core::domain::UserSearch;
use auth_core::{Auth, SeaOrmAdapter};
use auth_tests::backend::Backend;
use auth_tests::measure::percentile;
use auth_tests::report::{Line, Report};
use auth_tests::search::make_index;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let method =
            format!("{USERS} users, limit 20, {RUNS} warm runs with the index, {RUNS_BY_READING} without it");
        let mut report = Report::new("search", &method);
        let available = Backend::available().await;
        for backend in [Backend::Postgres, Backend::Mysql, Backend::Sqlite] {
            if available.contains(&backend) {
                measure(&mut report, backend).await;
            }
        }
        report.finish();
    });
}

async fn measure(report: &mut Report, backend: Backend) {
    let database = backend.create().await;
    let long = database.connect_for_long().await;
    migration::run(&long).await.unwrap();
    fill(&long).await;
    let by_reading = auth(SeaOrmAdapter::new(database.connect().await).await.unwrap());
    let mut reading = Vec::new();
    for (_, text, _) in TEXTS {
        reading.push(time(&by_reading, text, RUNS_BY_READING).await.1);
    }
    let adapter = SeaOrmAdapter::new(database.connect().await).await.unwrap();
    make_index(&long, &adapter).await;
    long.execute_unprepared(if backend == Backend::Mysql { "ANALYZE TABLE auth_users" } else { "ANALYZE" })
        .await
        .unwrap();
    let indexed = auth(SeaOrmAdapter::new(database.connect().await).await.unwrap());
    let name = match backend {
        Backend::Postgres => "PostgreSQL",
        Backend::Mysql => "MariaDB",
        _ => "SQLite",
    };
    for ((what, text, most), read) in TEXTS.iter().zip(reading) {
        let (found, times) = time(&indexed, text, RUNS).await;
        #[expect(clippy::cast_precision_loss, reason = "at most 1000")]
        let found = found as f64;
        let line = Line::new(name, format!("{what}: {text}"))
            .figure("found", found)
            .figure("with the index ms", percentile(&times, 0.5))
            .at_most(*most)
            .figure("p95 ms", percentile(&times, 0.95))
            .figure("by reading ms", percentile(&read, 0.5));
        report.add(line);
    }
    drop((by_reading, indexed, adapter));
    long.close().await.unwrap();
    database.remove().await;
}

fn auth(adapter: SeaOrmAdapter) -> Auth {
    Auth::builder(Arc::new(adapter), "x".repeat(32)).build().unwrap()
}

/// How many are found at most, and the milliseconds of each run in order.
async fn time(auth: &Auth, text: &str, runs: usize) -> (usize, Vec<f64>) {
    let users = auth.store().users();
    let mut search = UserSearch::new(text);
    let mut times = Vec::new();
    for run in 0..runs + WARM {
        let start = Instant::now();
        users.search(search.clone()).await.unwrap();
        if run >= WARM {
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    search.limit = UserSearch::MOST;
    let found = users.search(search).await.unwrap().len();
    times.sort_by(f64::total_cmp);
    (found, times)
}

/// Names of thirty first names and a thousand last names, addresses made of them; the instants a minute apart.
async fn fill(connection: &DatabaseConnection) {
    let sqlite = connection.get_database_backend() == DbBackend::Sqlite;
    for chunk in 0..USERS / CHUNK {
        let mut sql = String::from(
            "INSERT INTO auth_users (id, name, email, email_verified, created_at, updated_at) VALUES ",
        );
        for number in chunk * CHUNK..(chunk + 1) * CHUNK {
            let first = FIRST[number * 7919 % FIRST.len()];
            let step = number / FIRST.len();
            let last = match number {
                _ if number % 66_000 == 777 => "Zebulonquux".to_owned(),
                _ if number % 200 == 7 => "Quillfeather".to_owned(),
                _ => format!("{}{}{}", START[step % 10], MIDDLE[step / 10 % 10], END[step / 100 % 10]),
            };
            let address =
                format!("{first}.{last}{number}@{}", DOMAINS[number % DOMAINS.len()]).to_lowercase();
            let (days, hour, minute) = (number / 1440, number / 60 % 24, number % 60);
            let (month, day) = (days / 28 % 12 + 1, days % 28 + 1);
            let zone = if sqlite { ".000Z" } else { "" };
            let instant = format!("2025-{month:02}-{day:02}T{hour:02}:{minute:02}:00{zone}");
            let separator = if number % CHUNK == 0 { "" } else { "," };
            let id = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let verified = if number % 3 == 0 { "FALSE" } else { "TRUE" };
            write!(
                sql,
                "{separator}('{id:032x}','{first} {last}','{address}',{verified},'{instant}','{instant}')"
            )
            .unwrap();
        }
        connection.execute_unprepared(&sql).await.unwrap();
    }
}

const USERS: usize = 200_000;
const CHUNK: usize = 1000;
const RUNS: usize = 40;
const RUNS_BY_READING: usize = 10;
const WARM: usize = 5;
/// What is searched for, and how many milliseconds it may take.
const TEXTS: [(&str, &str, f64); 8] = [
    ("a rare word", "zebulonquux", 20.0),
    ("a medium word", "quillfeather", 20.0),
    ("a common word", "example", 200.0),
    ("a prefix of one letter", "a", 200.0),
    ("two words", "patricia quill", 20.0),
    ("two common words", "james example", 200.0),
    ("an address", "patricia.quillfeather", 20.0),
    ("a common domain", "@example.com", 200.0),
];
const DOMAINS: [&str; 5] = ["example.com", "example.com", "example.com", "mail.example.org", "corp.test"];
const FIRST: [&str; 30] = [
    "James",
    "Mary",
    "Robert",
    "Patricia",
    "John",
    "Jennifer",
    "Michael",
    "Linda",
    "David",
    "Elizabeth",
    "William",
    "Barbara",
    "Richard",
    "Susan",
    "Joseph",
    "Jessica",
    "Thomas",
    "Sarah",
    "Charles",
    "Karen",
    "Ada",
    "Alan",
    "Grace",
    "Edsger",
    "Donald",
    "Anna",
    "Andrea",
    "Antonio",
    "Amir",
    "Aisha",
];
const START: [&str; 10] = ["Ander", "Ber", "Carl", "Dan", "Erik", "Fal", "Gran", "Hol", "Jan", "Kel"];
const MIDDLE: [&str; 10] = ["a", "en", "i", "o", "ul", "ar", "er", "in", "on", "y"];
const END: [&str; 10] = ["son", "berg", "ton", "man", "field", "wood", "stein", "ley", "worth", "ford"];
