//! Writes a message in the transaction that creates a user. A worker of the application sends what stands in the table
//! and deletes it: a welcome mail goes out if and only if the user exists.

use async_trait::async_trait;
use auth_core::adapter::Record;
use auth_core::domain::{RequestContext, User};
use auth_core::hooks::{DatabaseHooks, Event, HookError, Operation, Phase};
use auth_core::repository::Store;
use auth_core::schema::{Field, FieldType, Fill, IdStrategy, Model, SchemaBuilder};
use serde_json::json;

/// Writes the message.
#[derive(Debug)]
pub struct Outbox;

/// Declares the table of messages. Its ids are UUIDs of version 7: the order of their creation.
#[must_use]
pub fn declare(schema: SchemaBuilder) -> SchemaBuilder {
    let fields = vec![
        Field::new("kind", FieldType::String).index(),
        Field::new("payload", FieldType::Json),
        Field::new("created_at", FieldType::Timestamp).default(Fill::Now),
    ];
    schema.model(Model::new("outbox", "auth_outbox", fields)).ids_of("outbox", IdStrategy::UuidV7)
}

#[async_trait]
impl DatabaseHooks<User> for Outbox {
    fn events(&self) -> &'static [Event] {
        &[(Operation::Create, Phase::In)]
    }

    async fn in_create(
        &self,
        user: &User,
        transaction: Store<'_>,
        _: &RequestContext,
    ) -> Result<(), HookError> {
        let outbox = transaction.model("outbox")?;
        let message = json!({ "kind": "user.created", "payload": { "user_id": user.id.as_str() } });
        let message = Record::from_serde(outbox.model()?, &message)?;
        outbox.create(message).await?;
        Ok(())
    }
}
