//! The operations of every day against plain sqlx and SeaORM's own queries. Rounds of all sides are interleaved in one run; what
//! counts is the median of the ratios. Arguments choose sections: `validate_session`, `writes`, `coalescing`,
//! `cookie_cache`, `redis_session`.

mod coalescing;
mod cookie_cache;
mod ours;
mod plain;
mod redis_session;
mod seaorm;
mod stage;
mod validate_session;
mod writes;

use auth_tests::backend::Backend;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let chosen: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wants = |name: &str| chosen.is_empty() || chosen.iter().any(|chosen| chosen == name);
    if wants("redis_session") {
        // One thread, so that the second core is Redis's: two threads and Redis on two cores measure who waits for a core.
        let alone = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        alone.block_on(redis_session::run());
    }
    runtime.block_on(async {
        if wants("cookie_cache") {
            cookie_cache::run().await;
        }
        let available = Backend::available().await;
        let engines: Vec<Backend> = [Backend::Postgres, Backend::Sqlite, Backend::Mysql]
            .into_iter()
            .filter(|engine| available.contains(engine))
            .collect();
        if wants("validate_session") {
            validate_session::run(&engines).await;
        }
        if wants("coalescing") {
            coalescing::run(&engines).await;
        }
        if wants("writes") {
            writes::run(&engines).await;
        }
    });
}
