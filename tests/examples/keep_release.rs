//! Fills a database with what `tests/tests/releases.rs` looks for, in the form of this release: `tests/releases/README.md`.

use std::sync::Arc;

use auth_core::config::{PasswordConfig, PasswordFormat};
use auth_core::domain::Clock;
use auth_core::domain::{NewAccount, NewVerification, Secret};
use auth_core::{DatabaseConfig, SeaOrmAdapter};
use auth_tests::fixture::{Fixture, PASSWORD, cheap_passwords};
use time::Duration;
use time::macros::datetime;

#[tokio::main]
async fn main() {
    let url = std::env::args().nth(1).expect("a database URL");
    let connection = auth_core::connect(&DatabaseConfig::new(url)).await.expect("the database answers");
    migration::run(&connection).await.expect("the migrations run");
    let adapter = Arc::new(SeaOrmAdapter::new(connection).await.expect("the tables fit"));
    let argon2id = Fixture::on(adapter.clone(), |builder| builder);
    let ada = argon2id.sign_up("ada@example.com").await.expect("the address is free");
    let scrypt = Fixture::on(adapter, |builder| {
        builder.password(PasswordConfig { format: PasswordFormat::Scrypt, ..cheap_passwords() })
    });
    scrypt.sign_up("grace@example.com").await.expect("the address is free");
    let store = argon2id.auth.store();
    let mut account = NewAccount::at_provider("github", "42", ada.user.id.clone());
    account.access_token = Some(Secret::new("an access token"));
    account.access_token_expires_at = Some(datetime!(2126-01-01 0:00 UTC));
    store.accounts().create(account).await.expect("the account is new");
    let expires_at = argon2id.clock.now() + Duration::days(36_500);
    let value = NewVerification::new("kept", Secret::new("a value"), expires_at);
    store.verifications().create(value).await.expect("it is written");
    let token = ada.session.expect("signed in").token;
    println!("{} signed up with {PASSWORD:?}; the session is {}", ada.user.email.as_str(), token.expose());
}
