//! What is refused, and that nothing is written then.

use std::sync::Arc;

use auth_cli::transfer::TransferError;
use auth_core::adapter::{Record, Value};
use auth_schema::{Field, FieldId, FieldType, IdStrategy, Schema, verification};
use auth_tests::backend::TestDatabase;

use crate::side::{Side, TempFile};
use crate::values::{AT, account_of, id, people, person, schema, session_of};

const IDS: IdStrategy = IdStrategy::Random;

async fn filled(database: &TestDatabase) -> (Side, TempFile) {
    let source = Side::on(database, &schema(IDS)).await;
    source.create("user", people(&IDS)).await;
    source.create("session", vec![session_of(id(&IDS, 0), 0)]).await;
    let file = TempFile::new();
    source.export(&file, false).await;
    (source, file)
}

fn told(error: &TransferError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

pub async fn a_row_that_differs(database: Arc<TestDatabase>) {
    let (_, file) = filled(&database).await;
    let target = Side::new(database.backend(), &schema(IDS)).await;
    let mut changed = people(&IDS).remove(1);
    changed.set(auth_schema::user::NAME, Value::from("hush"));
    target.create("user", vec![changed]).await;
    let error = target.import(&file).await.unwrap_err();
    let text = told(&error);
    assert!(matches!(error, TransferError::Conflict { count: 1, .. }), "{text}");
    assert!(text.contains("user \"AUser1\" differs in ") && text.contains("name"), "{text}");
    assert!(!text.contains("hush") && !text.contains("Ada"), "{text}");
    assert_eq!((target.count("user").await, target.count("session").await), (1, 0));
    target.remove().await;
}

pub async fn a_bad_line(database: Arc<TestDatabase>) {
    let (_, file) = filled(&database).await;
    let target = Side::new(database.backend(), &schema(IDS)).await;
    let lines: Vec<String> = file.text().lines().map(str::to_owned).collect();
    let with = |line: usize, change: &dyn Fn(&str) -> String| {
        let mut lines = lines.clone();
        lines[line - 1] = change(&lines[line - 1]);
        lines.join("\n")
    };
    let swapped = |left: usize, right: usize| {
        let mut lines = lines.clone();
        lines.swap(left - 1, right - 1);
        lines.join("\n")
    };
    let cut = lines[..lines.len() - 1].join("\n");
    let longer = format!("{}\n{}\n", lines.join("\n"), lines[1]);
    let cases = [
        (String::new(), "it is empty"),
        (with(1, &|_| "{}".to_owned()), "line 1: the first line tells no export of version 1"),
        (
            with(1, &|line| line.replace("\"auth_export\":1", "\"auth_export\":2")),
            "line 1: it is an export of version 2",
        ),
        (
            with(3, &|line| line.replace("\"row\":{", "\"row\":")),
            "line 3: it has not the form of an export (column ",
        ),
        (with(3, &|line| format!("{line}x")), "line 3: it is not JSON"),
        (with(3, &|line| line[..line.len() / 2].to_owned()), "line 3: it ends too early"),
        (
            with(3, &|line| line.replace("\"email\":", "\"e_mail\":")),
            "line 3: the first line does not name a field \"e_mail\" of user",
        ),
        (
            with(3, &|line| line.replace("\"email\":\"", "\"email\":\"x\",\"a_integer\":\"")),
            "line 3: a_integer must be a whole number of 32 bits",
        ),
        (
            with(3, &|line| line.replace("\"name\":\"", "\"name\":\"\\u0000")),
            "line 3: user.name cannot hold this text: text with a NUL character",
        ),
        (
            with(3, &|line| {
                line.replace("\"email_verified\":true,", "").replace("\"email_verified\":false,", "")
            }),
            "line 3: user.email_verified cannot hold this nothing: a value is required",
        ),
        (
            with(3, &|line| line.replace("\"model\":\"user\"", "\"model\":\"person\"")),
            "line 3: the first line does not name a model \"person\"",
        ),
        (with(3, &|line| line.replace("example.com", "example.org")), "the checksum of user is another one"),
        (swapped(2, 6), "rows of session stand before it"),
        (swapped(2, 3), ""),
        (cut, "its last line is missing: it was cut off"),
        ([&lines[..2], &lines[3..]].concat().join("\n"), "user has 3 rows, and its last line tells 4"),
        (longer, "it stands behind the last line"),
    ];
    for (text, expected) in cases {
        file.write(&text);
        let mut import = target.importing(&file);
        import.dry_run = expected.is_empty();
        match import.run().await {
            Ok(_) => assert_eq!(expected, "", "{expected:?} was taken"),
            Err(error) => {
                let told = told(&error);
                assert!(!expected.is_empty() && told.contains(expected), "{told} / {expected}");
                assert!(told.contains("othing was written"), "{told}");
                assert!(!told.contains("Ada") && !told.contains('@'), "{told}");
            }
        }
        assert_eq!(target.count("user").await, 0, "{expected}");
    }
    target.remove().await;
}

pub async fn what_is_refused(database: Arc<TestDatabase>) {
    let (_, file) = filled(&database).await;
    let target = Side::new(database.backend(), &schema(IDS)).await;
    // Another user has the address.
    target.create("user", vec![person(Value::from("other"), 1)]).await;
    let error = target.import(&file).await.unwrap_err();
    let text = told(&error);
    assert!(matches!(error, TransferError::Taken { .. }), "{text}");
    assert!(text.contains("user, lines 2 to 5: the value of email is taken by another row"), "{text}");
    assert!(!text.contains("ada1"), "{text}");
    assert_eq!(
        (target.count("user").await, target.count("session").await),
        (1, 0),
        "a batch is whole or nothing"
    );
    target.remove().await;
}

pub async fn a_misfit(database: Arc<TestDatabase>) {
    let (_, file) = filled(&database).await;
    let more = Schema::builder().field("user", Field::new("age", FieldType::Integer)).build().unwrap();
    let other =
        Schema::builder().field("user", Field::new("a_string", FieldType::Integer).optional()).build();
    for (schema, expected) in [
        (Schema::core(), "user has no field \"a_string\": declare it in auth.toml"),
        (other.unwrap(), "user.a_string is integer there and string in the file"),
    ] {
        let target = Side::new(database.backend(), &schema).await;
        let text = told(&target.import(&file).await.unwrap_err());
        assert!(text.contains(expected) && text.contains("Nothing was written"), "{text}");
        target.remove().await;
    }
    let source = Side::new(database.backend(), &Schema::core()).await;
    source.export(&file, false).await;
    let target = Side::new(database.backend(), &more).await;
    let text = told(&target.import(&file).await.unwrap_err());
    assert!(text.contains("the file has no field \"age\" of user, which is required there"), "{text}");
    target.remove().await;
    source.remove().await;
}

pub async fn redaction(database: Arc<TestDatabase>) {
    let source = Side::on(&database, &schema(IDS)).await;
    source.create("user", people(&IDS)).await;
    source.create("session", (0..2).map(|number| session_of(id(&IDS, number), number)).collect()).await;
    source.create("account", vec![account_of(id(&IDS, 0), 0)]).await;
    let verification = Record::default()
        .with(verification::ID, "v")
        .with(verification::IDENTIFIER, "reset-password:mailed-token")
        .with(verification::VALUE, "verification-value")
        .with(verification::EXPIRES_AT, AT)
        .with(verification::CREATED_AT, AT)
        .with(verification::UPDATED_AT, AT);
    source.create("verification", vec![verification]).await;
    let note = Record::default()
        .with(FieldId::ID, "n")
        .with(FieldId::new(1), id(&IDS, 0))
        .with(FieldId::new(3), "kept-inside");
    source.create("note", vec![note]).await;
    let (open, file) = (TempFile::new(), TempFile::new());
    source.export(&open, false).await;
    source.export(&file, true).await;
    let secrets = [
        "session-token-",
        "access-token-",
        "refresh-token-",
        "id-token-",
        "password-hash-",
        "mailed-token",
        "verification-value",
        "kept-inside",
    ];
    for secret in secrets {
        assert!(open.text().contains(secret), "{secret} is there without --redact");
        assert!(!file.text().contains(secret), "{secret} is left");
    }
    assert!(file.text().contains("ada1@example.com"), "people are not secrets");
    let target = Side::new(database.backend(), &schema(IDS)).await;
    assert!(matches!(target.import(&file).await, Err(TransferError::Redacted)));
    assert_eq!(target.count("user").await, 0);
    let mut import = target.importing(&file);
    import.allow_redacted = true;
    assert_eq!(import.run().await.unwrap().models[0].inserted, 4);
    assert_eq!(target.count("session").await, 2, "tokens stay unique");
    target.remove().await;
}

/// Lists, numbers and whatever else the schema keeps inside.
pub async fn redaction_of_other_types(database: Arc<TestDatabase>) {
    let inside = |name: &str, field_type| Field::new(name, field_type).not_returned();
    let builder = || {
        Schema::builder()
            .field("user", inside("codes", FieldType::StringList))
            .field("user", inside("words", FieldType::StringList).optional())
            .field("user", inside("digits", FieldType::NumberList))
            .field("user", inside("risk", FieldType::BigInteger).optional())
    };
    let schema = builder().build().unwrap();
    let source = Side::on(&database, &schema).await;
    let texts = |text: &str| Value::List(vec![Value::from(text)]);
    let user = schema.model(auth_schema::user::MODEL).unwrap();
    let row = person(id(&IDS, 0), 0)
        .with(user.find("codes").unwrap(), texts("code-of-ada"))
        .with(user.find("words").unwrap(), texts("word-of-ada"))
        .with(user.find("digits").unwrap(), Value::List(vec![Value::Float(8_315_001.0)]))
        .with(user.find("risk").unwrap(), Value::from(8_315_002_i64));
    source.create("user", vec![row]).await;
    let (open, file) = (TempFile::new(), TempFile::new());
    source.export(&open, false).await;
    source.export(&file, true).await;
    for secret in ["code-of-ada", "word-of-ada", "8315001", "8315002"] {
        assert!(open.text().contains(secret), "{secret} is there without --redact");
        assert!(!file.text().contains(secret), "{secret} is left");
    }
    assert!(
        file.text().contains(r#""codes":[]"#) && file.text().contains(r#""digits":[]"#),
        "{}",
        file.text()
    );
    let target = Side::new(database.backend(), &schema).await;
    let mut import = target.importing(&file);
    import.allow_redacted = true;
    assert_eq!(import.run().await.unwrap().models[0].inserted, 1);
    target.remove().await;
    let required = builder().field("user", inside("pin", FieldType::Integer)).build().unwrap();
    let source = Side::new(database.backend(), &required).await;
    let mut out = Vec::new();
    let refused = source.exporting(true).write(&mut out).await.unwrap_err().to_string();
    assert!(refused.starts_with("user.pin is kept inside and required, and no integer says"), "{refused}");
    assert!(out.is_empty());
    source.remove().await;
}
