//! `auth user …` and `auth session …` do what they say, and never show a secret.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use std::sync::Arc;

use auth_core::domain::{Email, NewVerification, RequestContext, Secret};
use auth_core::password::Password;
use auth_core::service::SignInEmail;
use auth_core::{Auth, DatabaseConfig, SeaOrmAdapter};
use auth_schema::Schema;
use support::Place;

const PASSWORD: &str = "correct horse battery staple";

const OWN: &str = r#"
naming = "better-auth"
ids = "serial"
[models.user]
table = "people"
[models.user.fields.role]
type = "string"
input = false
[models.user.fields.age]
type = "integer"
required = false
[models.user.fields.two_factor_secret]
type = "string"
default = "hidden-by-the-schema"
returned = false
"#;

fn create<'a>(email: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let said = more.iter().any(|option| option.starts_with("--password") || *option == "--no-password");
    let without: &[&str] = if said { &[] } else { &["--no-password"] };
    [&["user", "create", "--email", email, "--name", "Ada L"], more, without].concat()
}

#[test]
fn a_user_is_created_shown_listed_and_deleted() {
    for (name, config) in
        [("core", ""), ("uuid", "ids = 'uuid'\nnaming = 'drizzle'"), ("serial", "ids = 'serial'")]
    {
        let place = Place::new(&format!("life_{name}"), config);
        let made = place.json(&create("Ada@Example.com", &["--verified", "--no-password"]));
        assert_eq!(
            (&made["user"]["email"], &made["user"]["email_verified"]),
            (&"ada@example.com".into(), &true.into())
        );
        let id = made["user"]["id"].as_str().unwrap();
        for who in [id, "ADA@example.com"] {
            let shown = place.json(&["user", "show", who]);
            assert_eq!(shown["user"], made["user"], "{name}");
            assert_eq!(
                (&shown["accounts"], &shown["sessions"]),
                (&serde_json::json!([]), &serde_json::json!([]))
            );
        }
        assert_eq!(place.json(&["user", "list"])["users"][0], made["user"]);
        let unasked = place.run(&["user", "delete", id]);
        assert_eq!((unasked.status, unasked.err.contains("--yes")), (Some(2), true), "{}", unasked.err);
        assert_eq!(place.json(&["user", "delete", "ada@example.com", "--yes"])["deleted"], id);
        let gone = place.run(&["user", "show", id]);
        assert_eq!(gone.status, Some(1));
        assert!(
            gone.err.contains(&format!("no user has the id or the e-mail address {id:?}")),
            "{}",
            gone.err
        );
    }
}

#[test]
fn pages_of_users_follow_each_other() {
    let place = Place::new("pages", "");
    for number in 0..5 {
        place.json(&create(&format!("u{number}@example.com"), &[]));
    }
    let mut seen = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let mut arguments = vec!["user", "list", "--limit", "2"];
        if let Some(after) = &after {
            arguments.extend(["--after", after]);
        }
        let page = place.json(&arguments);
        seen.extend(page["users"].as_array().unwrap().iter().map(|user| user["email"].to_string()));
        after = page["next"].as_str().map(str::to_owned);
        if after.is_none() {
            break;
        }
    }
    seen.sort();
    assert_eq!(seen.len(), 5);
    seen.dedup();
    assert_eq!(seen.len(), 5);
    let found = place.json(&["user", "list", "--search", "U3@"]);
    assert_eq!(found["users"].as_array().unwrap().len(), 1);
    assert_eq!(found["next"], serde_json::Value::Null);
}

#[test]
fn what_cannot_be_a_user_is_refused() {
    let place = Place::new("refused", OWN);
    let cases: &[(&str, &[&str], &str, i32, &str)] = &[
        ("x", &["--set", "role=a"], "", 1, "not an e-mail address"),
        ("a@b.co", &["--set", "role=a", "--password-stdin"], "short\n", 1, "the password is too short"),
        ("a@b.co", &["--set", "role=a", "--password-stdin"], "", 2, "takes one line"),
        (
            "a@b.co",
            &["--set", "role=a", "--password-stdin"],
            "first line\nsecond line\n",
            2,
            "takes one line",
        ),
        ("a@b.co", &[], "", 1, "role is required"),
        ("a@b.co", &["--set", "role=a", "--set", "age=old"], "", 1, "\"age\" must be a whole number"),
        ("a@b.co", &["--set", "email=x"], "", 1, "no additional field \"email\""),
        ("a@b.co", &["--set", "role"], "", 2, "FIELD=VALUE"),
        ("a@b.co", &["--password", "secret"], "", 2, "--password"),
    ];
    for (email, more, input, status, expected) in cases {
        let outcome = place.run_with(input, &create(email, more));
        assert_eq!(outcome.status, Some(*status), "{more:?}: {}", outcome.err);
        assert!(outcome.err.contains(expected), "{more:?}: {}", outcome.err);
    }
    assert_eq!(place.json(&["user", "list"])["users"], serde_json::json!([]), "nothing was written");
    place.json(&create("a@b.co", &["--set", "role=admin"]));
    let taken = place.run(&create("A@B.co", &["--set", "role=admin"]));
    assert_eq!(taken.status, Some(1));
    assert!(taken.err.contains("a user with this e-mail address exists already"), "{}", taken.err);
}

#[test]
fn additional_fields_are_set_and_shown_unless_the_schema_keeps_them() {
    let place = Place::new("fields", OWN);
    let made = place.json(&create("a@b.co", &["--set", "role=admin", "--set", "age=36"]));
    assert_eq!((&made["user"]["role"], &made["user"]["age"]), (&"admin".into(), &36.into()));
    assert_eq!(made["user"]["id"], "1");
    let shown = place.run(&["user", "show", "1"]);
    assert!(shown.out.contains("admin") && !shown.out.contains("hidden-by-the-schema"), "{}", shown.out);
}

#[test]
fn sessions_are_listed_and_revoked_without_their_tokens() {
    for format in ["argon2id", "scrypt"] {
        let place = Place::new(&format!("sessions_{format}"), OWN);
        let more = ["--set", "role=a", "--password-stdin", "--password-format", format];
        let made = place.run_with(&format!("{PASSWORD}\n"), &create("ada@example.com", &more));
        assert_eq!(made.status, Some(0), "{}", made.err);
        place.json(&create("bob@example.com", &["--set", "role=a"]));
        let (hash, tokens) = signed_in(&place, 3);
        assert_eq!(hash.starts_with("$argon2id$"), format == "argon2id", "{hash}");
        let listed = place.json(&["session", "list", "--user", "ada@example.com"]);
        let ids: Vec<&str> = listed["sessions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|session| session["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids.len(), 3);
        let everything = [
            place.run(&["user", "show", "ada@example.com"]).out,
            place.run(&["user", "show", "ada@example.com", "--json"]).out,
            place.run(&["session", "list", "--user", "1"]).out,
            listed.to_string(),
        ];
        for secret in tokens.iter().chain([&hash]) {
            assert!(!everything.iter().any(|text| text.contains(secret.as_str())), "a secret is shown");
        }
        assert!(everything[1].contains("\"has_password\": true"));
        let others = place.run(&["session", "revoke", ids[0], "--user", "bob@example.com"]);
        assert_eq!(others.status, Some(1), "another's session stays");
        assert_eq!(place.json(&["session", "revoke", ids[0]])["revoked"], 1);
        assert_eq!(place.run(&["session", "revoke", ids[0]]).status, Some(1));
        assert_eq!(place.run(&["session", "revoke", "--user", "1"]).status, Some(2), "--all is not said");
        assert_eq!(place.run(&["session", "revoke", "--all"]).status, Some(2), "whose is not said");
        assert_eq!(place.run(&["session", "revoke"]).status, Some(2));
        let all = place.json(&["session", "revoke", "--user", "ada@example.com", "--all"]);
        assert_eq!(all, serde_json::json!({ "user_id": "1", "revoked": 2 }));
        let deleted = place.json(&["user", "delete", "1", "--yes"]);
        assert_eq!(deleted, serde_json::json!({ "deleted": "1", "sessions": 0, "accounts": 1 }));
    }
}

/// Signs Ada in; gives the hash of her password, and the tokens.
fn signed_in(place: &Place, times: usize) -> (String, Vec<String>) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let connection = auth_core::connect(&DatabaseConfig::new(place.url())).await.unwrap();
        let schema = Schema::from_toml(OWN).unwrap();
        let adapter = SeaOrmAdapter::with_schema(connection, schema).await.unwrap();
        let auth =
            Auth::builder(Arc::new(adapter), "a secret of thirty-two characters or more").build().unwrap();
        let email = Email::parse("ada@example.com").unwrap();
        let context = RequestContext::new();
        let mut tokens = Vec::new();
        for _ in 0..times {
            let sign_in = SignInEmail::new(email.clone(), Password::new(PASSWORD));
            tokens
                .push(auth.sign_in_email(sign_in, &context).await.unwrap().session.token.expose().to_owned());
        }
        let (_, account) = auth.store().users().find_with_credential(&email).await.unwrap().unwrap();
        (account.unwrap().password.unwrap().expose().to_owned(), tokens)
    })
}

#[test]
fn what_has_expired_is_cleaned_up_in_batches() {
    let place = Place::new("cleanup", "");
    place.json(&create("ada@example.com", &[]));
    let nothing = serde_json::json!({ "sessions": 0, "verifications": 0, "rate_limits": 0 });
    assert_eq!(place.json(&["cleanup"]), nothing);
    verifications(&place, 5);
    let quick = ["cleanup", "--batch-size", "2", "--pause", "0"];
    let told = place.run(&quick);
    assert_eq!(told.status, Some(0), "{}", told.err);
    assert_eq!(told.out, "deleted: sessions 0, verifications 5, rate limits 0\n");
    let progress: Vec<&str> = told.err.lines().map(|line| line.split(", ").nth(1).unwrap()).collect();
    assert_eq!(progress, ["verifications 2", "verifications 4", "verifications 5"]);
    verifications(&place, 3);
    let expected = serde_json::json!({ "sessions": 0, "verifications": 3, "rate_limits": 0 });
    assert_eq!(place.json(&quick), expected);
    for wrong in [["--batch-size", "0"], ["--pause", "soon"]] {
        assert_eq!(place.run(&[&["cleanup"][..], &wrong].concat()).status, Some(2));
    }
}

/// Verifications that have expired.
fn verifications(place: &Place, count: u32) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let connection = auth_core::connect(&DatabaseConfig::new(place.url())).await.unwrap();
        let adapter = SeaOrmAdapter::new(connection).await.unwrap();
        let auth = Auth::builder(Arc::new(adapter), "x".repeat(32)).build().unwrap();
        for number in 0..count {
            let expires_at = time::macros::datetime!(2020-01-01 0:00 UTC);
            let new = NewVerification::new(format!("v{number}"), Secret::new("v"), expires_at);
            auth.store().verifications().create(new).await.unwrap();
        }
    });
}
