//! People and their rows, by their numbers; each query has numbers of its own, because some rows go.

use std::sync::Arc;

use async_trait::async_trait;
use auth_core::SeaOrmAdapter;
use auth_core::adapter::Adapter;
use auth_core::config::{AccountConfig, UserConfig};
use auth_core::domain::{Account, AccountId, Email, Session, SessionId, SessionToken, User, UserId};
use auth_core::hooks::{DatabaseHooks, Event, HookedModel, Hooks, Operation, Phase};
use auth_core::repository::Store;
use auth_tests::fixture::Fixture;
use time::Duration;

use super::fill::{TOKEN, USERS};

/// The services on the filled tables.
pub struct Scene {
    pub fixture: Fixture,
    /// What is added to each number: another run works on other rows.
    base: u32,
}

impl Scene {
    /// Begins, with hooks or without, on rows of numbers above one.
    pub fn on(adapter: &Arc<SeaOrmAdapter>, hooks: Hooks, base: u32) -> Self {
        let adapter: Arc<dyn Adapter> = adapter.clone();
        let fixture = Fixture::on(adapter, |builder| {
            let mut user = UserConfig::default();
            user.change_email.enabled = true;
            user.change_email.without_verification = true;
            let mut account = AccountConfig::default();
            account.linking.allow_unlinking_all = true;
            account.encrypt_tokens = true;
            builder.user(user).account(account).hooks(hooks)
        });
        // As many more have expired, one each minute.
        fixture.clock.advance(Duration::minutes(base.into()));
        Self { fixture, base }
    }

    pub fn store(&self) -> Store<'_> {
        self.fixture.auth.store()
    }

    pub fn number(&self, number: u32) -> i64 {
        i64::from(number + self.base)
    }

    /// A letter with a number, as the rows have it.
    pub fn text(&self, letter: &str, number: u32) -> String {
        format!("{letter}{:08}", self.number(number))
    }

    pub fn user_id(&self, number: u32) -> UserId {
        UserId::new(self.text("u", number))
    }

    pub fn email(&self, number: u32) -> Email {
        Email::parse(&format!("{}@example.com", self.text("u", number))).unwrap()
    }

    /// The account with the password of a user of the same number.
    pub fn account_id(&self, number: u32) -> AccountId {
        AccountId::new(self.text("a", number))
    }

    /// A token of the user of the same number.
    pub fn token(&self, number: u32) -> SessionToken {
        SessionToken::parse(&self.text(TOKEN, number)).unwrap()
    }

    /// The second session of the user of a number.
    pub fn next_token(&self, number: u32) -> SessionToken {
        self.token(number + USERS)
    }

    pub async fn user(&self, number: u32) -> User {
        self.store().users().find(&self.user_id(number)).await.unwrap().unwrap()
    }

    pub async fn session(&self, number: u32) -> Session {
        self.store().sessions().find(&SessionId::new(self.text("s", number))).await.unwrap().unwrap()
    }

    pub async fn account(&self, number: u32) -> Account {
        let (user, id) = (self.user_id(number), self.account_id(number));
        self.store().accounts().find_of_user(&user, &id).await.unwrap().unwrap()
    }
}

/// Hooks that want every row before it is changed or deleted, and do nothing.
pub fn every_hook() -> Hooks {
    Hooks::new().user(Every).session(Every).account(Every).verification(Every)
}

#[derive(Debug)]
struct Every;

#[async_trait]
impl<T: HookedModel> DatabaseHooks<T> for Every {
    fn events(&self) -> &'static [Event] {
        &[(Operation::Update, Phase::Before), (Operation::Delete, Phase::Before)]
    }
}
