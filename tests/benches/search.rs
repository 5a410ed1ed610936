//! Searching 200,000 users: with the full-text index and by reading, median and 95th percentile of warm runs.

use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use auth_core::domain::UserSearch;
use auth_core::{Auth, SeaOrmAdapter};
use auth_tests::backend::Backend;
use auth_tests::search::make_index;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        println!("search among {USERS} users, milliseconds: median (95th percentile) of {RUNS} warm runs");
        println!("{:<10} {:<30} {:>6} {:>20} {:>20}", "", "text", "found", "with the index", "by reading");
        let available = Backend::available().await;
        for backend in [Backend::Postgres, Backend::Mysql, Backend::Sqlite] {
            if available.contains(&backend) {
                measure(backend).await;
            } else {
                println!("{:<10} not run: no server", backend.name());
            }
        }
    });
}

async fn measure(backend: Backend) {
    let database = backend.create().await;
    let long = database.connect_for_long().await;
    migration::run(&long).await.unwrap();
    fill(&long).await;
    let by_reading = auth(SeaOrmAdapter::new(database.connect().await).await.unwrap());
    let mut reading = Vec::new();
    for (_, text) in TEXTS {
        reading.push(time(&by_reading, text, RUNS_BY_READING).await);
    }
    let adapter = SeaOrmAdapter::new(database.connect().await).await.unwrap();
    make_index(&long, &adapter).await;
    long.execute_unprepared(if backend == Backend::Mysql { "ANALYZE TABLE auth_users" } else { "ANALYZE" })
        .await
        .unwrap();
    let indexed = auth(SeaOrmAdapter::new(database.connect().await).await.unwrap());
    for ((what, text), (_, read)) in TEXTS.iter().zip(reading) {
        let (found, times) = time(&indexed, text, RUNS).await;
        println!("{:<10} {what:<30} {found:>6} {times:>20} {read:>20}", backend.name());
    }
    drop((by_reading, indexed, adapter));
    long.close().await.unwrap();
    database.remove().await;
}

fn auth(adapter: SeaOrmAdapter) -> Auth {
    Auth::builder(Arc::new(adapter), "x".repeat(32)).build().unwrap()
}

async fn time(auth: &Auth, text: &str, runs: usize) -> (usize, String) {
    let users = auth.store().users();
    let mut search = UserSearch::new(text);
    let mut times = Vec::new();
    for run in 0..runs + WARM {
        let start = Instant::now();
        users.search(search.clone()).await.unwrap();
        if run >= WARM {
            times.push(start.elapsed());
        }
    }
    search.limit = UserSearch::MOST;
    let found = users.search(search).await.unwrap().len();
    times.sort();
    let millis = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e3);
    (found, format!("{} ({})", millis(times[runs / 2]), millis(times[runs * 95 / 100])))
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
const TEXTS: [(&str, &str); 8] = [
    ("a rare word", "zebulonquux"),
    ("a medium word", "quillfeather"),
    ("a common word", "example"),
    ("a prefix of one letter", "a"),
    ("two words", "patricia quill"),
    ("two common words", "james example"),
    ("an address", "patricia.quillfeather"),
    ("a common domain", "@example.com"),
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
