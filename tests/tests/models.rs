//! Models beyond the core: additional fields, tables of plugins, names of one's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use auth_core::adapter::{AdapterError, Direction, Filter, Join, JoinKind, Joined, Operator, Record};
use auth_core::domain::{Additional, Email, NewUser, UserChange};
use auth_core::repository::RepositoryError;
use auth_schema::{
    Field, FieldId, FieldType, Fill, Generator, Model, OnDelete, Schema, Transform, Validator, Value, user,
};
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::http_client::Browser;
use auth_tests::runner::{Case, main as run};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use time::macros::{date, datetime, time};

fn main() {
    let cases = [
        Case::new("a_value_of_every_type_comes_back_as_it_was", every_type),
        Case::new("defaults_fill_what_is_absent_and_transforms_change_what_passes", fills),
        Case::new("a_client_sets_what_it_may_and_sees_what_it_may", clients),
        Case::new("a_client_is_told_what_is_wrong_with_a_field", refused),
        Case::new("tables_and_columns_have_the_names_that_are_chosen", names),
        Case::new("a_serde_struct_goes_in_and_comes_back", serde_struct),
        Case::new("rows_of_a_plugin_point_to_core_rows_and_go_with_them", plugin_rows),
        Case::new("a_list_is_limited_unless_all_are_asked_for", limits),
        Case::new("a_unique_additional_field_is_told_apart_from_the_address", unique),
        Case::new("core_fields_are_not_set_by_the_back_door", back_door),
    ];
    run(&cases, |_| true);
}

async fn fixture(database: &TestDatabase, schema: Schema) -> Fixture {
    Fixture::on(database.adapter_of(schema).await, |builder| builder)
}

async fn every_type(database: Arc<TestDatabase>) {
    let values = [
        (FieldType::String, Value::from("\u{1f980} ' \" \\ % _")),
        (FieldType::Integer, Value::Int(-2_147_483_648)),
        (FieldType::BigInteger, Value::Int(9_007_199_254_740_993)),
        (FieldType::Float, Value::Float(0.1)),
        (FieldType::Boolean, Value::Bool(true)),
        (FieldType::Timestamp, Value::Timestamp(datetime!(2099-12-31 23:59:59.999 UTC))),
        (FieldType::Decimal, Value::Decimal("12345678901234567890.123456".parse().unwrap())),
        (FieldType::Bytes, Value::Bytes(vec![0, 1, 255, 0])),
        (FieldType::Uuid, Value::Uuid(uuid::Uuid::from_u128(0x0190_d1a0_0000_7000_8000_0000_0000_0001))),
        (FieldType::Date, Value::Date(date!(1815 - 12 - 10))),
        (FieldType::Time, Value::Time(time!(23:59:59))),
        (
            FieldType::Json,
            Value::Json(
                json!({ "a": [1, 2.5, 51.248_179_779_994_18, 1.768_990_183_386_823_7, null, "\u{e4}"], "b": { "c": true } }),
            ),
        ),
        (FieldType::StringList, Value::List(vec!["a".into(), "".into(), "\u{e4}".into()])),
        (FieldType::NumberList, Value::List(vec![Value::Int(1), Value::Float(2.5)])),
    ];
    let fields = values.iter().map(|(kind, _)| Field::new(format!("f_{kind:?}"), *kind).optional()).collect();
    let schema = Schema::new(vec![Model::new("thing", "things", fields).unwrap()]).unwrap();
    let fixture = fixture(&database, schema).await;
    let things = fixture.auth.store().model("thing").unwrap();
    let mut record = Record::default();
    for (position, (_, value)) in values.iter().enumerate() {
        record.set(FieldId::new(position + 1), value.clone());
    }
    let made = things.create(record).await.unwrap();
    let nothing = things.create(Record::default()).await.unwrap();
    for (made, filled) in [(made, true), (nothing, false)] {
        let by_id = Filter::equal(FieldId::ID, made.get(FieldId::ID).cloned());
        let found = things.find_one(things.query().filter(by_id)).await.unwrap().unwrap().record;
        assert_eq!(found, made);
        for (position, (kind, value)) in values.iter().enumerate() {
            let expected = if filled { value } else { &Value::Null };
            assert_eq!(found.get(FieldId::new(position + 1)), Some(expected), "{kind:?}");
        }
    }
    // Each can be found by its value, but for JSON and lists, and a float as it is.
    for (position, (kind, value)) in values.iter().enumerate().take(11) {
        let filter = Filter::equal(FieldId::new(position + 1), value.clone());
        assert_eq!(things.count(filter).await.unwrap(), 1, "{kind:?}");
    }
    // Numbers are compared as numbers, however they are stored.
    let decimal = FieldId::new(7);
    for number in ["9.5", "10", "-1", "12.30"] {
        let number = Value::Decimal(number.parse().unwrap());
        things.create(Record::default().with(decimal, number)).await.unwrap();
    }
    let ten = || Value::Decimal("10".parse().unwrap());
    let less = Filter::everything().and(decimal, Operator::Less, ten());
    assert_eq!(things.count(less).await.unwrap(), 2);
    let equal = Filter::equal(decimal, Value::Decimal("12.3".parse().unwrap()));
    assert_eq!(things.count(equal).await.unwrap(), 1);
    let sorted = things.query().filter(Filter::everything().and(decimal, Operator::NotEqual, Value::Null));
    let sorted = things.find_many(sorted.sort(decimal, Direction::Ascending)).await.unwrap();
    for (row, number) in sorted.iter().zip(["-1", "9.5", "10", "12.3"]) {
        assert_eq!(row.record.get(decimal), Some(&Value::Decimal(number.parse().unwrap())));
    }
    for row in &sorted[..4] {
        things.delete_many(Filter::equal(FieldId::ID, row.record.get(FieldId::ID).cloned())).await.unwrap();
    }
    // A value of another kind is refused before anything is sent.
    for (position, (kind, _)) in values.iter().enumerate() {
        let wrong = if *kind == FieldType::Boolean { Value::from("x") } else { Value::Bool(true) };
        let record = Record::default().with(FieldId::new(position + 1), wrong);
        let error = things.create(record).await.unwrap_err();
        let AdapterError::InvalidValue { model, field, .. } = &error else { panic!("{kind:?}: {error:?}") };
        assert_eq!((model.as_str(), field), ("thing", &format!("f_{kind:?}")));
    }
    assert_eq!(things.count(Filter::everything()).await.unwrap(), 2);
}

async fn fills(database: Arc<TestDatabase>) {
    let counter = Arc::new(AtomicI64::new(0));
    let next = Arc::clone(&counter);
    let upper = |value: Value| match value {
        Value::Text(text) => Value::Text(text.to_uppercase()),
        other => other,
    };
    let marked = |value: Value| match value {
        Value::Text(text) => Value::Text(format!("<{text}>")),
        other => other,
    };
    let schema = Schema::builder()
        .field("user", Field::new("role", FieldType::String).default(Value::from("member")))
        .field("user", Field::new("seen_at", FieldType::Timestamp).default(Fill::Now))
        .field(
            "user",
            Field::new("number", FieldType::BigInteger)
                .default(Fill::Function(Generator::new(move || next.fetch_add(1, Ordering::SeqCst)))),
        )
        .field("user", Field::new("note", FieldType::String).optional().default(Value::from("none")))
        .field("user", Field::new("changes", FieldType::String).optional().on_update(Value::from("changed")))
        .field(
            "user",
            Field::new("code", FieldType::String)
                .optional()
                .transform_input(Transform::new(upper))
                .transform_output(Transform::new(marked)),
        )
        .build()
        .unwrap();
    let fixture = fixture(&database, schema).await;
    let users = fixture.auth.store().users();
    let new = |name: &str, additional: Additional| NewUser {
        additional,
        ..NewUser::new(name, Email::parse(&format!("{name}@example.com")).unwrap())
    };
    let first = users.create(new("a", Additional::new())).await.unwrap();
    let now = auth_core::domain::Clock::now(&*fixture.clock);
    for (field, expected) in [
        ("role", Value::from("member")),
        ("seen_at", Value::Timestamp(now)),
        ("number", Value::Int(0)),
        ("note", Value::from("none")),
        ("changes", Value::Null),
        ("code", Value::Null),
    ] {
        assert_eq!(first.additional.get(field), Some(&expected), "{field}");
    }
    // Null on a field that may be null stays null; on one that may not, it is as if it were absent.
    let given = Additional::new().with("note", Value::Null).with("role", Value::Null).with("code", "x");
    let second = users.create(new("b", given)).await.unwrap();
    assert_eq!(second.additional.get("note"), Some(&Value::Null));
    assert_eq!(second.additional.get("role"), Some(&Value::from("member")));
    assert_eq!(second.additional.get("number"), Some(&Value::Int(1)));
    assert_eq!(second.additional.get("code"), Some(&Value::from("<X>")));
    assert_eq!(users.find(&second.id).await.unwrap(), Some(second.clone()));

    let change = UserChange { name: Some("c".into()), ..UserChange::default() };
    let changed = users.update(&first.id, change).await.unwrap().unwrap();
    assert_eq!(changed.additional.get("changes"), Some(&Value::from("changed")));
    assert_eq!(changed.additional.get("role"), Some(&Value::from("member")));
    let change =
        UserChange { additional: Additional::new().with("changes", "mine"), ..UserChange::default() };
    let changed = users.update(&first.id, change).await.unwrap().unwrap();
    assert_eq!(changed.additional.get("changes"), Some(&Value::from("mine")));
    assert_eq!(counter.load(Ordering::SeqCst), 2);
}

fn client_schema() -> Schema {
    let positive = |value: Value| match value {
        Value::Int(1..) => Ok(value),
        _ => Err("must be positive".to_owned()),
    };
    Schema::builder()
        .field("user", Field::new("phone_number", FieldType::String).optional())
        .field("user", Field::new("age", FieldType::Integer).optional().validator(Validator::new(positive)))
        .field("user", Field::new("role", FieldType::String).default(Value::from("member")).no_input())
        .field("user", Field::new("badge", FieldType::String).optional().no_input())
        .field("user", Field::new("secret_note", FieldType::String).optional().not_returned())
        .field("user", Field::new("born_at", FieldType::Timestamp).optional())
        .field("user", Field::new("terms", FieldType::Boolean))
        .field("session", Field::new("device", FieldType::String).default(Value::from("web")))
        .build()
        .unwrap()
}

fn body(more: &Json) -> Json {
    let mut body = json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD, "terms": true });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn clients(database: Arc<TestDatabase>) {
    let fixture = fixture(&database, client_schema()).await;
    let mut browser = Browser::new(&fixture.auth);
    let more = json!({
        "phoneNumber": "+44", "age": 36, "role": "admin", "badge": "", "secretNote": "hush",
        "bornAt": "1815-12-10T00:00:00.000Z", "unknown": 1, "emailVerified": true, "id": "mine",
    });
    let answer = browser.post("/sign-up/email", &body(&more)).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let user = &answer.body["user"];
    let expected = [
        ("phoneNumber", json!("+44")),
        ("age", json!(36)),
        ("role", json!("member")),
        ("badge", Json::Null),
        ("bornAt", json!("1815-12-10T00:00:00.000Z")),
        ("terms", json!(true)),
        ("emailVerified", json!(false)),
    ];
    for (name, value) in &expected {
        assert_eq!(user.get(*name), Some(value), "{name}");
    }
    assert_ne!(user["id"], "mine");
    for hidden in ["secretNote", "secret_note", "unknown"] {
        assert_eq!(user.get(hidden), None, "{hidden}");
    }
    let answer = browser.get("/get-session").await;
    assert_eq!(answer.body["user"], *user);
    assert_eq!(answer.body["session"]["device"], "web");
    // It is stored all the same.
    let email = Email::parse("ada@example.com").unwrap();
    let stored = fixture.auth.store().users().find_by_email(&email).await.unwrap().unwrap();
    assert_eq!(stored.additional.get("secret_note"), Some(&Value::from("hush")));
    let signed_in = fixture.sign_in("ada@example.com", PASSWORD).await.unwrap();
    assert_eq!(signed_in.user.additional.get("secret_note"), None);
    assert_eq!(signed_in.user.additional.get("phone_number"), Some(&Value::from("+44")));
}

async fn refused(database: Arc<TestDatabase>) {
    let fixture = fixture(&database, client_schema()).await;
    let mut browser = Browser::new(&fixture.auth);
    for (more, code, part) in [
        (json!({ "badge": "gold" }), "FIELD_NOT_ALLOWED", "badge is not allowed to be set"),
        (json!({ "terms": null }), "MISSING_FIELD", "terms is required"),
        (json!({ "terms": "yes" }), "VALIDATION_ERROR", "terms"),
        (json!({ "age": -1 }), "VALIDATION_ERROR", "must be positive"),
        (json!({ "age": "36" }), "VALIDATION_ERROR", "must be a whole number of 32 bits"),
        (json!({ "age": 36_000_000_000_i64 }), "VALIDATION_ERROR", "32 bits"),
        (json!({ "bornAt": "yesterday" }), "VALIDATION_ERROR", "ISO 8601"),
        (json!({ "phoneNumber": { "a": 1 } }), "VALIDATION_ERROR", "must be text"),
        (json!({ "phoneNumber": "a\u{0}b" }), "VALIDATION_ERROR", "NUL"),
    ] {
        let answer = browser.post("/sign-up/email", &body(&more)).await;
        let message = answer.body["message"].as_str().unwrap_or_default();
        assert_eq!((answer.status.as_u16(), answer.code()), (400, code), "{more}: {message}");
        assert!(message.contains(part), "{more}: {message}");
    }
    let mut missing = body(&json!({}));
    missing.as_object_mut().unwrap().remove("terms");
    assert_eq!(browser.post("/sign-up/email", &missing).await.code(), "MISSING_FIELD");
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 0);
}

async fn names(database: Arc<TestDatabase>) {
    let schema = Schema::builder()
        .table("user", "person")
        .table("session", "order")
        .plural()
        .column("user", "email", "email_address")
        .column("user", "created_at", "select")
        .column("session", "user_id", "who is it")
        .build()
        .unwrap();
    let tables: Vec<&str> = schema.models().map(|(_, model)| model.table()).collect();
    assert_eq!(&tables[..2], ["persons", "orders"]);
    let fixture = fixture(&database, schema).await;
    let user = fixture.user("ada@example.com").await;
    fixture.sign_in("ada@example.com", PASSWORD).await.unwrap();
    assert_eq!(fixture.auth.list_sessions(&user.id).await.unwrap().len(), 2);
    assert_eq!(fixture.auth.store().users().list(None, 10).await.unwrap().len(), 1);
    assert!(fixture.auth.store().users().delete(&user.id).await.unwrap());
    assert!(fixture.auth.list_sessions(&user.id).await.unwrap().is_empty());
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Team {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    name: String,
    seats: i64,
    #[serde(with = "time::serde::rfc3339")]
    founded_at: time::OffsetDateTime,
    settings: Settings,
    tags: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Wrong {
    nickname: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Settings {
    dark: bool,
}

fn team_schema() -> Schema {
    let team = Model::new(
        "team",
        "teams",
        vec![
            Field::new("name", FieldType::String).unique(),
            Field::new("seats", FieldType::Integer),
            Field::new("founded_at", FieldType::Timestamp),
            Field::new("settings", FieldType::Json),
            Field::new("tags", FieldType::StringList),
        ],
    );
    let member = Model::new(
        "member",
        "members",
        vec![
            Field::new("team_id", FieldType::String).references("team", "id"),
            Field::new("user_id", FieldType::String).references("user", "id"),
            Field::new("invited_by", FieldType::String)
                .optional()
                .references("user", "id")
                .on_delete(OnDelete::SetNull),
        ],
    );
    Schema::builder()
        .model(member)
        .model(team)
        .unique_together("member", &["team_id", "user_id"])
        .index_together("member", &["user_id", "team_id"])
        .build()
        .unwrap()
}

fn team(name: &str) -> Team {
    Team {
        id: None,
        name: name.to_owned(),
        seats: 3,
        founded_at: datetime!(2026-11-24 12:00:00.345 UTC),
        settings: Settings { dark: true },
        tags: vec!["a".into(), "b".into()],
    }
}

async fn serde_struct(database: Arc<TestDatabase>) {
    let fixture = fixture(&database, team_schema()).await;
    let teams = fixture.auth.store().model("team").unwrap();
    let made = teams.create_from(&team("red")).await.unwrap();
    assert_eq!(Team { id: None, ..made.clone() }, team("red"));
    let by_name = teams.query().filter(Filter::equal(teams.field("name").unwrap(), "red"));
    let row = teams.find_one(by_name).await.unwrap().unwrap().record;
    assert_eq!(row.to_serde::<Team>(teams.model().unwrap()).unwrap(), made);

    let wrong = Wrong { nickname: "x".into() };
    let error = teams.create_from(&wrong).await.unwrap_err();
    assert!(error.to_string().contains("\"nickname\""), "{error}");
    let error = row.to_serde::<Wrong>(teams.model().unwrap()).unwrap_err();
    assert!(matches!(error, AdapterError::Deserialize { .. }), "{error:?}");
}

async fn plugin_rows(database: Arc<TestDatabase>) {
    let fixture = fixture(&database, team_schema()).await;
    let store = fixture.auth.store();
    let (ada, eve) = (fixture.user("ada@example.com").await, fixture.user("eve@example.com").await);
    let teams = store.model("team").unwrap();
    let red = teams.create_from(&team("red")).await.unwrap().id.unwrap();
    let members = store.model("member").unwrap();
    let member = |user: &str, by: Option<&str>| {
        let member = json!({ "team_id": red, "user_id": user, "invited_by": by });
        Record::from_serde(members.model().unwrap(), &member).unwrap()
    };
    members.create(member(ada.id.as_str(), None)).await.unwrap();
    members.create(member(eve.id.as_str(), Some(ada.id.as_str()))).await.unwrap();
    let error = members.create(member(eve.id.as_str(), None)).await.unwrap_err();
    let AdapterError::Conflict { model_name, fields, .. } = &error else { panic!("{error:?}") };
    assert_eq!(
        (model_name.as_str(), fields.as_slice()),
        ("member", ["team_id", "user_id"].map(String::from).as_slice())
    );
    let error = members.create(member("nobody", None)).await.unwrap_err();
    assert!(
        matches!(&error, AdapterError::ForeignKey { model_name, .. } if model_name == "member"),
        "{error:?}"
    );

    // A team with its members, one statement more for all teams.
    let schema = store.adapter().schema();
    let join = Join {
        model: schema.find("member").unwrap(),
        from: FieldId::ID,
        to: members.field("team_id").unwrap(),
        filter: Filter::everything(),
        kind: JoinKind::Many { limit: None },
    };
    let row = teams.find_one(teams.query().join(join)).await.unwrap().unwrap();
    assert!(matches!(&row.joined[0], Joined::Many(members) if members.len() == 2), "{row:?}");

    assert!(store.users().delete(&ada.id).await.unwrap());
    let left = members.find_many(members.query()).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].record.get(members.field("invited_by").unwrap()), Some(&Value::Null));
    teams.delete_many(Filter::everything()).await.unwrap();
    assert_eq!(members.count(Filter::everything()).await.unwrap(), 0);
}

async fn limits(database: Arc<TestDatabase>) {
    let fixture = fixture(&database, team_schema()).await;
    let teams = fixture.auth.store().model("team").unwrap();
    for number in 0..105 {
        teams.create_from(&team(&format!("team {number}"))).await.unwrap();
    }
    assert_eq!(teams.find_many(teams.query()).await.unwrap().len(), 100);
    assert_eq!(teams.find_many(teams.query().limit(103)).await.unwrap().len(), 103);
    assert_eq!(teams.find_all(teams.query()).await.unwrap().len(), 105);
    let seats = teams.field("seats").unwrap();
    let change = Record::default().with(seats, 4_i64);
    assert_eq!(teams.update_many(Filter::everything(), change).await.unwrap(), 105);
    let four = Filter::everything().and(seats, Operator::Equal, 4_i64);
    assert_eq!(teams.count(four.clone()).await.unwrap(), 105);
    assert_eq!(teams.delete_many(four).await.unwrap(), 105);
}

async fn unique(database: Arc<TestDatabase>) {
    let schema = Schema::builder()
        .field("user", Field::new("handle", FieldType::String).unique().optional())
        .build()
        .unwrap();
    let fixture = fixture(&database, schema).await;
    let mut browser = Browser::new(&fixture.auth);
    let person = |email: &str, handle: &str| json!({ "name": "A", "email": email, "password": PASSWORD, "handle": handle });
    assert_eq!(browser.post("/sign-up/email", &person("a@example.com", "one")).await.status, 200);
    let answer = browser.post("/sign-up/email", &person("b@example.com", "one")).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (422, "VALIDATION_ERROR"));
    assert_eq!(answer.body["message"], "handle is taken already");
    let answer = browser.post("/sign-up/email", &person("a@example.com", "two")).await;
    assert_eq!(answer.code(), "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 1);
}

async fn back_door(database: Arc<TestDatabase>) {
    let fixture = fixture(&database, Schema::core()).await;
    let users = fixture.auth.store().users();
    let email = Email::parse("ada@example.com").unwrap();
    let verified = Additional::new().with("email_verified", true);
    let new = NewUser { additional: verified, ..NewUser::new("Ada", email.clone()) };
    let error = users.create(new).await.unwrap_err();
    assert!(error.to_string().contains("user.email_verified"), "{error}");
    let unknown = Additional::new().with("nickname", "x");
    let new = NewUser { additional: unknown, ..NewUser::new("Ada", email) };
    let error = users.create(new).await.unwrap_err();
    let RepositoryError::Adapter(AdapterError::Schema(error)) = error else { panic!("{error:?}") };
    assert_eq!(
        error.to_string(),
        "field \"nickname\" is not in model \"user\": declare it, or correct the name"
    );
    assert_eq!(fixture.auth.store().model("user").unwrap().count(Filter::everything()).await.unwrap(), 0);
    assert_eq!(user::MODEL.position(), 0);
}
