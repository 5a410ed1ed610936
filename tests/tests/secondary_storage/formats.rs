//! Keys, values and times to live, held against what Better Auth wrote.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use auth_core::domain::SessionToken;
use auth_core::secondary_storage::SecondaryStorage;
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::context;
use auth_tests::runner::Case;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::scene::{Mode, Scene};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("what_better_auth_wrote_is_read", read),
        Case::new("what_is_written_has_its_form", written),
    ]
}

fn recorded() -> Vec<Value> {
    let text = include_str!("../../vectors/secondary_storage.json");
    serde_json::from_str::<Value>(text).unwrap().as_array().unwrap().clone()
}

async fn read(database: Arc<TestDatabase>) {
    let mut sessions = 0;
    for recorded in recorded() {
        let entries = recorded["storage_after_signup_getsession_reset"].as_object().unwrap();
        let Scene { fixture, storage } = Scene::new(&database, Mode::Alone).await;
        for (key, entry) in entries {
            let ttl = Duration::from_secs(entry["ttl"].as_u64().unwrap());
            storage.set(key, entry["value"].as_str().unwrap(), ttl).await.unwrap();
        }
        let (token, entry) = session_of(entries);
        let began = entry["session"]["createdAt"].as_str().unwrap();
        fixture.clock.advance(OffsetDateTime::parse(began, &Rfc3339).unwrap() - fixture.auth.now());
        let token = SessionToken::parse(token).unwrap();
        let valid = fixture.session_of(&token).await.unwrap().unwrap();
        assert_eq!(valid.session.id.as_str(), entry["session"]["id"].as_str().unwrap());
        assert_eq!(valid.session.ip_address.as_deref(), entry["session"]["ipAddress"].as_str());
        assert_eq!(valid.user.id.as_str(), entry["user"]["id"].as_str().unwrap());
        assert_eq!(valid.user.email.as_str(), entry["user"]["email"].as_str().unwrap());
        assert_eq!(valid.user.image, None);
        assert_eq!(fixture.auth.list_sessions(&valid.user.id).await.unwrap().len(), 1);
        for (key, entry) in entries.iter().filter(|(key, _)| key.starts_with("verification:")) {
            let stored: Value = serde_json::from_str(entry["value"].as_str().unwrap()).unwrap();
            let identifier = key.strip_prefix("verification:").unwrap();
            let consumed = fixture.auth.store().verifications().consume(identifier).await.unwrap().unwrap();
            assert_eq!(consumed.value.expose(), stored["value"].as_str().unwrap());
        }
        // What Better Auth marks as revoked is.
        let after = recorded["storage_after_revoke_sessions"].as_object().unwrap();
        let marker = format!("revoked-sessions-before-{}", valid.user.id);
        let marker_text = after[&marker]["value"].as_str().unwrap();
        storage.set(&marker, marker_text, Duration::from_mins(1)).await.unwrap();
        assert!(fixture.session_of(&token).await.unwrap().is_none());
        sessions += 1;
    }
    assert_eq!(sessions, 3);
}

async fn written(database: Arc<TestDatabase>) {
    for (recorded, mode) in recorded().iter().zip([Mode::Alone, Mode::InFront, Mode::Preserved]) {
        let entries = recorded["storage_after_signup_getsession_reset"].as_object().unwrap();
        let Scene { fixture, storage } = Scene::new(&database, mode).await;
        let ada = fixture.sign_up(&format!("{mode:?}@example.com")).await.unwrap();
        let session = ada.session.unwrap();
        let (_, theirs) = session_of(entries);
        let ours = storage.get(session.token.expose()).await.unwrap().unwrap();
        let ours: Value = serde_json::from_str(&ours).unwrap();
        assert_eq!(names(&ours["session"]), names(&theirs["session"]), "{mode:?}");
        // It was recorded without a database, whose rows have what is not set as null.
        let mut expected = names(&theirs["user"]);
        expected.insert("image".to_owned());
        assert_eq!(names(&ours["user"]), expected, "{mode:?}");
        assert_eq!(ours["user"]["image"], Value::Null, "Better Auth answers what stands here");
        assert_eq!(ours["session"]["expiresAt"], "2026-12-01T12:00:00.345Z");
        let list = storage.get(&format!("active-sessions-{}", ada.user.id)).await.unwrap().unwrap();
        let ends = session.expires_at.unix_timestamp_nanos() / 1_000_000;
        let token = session.token.expose();
        assert_eq!(list, format!("[{{\"token\":\"{token}\",\"expiresAt\":{ends}}}]"));
        fixture.auth.request_password_reset(&ada.user.email, None, &context()).await.unwrap();
        fixture.auth.settle().await;
        let key = storage
            .take_asked()
            .into_iter()
            .find_map(|asked| asked.strip_prefix("set verification:").map(str::to_owned));
        let text = storage.get(&format!("verification:{}", key.unwrap())).await.unwrap().unwrap();
        let ours: Value = serde_json::from_str(&text).unwrap();
        let theirs = entries.iter().find(|(key, _)| key.starts_with("verification:")).unwrap().1;
        let theirs: Value = serde_json::from_str(theirs["value"].as_str().unwrap()).unwrap();
        // Only a row has an id; one of our own stands there where there is no row, which Better Auth passes over.
        let mut expected = names(&theirs);
        expected.insert("id".to_owned());
        assert_eq!(self::names(&ours), expected, "{mode:?}");
        fixture.auth.revoke_sessions(&ada.user.id, &context()).await.unwrap();
        let marker = storage.get(&format!("revoked-sessions-before-{}", ada.user.id)).await.unwrap().unwrap();
        assert_eq!(marker, (fixture.auth.now().unix_timestamp_nanos() / 1_000_000).to_string());
        assert_eq!(storage.get(&format!("active-sessions-{}", ada.user.id)).await.unwrap(), None);
    }
}

fn session_of(entries: &serde_json::Map<String, Value>) -> (&str, Value) {
    let mut parsed = entries.iter().filter_map(|(key, entry)| {
        let value: Value = serde_json::from_str(entry["value"].as_str()?).ok()?;
        value.get("session").is_some().then_some((key.as_str(), value))
    });
    parsed.next_back().unwrap()
}

fn names(object: &Value) -> BTreeSet<String> {
    object.as_object().unwrap().keys().cloned().collect()
}
