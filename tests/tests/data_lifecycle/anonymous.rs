//! A user who was made anonymous: the row and its id stay, and say nothing of a person.

use std::sync::Arc;

use auth_core::AuthError;
use auth_core::config::UserConfig;
use auth_core::domain::{EventKind, Secret, User};
use auth_core::service::{IdTokenSignIn, SignUpEmail};
use auth_schema::{Field, FieldType};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::provider::StubProvider;
use auth_tests::runner::Case;
use auth_tests::traces::{self, holding};

use crate::person::{EMAIL, Person, adapter, request, schema};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("an_anonymous_user_keeps_the_id_and_nothing_else", anonymous),
        Case::new("no_account_is_linked_to_a_user_who_was_made_anonymous_meanwhile", linked),
        Case::new("a_field_without_a_value_to_be_replaced_by_must_be_named", policy)
            .on(|backend| backend == Backend::Memory),
    ]
}

async fn anonymous(database: Arc<TestDatabase>) {
    let adapter = adapter(&database, true).await;
    let fixture = Fixture::on(Arc::clone(&adapter), |builder| builder);
    let person = Person::plant(&fixture).await;
    fixture.clock.advance(time::Duration::SECOND);
    // By the person, whose address and agent come along.
    let user = fixture.auth.anonymise_user(&person.user.id, &request()).await.unwrap().unwrap();
    assert_eq!((&user.id, user.created_at), (&person.user.id, person.user.created_at));
    assert!(user.is_anonymised() && user.email.as_str().ends_with(User::ANONYMISED_DOMAIN));
    assert_eq!((user.name.as_str(), user.image, user.email_verified), ("Anonymised", None, false));

    // What an application says of the id stays, the plugin's rows among it.
    let traces = traces::of_database(&database, &*adapter).await;
    let places = holding(&traces, &person.needles);
    let of_plugins = |place: &str| ["passkeys.label", "passkey_uses.place"].contains(&place);
    let left: Vec<_> = places.into_iter().filter(|(place, _)| !of_plugins(place)).collect();
    let sessions: Vec<_> = left.iter().filter(|(place, _)| place == "auth_events.session_id").collect();
    assert_eq!(left.len(), sessions.len(), "{left:?}");

    let events = fixture.auth.store().events().unwrap();
    let newest = events.list_of_user(&person.user.id, None, 1).await.unwrap();
    assert_eq!(newest[0].kind, EventKind::UserAnonymised);
    assert!(fixture.session_of(&person.session.token).await.unwrap().is_none());
    fixture.sign_in(EMAIL, PASSWORD).await.unwrap_err();
    // The address is free again.
    fixture.user(EMAIL).await;
    assert!(fixture.auth.erase_user(&person.user.id, &context()).await.unwrap().is_some());
}

async fn linked(database: Arc<TestDatabase>) {
    let provider = StubProvider::new("stub");
    provider.vouch("1", Some(EMAIL), true);
    let fixture = Fixture::on(adapter(&database, true).await, |builder| builder.provider(provider));
    // As a request has read it before.
    let read = fixture.user(EMAIL).await;
    fixture.auth.anonymise_user(&read.id, &context()).await.unwrap().unwrap();
    let id_token = || IdTokenSignIn::new("stub", Secret::new("good"));
    let refused = fixture.auth.link_id_token(&read, id_token(), &context()).await.unwrap_err();
    assert!(matches!(refused, AuthError::UserNotFound), "{refused:?}");
    assert!(fixture.auth.store().accounts().list(&read.id).await.unwrap().is_empty());
    // The person comes back as somebody else.
    let entered = fixture.auth.sign_in_id_token(id_token(), &context()).await.unwrap();
    assert_ne!(entered.user.id, read.id);
}

async fn policy(_: Arc<TestDatabase>) {
    let plan = Field::new("plan", FieldType::String);
    let score = Field::new("score", FieldType::Integer).default(auth_schema::Value::from(0));
    let schema = schema().into_builder().field("user", plan).field("user", score).build().unwrap();
    let adapter = Arc::new(auth_core::MemoryAdapter::with_schema(schema));
    let fixture = Fixture::on(adapter, |builder| builder);
    let mut sign_up = SignUpEmail::new(
        "Ada",
        auth_core::domain::Email::parse(EMAIL).unwrap(),
        auth_core::password::Password::new(PASSWORD),
    );
    sign_up.additional.insert("plan".into(), "gold".into());
    sign_up.additional.insert("score".into(), 7.into());
    let user = fixture.auth.sign_up_email(sign_up, &context()).await.unwrap().user;
    let error = fixture.auth.anonymise_user(&user.id, &context()).await.unwrap_err();
    assert!(matches!(&error, AuthError::InvalidInput { field, .. } if field == "plan"), "{error:?}");
    assert_eq!(fixture.auth.store().users().find(&user.id).await.unwrap().unwrap().name, "Ada");

    let kept = Fixture::with_same(&fixture, |builder| {
        let mut config = UserConfig::default();
        config.anonymise.keep = vec!["plan".into()];
        config.anonymise.replace.set("nickname", "gone");
        builder.user(config)
    });
    let user = kept.auth.anonymise_user(&user.id, &context()).await.unwrap().unwrap();
    assert_eq!(user.additional.get("plan"), Some(&"gold".into()));
    assert_eq!(user.additional.get("score"), Some(&auth_schema::Value::from(0)));
    assert_eq!(user.additional.get("nickname"), Some(&"gone".into()));
}
