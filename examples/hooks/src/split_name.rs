//! Keeps `first_name` and `last_name` beside the name.

use async_trait::async_trait;
use auth_core::domain::{Additional, NewUser, RequestContext, User, UserChange};
use auth_core::hooks::{DatabaseHooks, Decision, Event, HookError, Operation, Phase};
use auth_core::repository::Store;
use auth_core::schema::{Field, FieldType, SchemaBuilder};

/// Derives the two from the name whenever it is written. Costs a statement where a user is changed, none where one is
/// created.
#[derive(Debug)]
pub struct SplitName;

/// Declares the two fields: clients see them and cannot set them.
#[must_use]
pub fn declare(schema: SchemaBuilder) -> SchemaBuilder {
    let name = |name| Field::new(name, FieldType::String).optional().no_input();
    schema.field("user", name("first_name")).field("user", name("last_name"))
}

#[async_trait]
impl DatabaseHooks<User> for SplitName {
    fn events(&self) -> &'static [Event] {
        &[(Operation::Create, Phase::Before), (Operation::Update, Phase::Before)]
    }

    async fn before_create(
        &self,
        new: &mut NewUser,
        _: Store<'_>,
        _: &RequestContext,
    ) -> Result<Decision, HookError> {
        split(&new.name, &mut new.additional);
        Ok(Decision::Proceed)
    }

    async fn before_update(
        &self,
        _: &User,
        change: &mut UserChange,
        _: Store<'_>,
        _: &RequestContext,
    ) -> Result<Decision, HookError> {
        if let Some(name) = &change.name {
            split(name, &mut change.additional);
        }
        Ok(Decision::Proceed)
    }
}

fn split(name: &str, fields: &mut Additional) {
    let (first, last) = name.trim().rsplit_once(' ').unwrap_or((name, ""));
    fields.set("first_name", first.trim());
    fields.set("last_name", last);
}
