//! What the pages show, and what they never show.

use std::sync::Arc;

use auth_cli::console::{Console, Examiner};
use auth_cli::doctor::Examination;
use auth_core::domain::{NewAccount, RequestContext, Secret, SystemRandom};
use auth_core::{Auth, DatabaseConfig, SeaOrmAdapter};
use auth_schema::Schema;

use super::browser::Running;
use super::support::Place;

const OWN: &str = r#"
[models.user.fields.role]
type = "string"
default = "member"
[models.user.fields.two_factor_secret]
type = "string"
default = "hidden-by-the-schema"
returned = false
"#;

#[tokio::test]
async fn users_come_in_pages_and_are_found_by_words() {
    let console = Running::start("").await;
    let cookie = console.enter().await;
    for number in 0..53 {
        console.user(&format!("Person Number{number:02}"), 0).await;
    }
    let first = console.get(&format!("{}users", console.place), &[&cookie]).await;
    assert_eq!(first.body.matches("<tr><td>").count(), 50);
    let (_, next) = first.body.split_once("rel=\"next\" href=\"").unwrap();
    let next = next.split('"').next().unwrap();
    let second = console.get(&format!("{}{next}", console.place), &[&cookie]).await;
    assert_eq!(second.body.matches("<tr><td>").count(), 3);
    assert!(!second.body.contains("rel=\"next\"") && second.body.contains("First page"));
    let mut seen: Vec<&str> = [&first, &second]
        .into_iter()
        .flat_map(|page| page.body.match_indices("Number").map(|(at, _)| &page.body[at..at + 8]))
        .collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 53);
    let found = console.get(&format!("{}users?q=number17", console.place), &[&cookie]).await;
    assert_eq!(found.body.matches("<tr><td>").count(), 1, "{}", found.body);
    let many = console.get(&format!("{}users?q=person&verified=no", console.place), &[&cookie]).await;
    assert!(many.body.contains("More words find fewer") && many.body.contains("value=\"person\""));
    let none = console.get(&format!("{}users?verified=yes", console.place), &[&cookie]).await;
    assert!(none.body.contains("No users."));
    assert_eq!(console.get(&format!("{}users?after=gone", console.place), &[&cookie]).await.status, 404);
}

#[tokio::test]
async fn a_user_is_shown_without_a_secret() {
    let console = Running::start(OWN).await;
    let cookie = console.enter().await;
    let (user, sessions) = console.user("<img src=x onerror=alert(1)> & \"Ada\"", 21).await;
    let mut account = NewAccount::with_password(user.id.clone(), Secret::new("the-hash"));
    account.access_token = Some(Secret::new("the-access-token"));
    account.refresh_token = Some(Secret::new("the-refresh-token"));
    account.id_token = Some(Secret::new("the-id-token"));
    console.auth.store().accounts().create(account).await.unwrap();
    let page = console.get(&format!("{}user?id={}", console.place, user.id), &[&cookie]).await;
    assert_eq!(page.status, 200);
    let text = &page.body;
    assert!(
        !text.contains("<img") && text.contains("&lt;img src=x onerror=alert(1)&gt; &amp; &quot;Ada&quot;")
    );
    for shown in ["credential", "192.0.2.20", "Agent/20", "member", "Has password", sessions[20].id.as_str()]
    {
        assert!(text.contains(shown), "{shown}");
    }
    let tokens = sessions.iter().map(|session| session.token.expose());
    for secret in
        tokens.chain(["the-hash", "the-access-token", "the-refresh-token", "the-id-token", "hidden-by"])
    {
        assert!(!text.contains(secret), "a secret is shown");
    }
    assert_eq!(text.matches("Agent/").count(), 20);
    let (_, next) = text.split_once("rel=\"next\" href=\"").unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    let rest = console.get(&format!("{}{next}", console.place), &[&cookie]).await;
    assert_eq!(rest.body.matches("Agent/").count(), 1);
}

#[tokio::test]
async fn one_session_ends_only_with_its_user() {
    let console = Running::start("").await;
    let cookie = console.enter().await;
    let (ada, sessions) = console.user("Ada", 2).await;
    let (bob, _) = console.user("Bob", 1).await;
    let page = console.get(&format!("{}user?id={}", console.place, ada.id), &[&cookie]).await;
    let token = page.field("form_token").unwrap();
    let form = "Content-Type: application/x-www-form-urlencoded";
    let line = format!("POST {}revoke HTTP/1.1", console.place);
    let lines = [line.as_str(), &console.host(), &cookie, &console.origin(), form];
    for (user, ended, left) in [(&bob.id, 0, 2), (&ada.id, 1, 1), (&ada.id, 0, 1)] {
        let body = format!("form_token={token}&user={user}&session={}", sessions[0].id);
        let answer = console.send(&lines, &body).await;
        assert_eq!(answer.header("location"), Some(format!("user?id={user}&ended={ended}").as_str()));
        assert_eq!(console.sessions(&ada.id).await, left);
    }
    let told = console.get(&format!("{}user?id={}&ended=1", console.place, ada.id), &[&cookie]).await;
    assert!(told.body.contains("1 session ended."));
    assert_eq!(console.sessions(&bob.id).await, 1);
}

/// A console on a database whose history of migrations is not there, which the doctor finds.
async fn on_database(url: &str) -> Running {
    let schema = Schema::core();
    let adapter = SeaOrmAdapter::with_schema(connect(url).await, schema.clone()).await.unwrap();
    let auth = Auth::builder(Arc::new(adapter), "x".repeat(32)).build().unwrap();
    let examiner = Examiner::new(connect(url).await, schema, Examination::default());
    let console = Console::new(auth.clone(), RequestContext::new(), &SystemRandom).examiner(examiner);
    Running::of(auth, console).await
}

async fn connect(url: &str) -> auth_core::DatabaseConnection {
    auth_core::connect(&DatabaseConfig::new(url)).await.unwrap()
}

#[test]
fn a_database_is_examined_only_when_somebody_asks() {
    let place = Place::new("console_health", "");
    place.json(&["user", "create", "--email", "ada@example.com", "--name", "Ada", "--no-password"]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let console = on_database(place.url()).await;
        let cookie = console.enter().await;
        let unasked = console.get(&format!("{}health", console.place), &[&cookie]).await;
        assert!(unasked.status == 200 && !unasked.body.contains("pending_migration"), "{}", unasked.body);
        let body = format!("form_token={}&page=indexes", unasked.field("form_token").unwrap());
        let line = format!("POST {}examine HTTP/1.1", console.place);
        let form = "Content-Type: application/x-www-form-urlencoded";
        let lines = [line.as_str(), &console.host(), &cookie, &console.origin(), form];
        assert_eq!(console.send(&lines, &body).await.header("location"), Some("indexes"));
        let health = console.get(&format!("{}health", console.place), &[&cookie]).await.body;
        assert!(health.contains("pending_migration") && health.contains("<svg"), "{health}");
        let indexes = console.get(&format!("{}indexes", console.place), &[&cookie]).await.body;
        assert!(
            indexes.contains("SQLite does not count it") && indexes.contains("auth_users_email"),
            "{indexes}"
        );
        let statements = console.get(&format!("{}statements", console.place), &[&cookie]).await.body;
        assert!(statements.contains("The engine does not tell"), "{statements}");
    });
}

#[tokio::test]
async fn a_console_without_a_database_says_so() {
    let console = Running::start("").await;
    let cookie = console.enter().await;
    assert_eq!(console.get(&format!("{}health", console.place), &[&cookie]).await.status, 404);
}
