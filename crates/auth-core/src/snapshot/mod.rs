//! A session and its user as JSON, as Better Auth writes them over the wire, into cookies and into secondary storage:
//! `{"session":{…},"user":{…}}`, its names, the order of its keys, the id last.

pub mod iso;
mod read;
mod write;

pub use read::read;
pub(crate) use read::{StoredSession, StoredUser};
pub use write::{SessionJson, SnapshotJson, UserJson, write};

#[cfg(test)]
mod tests {
    use auth_schema::{Field, FieldType, Schema};
    use serde_json::{Value as Json, json};

    use super::*;

    fn vector(name: &str) -> Json {
        let text = match name {
            "secondary_storage" => include_str!("../../../../tests/vectors/secondary_storage.json"),
            _ => include_str!("../../../../tests/vectors/cookie_cache_compact.json"),
        };
        serde_json::from_str(text).unwrap()
    }

    /// Every text of a session that Better Auth stored while it was recorded.
    fn stored() -> Vec<String> {
        let mut texts = Vec::new();
        for scene in vector("secondary_storage").as_array().unwrap() {
            let stores = scene.as_object().unwrap().iter().filter(|(name, _)| name.starts_with("storage_"));
            for (key, entry) in stores.flat_map(|(_, store)| store.as_object().unwrap()) {
                let value = entry["value"].as_str().unwrap();
                if value.starts_with(r#"{"session":"#) {
                    assert_eq!(serde_json::from_str::<Json>(value).unwrap()["session"]["token"], **key);
                    texts.push(value.to_owned());
                }
            }
        }
        texts
    }

    #[test]
    fn what_better_auth_stored_is_read_and_written_with_the_same_values() {
        let texts = stored();
        assert!(!texts.is_empty());
        for text in texts {
            let (session, user) = read(&Schema::core(), &text).unwrap();
            let again: Json = serde_json::from_str(&write(&session, &user).unwrap()).unwrap();
            let mut original: Json = serde_json::from_str(&text).unwrap();
            // Ours is null where Better Auth left it out.
            if let Some(user) = original["user"].as_object_mut() {
                user.entry("image").or_insert(Json::Null);
            }
            assert_eq!(again, original);
        }
    }

    #[test]
    fn the_keys_stand_in_the_order_of_better_auths_rows() {
        let (session, user) = read(&Schema::core(), &plain().to_string()).unwrap();
        let text = write(&session, &user).unwrap();
        assert_eq!(
            text,
            r#"{"session":{"expiresAt":"2030-01-08T00:00:00.000Z","token":"t","createdAt":"2030-01-01T00:00:00.000Z","updatedAt":"2030-01-01T00:00:00.007Z","ipAddress":"","userAgent":null,"userId":"u","id":"s"},"user":{"name":"Ada","email":"Ada@example.com","emailVerified":true,"image":null,"createdAt":"2030-01-01T00:00:00.000Z","updatedAt":"2030-01-01T00:00:00.000Z","id":"u"}}"#
        );
    }

    #[test]
    fn additional_fields_have_their_types_and_unknown_ones_are_left_out() {
        let schema = Schema::builder()
            .field("user", Field::new("phone_number", FieldType::String).optional())
            .field("user", Field::new("last_active_at", FieldType::Timestamp).optional())
            .field("user", Field::new("preferences", FieldType::Json).optional())
            .field("user", Field::new("score", FieldType::Float).optional())
            .field("session", Field::new("device", FieldType::Integer).optional())
            .build()
            .unwrap();
        let mut json = plain();
        json["user"]["phoneNumber"] = json!("+1 \"quoted\"");
        json["user"]["lastActiveAt"] = json!("2030-01-01T00:00:00Z");
        json["user"]["preferences"] = json!({ "b": [1, null], "a": "x" });
        json["user"]["score"] = json!(2);
        json["user"]["unknown"] = json!({ "deep": [1] });
        json["session"]["device"] = json!(7);
        let (session, user) = read(&schema, &json.to_string()).unwrap();
        assert_eq!(session.additional.iter().count(), 1);
        assert_eq!(user.additional.iter().count(), 4);
        let again: Json = serde_json::from_str(&write(&session, &user).unwrap()).unwrap();
        json["user"].as_object_mut().unwrap().shift_remove("unknown");
        json["user"]["lastActiveAt"] = json!("2030-01-01T00:00:00.000Z");
        json["user"]["image"] = Json::Null;
        assert_eq!(again["user"], json["user"]);
        assert!(again.to_string().contains(r#""score":2,"#), "as JavaScript writes it, without a fraction");
        assert_eq!(again["session"]["device"], 7);
    }

    #[test]
    fn what_lacks_something_or_is_of_another_type_is_not_read() {
        let whole = plain();
        assert!(read(&Schema::core(), &whole.to_string()).is_some());
        for (model, field) in [
            ("session", "id"),
            ("session", "token"),
            ("session", "userId"),
            ("session", "expiresAt"),
            ("session", "createdAt"),
            ("session", "updatedAt"),
            ("user", "id"),
            ("user", "name"),
            ("user", "email"),
            ("user", "createdAt"),
            ("user", "updatedAt"),
        ] {
            let mut missing = whole.clone();
            missing[model].as_object_mut().unwrap().shift_remove(field);
            assert!(read(&Schema::core(), &missing.to_string()).is_none(), "{model}.{field}");
            for wrong in [json!(null), json!(1), json!("")] {
                let mut changed = whole.clone();
                changed[model][field] = wrong.clone();
                let text_is_text = wrong == "" && ["name", "email"].contains(&field);
                let read = read(&Schema::core(), &changed.to_string());
                assert_eq!(read.is_some(), text_is_text, "{model}.{field} {wrong}");
            }
        }
        for text in ["", "null", "{}", "[]", r#"{"session":null,"user":null}"#, &whole.to_string()[1..]] {
            assert!(read(&Schema::core(), text).is_none(), "{text}");
        }
        let schema = Schema::builder().field("user", Field::new("age", FieldType::Integer)).build().unwrap();
        let mut mistyped = whole;
        mistyped["user"]["age"] = json!("old");
        assert!(read(&schema, &mistyped.to_string()).is_none(), "a field holds its type");
    }

    fn plain() -> Json {
        json!({
            "session": {
                "expiresAt": "2030-01-08T00:00:00.000Z",
                "token": "t",
                "createdAt": "2030-01-01T00:00:00Z",
                "updatedAt": "2030-01-01T01:00:00.007+01:00",
                "ipAddress": "",
                "userId": "u",
                "id": "s",
            },
            "user": {
                "name": "Ada",
                "email": "Ada@example.com",
                "emailVerified": true,
                "createdAt": "2030-01-01T00:00:00.000Z",
                "updatedAt": "2030-01-01T00:00:00.000Z",
                "id": "u",
            },
        })
    }

    #[test]
    fn the_payload_of_a_cookie_is_read_whatever_stands_beside_session_and_user() {
        let vector = vector("cookie_cache_compact");
        let (session, user) = read(&Schema::core(), vector["signed_string"].as_str().unwrap()).unwrap();
        assert_eq!(session.token.expose(), "abcdefghijklmnopqrstuvwxyzABCDEF");
        assert_eq!(user.name, "Ada");
    }
}
