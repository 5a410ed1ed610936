//! Sessions whose tokens are hashed at rest: what the services and the HTTP interface promise holds with them, and the table signs
//! nobody in.

#[expect(dead_code, reason = "its main runs it in the default configuration")]
#[path = "http.rs"]
mod http;
#[expect(dead_code, reason = "its main runs it in the default configuration")]
#[path = "services.rs"]
mod services;

use std::sync::Arc;

use auth_core::adapter::{Query, Value};
use auth_core::domain::{NewSession, SessionToken};
use auth_core::service::{ChangePassword, Refresh};
use auth_schema::session;
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{self, Fixture, PASSWORD, context, hashed};
use auth_tests::flavour::{Access, Flavour};
use auth_tests::http_client::Browser;
use auth_tests::runner::{Case, end, trials};
use axum::http::StatusCode;
use serde_json::json;
use time::Duration;

fn main() {
    fixture::hash_tokens();
    let own = vec![
        Case::new("no_token_stands_in_the_table_and_what_stands_there_signs_nobody_in", at_rest),
        Case::new("a_handle_names_a_session_and_can_end_it_and_nothing_else", handles),
        Case::new("a_session_is_revoked_by_the_token_of_a_list_over_http", revoke_listed),
        Case::new("the_oldest_sessions_and_all_others_end_as_ever", ends),
        Case::new("sessions_from_before_are_not_found_and_go_when_they_expire", from_before),
    ];
    let again = [services::cases(), http::cases()].concat();
    let mut all = trials(&own, Flavour::Ours, Access::Dictionary, |_| true);
    // The hash is made above the engines, so that one is enough for what they have been through in plain.
    all.extend(trials(&again, Flavour::Ours, Access::Dictionary, |backend| backend == Backend::Sqlite));
    end(all);
}

async fn stored(fixture: &Fixture) -> Vec<String> {
    let rows = fixture.auth.adapter().find_many(Query::new(session::MODEL)).await.unwrap();
    let text = |value: Option<&Value>| match value {
        Some(Value::Text(text)) => text.clone(),
        other => panic!("{other:?}"),
    };
    rows.iter().map(|row| text(row.record.get(session::TOKEN))).collect()
}

async fn is_valid(fixture: &Fixture, token: &SessionToken) -> bool {
    let valid = fixture.auth.validate_session(token, Refresh::WhenDue, &context()).await.unwrap();
    valid.inspect(|valid| assert_eq!(valid.session.token, *token)).is_some()
}

async fn at_rest(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let token = fixture.sign_up("ada@example.com").await.unwrap().session.unwrap().token;
    assert_eq!(token.expose().len(), 32);
    let held = stored(&fixture).await;
    assert_eq!(held, [token.handle().expose()]);
    let rows = fixture.auth.adapter().find_many(Query::new(session::MODEL)).await.unwrap();
    assert!(!format!("{rows:?}").contains(token.expose()), "the token stands in the row");
    assert!(is_valid(&fixture, &token).await);
    assert!(!is_valid(&fixture, &SessionToken::parse(&held[0]).unwrap()).await);
    assert!(!is_valid(&fixture, &token.handle()).await);
    // Extended, it is still the token that its owner has.
    fixture.clock.advance(Duration::days(2));
    assert!(is_valid(&fixture, &token).await);
    assert_eq!(stored(&fixture).await, held);
    // Nor does a browser get in with it.
    let forged = SessionToken::parse(&held[0]).unwrap();
    for (token, signed_in) in [(&token, true), (&forged, false)] {
        let (name, value) = auth_axum::testing::cookie(&fixture.auth, token);
        let request = axum::http::Request::get("/api/auth/get-session").header(name, value);
        let (status, body) = Browser::new(&fixture.auth).raw(request).await;
        assert_eq!((status, body != "null"), (StatusCode::OK, signed_in), "{body}");
    }
}

async fn handles(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let signed_up = fixture.sign_up("ada@example.com").await.unwrap();
    let (user, token) = (signed_up.user.id, signed_up.session.unwrap().token);
    let sessions = fixture.auth.store().sessions();
    let listed = sessions.list_active(&user).await.unwrap().remove(0);
    assert_eq!(listed.token, token.handle());
    assert!(listed.token.is_handle() && !token.is_handle());
    let later = fixture.auth.now() + Duration::days(300);
    assert!(sessions.find_with_user(&listed.token).await.unwrap().is_none());
    assert!(sessions.find_many(std::slice::from_ref(&listed.token)).await.unwrap().is_empty());
    assert!(sessions.extend(&listed, later).await.unwrap().is_none());
    let change = auth_core::domain::SessionChange::default();
    assert!(sessions.update(&listed.token, change).await.unwrap().is_none());
    // In the order of the tokens, each with the token that was given.
    let other = fixture.sign_in("ada@example.com", PASSWORD).await.unwrap().session.token;
    let both = [other.clone(), SessionToken::parse("unknown").unwrap(), token.clone()];
    let found: Vec<_> =
        sessions.find_many(&both).await.unwrap().into_iter().map(|session| session.token).collect();
    assert_eq!(found, [other.clone(), token.clone()]);
    // It ends its session: as it was listed, or as a client sends it back; for its owner only.
    let sent = SessionToken::parse(listed.token.expose()).unwrap();
    let eve = fixture.user("eve@example.com").await.id;
    assert!(!fixture.auth.revoke_session(&eve, &sent, &context()).await.unwrap());
    assert!(!sessions.delete(&sent).await.unwrap(), "only among one's own sessions");
    assert!(fixture.auth.revoke_session(&user, &sent, &context()).await.unwrap());
    assert!(!is_valid(&fixture, &token).await);
    assert!(fixture.auth.revoke_session(&user, &other.handle(), &context()).await.unwrap());
    let third = fixture.sign_in("ada@example.com", PASSWORD).await.unwrap().session.token;
    assert!(fixture.auth.revoke_session(&user, &third, &context()).await.unwrap());
    assert_eq!(sessions.list_active(&user).await.unwrap(), []);
}

async fn revoke_listed(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let sign_in = json!({ "email": "ada@example.com", "password": PASSWORD });
    let (mut one, mut two) = (Browser::new(&fixture.auth), Browser::new(&fixture.auth));
    one.post("/sign-in/email", &sign_in).await;
    let own = two.post("/sign-in/email", &sign_in).await.body["token"].as_str().unwrap().to_owned();
    let listed = one.get("/list-sessions").await.body;
    let handle = SessionToken::parse(&own).unwrap().handle();
    let listed = listed.as_array().unwrap().iter().map(|session| session["token"].as_str().unwrap());
    let listed: Vec<&str> = listed.collect();
    assert!(listed.contains(&handle.expose()) && !listed.contains(&own.as_str()), "{listed:?}");
    let answer = one.post("/revoke-session", &json!({ "token": handle.expose() })).await;
    assert_eq!((answer.status, answer.set_cookies()), (StatusCode::OK, Vec::new()));
    assert!(two.get("/get-session").await.body.is_null());
    // One's own by its handle: the cookie goes, too.
    let current = one.get("/get-session").await.body["session"]["token"].as_str().unwrap().to_owned();
    let handle = SessionToken::parse(&current).unwrap().handle();
    let answer = one.post("/revoke-session", &json!({ "token": handle.expose() })).await;
    assert!(!answer.set_cookies().is_empty() && one.cookies.is_empty());
    assert!(one.get("/get-session").await.body.is_null());
}

async fn ends(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| {
        let mut session = hashed();
        session.max_per_user = Some(2);
        builder.session(session)
    })
    .await;
    let user = fixture.user("ada@example.com").await.id;
    let mut tokens = Vec::new();
    for _ in 0..3 {
        fixture.clock.advance(Duration::seconds(1));
        tokens.push(fixture.sign_in("ada@example.com", PASSWORD).await.unwrap().session.token);
    }
    let [oldest, older, newest] = &tokens[..] else { panic!("three") };
    assert!(!is_valid(&fixture, oldest).await);
    assert!(is_valid(&fixture, older).await && is_valid(&fixture, newest).await);
    assert_eq!(fixture.auth.revoke_other_sessions(&user, newest, &context()).await.unwrap(), 1);
    assert!(is_valid(&fixture, newest).await && !is_valid(&fixture, older).await);
    let change = ChangePassword {
        current: auth_core::password::Password::new(PASSWORD),
        new: auth_core::password::Password::new("another password"),
        revoke_other_sessions: true,
        remember_me: true,
    };
    let changed = fixture.auth.change_password(&user, change, &context()).await.unwrap();
    assert!(is_valid(&fixture, &changed.session.unwrap().token).await && !is_valid(&fixture, newest).await);
    // One that has expired is deleted when it is shown.
    let last = fixture.sign_in("ada@example.com", "another password").await.unwrap().session.token;
    fixture.clock.advance(Duration::days(8));
    let held = stored(&fixture).await.len();
    assert!(!is_valid(&fixture, &last).await);
    assert_eq!(stored(&fixture).await.len(), held - 1);
}

async fn from_before(database: Arc<TestDatabase>) {
    let after = Fixture::new(&database).await;
    let before =
        Fixture::with_same(&after, |builder| builder.session(auth_core::config::SessionConfig::default()));
    let signed_up = before.sign_up("ada@example.com").await.unwrap();
    let (user, old) = (signed_up.user.id, signed_up.session.unwrap().token);
    assert!(is_valid(&before, &old).await && !is_valid(&after, &old).await);
    assert!(!is_valid(&after, &old.handle()).await);
    let new = NewSession::new(user, after.auth.now() + Duration::days(30));
    let new = after.auth.store().sessions().create(new).await.unwrap().token;
    assert!(is_valid(&after, &new).await && !is_valid(&before, &new).await);
    after.clock.advance(Duration::days(8));
    assert_eq!(after.auth.delete_expired(&context()).await.unwrap().sessions, 1);
    assert_eq!(stored(&after).await, [new.handle().expose()]);
}
