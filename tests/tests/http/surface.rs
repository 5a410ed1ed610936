//! What stands around the endpoints: rate limits, addresses behind proxies, cookies, switched-off paths, pages, headers.

use std::net::SocketAddr;
use std::sync::Arc;

use auth_core::config::{
    ClientAddressConfig, CookieConfig, HttpConfig, RateLimit, RateLimitConfig, RateLimitRule, SameSite,
    SessionConfig, TrustedProxies,
};
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::http_client::{Answer, Browser};
use auth_tests::runner::Case;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use time::Duration;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("requests_are_limited_by_address_and_path", rate_limit),
        Case::new("failed_sign_ins_are_limited_by_account", per_account),
        Case::new("an_address_behind_proxies_is_the_clients", proxies),
        Case::new("cookies_are_named_and_shared_as_configured", cookies),
        Case::new("paths_that_are_switched_off_are_not_found", disabled),
        Case::new("the_error_page_shows_what_it_is_given_as_text", error_page),
        Case::new("the_description_of_the_interface_names_every_path", open_api),
        Case::new("answers_are_not_stored_or_guessed_at", headers),
        Case::new("bodies_beyond_the_limit_are_refused", large_bodies),
        Case::new("a_session_ends_for_good_and_there_are_only_so_many", session_limits),
    ]
}

async fn with_http(database: &TestDatabase, change: impl FnOnce(&mut HttpConfig)) -> Fixture {
    let mut http = HttpConfig::default();
    change(&mut http);
    Fixture::with(database, |builder| builder.http(http)).await
}

/// A sign-in with a wrong password from an address, as a proxy may pass it on.
async fn from(
    browser: &mut Browser,
    peer: &str,
    forwarded: Option<&str>,
    path: &str,
    body: &Value,
) -> Answer {
    let peer: SocketAddr = format!("{peer}:1000").parse().unwrap();
    let mut request = Request::post(format!("/api/auth{path}"))
        .extension(ConnectInfo(peer))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ORIGIN, "http://localhost:3000");
    if let Some(forwarded) = forwarded {
        request = request.header("x-forwarded-for", forwarded);
    }
    browser.send(request, Body::from(body.to_string())).await
}

async fn rate_limit(database: Arc<TestDatabase>) {
    let fixture = with_http(&database, |http| {
        http.rate_limit.enabled = true;
        http.rate_limit.rules =
            vec![RateLimitRule { path: "/ok".to_owned(), limit: Some(RateLimit::new(2, 60)) }];
    })
    .await;
    let mut browser = Browser::new(&fixture.auth);
    let wrong = json!({"email": "ada@example.com", "password": "wrong password"});
    for _ in 0..3 {
        let answer = from(&mut browser, "192.0.2.1", None, "/sign-in/email", &wrong).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let refused = from(&mut browser, "192.0.2.1", None, "/sign-in/email", &wrong).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.headers["x-retry-after"], "10");
    assert_eq!(refused.body, json!({"message": "Too many requests. Please try again later."}));
    let hashes = fixture.auth.hashes_computed();
    // A client cannot choose its address.
    let forged = from(&mut browser, "192.0.2.1", Some("198.51.100.7"), "/sign-in/email", &wrong).await;
    assert_eq!(forged.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(fixture.auth.hashes_computed(), hashes);
    let other = from(&mut browser, "192.0.2.2", None, "/sign-in/email", &wrong).await;
    assert_eq!(other.status, StatusCode::UNAUTHORIZED);
    fixture.clock.advance(Duration::seconds(10));
    let later = from(&mut browser, "192.0.2.1", None, "/sign-in/email", &wrong).await;
    assert_eq!(later.status, StatusCode::UNAUTHORIZED);
    let statuses =
        [browser.get("/ok").await.status, browser.get("/ok").await.status, browser.get("/ok").await.status];
    assert_eq!(statuses, [StatusCode::OK, StatusCode::OK, StatusCode::TOO_MANY_REQUESTS]);
}

async fn per_account(database: Arc<TestDatabase>) {
    let fixture = with_http(&database, |http| {
        let mut limits = RateLimitConfig::default();
        limits.per_account = Some(RateLimit::new(3, 900));
        http.rate_limit = limits;
    })
    .await;
    fixture.user("ada@example.com").await;
    let mut browser = Browser::new(&fixture.auth);
    let body = |password: &str| json!({"email": "Ada@example.com", "password": password});
    for number in 0..2 {
        from(&mut browser, &format!("192.0.2.{number}"), None, "/sign-in/email", &body("wrong password"))
            .await;
    }
    let right = from(&mut browser, "192.0.2.9", None, "/sign-in/email", &body(PASSWORD)).await;
    assert_eq!(right.status, StatusCode::OK, "the owner's sign-in forgets the attempts");
    for number in 0..3 {
        let answer =
            from(&mut browser, &format!("192.0.2.{number}"), None, "/sign-in/email", &body("wrong")).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let refused = from(&mut browser, "192.0.2.200", None, "/sign-in/email", &body(PASSWORD)).await;
    assert_eq!(
        (refused.status, &refused.headers["x-retry-after"]),
        (StatusCode::TOO_MANY_REQUESTS, &"900".parse().unwrap())
    );
    let unknown = json!({"email": "nobody@example.com", "password": "wrong password"});
    for expected in [StatusCode::UNAUTHORIZED; 3].into_iter().chain([StatusCode::TOO_MANY_REQUESTS]) {
        let answer = from(&mut browser, "192.0.2.1", None, "/sign-in/email", &unknown).await;
        assert_eq!(answer.status, expected, "an unknown address is treated alike");
    }
}

async fn proxies(database: Arc<TestDatabase>) {
    let networks = TrustedProxies::networks(["10.0.0.0/8", "192.0.2.1"]).unwrap();
    let requests = [
        (TrustedProxies::Nobody, "192.0.2.1", Some("198.51.100.7"), "192.0.2.1"),
        (TrustedProxies::Peer, "192.0.2.1", Some("198.51.100.7"), "198.51.100.7"),
        (TrustedProxies::Peer, "192.0.2.1", Some("203.0.113.1, 198.51.100.7"), "198.51.100.7"),
        (TrustedProxies::Peer, "192.0.2.1", Some("junk"), "192.0.2.1"),
        (TrustedProxies::Peer, "192.0.2.1", None, "192.0.2.1"),
        (networks.clone(), "192.0.2.1", Some("203.0.113.1, 198.51.100.7, 10.1.2.3"), "198.51.100.7"),
        (networks.clone(), "192.0.2.2", Some("198.51.100.7"), "192.0.2.2"),
        (networks.clone(), "10.9.9.9", Some("2001:db8:1:2:3::4"), "2001:0db8:0001:0002:0000:0000:0000:0000"),
    ];
    for (number, (trusted, peer, forwarded, expected)) in requests.into_iter().enumerate() {
        let email = format!("person{number}@example.com");
        let fixture = Fixture::on(database.adapter().await, |builder| {
            let mut http = HttpConfig::default();
            let mut address = ClientAddressConfig::default();
            address.trusted_proxies = trusted.clone();
            http.client_address = address;
            builder.http(http)
        });
        let mut browser = Browser::new(&fixture.auth);
        let body = json!({"name": "Ada", "email": email, "password": PASSWORD});
        from(&mut browser, peer, forwarded, "/sign-up/email", &body).await;
        let session = browser.get("/get-session").await.body;
        assert_eq!(session["session"]["ipAddress"], expected, "{trusted:?} {peer} {forwarded:?}");
    }
}

async fn cookies(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| {
        let mut http = HttpConfig::default();
        let mut cookies = CookieConfig::default();
        "shop".clone_into(&mut cookies.prefix);
        cookies.cross_subdomain = Some("example.com".to_owned());
        cookies.same_site = SameSite::None;
        http.cookies = cookies;
        builder.http(http).base_url("https://auth.example.com").trusted_origin("https://*.example.com")
    })
    .await;
    let mut browser = Browser::new(&fixture.auth);
    let request = Request::post("/api/auth/sign-up/email")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ORIGIN, "https://app.example.com");
    let body = json!({"name": "Ada", "email": "ada@example.com", "password": PASSWORD});
    let answer = browser.send(request, Body::from(body.to_string())).await;
    let line = answer.set_cookies()[0].to_owned();
    assert!(line.starts_with("__Secure-shop.session_token="), "{line}");
    assert!(
        line.ends_with("; Max-Age=604800; Domain=example.com; Path=/; HttpOnly; Secure; SameSite=None"),
        "{line}"
    );
    assert_eq!(browser.get("/get-session").await.body["user"]["email"], "ada@example.com");
}

async fn disabled(database: Arc<TestDatabase>) {
    let fixture = with_http(&database, |http| {
        http.disabled_paths = vec!["/sign-up/email".to_owned(), "/delete-user/".to_owned()];
    })
    .await;
    let mut browser = Browser::new(&fixture.auth);
    let body = json!({"name": "Ada", "email": "ada@example.com", "password": PASSWORD});
    assert_eq!(browser.post("/sign-up/email", &body).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post("/delete-user", &json!({})).await.status, StatusCode::NOT_FOUND);
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 0);
    assert_eq!(browser.get("/ok").await.status, StatusCode::OK);
}

async fn error_page(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let browser = Browser::new(&fixture.auth);
    let path = "/api/auth/error?error=state_mismatch&error_description=%3Cscript%3Ealert(1)%3C/script%3E";
    let (headers, page) = browser.page(path).await;
    assert!(page.contains("<code>state_mismatch</code>") && !page.contains("<script>"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'none'"));
    assert_eq!(headers[header::X_FRAME_OPTIONS], "DENY");
    let (_, page) = browser.page("/api/auth/error?error=%3Cb%3E").await;
    assert!(page.contains("<code>UNKNOWN</code>"));
}

async fn open_api(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let mut browser = Browser::new(&fixture.auth);
    let document = browser.get("/open-api").await.body;
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 31);
    for (path, operations) in paths {
        for method in operations.as_object().unwrap().keys() {
            let path = path.replace("{token}", "x").replace("{provider}", "x");
            let request =
                Request::builder().method(method.to_uppercase().as_str()).uri(format!("/api/auth{path}"));
            let (status, _) = browser.raw(request).await;
            // Not found is what a path without an endpoint says, without a body.
            assert_ne!(status, StatusCode::NOT_FOUND, "{method} {path}");
        }
    }
}

async fn headers(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let mut browser = Browser::new(&fixture.auth);
    let body = json!({"name": "Ada", "email": "ada@example.com", "password": PASSWORD});
    for answer in
        [browser.post("/sign-up/email", &body).await, browser.get("/ok").await, browser.get("/nope").await]
    {
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(answer.headers[header::REFERRER_POLICY], "no-referrer");
    }
}

async fn large_bodies(database: Arc<TestDatabase>) {
    let fixture = with_http(&database, |http| http.max_body_size = 100).await;
    let mut browser = Browser::new(&fixture.auth);
    let body = json!({"email": "ada@example.com", "password": "x".repeat(100)});
    let answer = browser.post("/sign-in/email", &body).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE"));
}

async fn session_limits(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| {
        let mut session = SessionConfig::default();
        session.absolute_lifetime = Some(Duration::days(10));
        session.max_per_user = Some(3);
        builder.session(session)
    })
    .await;
    fixture.user("ada@example.com").await;
    let mut browsers = Vec::new();
    for _ in 0..4 {
        fixture.clock.advance(Duration::seconds(1));
        let mut browser = Browser::new(&fixture.auth);
        browser.post("/sign-in/email", &json!({"email": "ada@example.com", "password": PASSWORD})).await;
        browsers.push(browser);
    }
    let mut alive = Vec::new();
    for browser in &mut browsers {
        alive.push(!browser.get("/get-session").await.body.is_null());
    }
    assert_eq!(alive, [false, true, true, true], "the oldest has ended");
    let mut last = browsers.pop().unwrap();
    for day in 1..=10 {
        fixture.clock.advance(Duration::days(1));
        let body = last.get("/get-session").await.body;
        assert_eq!(body.is_null(), day == 10, "day {day}");
    }
    let tries: Vec<_> = (0..8)
        .map(|_| {
            let mut browser = Browser::new(&fixture.auth);
            tokio::spawn(async move {
                let body = json!({"email": "ada@example.com", "password": PASSWORD});
                browser.post("/sign-in/email", &body).await.status
            })
        })
        .collect();
    for attempt in tries {
        assert_eq!(attempt.await.unwrap(), StatusCode::OK);
    }
    let email = auth_core::domain::Email::parse("ada@example.com").unwrap();
    let user = fixture.auth.store().users().find_by_email(&email).await.unwrap().unwrap();
    let held = fixture.auth.list_sessions(&user.id).await.unwrap().len();
    let one = Fixture::with_same(&fixture, |builder| {
        let mut session = SessionConfig::default();
        session.max_per_user = Some(1);
        builder.session(session)
    });
    let tries: Vec<_> = (0..4)
        .map(|_| {
            let one = one.auth.clone();
            tokio::spawn(async move {
                let email = auth_core::domain::Email::parse("ada@example.com").unwrap();
                let sign_in =
                    auth_core::service::SignInEmail::new(email, auth_core::password::Password::new(PASSWORD));
                one.sign_in_email(sign_in, &auth_core::testing::request()).await.unwrap()
            })
        })
        .collect();
    for attempt in tries {
        attempt.await.unwrap();
    }
    assert_eq!(one.auth.list_sessions(&user.id).await.unwrap().len(), 1, "one of them is the last");
    assert_eq!(held, 3, "of concurrent sign-ins, those who look last agree which are the oldest");
}
