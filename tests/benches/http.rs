//! `GET /api/auth/get-session` of `auth-server` against a bare axum handler that verifies the same cookie, runs the same
//! joined SELECT by plain sqlx and writes the same JSON. Each is a process of its own with the same pool; 64 connections ask
//! them by turns. Started by `cargo xtask bench http`.

use std::net::SocketAddr;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use auth_core::crypto::Secrets;
use auth_core::domain::{Clock, SystemClock};
use auth_core::token::signed;
use auth_tests::measure::Ratio;
use auth_tests::report::{Line, Report};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use sqlx::Row;
use sqlx::postgres::{PgPool, PgPoolOptions, PgRow};
use time::OffsetDateTime;
use time::macros::format_description;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::main]
async fn main() {
    match variable("BENCH_ROLE").as_deref() {
        Some("bare") => bare().await,
        _ => measure().await,
    }
}

async fn measure() {
    let (Some(url), Some(pid)) = (variable("BENCH_SERVER_URL"), variable("BENCH_SERVER_PID")) else {
        println!("http: not run; start it by `cargo xtask bench http`");
        return;
    };
    let ours: SocketAddr = format!("127.0.0.1:{}", url.rsplit(':').next().unwrap()).parse().unwrap();
    let cookie = sign_up(ours, &url).await;
    let theirs = Bare::start().await;
    let body = ask(ours, &cookie).await;
    assert_eq!(body, ask(theirs.address, &cookie).await, "both give the same JSON");
    let mut report = Report::new(
        "http",
        &format!(
            "get-session on PostgreSQL, {CONNECTIONS} connections, {ROUNDS} interleaved rounds of {} s",
            ROUND.as_secs()
        ),
    );
    let (mut all_ours, mut all_theirs) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        // Each side is first in every other round.
        let (a, b) = if round % 2 == 0 {
            let a = load(ours, &cookie).await;
            (a, load(theirs.address, &cookie).await)
        } else {
            let b = load(theirs.address, &cookie).await;
            (load(ours, &cookie).await, b)
        };
        // The first round warms up.
        if round > 0 {
            all_ours.push(a);
            all_theirs.push(b);
        }
    }
    let ratio = Ratio::of(all_ours.iter().copied(), all_theirs.iter().copied());
    report.add(
        Line::new("PostgreSQL", "get-session, auth-server against a bare axum handler")
            .figure("ours requests/s", Ratio::median_of(all_ours).median)
            .figure("bare requests/s", Ratio::median_of(all_theirs).median)
            .ratio("throughput", ratio)
            .at_least(1.5)
            .figure("most memory MB", peak(&pid))
            .figure("bare most memory MB", peak(&theirs.pid())),
    );
    report.finish();
}

/// Requests for each second of a round.
async fn load(address: SocketAddr, cookie: &str) -> f64 {
    let request = Arc::new(format!(
        "GET /api/auth/get-session HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n"
    ));
    let done = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let tasks = (0..CONNECTIONS).map(|_| {
        let (request, done) = (Arc::clone(&request), Arc::clone(&done));
        tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let mut buffer = Vec::with_capacity(4096);
            while start.elapsed() < ROUND {
                stream.write_all(request.as_bytes()).await.unwrap();
                read_answer(&mut stream, &mut buffer).await;
                done.fetch_add(1, Ordering::Relaxed);
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    #[expect(clippy::cast_precision_loss, reason = "a number of requests is far below 2^52")]
    let count = done.load(Ordering::Relaxed) as f64;
    count / start.elapsed().as_secs_f64()
}

/// Reads one answer whole and gives where its body begins.
async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> usize {
    buffer.clear();
    loop {
        assert!(stream.read_buf(buffer).await.unwrap() > 0, "the server hung up");
        let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = std::str::from_utf8(&buffer[..end]).unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
        });
        let begin = end + 4;
        while buffer.len() < begin + length.unwrap() {
            assert!(stream.read_buf(buffer).await.unwrap() > 0, "the server hung up");
        }
        return begin;
    }
}

async fn ask(address: SocketAddr, cookie: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request =
        format!("GET /api/auth/get-session HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut buffer = Vec::new();
    let begin = read_answer(&mut stream, &mut buffer).await;
    String::from_utf8(buffer[begin..].to_vec()).unwrap()
}

async fn sign_up(address: SocketAddr, origin: &str) -> String {
    let body =
        json!({"name": "Ada Lovelace", "email": "ada@example.com", "password": "correct horse battery"})
            .to_string();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST /api/auth/sign-up/email HTTP/1.1\r\nhost: localhost\r\norigin: {origin}\r\ncontent-type: application/json\r\n\
         user-agent: Mozilla/5.0 (X11; Linux x86_64)\r\ncontent-length: {}\r\n\r\n{body}",
        body.len(),
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut buffer = Vec::new();
    let begin = read_answer(&mut stream, &mut buffer).await;
    let head = String::from_utf8_lossy(&buffer[..begin]).into_owned();
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("set-cookie:")).unwrap();
    line.split_once(':').unwrap().1.split(';').next().unwrap().trim().to_owned()
}

/// The bare handler as a process.
struct Bare {
    child: Child,
    address: SocketAddr,
}

impl Bare {
    async fn start() -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(std::env::current_exe().unwrap());
        let child = command.env("BENCH_ROLE", "bare").env("BENCH_PORT", port.to_string()).spawn().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        while TcpStream::connect(address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Self { child, address }
    }

    fn pid(&self) -> String {
        self.child.id().to_string()
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

async fn bare() {
    let options = PgPoolOptions::new().max_connections(10).test_before_acquire(false);
    let pool = options.connect(&variable("BENCH_DATABASE_URL").unwrap()).await.unwrap();
    let app = Router::new().route("/api/auth/get-session", get(get_session)).with_state(pool);
    let listener =
        tokio::net::TcpListener::bind(format!("127.0.0.1:{}", variable("BENCH_PORT").unwrap())).await;
    axum::serve(listener.unwrap(), app).await.unwrap();
}

/// The least that a handler has to do for the same answer.
async fn get_session(State(pool): State<PgPool>, headers: HeaderMap) -> Response {
    static SECRETS: std::sync::LazyLock<Secrets> =
        std::sync::LazyLock::new(|| Secrets::new("only-for-tests-0123456789abcdef-0123456789"));
    let cookie = headers.get(header::COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let value = cookie.split("; ").find_map(|pair| pair.strip_prefix("better-auth.session_token="));
    let decoded = percent_decode(value.unwrap_or_default());
    let Some(token) = signed::verify(&SECRETS, &decoded) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let row = sqlx::query(SELECT).bind(token).fetch_optional(&pool).await.unwrap();
    let Some(row) = row.filter(|row| row.get::<OffsetDateTime, _>(1) > SystemClock.now()) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let text = |column: usize| row.get::<String, _>(column);
    let optional = |column: usize| row.get::<Option<String>, _>(column);
    Json(json!({
        "session": {
            "expiresAt": iso(&row, 1), "token": text(2), "createdAt": iso(&row, 3), "updatedAt": iso(&row, 4),
            "ipAddress": optional(5), "userAgent": optional(6), "userId": text(7), "id": text(0),
        },
        "user": {
            "name": text(9), "email": text(10), "emailVerified": row.get::<bool, _>(11), "image": optional(12),
            "createdAt": iso(&row, 13), "updatedAt": iso(&row, 14), "id": text(8),
        },
    }))
    .into_response()
}

fn iso(row: &PgRow, column: usize) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    row.get::<OffsetDateTime, _>(column).format(format).unwrap()
}

fn percent_decode(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// The most memory that a process has held, in MB of 10^6 bytes.
fn peak(pid: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 1024.0 / 1e6
}

#[expect(clippy::disallowed_methods, reason = "a benchmark is told by its environment what to measure")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

const CONNECTIONS: usize = 64;
const ROUNDS: usize = 30;
const ROUND: Duration = Duration::from_secs(1);
const SELECT: &str = "SELECT s.id, s.expires_at, s.token, s.created_at, s.updated_at, s.ip_address, s.user_agent, s.user_id, \
     u.id, u.name, u.email, u.email_verified, u.image, u.created_at, u.updated_at \
     FROM auth_sessions s JOIN auth_users u ON u.id = s.user_id WHERE s.token = $1";
