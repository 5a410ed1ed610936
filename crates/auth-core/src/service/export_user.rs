//! Export all that is known of a user.

use std::collections::BTreeMap;

use auth_schema::{FieldId, Model, ModelId, account, audit_event, session, user, verification};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::erase_user::related;
use crate::adapter::{AdapterError, Filter, Operator, Query, Record, Value};
use crate::auth::Services;
use crate::domain::{RequestContext, UserId};
use crate::error::AuthError;
use crate::repository::Store;
use crate::telemetry::Operation;

/// All that is known of a user, to be handed to the person: rows as objects under the names of their fields, instants as ISO 8601
/// text. No password, token or value of a verification is in it, nor a field that does not leave the service layer
/// (`returned = false`).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct UserExport {
    /// When it was made.
    pub exported_at: Json,
    /// The user.
    pub user: Map<String, Json>,
    /// The accounts.
    pub accounts: Vec<Map<String, Json>>,
    /// The sessions, expired ones among them.
    pub sessions: Vec<Map<String, Json>>,
    /// Verifications that are about the user; their identifiers only where they hold the address and not a token.
    pub verifications: Vec<Map<String, Json>>,
    /// The events of the audit trail, newest first.
    pub events: Vec<Map<String, Json>>,
    /// By the names of their models: rows that point to the user.
    pub related: BTreeMap<String, Vec<Map<String, Json>>>,
}

impl Services<'_> {
    /// Exports all that is known of a user; `None` when there is no such user. One statement for accounts, sessions, events and
    /// each model that points to the user, two for the user, and for verifications where there are any; they are not of one
    /// moment. Verifications that stand in a store beside the database alone are not in it: nobody can list them. All of it is in memory at once.
    #[tracing::instrument(name = "auth.export_user", skip_all, fields(user_id = %user_id))]
    pub async fn export_user(
        &self,
        user_id: &UserId,
        context: &RequestContext,
    ) -> Result<Option<UserExport>, AuthError> {
        self.observe(Operation::ExportUser, async {
            let store = self.store_for(context);
            let Some(person) = store.users().find(user_id).await? else {
                return Ok(None);
            };
            let own = |field| Filter::equal(field, user_id.as_str());
            let mut users = rows(store, user::MODEL, own(user::ID), &[]).await?;
            let mut related_rows = BTreeMap::new();
            for (model, filter) in related(store, user_id, |_| true).await? {
                let name =
                    store.adapter().schema().model(model).map_err(AdapterError::from)?.name().to_owned();
                related_rows.insert(name, rows(store, model, filter, &[]).await?);
            }
            let trail = store.adapter().schema().audit_trail();
            Ok(Some(UserExport {
                exported_at: Value::from(self.now()).to_json(),
                user: users.pop().unwrap_or_default(),
                accounts: rows(store, account::MODEL, own(account::USER_ID), SECRETS).await?,
                sessions: rows(store, session::MODEL, own(session::USER_ID), &[session::TOKEN]).await?,
                verifications: verifications(store, &person).await?,
                events: match trail {
                    Some(model) => {
                        let mut events = rows(store, model, own(audit_event::USER_ID), &[]).await?;
                        events.sort_by_key(|event| std::cmp::Reverse(event["created_at"].to_string()));
                        events
                    }
                    None => Vec::new(),
                },
                related: related_rows,
            }))
        })
        .await
    }
}

async fn rows(
    store: Store<'_>,
    model: ModelId,
    filter: Filter,
    secret: &[FieldId],
) -> Result<Vec<Map<String, Json>>, AdapterError> {
    let shape = store.adapter().schema().model(model)?;
    let found = store.rows(model).find_all(Query::new(model).filter(filter)).await?;
    Ok(found.iter().map(|row| shown(shape, &row.record, secret)).collect())
}

/// What of a row leaves.
fn shown(model: &Model, record: &Record, secret: &[FieldId]) -> Map<String, Json> {
    let leaves = |(id, value): (FieldId, &Value)| {
        let field = model.field(id).filter(|field| field.returned && !secret.contains(&id))?;
        Some((field.name.clone(), value.to_json()))
    };
    record.iter().filter_map(leaves).collect()
}

async fn verifications(
    store: Store<'_>,
    person: &crate::domain::User,
) -> Result<Vec<Map<String, Json>>, AdapterError> {
    let mut ids = Vec::new();
    let mut with_token = Vec::new();
    for verification in store.verifications().list_about(person).await? {
        if !verification.identifier.to_lowercase().contains(&person.email.as_str().to_lowercase()) {
            with_token.push(verification.id.to_string());
        }
        ids.push(Value::from(verification.id.as_str()));
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let filter = Filter::everything().and(FieldId::ID, Operator::In, Value::List(ids));
    let mut found = rows(store, verification::MODEL, filter, &[verification::VALUE]).await?;
    for row in &mut found {
        if with_token.iter().any(|id| row.get("id").and_then(Json::as_str) == Some(id)) {
            row.remove("identifier");
        }
    }
    Ok(found)
}

const SECRETS: &[FieldId] =
    &[account::ACCESS_TOKEN, account::REFRESH_TOKEN, account::ID_TOKEN, account::PASSWORD];
