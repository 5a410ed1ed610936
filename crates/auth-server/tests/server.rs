//! The server from outside: what its environment says is what it does.

mod metrics;
mod support;

use std::process::Command;

use support::{Server, finish};

const SIGN_UP: &str = r#"{"name":"Ada","email":"ada@example.com","password":"correct horse battery"}"#;
const WRONG: &str = r#"{"email":"ada@example.com","password":"not the password"}"#;

#[test]
fn it_listens_on_a_free_port_and_trusts_its_own_address() {
    let server = Server::start("free-port", &[]);
    let origin = format!("http://localhost:{}", server.port);
    let signed_up = server.post("/sign-up/email", &[("origin", &origin)], SIGN_UP);
    assert_eq!(signed_up.status, 200, "{}", signed_up.body);
    assert!(signed_up.head.contains("set-cookie: better-auth.session_token="));
    assert!(!signed_up.head.contains("secure"));
    let foreign = server.post("/sign-in/email", &[("origin", "http://127.0.0.1:1")], WRONG);
    assert_eq!(foreign.status, 403);
    let page = server.send("GET", "/", &[], "");
    assert!(page.status == 200 && page.head.contains("content-security-policy: default-src 'none'"));
    assert_eq!(server.send("GET", "/providers", &[], "").body, "[]");
}

#[test]
fn under_https_cookies_are_secure_and_only_that_origin_is_trusted() {
    let more = [
        ("AUTH_BASE_URL", "https://auth.example.com"),
        ("AUTH_TRUSTED_ORIGINS", "https://*.app.example.com"),
    ];
    let server = Server::start("https", &more);
    let signed_up = server.post("/sign-up/email", &[("origin", "https://x.app.example.com")], SIGN_UP);
    assert_eq!(signed_up.status, 200, "{}", signed_up.body);
    assert!(signed_up.head.contains("set-cookie: __secure-better-auth.session_token="));
    assert!(signed_up.head.contains("; httponly; secure; samesite=lax"));
    let plain = server.post("/sign-in/email", &[("origin", "http://auth.example.com")], WRONG);
    assert_eq!(plain.status, 403);
}

#[test]
fn requests_are_limited_by_the_address_that_the_proxy_tells() {
    let server = Server::start("limits", &[("AUTH_RATE_LIMIT", "1"), ("AUTH_TRUSTED_PROXY", "1")]);
    let from = |address: &str| server.post("/sign-in/email", &[("x-forwarded-for", address)], WRONG);
    for _ in 0..3 {
        assert_eq!(from("192.0.2.1").status, 401);
    }
    let refused = from("203.0.113.9, 192.0.2.1");
    assert!(refused.status == 429 && refused.head.contains("x-retry-after: "), "{}", refused.head);
    assert_eq!(from("192.0.2.2").status, 401);
}

#[test]
fn what_is_under_way_is_answered_before_it_ends_with_status_0() {
    for signal in ["-TERM", "-INT"] {
        let server = Server::start(signal, &[]);
        let (begun, rest) = WRONG.split_at(20);
        let path = "/api/auth/sign-in/email";
        let under_way = server.begin_with("POST", path, &[], (begun, WRONG.len()));
        // It has been accepted by now: another connection was, after it.
        assert_eq!(server.send("GET", "/api/auth/ok", &[], "").status, 200);
        server.signal(signal);
        assert_eq!(finish(under_way, rest).status, 401);
        assert!(server.wait().success(), "{signal}");
    }
}

#[test]
fn two_servers_may_start_at_once_on_one_empty_database() {
    for naming in ["snake", "stock"] {
        let first = Server::start(&format!("twice-{naming}"), &[("AUTH_NAMING", naming)]);
        let folder = first.folder().join("shared");
        std::fs::create_dir_all(&folder).unwrap();
        let both: Vec<Server> = std::thread::scope(|scope| {
            let start = || Server::start_in(folder.clone(), &[("AUTH_NAMING", naming)]);
            let starting: Vec<_> = (0..2).map(|_| scope.spawn(start)).collect();
            starting.into_iter().map(|server| server.join().unwrap()).collect()
        });
        let [one, other] = &both[..] else { unreachable!() };
        assert_eq!(one.post("/sign-up/email", &[], SIGN_UP).status, 200);
        assert_eq!(other.post("/sign-up/email", &[], SIGN_UP).status, 422, "they see the same rows");
    }
}

#[test]
fn a_wrong_variable_ends_it_with_what_to_do() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_auth-server"));
    let output =
        command.env_clear().env("AUTH_SECRET", "hush hush").env("DATABASE_URL", "sqlite::memory:").output();
    let output = output.unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(told.contains("at least 32 characters") && !told.contains("hush"), "{told}");
}
