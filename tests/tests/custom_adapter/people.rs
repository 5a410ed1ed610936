//! The whole product on the adapter: sign up, sign in, validate, sign out.

use auth_core::AuthError;
use auth_core::service::Refresh;
use auth_tests::fixture::{Fixture, PASSWORD, context};
use libtest_mimic::Trial;
use tokio::runtime::Runtime;

use super::folder::Folder;

pub fn trials() -> Vec<Trial> {
    vec![Trial::test("a_person_signs_up_in_and_out", || {
        Runtime::new()?.block_on(signs_up_in_and_out());
        Ok(())
    })]
}

async fn signs_up_in_and_out() {
    let folder = Folder::new();
    let fixture = Fixture::on(folder.open(), |builder| builder);
    let signed_up = fixture.sign_up("ada@example.com").await.unwrap();
    let again = fixture.sign_up("ada@example.com").await;
    assert!(matches!(again, Err(AuthError::EmailTaken)), "{again:?}");
    let wrong = fixture.sign_in("ada@example.com", "wrong password").await;
    assert!(matches!(wrong, Err(AuthError::InvalidEmailOrPassword)), "{wrong:?}");
    let token = fixture.sign_in("ada@example.com", PASSWORD).await.unwrap().session.token;
    drop(fixture);

    // The command line tool runs a second time.
    let fixture = Fixture::on(folder.open(), |builder| builder);
    let valid = fixture.auth.validate_session(&token, Refresh::WhenDue, &context()).await.unwrap().unwrap();
    assert_eq!((valid.user.id, valid.user.email), (signed_up.user.id, signed_up.user.email));
    fixture.auth.sign_out(&token, &context()).await.unwrap();
    drop(fixture);

    let fixture = Fixture::on(folder.open(), |builder| builder);
    let gone = fixture.auth.validate_session(&token, Refresh::WhenDue, &context()).await.unwrap();
    assert!(gone.is_none());
    let first = signed_up.session.unwrap().token;
    let other = fixture.auth.validate_session(&first, Refresh::WhenDue, &context()).await.unwrap();
    assert!(other.is_some(), "signing out ends one session only");
}
