//! What a schema has besides the core models when it is asked for: the audit trail, and soft deletion.

use crate::builder::SchemaBuilder;
use crate::field::{Field, FieldType};
use crate::model::{FieldId, Model, ModelId, Schema, same_name};

/// Something that happened: who did what, when, from where, and how it ended.
pub mod audit_event {
    use super::{Field, FieldType, Model};
    use crate::model::FieldId;
    use crate::rule::Fill;

    /// The model's name.
    pub const NAME: &str = "audit_event";
    /// Position of `id`.
    pub const ID: FieldId = FieldId::ID;
    /// Position of `created_at`.
    pub const CREATED_AT: FieldId = FieldId::new(1);
    /// Position of `kind`.
    pub const KIND: FieldId = FieldId::new(2);
    /// Position of `outcome`.
    pub const OUTCOME: FieldId = FieldId::new(3);
    /// Position of `user_id`.
    pub const USER_ID: FieldId = FieldId::new(4);
    /// Position of `actor`.
    pub const ACTOR: FieldId = FieldId::new(5);
    /// Position of `actor_id`.
    pub const ACTOR_ID: FieldId = FieldId::new(6);
    /// Position of `session_id`.
    pub const SESSION_ID: FieldId = FieldId::new(7);
    /// Position of `ip_address`.
    pub const IP_ADDRESS: FieldId = FieldId::new(8);
    /// Position of `user_agent`.
    pub const USER_AGENT: FieldId = FieldId::new(9);
    /// Position of `detail`.
    pub const DETAIL: FieldId = FieldId::new(10);

    /// The model. Its ids of users and sessions point to nothing: what happened stays known when they are gone.
    pub fn model() -> Model {
        let text = |name: &str| Field::new(name, FieldType::String).no_input();
        let fields = vec![
            Field::new("created_at", FieldType::Timestamp).default(Fill::Now).no_input(),
            text("kind"),
            text("outcome"),
            text("user_id").optional(),
            text("actor"),
            text("actor_id").optional().index(),
            text("session_id").optional(),
            text("ip_address").optional(),
            text("user_agent").optional(),
            text("detail").optional(),
        ];
        Model::trusted(NAME, "auth_events", fields)
            .with_index_together(vec![USER_ID, CREATED_AT, ID])
            .with_index_together(vec![CREATED_AT, ID])
    }
}

impl SchemaBuilder {
    /// Adds the model `audit_event`, table `auth_events`. With it in the schema the services write down what happens; without it
    /// they do not.
    #[must_use]
    pub fn audit_trail(self) -> Self {
        self.model(Ok(audit_event::model()))
    }

    /// Adds the field `deleted_at` to the user, an instant that clients neither set nor see. With it in the schema users can be
    /// deleted softly: they stay, and cannot sign in.
    #[must_use]
    pub fn soft_delete(self) -> Self {
        let field = Field::new(DELETED_AT, FieldType::Timestamp);
        let with_it = self.field("user", field.optional().no_input().not_returned());
        with_it.index_together("user", &[DELETED_AT, "id"])
    }
}

impl Schema {
    /// The model of the audit trail, if the schema has it.
    pub fn audit_trail(&self) -> Option<ModelId> {
        let fields =
            |model: &Model| model.fields().iter().map(|field| field.name.clone()).collect::<Vec<_>>();
        let id = self.find(audit_event::NAME).ok()?;
        let (own, expected) = (fields(self.model(id).ok()?), fields(&audit_event::model()));
        let same = |(own, expected): (&String, &String)| same_name(own, expected);
        (own.len() >= expected.len() && own.iter().zip(&expected).all(same)).then_some(id)
    }

    /// The field that tells since when a user is softly deleted, if the schema has it: an optional instant that clients may not
    /// set.
    pub fn deleted_at(&self) -> Option<FieldId> {
        let user = self.model(crate::user::MODEL).ok()?;
        let id = user.find(DELETED_AT).ok()?;
        let field = user.field(id)?;
        (field.field_type == FieldType::Timestamp && !field.required && !field.input).then_some(id)
    }
}

const DELETED_AT: &str = "deleted_at";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_and_names_agree() {
        let model = audit_event::model();
        for (field, name) in [
            (audit_event::CREATED_AT, "created_at"),
            (audit_event::USER_ID, "user_id"),
            (audit_event::ACTOR_ID, "actor_id"),
            (audit_event::DETAIL, "detail"),
        ] {
            assert_eq!(model.find(name), Ok(field));
        }
        assert_eq!(model.fields().len(), audit_event::DETAIL.position() + 1);
    }

    #[test]
    fn only_what_is_asked_for_is_there() {
        let core = Schema::core();
        assert_eq!((core.audit_trail(), core.deleted_at()), (None, None));
        let schema = Schema::builder().better_auth_names().soft_delete().audit_trail().build().unwrap();
        assert!(schema.audit_trail().is_some() && schema.deleted_at().is_some());
    }

    #[test]
    fn what_an_application_calls_so_is_its_own() {
        let own = Model::new("audit_event", "events", vec![Field::new("what", FieldType::String)]);
        let set_by_clients = Field::new("deleted_at", FieldType::Timestamp).optional();
        let schema = Schema::builder().model(own).field("user", set_by_clients).build().unwrap();
        assert_eq!((schema.audit_trail(), schema.deleted_at()), (None, None));
    }
}
