//! Better Auth's five core models (1.7), in its field order, under this library's names.
//!
//! The constants are positions: repositories address fields by them, without a search.
//! Additional fields of an application come after the core fields, so the positions hold in every schema.

use crate::field::{Field, FieldType};
use crate::model::{Model, Schema};
use crate::rule::Fill;
use crate::value::Value;

impl Schema {
    /// The five core models: `user`, `session`, `account`, `verification`, `rate_limit`, in this order.
    pub fn core() -> Self {
        Self::trusted(vec![
            user::model(),
            session::model(),
            account::model(),
            verification::model(),
            rate_limit::model(),
        ])
    }
}

/// A person.
pub mod user {
    use super::{Field, FieldType, Fill, Model, Value};
    use crate::model::{FieldId, ModelId};

    /// The model's handle.
    pub const MODEL: ModelId = ModelId::new(0);
    /// Position of `id`.
    pub const ID: FieldId = FieldId::ID;
    /// Position of `name`.
    pub const NAME: FieldId = FieldId::new(1);
    /// Position of `email`.
    pub const EMAIL: FieldId = FieldId::new(2);
    /// Position of `email_verified`.
    pub const EMAIL_VERIFIED: FieldId = FieldId::new(3);
    /// Position of `image`.
    pub const IMAGE: FieldId = FieldId::new(4);
    /// Position of `created_at`.
    pub const CREATED_AT: FieldId = FieldId::new(5);
    /// Position of `updated_at`.
    pub const UPDATED_AT: FieldId = FieldId::new(6);

    /// The model as Better Auth declares it.
    pub fn model() -> Model {
        let fields = vec![
            Field::new("name", FieldType::String).sortable(),
            Field::new("email", FieldType::String).unique().sortable(),
            Field::new("email_verified", FieldType::Boolean).default(Value::from(false)).no_input(),
            Field::new("image", FieldType::String).optional(),
            Field::new("created_at", FieldType::Timestamp).default(Fill::Now),
            Field::new("updated_at", FieldType::Timestamp).default(Fill::Now).on_update(Fill::Now),
        ];
        Model::trusted("user", "auth_users", fields).with_index_together(vec![CREATED_AT, ID])
    }
}

/// A signed-in device.
pub mod session {
    use super::{Field, FieldType, Fill, Model};
    use crate::model::{FieldId, ModelId};

    /// The model's handle.
    pub const MODEL: ModelId = ModelId::new(1);
    /// Position of `id`.
    pub const ID: FieldId = FieldId::ID;
    /// Position of `expires_at`.
    pub const EXPIRES_AT: FieldId = FieldId::new(1);
    /// Position of `token`.
    pub const TOKEN: FieldId = FieldId::new(2);
    /// Position of `created_at`.
    pub const CREATED_AT: FieldId = FieldId::new(3);
    /// Position of `updated_at`.
    pub const UPDATED_AT: FieldId = FieldId::new(4);
    /// Position of `ip_address`.
    pub const IP_ADDRESS: FieldId = FieldId::new(5);
    /// Position of `user_agent`.
    pub const USER_AGENT: FieldId = FieldId::new(6);
    /// Position of `user_id`.
    pub const USER_ID: FieldId = FieldId::new(7);

    /// The model as Better Auth declares it.
    pub fn model() -> Model {
        let fields = vec![
            Field::new("expires_at", FieldType::Timestamp).index(),
            Field::new("token", FieldType::String).unique(),
            Field::new("created_at", FieldType::Timestamp).default(Fill::Now),
            Field::new("updated_at", FieldType::Timestamp).default(Fill::Now).on_update(Fill::Now),
            Field::new("ip_address", FieldType::String).optional(),
            Field::new("user_agent", FieldType::String).optional(),
            Field::new("user_id", FieldType::String).references("user", "id"),
        ];
        Model::trusted("session", "auth_sessions", fields).with_index_together(vec![USER_ID, EXPIRES_AT])
    }
}

/// A way to sign in: a password, or a provider's account.
pub mod account {
    use super::{Field, FieldType, Fill, Model};
    use crate::model::{FieldId, ModelId};

    /// The model's handle.
    pub const MODEL: ModelId = ModelId::new(2);
    /// Position of `id`.
    pub const ID: FieldId = FieldId::ID;
    /// Position of `account_id`.
    pub const ACCOUNT_ID: FieldId = FieldId::new(1);
    /// Position of `provider_id`.
    pub const PROVIDER_ID: FieldId = FieldId::new(2);
    /// Position of `user_id`.
    pub const USER_ID: FieldId = FieldId::new(3);
    /// Position of `access_token`.
    pub const ACCESS_TOKEN: FieldId = FieldId::new(4);
    /// Position of `refresh_token`.
    pub const REFRESH_TOKEN: FieldId = FieldId::new(5);
    /// Position of `id_token`.
    pub const ID_TOKEN: FieldId = FieldId::new(6);
    /// Position of `access_token_expires_at`.
    pub const ACCESS_TOKEN_EXPIRES_AT: FieldId = FieldId::new(7);
    /// Position of `refresh_token_expires_at`.
    pub const REFRESH_TOKEN_EXPIRES_AT: FieldId = FieldId::new(8);
    /// Position of `scope`.
    pub const SCOPE: FieldId = FieldId::new(9);
    /// Position of `password`.
    pub const PASSWORD: FieldId = FieldId::new(10);
    /// Position of `created_at`.
    pub const CREATED_AT: FieldId = FieldId::new(11);
    /// Position of `updated_at`.
    pub const UPDATED_AT: FieldId = FieldId::new(12);

    /// The model as Better Auth declares it.
    pub fn model() -> Model {
        let fields = vec![
            Field::new("account_id", FieldType::String),
            Field::new("provider_id", FieldType::String),
            Field::new("user_id", FieldType::String).references("user", "id"),
            Field::new("access_token", FieldType::String).long().optional().not_returned(),
            Field::new("refresh_token", FieldType::String).long().optional().not_returned(),
            Field::new("id_token", FieldType::String).long().optional().not_returned(),
            Field::new("access_token_expires_at", FieldType::Timestamp).optional().not_returned(),
            Field::new("refresh_token_expires_at", FieldType::Timestamp).optional().not_returned(),
            Field::new("scope", FieldType::String).optional(),
            Field::new("password", FieldType::String).optional().not_returned(),
            Field::new("created_at", FieldType::Timestamp).default(Fill::Now),
            Field::new("updated_at", FieldType::Timestamp).default(Fill::Now).on_update(Fill::Now),
        ];
        Model::trusted("account", "auth_accounts", fields)
            .with_unique_together(vec![PROVIDER_ID, ACCOUNT_ID])
            .with_index_together(vec![USER_ID, PROVIDER_ID])
    }
}

/// A value to be presented once before it expires.
pub mod verification {
    use super::{Field, FieldType, Fill, Model};
    use crate::model::{FieldId, ModelId};

    /// The model's handle.
    pub const MODEL: ModelId = ModelId::new(3);
    /// Position of `id`.
    pub const ID: FieldId = FieldId::ID;
    /// Position of `identifier`.
    pub const IDENTIFIER: FieldId = FieldId::new(1);
    /// Position of `value`.
    pub const VALUE: FieldId = FieldId::new(2);
    /// Position of `expires_at`.
    pub const EXPIRES_AT: FieldId = FieldId::new(3);
    /// Position of `created_at`.
    pub const CREATED_AT: FieldId = FieldId::new(4);
    /// Position of `updated_at`.
    pub const UPDATED_AT: FieldId = FieldId::new(5);

    /// The model as Better Auth declares it.
    pub fn model() -> Model {
        let fields = vec![
            Field::new("identifier", FieldType::String),
            Field::new("value", FieldType::String).long(),
            Field::new("expires_at", FieldType::Timestamp).index(),
            Field::new("created_at", FieldType::Timestamp).default(Fill::Now),
            Field::new("updated_at", FieldType::Timestamp).default(Fill::Now).on_update(Fill::Now),
        ];
        Model::trusted("verification", "auth_verifications", fields)
            .with_index_together(vec![IDENTIFIER, CREATED_AT])
    }
}

/// A counter of requests.
pub mod rate_limit {
    use super::{Field, FieldType, Model};
    use crate::model::{FieldId, ModelId};

    /// The model's handle.
    pub const MODEL: ModelId = ModelId::new(4);
    /// Position of `id`.
    pub const ID: FieldId = FieldId::ID;
    /// Position of `key`.
    pub const KEY: FieldId = FieldId::new(1);
    /// Position of `count`.
    pub const COUNT: FieldId = FieldId::new(2);
    /// Position of `last_request`.
    pub const LAST_REQUEST: FieldId = FieldId::new(3);

    /// The model as Better Auth declares it.
    pub fn model() -> Model {
        let fields = vec![
            Field::new("key", FieldType::String).unique(),
            Field::new("count", FieldType::Integer),
            Field::new("last_request", FieldType::BigInteger).index(),
        ];
        Model::trusted("rate_limit", "auth_rate_limits", fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_and_names_agree() {
        let schema = Schema::core();
        let named = [
            (session::MODEL, "session", session::USER_ID, "user_id"),
            (user::MODEL, "user", user::UPDATED_AT, "updated_at"),
            (account::MODEL, "account", account::PASSWORD, "password"),
            (verification::MODEL, "verification", verification::EXPIRES_AT, "expires_at"),
            (rate_limit::MODEL, "rate_limit", rate_limit::LAST_REQUEST, "last_request"),
        ];
        for (model, name, field, field_name) in named {
            assert_eq!(schema.find(name), Ok(model));
            assert_eq!(schema.model(model).unwrap().find(field_name), Ok(field));
        }
    }
}
