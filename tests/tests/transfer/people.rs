//! People are the same people after the move.

use std::sync::Arc;

use auth_core::adapter::Adapter;
use auth_schema::Schema;
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::flavour::Flavour;

use crate::side::{Side, TempFile};

/// An `Auth` on one side.
fn auth(side: &Side) -> Fixture {
    Fixture::on(Arc::clone(&side.adapter) as Arc<dyn Adapter>, |builder| builder)
}

/// Moves everything to every engine; there Ada signs in, and her session goes on.
async fn move_and_sign_in(source: &Side) {
    let file = TempFile::new();
    let signed_up = auth(source).sign_up("ada@example.com").await.unwrap();
    let session = signed_up.session.unwrap();
    source.export(&file, false).await;
    for target in Side::everywhere(&Schema::core()).await {
        target.import(&file).await.unwrap();
        let after = auth(&target);
        let valid = after.session_of(&session.token).await.unwrap().expect("the session holds");
        assert_eq!((&valid.user, &valid.session), (&signed_up.user, &session));
        let signed_in = after.sign_in("ada@example.com", PASSWORD).await.unwrap();
        assert_eq!(signed_in.user, signed_up.user);
        assert!(after.sign_in("ada@example.com", "another password").await.is_err());
        target.remove().await;
    }
}

pub async fn sign_in_after_the_move(database: Arc<TestDatabase>) {
    move_and_sign_in(&Side::on(&database, &Schema::core()).await).await;
}

pub async fn from_better_auth(database: Arc<TestDatabase>) {
    for flavour in [Flavour::Kysely, Flavour::Drizzle, Flavour::Prisma] {
        let source = Side::of_flavour(database.backend(), flavour).await;
        move_and_sign_in(&source).await;
        source.remove().await;
    }
}
