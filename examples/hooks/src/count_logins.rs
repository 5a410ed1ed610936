//! Keeps `last_login_at` and `login_count` of a user.

use async_trait::async_trait;
use auth_core::adapter::{Filter, Record};
use auth_core::domain::{RequestContext, Session};
use auth_core::hooks::{DatabaseHooks, Event, HookError, Operation, Phase};
use auth_core::repository::Store;
use auth_core::schema::{Field, FieldId, FieldType, SchemaBuilder, Value};

/// Counts a session when it is created, in its transaction: no login is counted that did not happen, and none is lost
/// when two happen at once.
#[derive(Debug)]
pub struct CountLogins;

/// Declares the two fields: clients cannot set them.
#[must_use]
pub fn declare(schema: SchemaBuilder) -> SchemaBuilder {
    let count = Field::new("login_count", FieldType::Integer).default(Value::Int(0)).no_input();
    let last = Field::new("last_login_at", FieldType::Timestamp).optional().no_input();
    schema.field("user", count).field("user", last)
}

#[async_trait]
impl DatabaseHooks<Session> for CountLogins {
    fn events(&self) -> &'static [Event] {
        &[(Operation::Create, Phase::In)]
    }

    async fn in_create(
        &self,
        session: &Session,
        transaction: Store<'_>,
        _: &RequestContext,
    ) -> Result<(), HookError> {
        let users = transaction.model("user")?;
        let last = Record::default().with(users.field("last_login_at")?, session.created_at);
        let owner = Filter::equal(FieldId::ID, session.user_id.as_str());
        users.increment_one(owner, vec![(users.field("login_count")?, 1)], Some(last)).await?;
        Ok(())
    }
}
