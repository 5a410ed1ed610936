//! Who is refused.

use std::net::{IpAddr, TcpStream, UdpSocket};

use super::browser::Running;

#[tokio::test]
async fn the_printed_address_lets_in_once() {
    let console = Running::start("").await;
    let users = format!("{}users", console.place);
    assert_eq!(console.get(&users, &[]).await.status, 403);
    let wrong = console.get(&format!("{}enter?token=wrong", console.place), &[]).await;
    assert_eq!((wrong.status, wrong.header("set-cookie")), (403, None));
    let first = console.get(&console.entry, &[]).await;
    assert_eq!((first.status, first.header("location")), (303, Some("users")));
    let cookie = first.header("set-cookie").unwrap().to_owned();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, format!("Path={}; HttpOnly; SameSite=Strict", console.place));
    let second = console.get(&console.entry, &[]).await;
    assert_eq!((second.status, second.header("set-cookie")), (403, None));
    assert!(second.body.contains("it works once"), "{}", second.body);
    assert_eq!(console.get(&users, &[&format!("Cookie: {pair}")]).await.status, 200);
    assert_eq!(console.get(&users, &["Cookie: auth_console=wrong"]).await.status, 403);
}

#[tokio::test]
async fn every_page_but_the_entry_and_the_style_wants_the_cookie() {
    let console = Running::start("").await;
    let pages = [
        ("users", 403, 405),
        ("user?id=1", 403, 405),
        ("health", 403, 405),
        ("indexes", 403, 405),
        ("statements", 403, 405),
        ("examine", 405, 403),
        ("revoke", 405, 403),
        ("revoke-all", 405, 403),
        ("style.css", 200, 405),
        ("enter", 403, 405),
        ("none", 404, 404),
    ];
    for (page, got, posted) in pages {
        let path = format!("{}{page}", console.place);
        let line = format!("POST {path} HTTP/1.1");
        let post = console.send(&[&line, &console.host(), &console.origin()], "").await;
        let get = console.get(&path, &[]).await;
        assert_eq!((get.status, post.status), (got, posted), "{page}");
        assert!(!get.body.contains("form_token") && !post.body.contains("form_token"), "{page}");
    }
    assert_eq!(console.get("/", &[]).await.status, 404);
    assert_eq!(console.get("/users", &[]).await.status, 404);
}

#[tokio::test]
async fn a_name_that_is_not_this_machines_is_refused() {
    let console = Running::start("").await;
    let cookie = console.enter().await;
    let (port, line) = (console.address.port(), format!("GET {}users HTTP/1.1", console.place));
    for known in [format!("127.0.0.1:{port}"), format!("localhost:{port}")] {
        let answer = console.send(&[&line, &format!("Host: {known}"), &cookie], "").await;
        assert_eq!(answer.status, 200, "{known}");
    }
    let unknown = [
        format!("Host: evil.example:{port}"),
        "Host: evil.example".to_owned(),
        "Host: 127.0.0.1".to_owned(),
        "Host: localhost".to_owned(),
        format!("Host: localhost:{}", port.wrapping_add(1)),
        format!("Host: 127.0.0.1.evil.example:{port}"),
        format!("Host: localhost:{port}.evil.example"),
        format!("Host: user@localhost:{port}"),
        format!("Host: [::1]:{port}"),
        "Host: ".to_owned(),
        "X-Forwarded-Host: localhost".to_owned(),
        format!("Host: localhost:{port}\r\nHost: evil.example"),
    ];
    for host in unknown {
        let answer = console.send(&[&line, &host, &cookie], "").await;
        assert!([400, 421].contains(&answer.status), "{host}: {answer:?}");
        assert!(!answer.body.contains("<nav"), "{host}");
    }
    let whole = format!("GET http://evil.example{}users HTTP/1.1", console.place);
    assert_eq!(console.send(&[&whole, &console.host(), &cookie], "").await.status, 421);
}

#[tokio::test]
async fn what_another_page_asks_is_refused() {
    let console = Running::start("").await;
    let cookie = console.enter().await;
    let (user, _) = console.user("Ada", 2).await;
    let page = console.get(&format!("{}user?id={}", console.place, user.id), &[&cookie]).await;
    let body = format!("form_token={}&user={}", page.field("form_token").unwrap(), user.id);
    let line = format!("POST {}revoke-all HTTP/1.1", console.place);
    let form = "Content-Type: application/x-www-form-urlencoded";
    let own = console.origin();
    let others: &[&[&str]] = &[
        &[],
        &["Origin: null"],
        &["Origin: http://evil.example"],
        &["Origin: https://127.0.0.1"],
        &["Origin: http://127.0.0.1:1"],
        &[&own, "Origin: http://evil.example"],
        &[&own, "Sec-Fetch-Site: cross-site"],
        &[&own, "Sec-Fetch-Site: same-site"],
        &[&own, "Sec-Fetch-Site: none"],
    ];
    let host = console.host();
    for other in others {
        let lines = [&[line.as_str(), &host, &cookie, form], *other].concat();
        let answer = console.send(&lines, &body).await;
        assert_eq!(answer.status, 403, "{other:?}");
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    assert_eq!(console.sessions(&user.id).await, 2);
    for other in ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: http://evil.example"] {
        let answer = console.get(&format!("{}users", console.place), &[&cookie, other]).await;
        assert_eq!(answer.status, 403, "{other}");
    }
    let lines = [line.as_str(), &host, &cookie, form, &own, "Sec-Fetch-Site: same-origin"];
    let answer = console.send(&lines, &body).await;
    let location = format!("user?id={}&ended=2", user.id);
    assert_eq!((answer.status, answer.header("location")), (303, Some(location.as_str())));
    assert_eq!(console.sessions(&user.id).await, 0);
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let console = Running::start("").await;
    let cookie = console.enter().await;
    let (user, sessions) = console.user("Ada", 1).await;
    let page = console.get(&format!("{}user?id={}", console.place, user.id), &[&cookie]).await;
    let token = page.field("form_token").unwrap();
    let ids = format!("user={}&session={}", user.id, sessions[0].id);
    let form = "Content-Type: application/x-www-form-urlencoded";
    let bodies = [
        ids.clone(),
        format!("{ids}&form_token="),
        format!("{ids}&form_token={}", &token[1..]),
        format!("{ids}&form_token=wrong&form_token={token}"),
        format!("{ids}&x={}&form_token={token}", "x".repeat(17_000)),
    ];
    for path in ["revoke", "revoke-all", &format!("revoke?form_token={token}")] {
        let line = format!("POST {}{path} HTTP/1.1", console.place);
        for body in &bodies {
            let lines = [line.as_str(), &console.host(), &cookie, &console.origin(), form];
            assert_eq!(console.send(&lines, body).await.status, 403, "{path} {body}");
        }
    }
    assert_eq!(console.sessions(&user.id).await, 1);
}

#[tokio::test]
async fn other_methods_are_refused_and_every_answer_has_the_headers() {
    let console = Running::start("").await;
    let cookie = console.enter().await;
    let host = console.host();
    let mut answers = Vec::new();
    for method in ["PUT", "DELETE", "OPTIONS", "PATCH"] {
        let line = format!("{method} {}users HTTP/1.1", console.place);
        let preflight = "Access-Control-Request-Method: POST";
        let answer = console.send(&[&line, &host, &cookie, preflight], "").await;
        assert_eq!(answer.status, 405, "{method}");
        answers.push(answer);
    }
    for path in ["users", "user?id=none", "style.css", "none", "enter"] {
        answers.push(console.get(&format!("{}{path}", console.place), &[&cookie]).await);
    }
    answers.push(
        console.send(&[&format!("GET {}users HTTP/1.1", console.place), "Host: evil.example"], "").await,
    );
    for answer in answers {
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; style-src 'self'") && !policy.contains("script"),
            "{policy}"
        );
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{name}");
        }
        assert!(!answer.head.to_lowercase().contains("access-control-"), "{}", answer.head);
    }
}

#[tokio::test]
async fn it_listens_on_this_machine_alone() {
    let console = Running::start("").await;
    assert!(console.address.ip().is_loopback(), "{}", console.address);
    // No packet is sent: the system only says which of its addresses it would use.
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    let outside =
        socket.connect("192.0.2.1:9").and_then(|()| socket.local_addr()).map(|address| address.ip());
    match outside {
        Ok(IpAddr::V4(ip)) if !ip.is_loopback() => {
            let refused = TcpStream::connect((ip, console.address.port()));
            assert!(refused.is_err(), "it answers at {ip}");
        }
        _ => println!("NOT RUN: this machine has no other address"),
    }
}
