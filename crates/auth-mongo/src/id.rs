//! Ids: text above the waist, in the database an `ObjectId`, a UUID or text.

use auth_schema::IdType;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson};
use uuid::Uuid;

/// How ids, and references to ids, are stored. Source: `serializeID` of Better Auth's `mongodbAdapter`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum IdForm {
    /// 24 hexadecimal digits as an `ObjectId`, any other text as text: Better Auth's default.
    #[default]
    ObjectId,
    /// Always text: what Better Auth stores when `generateId` is a function.
    Text,
}

/// How the ids of one column are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdColumn {
    /// See [`IdForm::ObjectId`].
    ObjectId,
    /// A UUID as BSON's UUID, any other text as text.
    Uuid,
    /// Always text.
    Text,
}

impl IdColumn {
    /// `None`: numbers, which this database does not count.
    pub(crate) fn new(id_type: IdType, form: IdForm) -> Option<Self> {
        match (id_type, form) {
            (IdType::Text, IdForm::ObjectId) => Some(Self::ObjectId),
            (IdType::Text, IdForm::Text) => Some(Self::Text),
            (IdType::Uuid, _) => Some(Self::Uuid),
            _ => None,
        }
    }

    /// The stored form of an id. What has not the form of an id of the column is kept as text, so that a search for it finds nothing.
    pub(crate) fn store(self, id: &str) -> Bson {
        let stored = match self {
            Self::ObjectId => ObjectId::parse_str(id).ok().map(Bson::ObjectId),
            Self::Uuid => Uuid::try_parse(id).ok().map(uuid),
            Self::Text => None,
        };
        stored.unwrap_or_else(|| Bson::String(id.to_owned()))
    }

    /// The id of a document that is created without one.
    pub(crate) fn make(self) -> Bson {
        let made = ObjectId::new();
        match self {
            Self::ObjectId => Bson::ObjectId(made),
            Self::Uuid => uuid(Uuid::from_bytes(mongodb::bson::Uuid::new().bytes())),
            Self::Text => Bson::String(made.to_hex()),
        }
    }
}

/// The text of a stored id, in whichever form it stands there; `None` when it is none.
pub(crate) fn text(stored: &Bson) -> Option<String> {
    match stored {
        Bson::String(text) => Some(text.clone()),
        Bson::ObjectId(id) => Some(id.to_hex()),
        Bson::Binary(binary) if binary.subtype == BinarySubtype::Uuid => {
            Uuid::from_slice(&binary.bytes).ok().map(|uuid| uuid.to_string())
        }
        _ => None,
    }
}

/// A UUID as BSON has it.
pub(crate) fn uuid(uuid: Uuid) -> Bson {
    Bson::Binary(Binary { subtype: BinarySubtype::Uuid, bytes: uuid.into_bytes().to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_as_it_was_given_in_every_form() {
        let given = ["65f1c0ffee65f1c0ffee65f1", "00000000-0000-4000-8000-000000000001", "id-ada", ""];
        for column in [IdColumn::ObjectId, IdColumn::Uuid, IdColumn::Text] {
            for id in given {
                assert_eq!(text(&column.store(id)).as_deref(), Some(id), "{column:?}");
            }
            assert!(text(&column.make()).is_some());
        }
    }

    #[test]
    fn only_what_has_the_form_of_an_id_is_stored_as_one() {
        let hex = "65f1c0ffee65f1c0ffee65f1";
        assert!(matches!(IdColumn::ObjectId.store(hex), Bson::ObjectId(_)));
        // Twelve bytes were an id for old drivers; they are text.
        for id in ["twelve bytes", "65f1c0ffee65f1c0ffee65fg", "65f1c0ffee65f1c0ffee65f"] {
            assert!(matches!(IdColumn::ObjectId.store(id), Bson::String(_)), "{id}");
        }
        assert!(matches!(IdColumn::Text.store(hex), Bson::String(_)));
        assert!(matches!(IdColumn::Uuid.store(hex), Bson::String(_)));
    }

    #[test]
    fn numbers_are_refused() {
        assert_eq!(IdColumn::new(IdType::Integer, IdForm::ObjectId), None);
    }
}
