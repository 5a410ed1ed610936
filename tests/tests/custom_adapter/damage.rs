//! A damaged file is refused, told where, and kept.

use std::fs;

use auth_core::schema::{Field, FieldType, Schema};
use libtest_mimic::Trial;

use super::adapter::FileAdapter;
use super::database_file::Problem;
use super::folder::Folder;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("a_damaged_file_is_refused_and_kept", damaged),
        trial("an_intact_file_opens", intact),
        trial("a_column_that_the_schema_gained_is_null", gained),
        trial("models_in_a_circle_are_refused", circle),
    ]
}

fn trial(name: &str, run: fn(&Folder)) -> Trial {
    Trial::test(name, move || {
        run(&Folder::new());
        Ok(())
    })
}

fn damaged(folder: &Folder) {
    let with = |was: &str, is: &str| {
        assert!(INTACT.contains(was), "{was}");
        INTACT.replace(was, is)
    };
    let half = INTACT.lines().take(5).collect::<Vec<_>>().join("\n");
    for (text, place) in [
        (String::new(), "line 1 column 0"),
        (half, "line 5 column"),
        (with("true,", "true"), "line 19 column"),
        ("[]".to_owned(), "at \"\""),
        (r#"{ "last_id": 0 }"#.to_owned(), "\"/tables\""),
        (with(r#""tables": {"#, r#""comment": "", "tables": {"#), "\"/comment\""),
        (with(r#""last_id": 0"#, r#""last_id": -1"#), "/last_id"),
        (with("auth_users", "users"), "/tables/users"),
        (with("[]", "{}"), "/tables/auth_accounts"),
        (with(r#""email":"#, r#""mail":"#), "/tables/auth_users/0/mail"),
        (with("false", "\"no\""), "/tables/auth_users/0/email_verified"),
        (with("2026-11-24", "24.11.2026"), "/tables/auth_users/0/created_at"),
        (with(r#""Ada""#, "null"), "/tables/auth_users/0"),
        (with(r#""id": "2""#, r#""id": null"#), "/tables/auth_users/1"),
        (with("bob@", "ada@"), "/tables/auth_users/1"),
        (with(r#""user_id": "2""#, r#""user_id": "3""#), "/tables/auth_sessions/0"),
    ] {
        fs::write(folder.file(), &text).unwrap();
        let error = FileAdapter::open(folder.file(), Schema::core()).unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with(folder.file().to_str().unwrap()), "{message}");
        assert!(message.contains(place), "{place} expected: {message}");
        assert_eq!(folder.bytes(), text.as_bytes());
        assert_eq!(folder.names(), ["auth.json", "auth.json.lock"], "nothing is left beside it");
    }
}

fn intact(folder: &Folder) {
    fs::write(folder.file(), INTACT).unwrap();
    folder.open();
    assert_eq!(folder.bytes(), INTACT.as_bytes());
}

fn gained(folder: &Folder) {
    fs::write(folder.file(), INTACT).unwrap();
    let nickname = Field::new("nickname", FieldType::String);
    let optional = Schema::builder().field("user", nickname.clone().optional()).build().unwrap();
    folder.open_with(optional);
    let required = Schema::builder().field("user", nickname).build().unwrap();
    let error = FileAdapter::open(folder.file(), required).unwrap_err().to_string();
    assert!(error.contains("/tables/auth_users/0") && error.contains("nickname"), "{error}");
}

fn circle(folder: &Folder) {
    let invited_by = Field::new("invited_by", FieldType::String).optional().references("user", "id");
    let schema = Schema::builder().field("user", invited_by).build().unwrap();
    let error = FileAdapter::open(folder.file(), schema).unwrap_err();
    assert!(matches!(&error.problem, Problem::Circle { model } if model == "user"), "{error}");
}

const INTACT: &str = r#"{
  "last_id": 0,
  "tables": {
    "auth_accounts": [],
    "auth_users": [
      {
        "id": "1",
        "name": "Ada",
        "email": "ada@example.com",
        "email_verified": false,
        "created_at": "2026-11-24T12:00:00.345Z",
        "updated_at": "2026-01-01T00:00:00.000Z"
      },
      {
        "id": "2",
        "name": "Bob",
        "email": "bob@example.com",
        "email_verified": true,
        "created_at": "2026-01-01T00:00:00.000Z",
        "updated_at": "2026-01-01T00:00:00.000Z"
      }
    ],
    "auth_sessions": [
      {
        "id": "1",
        "token": "t",
        "user_id": "2",
        "expires_at": "2026-01-01T00:00:00.000Z",
        "created_at": "2026-01-01T00:00:00.000Z",
        "updated_at": "2026-01-01T00:00:00.000Z"
      }
    ]
  }
}
"#;
