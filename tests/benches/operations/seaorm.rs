//! SeaORM's own queries on the generated entities.

use std::sync::Arc;

use async_trait::async_trait;
use auth_core::domain::{Clock, SystemClock};
use auth_tests::measure::Side;
use entity::{auth_accounts, auth_sessions, auth_users};
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, DatabaseConnection, EntityTrait, QueryFilter, Set};

use crate::plain::{AGENT, random};

/// `find_both_related`.
pub struct Validate {
    pub connection: DatabaseConnection,
    pub tokens: Arc<Vec<String>>,
}

#[async_trait]
impl Side for Validate {
    async fn once(&self, number: usize) {
        let token = &self.tokens[number * 7 % self.tokens.len()];
        let found = auth_sessions::Entity::find()
            .find_both_related(auth_users::Entity)
            .filter(auth_sessions::Column::Token.eq(token))
            .one(&self.connection)
            .await
            .unwrap()
            .unwrap();
        assert!(found.0.token == *token);
    }
}

/// `ActiveModel::insert`.
pub struct Create {
    pub connection: DatabaseConnection,
    pub user_id: String,
}

#[async_trait]
impl Side for Create {
    async fn once(&self, _: usize) {
        create(&self.connection, self.user_id.clone()).await;
    }
}

/// `find_also_related` and `ActiveModel::insert`.
pub struct SignIn(pub DatabaseConnection);

#[async_trait]
impl Side for SignIn {
    async fn once(&self, number: usize) {
        let email = format!("user{}@example.com", number % 10_000 + 1);
        let credential = Condition::all()
            .add(auth_users::Column::Email.eq(email))
            .add(auth_accounts::Column::ProviderId.eq("credential"));
        let (user, account) = auth_users::Entity::find()
            .find_also_related(auth_accounts::Entity)
            .filter(credential)
            .one(&self.0)
            .await
            .unwrap()
            .unwrap();
        assert!(account.unwrap().password.is_some());
        create(&self.0, user.id).await;
    }
}

/// `delete_many`.
pub struct SignOut(pub DatabaseConnection);

#[async_trait]
impl Side for SignOut {
    async fn once(&self, number: usize) {
        let token = auth_sessions::Column::Token.eq(format!("seaorm{number}"));
        auth_sessions::Entity::delete_many().filter(token).exec(&self.0).await.unwrap();
    }
}

async fn create(connection: &DatabaseConnection, user_id: String) {
    let now = SystemClock.now();
    let session = auth_sessions::ActiveModel {
        id: Set(random()),
        expires_at: Set(now + time::Duration::days(7)),
        token: Set(random()),
        created_at: Set(now),
        updated_at: Set(now),
        ip_address: Set(Some("203.0.113.9".to_owned())),
        user_agent: Set(Some(AGENT.to_owned())),
        user_id: Set(user_id),
    };
    session.insert(connection).await.unwrap();
}
