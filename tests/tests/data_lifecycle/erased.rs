//! Nothing of an erased user stays but the fact, and what is left of everybody else is whole.

use std::sync::Arc;

use auth_core::adapter::{Adapter, AdapterError, Filter};
use auth_core::domain::{Actor, EventKind, Outcome, UserId, UserSearch};
use auth_core::{AuthError, SeaOrmAdapter};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, context};
use auth_tests::runner::Case;
use auth_tests::search::make_index;
use auth_tests::traces::{self, holding};

use crate::person::{Person, TOUCHED, adapter, schema};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("nothing_stays_of_an_erased_user_but_the_fact", with_keys),
        Case::new("nothing_stays_of_an_erased_user_without_foreign_keys", without_keys)
            .on(|backend| backend != Backend::Memory),
        Case::new("no_search_finds_an_erased_user", searched)
            .on(|backend| backend != Backend::MysqlWithoutReturning),
        Case::new("an_export_has_everything_but_secrets", exported),
        Case::new("what_holds_a_user_back_holds_an_erasure_back", restricted),
    ]
}

async fn with_keys(database: Arc<TestDatabase>) {
    erased(&database, true).await;
}

async fn without_keys(database: Arc<TestDatabase>) {
    erased(&database, false).await;
}

async fn erased(database: &TestDatabase, foreign_keys: bool) {
    let adapter = adapter(database, foreign_keys).await;
    let fixture = Fixture::on(Arc::clone(&adapter), |builder| builder);
    let person = Person::plant(&fixture).await;
    let before = traces::of_database(database, &*adapter).await;
    let planted: Vec<&str> =
        holding(&before, &person.needles).iter().map(|(place, _)| place.split('.').next().unwrap()).collect();
    for table in [
        "auth_users",
        "auth_sessions",
        "auth_accounts",
        "auth_verifications",
        "auth_events",
        "passkeys",
        "passkey_uses",
    ] {
        assert!(planted.contains(&table), "nothing was planted in {table}");
    }
    let rows_of_others = others(&fixture, &person.user.id).await;

    let erased = fixture.auth.erase_user(&person.user.id, &context()).await.unwrap().unwrap();
    assert_eq!((erased.sessions, erased.accounts, erased.verifications, erased.related), (2, 2, 3, 1));
    assert!(erased.events >= 6, "{erased:?}");
    assert!(fixture.auth.erase_user(&person.user.id, &context()).await.unwrap().is_none());

    let after = traces::of_database(database, &*adapter).await;
    assert_eq!(holding(&after, &person.needles), Vec::<&traces::Trace>::new());
    let ids = holding(&after, &[person.user.id.to_string()]);
    assert_eq!(ids.iter().map(|(place, _)| place.as_str()).collect::<Vec<_>>(), ["auth_events.user_id"]);
    let events = fixture.auth.store().events().unwrap();
    let left = events.list_of_user(&person.user.id, None, 10).await.unwrap();
    assert_eq!((left.len(), &left[0].kind, left[0].outcome), (1, &EventKind::UserErased, Outcome::Done));
    assert_eq!((&left[0].ip_address, &left[0].user_agent, &left[0].session_id), (&None, &None, &None));
    // What the person did to somebody else is still told, without saying who or from where.
    let of_others = events.list(None, 100).await.unwrap();
    let acted = of_others.iter().find(|event| event.kind == EventKind::UserUpdated).unwrap();
    assert_eq!((acted.actor, &acted.actor_id, &acted.ip_address), (Actor::Operator, &None, &None));
    assert_eq!(others(&fixture, &person.user.id).await, rows_of_others);
}

/// How many rows of each model are not the user's.
async fn others(fixture: &Fixture, user_id: &UserId) -> Vec<(String, u64)> {
    let store = fixture.auth.store();
    let mut counts = Vec::new();
    for (name, field) in TOUCHED {
        let rows = store.model(name).unwrap();
        let all = rows.count(Filter::everything()).await.unwrap();
        counts.push((
            (*name).to_owned(),
            all - rows.count(Filter::equal(*field, user_id.as_str())).await.unwrap(),
        ));
    }
    let passkeys = store.model("passkey").unwrap();
    let theirs = Filter::equal(passkeys.field("label").unwrap(), "their-key");
    counts.push(("passkey".into(), passkeys.count(theirs).await.unwrap()));
    let uses = store.model("passkey_use").unwrap();
    let theirs = Filter::equal(uses.field("place").unwrap(), "their-place");
    counts.push(("passkey_use".into(), uses.count(theirs).await.unwrap()));
    counts.push(("post".into(), store.model("post").unwrap().count(Filter::everything()).await.unwrap()));
    let verification = store.verifications().find("sign-in-otp-bystander@example.com").await.unwrap();
    counts.push(("verification".into(), u64::from(verification.is_some())));
    counts
}

async fn searched(database: Arc<TestDatabase>) {
    let mut adapter = adapter(&database, true).await;
    if database.backend() != Backend::Memory {
        let connection = database.connect().await;
        make_index(&connection, &*adapter).await;
        adapter = Arc::new(SeaOrmAdapter::with_schema(connection, schema()).await.unwrap());
    }
    let fixture = Fixture::on(adapter, |builder| builder);
    let person = Person::plant(&fixture).await;
    let find = async || fixture.auth.store().users().search(UserSearch::new("zzneedle")).await.unwrap().len();
    assert_eq!(find().await, 1);
    fixture.auth.erase_user(&person.user.id, &context()).await.unwrap().unwrap();
    assert_eq!(find().await, 0);
    if database.backend() == Backend::Sqlite {
        // The words of what is deleted leave the files of the index when it is merged.
        let connection = database.connect().await;
        let optimize = "INSERT INTO auth_users_search_fts (auth_users_search_fts) VALUES ('optimize')";
        sea_orm::ConnectionTrait::execute_unprepared(&connection, optimize).await.unwrap();
    }
    let after = traces::of_database(&database, &**fixture.auth.adapter()).await;
    assert_eq!(holding(&after, &person.needles), Vec::<&traces::Trace>::new());
}

async fn exported(database: Arc<TestDatabase>) {
    let fixture = Fixture::on(adapter(&database, true).await, |builder| builder);
    let person = Person::plant(&fixture).await;
    let export = fixture.auth.export_user(&person.user.id, &context()).await.unwrap().unwrap();
    assert_eq!((export.accounts.len(), export.sessions.len(), export.verifications.len()), (2, 2, 3));
    assert_eq!((export.related["passkey"].len(), export.related["post"].len()), (1, 1));
    assert_eq!(export.user["nickname"], "zzneedle-nick");
    assert_eq!(export.sessions[0]["ip_address"], "203.0.113.77");
    let kinds: Vec<&str> = export.events.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    for kind in ["user_created", "signed_in", "sign_in_refused", "user_updated", "account_linked"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    let text = serde_json::to_string(&export).unwrap();
    let hash = fixture.auth.store().accounts().find_credential(&person.user.id).await.unwrap().unwrap();
    let secrets = [
        "zzneedle-access",
        "zzneedle-refresh",
        "zzneedle-id-token",
        "zzneedle-token",
        "123456:0",
        person.session.token.expose(),
        hash.password.as_ref().unwrap().expose(),
    ];
    for secret in secrets {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(!text.contains("bystander"), "{text}");
    assert!(fixture.auth.export_user(&UserId::new("nobody"), &context()).await.unwrap().is_none());
}

async fn restricted(database: Arc<TestDatabase>) {
    let invoice = vec![
        auth_schema::Field::new("payer", auth_schema::FieldType::String)
            .references("user", "id")
            .on_delete(auth_schema::OnDelete::Restrict),
    ];
    let schema = schema().into_builder().model(auth_schema::Model::new("invoice", "invoices", invoice));
    let adapter: Arc<dyn Adapter> = database.adapter_of(schema.build().unwrap()).await;
    let fixture = Fixture::on(Arc::clone(&adapter), |builder| builder);
    let person = Person::plant(&fixture).await;
    let invoices = fixture.auth.store().model("invoice").unwrap();
    let payer = invoices.field("payer").unwrap();
    let record = auth_core::adapter::Record::default().with(payer, person.user.id.as_str());
    invoices.create(record).await.unwrap();
    let before = traces::of_database(&database, &*adapter).await.len();
    let error = fixture.auth.erase_user(&person.user.id, &context()).await.unwrap_err();
    // SQLite tells a key that restricts as it tells a trigger that refuses.
    let is_held = match &error {
        AuthError::Adapter(AdapterError::ForeignKey { .. }) => true,
        AuthError::Adapter(AdapterError::Database { .. }) => database.backend() == Backend::Sqlite,
        _ => false,
    };
    assert!(is_held, "{error:?}");
    assert_eq!(traces::of_database(&database, &*adapter).await.len(), before);
}
