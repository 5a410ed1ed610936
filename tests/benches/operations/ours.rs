//! This library.

use std::sync::Arc;

use async_trait::async_trait;
use auth_core::Auth;
use auth_core::domain::{Email, NewSession, RequestContext, SessionToken, UserId};
use auth_core::service::Refresh;
use auth_tests::measure::Side;

use crate::plain::AGENT;

/// `Auth::validate_session`.
pub struct Validate {
    pub auth: Auth,
    pub tokens: Arc<Vec<String>>,
}

#[async_trait]
impl Side for Validate {
    async fn once(&self, number: usize) {
        let token = SessionToken::parse(&self.tokens[number * 7 % self.tokens.len()]).unwrap();
        let context = RequestContext::default();
        let valid = self.auth.validate_session(&token, Refresh::WhenDue, &context).await.unwrap().unwrap();
        assert!(valid.session.token == token);
    }
}

/// `Sessions::create`.
pub struct Create {
    pub auth: Auth,
    pub user_id: UserId,
}

#[async_trait]
impl Side for Create {
    async fn once(&self, _: usize) {
        create(&self.auth, self.user_id.clone()).await;
    }
}

/// What `Auth::sign_in_email` does, without the hash.
pub struct SignIn(pub Auth);

#[async_trait]
impl Side for SignIn {
    async fn once(&self, number: usize) {
        let email = Email::parse(&format!("user{}@example.com", number % 10_000 + 1)).unwrap();
        let (user, account) = self.0.store().users().find_with_credential(&email).await.unwrap().unwrap();
        assert!(account.unwrap().password.is_some());
        create(&self.0, user.id).await;
    }
}

/// `Auth::sign_out`.
pub struct SignOut(pub Auth);

#[async_trait]
impl Side for SignOut {
    async fn once(&self, number: usize) {
        let token = SessionToken::parse(&format!("ours{number}")).unwrap();
        self.0.sign_out(&token, &RequestContext::default()).await.unwrap();
    }
}

async fn create(auth: &Auth, user_id: UserId) {
    let expires_at = auth.now() + time::Duration::days(7);
    let new = NewSession {
        ip_address: Some("203.0.113.9".to_owned()),
        user_agent: Some(AGENT.to_owned()),
        ..NewSession::new(user_id, expires_at)
    };
    auth.store().sessions().create(new).await.unwrap();
}
