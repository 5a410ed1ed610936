//! People and their rows, by their numbers; each query has numbers of its own, because some rows go.

use std::sync::Arc;

use auth_core::SeaOrmAdapter;
use auth_core::adapter::Adapter;
use auth_core::config::{AccountConfig, UserConfig};
use auth_core::domain::{Account, AccountId, Email, Session, SessionId, SessionToken, User, UserId};
use auth_core::repository::Store;
use auth_tests::fixture::Fixture;

use super::fill::{TOKEN, USERS};

/// The services on the filled tables.
pub struct Scene {
    pub fixture: Fixture,
}

impl Scene {
    /// Begins.
    pub fn on(adapter: Arc<SeaOrmAdapter>) -> Self {
        let adapter: Arc<dyn Adapter> = adapter;
        let fixture = Fixture::on(adapter, |builder| {
            let mut user = UserConfig::default();
            user.change_email.enabled = true;
            user.change_email.without_verification = true;
            let mut account = AccountConfig::default();
            account.linking.allow_unlinking_all = true;
            account.encrypt_tokens = true;
            builder.user(user).account(account)
        });
        Self { fixture }
    }

    pub fn store(&self) -> Store<'_> {
        self.fixture.auth.store()
    }

    pub async fn user(&self, number: u32) -> User {
        self.store().users().find(&user_id(number)).await.unwrap().unwrap()
    }

    pub async fn session(&self, number: u32) -> Session {
        self.store().sessions().find(&SessionId::new(format!("s{number:08}"))).await.unwrap().unwrap()
    }

    pub async fn account(&self, number: u32) -> Account {
        self.store().accounts().find_of_user(&user_id(number), &account_id(number)).await.unwrap().unwrap()
    }
}

pub fn user_id(number: u32) -> UserId {
    UserId::new(format!("u{number:08}"))
}

pub fn email(number: u32) -> Email {
    Email::parse(&format!("u{number:08}@example.com")).unwrap()
}

/// The account with the password of a user of the same number.
pub fn account_id(number: u32) -> AccountId {
    AccountId::new(format!("a{number:08}"))
}

/// A token of the user of the same number; its next has the number plus that of users.
pub fn token(number: u32) -> SessionToken {
    SessionToken::parse(&format!("{TOKEN}{number:08}")).unwrap()
}

/// The second session of the user of a number.
pub fn next_token(number: u32) -> SessionToken {
    token(number + USERS)
}
