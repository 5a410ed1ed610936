//! The command itself.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use auth_cli::console::Console;
use auth_core::Auth;
use auth_core::adapter::memory::MemoryAdapter;
use auth_core::domain::{RequestContext, SystemRandom};

use super::support::Place;

#[test]
fn it_prints_its_address_and_ends_with_control_c() {
    let place = Place::new("console", "");
    let mut child = Command::new(env!("CARGO_BIN_EXE_auth"))
        .args(["console", "--json", "--url", place.url()])
        .env_remove("AUTH_CONFIG")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut json = String::new();
    while !json.contains('}') {
        assert_ne!(out.read_line(&mut json).unwrap(), 0, "it ended: {json}");
    }
    let answer: serde_json::Value = serde_json::from_str(&json).unwrap();
    let url = answer["url"].as_str().unwrap();
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    assert!(host.starts_with("127.0.0.1:"), "{url}");
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    // One that sends nothing does not keep it.
    let _open = TcpStream::connect(host).unwrap();
    let told = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(told.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_port_that_is_taken_is_told() {
    let place = Place::new("console_port", "");
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let outcome = place.run(&["console", "--port", &port]);
    assert_eq!((outcome.status, outcome.out.as_str()), (Some(1), ""));
    assert!(outcome.err.contains("give another --port"), "{}", outcome.err);
}

#[tokio::test]
async fn it_ends_by_itself_when_nobody_asks() {
    let auth = Auth::builder(Arc::new(MemoryAdapter::new()), "x".repeat(32)).build().unwrap();
    let console = Console::new(auth, RequestContext::new(), &SystemRandom).idle(Duration::from_millis(1));
    console.bind(0).await.unwrap().serve(std::future::pending()).await.unwrap();
}
