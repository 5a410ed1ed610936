//! The contract of the repositories, on every backend and on the tables of every flavour.

use std::sync::Arc;

use auth_core::Auth;
use auth_core::adapter::AdapterError;
use auth_core::domain::{
    CREDENTIAL, Email, ManualClock, NewAccount, NewSession, NewUser, NewVerification, Secret, SessionToken,
    User, UserChange, UserSearch,
};
use auth_core::repository::{RepositoryError, Store};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::Fixture;
use auth_tests::flavour::Flavour;
use auth_tests::runner::{Case, main_on_every_flavour as run};
use time::Duration;
use time::macros::datetime;

fn main() {
    let cases = [
        Case::new("a_user_is_found_by_id_and_by_address", users),
        Case::new("an_address_is_taken_once_by_ten_at_once", ten_sign_up),
        Case::new("a_change_leaves_the_rest_and_moves_updated_at", change),
        Case::new("users_are_listed_newest_first_page_by_page", list_users),
        Case::new("users_are_searched_by_a_part_of_name_or_address", search_users),
        Case::new("a_password_account_comes_with_its_user", credential),
        Case::new("accounts_are_found_by_provider_and_by_user", accounts),
        Case::new("a_session_comes_with_its_user", session),
        Case::new("a_session_of_a_deleted_user_is_gone", deleted_user),
        Case::new("only_active_sessions_are_listed_and_all_of_them", list_sessions),
        Case::new("a_revoked_session_is_not_extended", extend),
        Case::new("an_extended_session_is_not_deleted_as_expired", delete_if_expired),
        Case::new("sessions_are_revoked_one_all_or_all_others", revoke),
        Case::new("a_verification_is_taken_by_one_of_eight", consume_race),
        Case::new("the_newest_verification_counts_and_an_expired_one_does_not", verifications),
    ];
    run(&cases);
}

struct World {
    auth: Auth,
    clock: Arc<ManualClock>,
}

impl World {
    async fn new(database: &TestDatabase) -> Self {
        let fixture = Fixture::new(database).await;
        let (auth, clock) = (fixture.auth.clone(), fixture.clock.clone());
        Self { auth, clock }
    }

    fn store(&self) -> Store<'_> {
        self.auth.store()
    }

    async fn user(&self, name: &str) -> User {
        self.store().users().create(new_user(name)).await.unwrap()
    }

    async fn session(&self, user: &User) -> auth_core::domain::Session {
        let expires_at = datetime!(2026-12-01 12:00 UTC);
        let new = NewSession::new(user.id.clone(), expires_at);
        self.store().sessions().create(new).await.unwrap()
    }

    async fn verification(&self, identifier: &str, value: &str) {
        let expires_at = datetime!(2026-11-24 13:00 UTC);
        let new = NewVerification::new(identifier, Secret::new(value), expires_at);
        self.store().verifications().create(new).await.unwrap();
    }
}

fn new_user(name: &str) -> NewUser {
    NewUser::new(name, Email::parse(&format!("{name}@Example.com")).unwrap())
}

async fn users(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let created = world.user("ada").await;
    assert_eq!(created.email.as_str(), "ada@example.com");
    let length = created.id.as_str().len();
    match database.flavour() {
        Flavour::KyselySerial => assert_eq!(created.id.as_str(), "1"),
        Flavour::KyselyUuid => assert_eq!(length, 36),
        _ => assert_eq!(length, 32),
    }
    assert_eq!(created.created_at, datetime!(2026-11-24 12:00:00.345 UTC));
    let users = world.store().users();
    assert_eq!(users.find(&created.id).await.unwrap(), Some(created.clone()));
    assert_eq!(users.find_by_email(&Email::parse("ADA@example.com").unwrap()).await.unwrap(), Some(created));
    assert_eq!(users.find_by_email(&Email::parse("eve@example.com").unwrap()).await.unwrap(), None);
    assert_eq!(users.count().await.unwrap(), 1);
}

async fn ten_sign_up(database: Arc<TestDatabase>) {
    let world = Arc::new(World::new(&database).await);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let world = Arc::clone(&world);
        tasks.spawn(async move { world.store().users().create(new_user("ada")).await });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let conflict = |error: &RepositoryError| error.is_conflict_of(auth_schema::user::MODEL);
    assert_eq!(outcomes.iter().filter(|outcome| outcome.as_ref().is_err_and(conflict)).count(), 9);
}

async fn change(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let user = world.user("ada").await;
    world.clock.advance(Duration::seconds(1));
    let change = UserChange { image: Some(Some("picture".into())), ..UserChange::default() };
    let changed = world.store().users().update(&user.id, change).await.unwrap().unwrap();
    assert_eq!(changed.image.as_deref(), Some("picture"));
    assert_eq!((&changed.name, changed.created_at), (&user.name, user.created_at));
    assert_eq!(changed.updated_at - user.updated_at, Duration::seconds(1));
    let removed = UserChange { image: Some(None), ..UserChange::default() };
    assert_eq!(world.store().users().update(&user.id, removed).await.unwrap().unwrap().image, None);
    let nobody = auth_core::domain::UserId::new("nobody");
    assert!(world.store().users().update(&nobody, UserChange::default()).await.unwrap().is_none());
    world.user("eve").await;
    let taken = UserChange { email: Some(Email::parse("eve@example.com").unwrap()), ..UserChange::default() };
    let error = world.store().users().update(&user.id, taken).await.unwrap_err();
    assert!(error.is_conflict_of(auth_schema::user::MODEL), "{error:?}");
}

async fn list_users(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    for (number, name) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
        world.user(name).await;
        // Some share an instant: the id decides among them.
        world.clock.advance(Duration::milliseconds(i64::try_from(number % 2).unwrap()));
    }
    let users = world.store().users();
    let all = users.list(None, 100).await.unwrap();
    // Better Auth's tables take the collation of the server on MySQL, which sorts `B` between `a` and `c`.
    let folds = database.backend() == Backend::Mysql && database.flavour() != Flavour::Ours;
    let id = |user: &User| if folds { user.id.as_str().to_lowercase() } else { user.id.as_str().to_owned() };
    assert!(all.is_sorted_by(|left, right| (left.created_at, id(left)) > (right.created_at, id(right))));
    let mut paged = users.list(None, 2).await.unwrap();
    while let Some(last) = paged.last().cloned() {
        let page = users.list(Some(&last), 2).await.unwrap();
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    assert_eq!(paged, all);
    assert_eq!(all.len(), 5);
}

/// The rest, with the index and without it, is in `search.rs`.
async fn search_users(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    for name in ["anna", "bob", "hanna", "eve", "susanna"] {
        world.user(name).await;
        world.clock.advance(Duration::milliseconds(1));
    }
    let users = world.store().users();
    let mut search = UserSearch::new("ANN");
    let found = users.search(search.clone()).await.unwrap();
    let emails: Vec<_> = found.iter().map(|user| user.email.as_str()).collect();
    assert_eq!(emails, ["anna@example.com", "susanna@example.com", "hanna@example.com"]);
    search.limit = 1;
    assert_eq!(users.search(search).await.unwrap(), found[..1]);
    assert_eq!(users.search(UserSearch::new("")).await.unwrap(), users.list(None, 20).await.unwrap());
}

async fn credential(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let user = world.user("ada").await;
    let users = world.store().users();
    let (found, account) = users.find_with_credential(&user.email).await.unwrap().unwrap();
    assert_eq!(found, user);
    assert!(account.is_none());
    let accounts = world.store().accounts();
    accounts.create(NewAccount::at_provider("github", "42", user.id.clone())).await.unwrap();
    accounts.create(NewAccount::with_password(user.id.clone(), Secret::new("hash"))).await.unwrap();
    let (_, account) = users.find_with_credential(&user.email).await.unwrap().unwrap();
    let account = account.unwrap();
    assert_eq!((account.provider_id.as_str(), account.account_id.as_str()), (CREDENTIAL, user.id.as_str()));
    assert_eq!(account.password.unwrap().expose(), "hash");
    assert!(accounts.update_password(&user.id, &Secret::new("new")).await.unwrap());
    let account = accounts.find_credential(&user.id).await.unwrap().unwrap();
    assert_eq!(account.password.unwrap().expose(), "new");
    assert!(!accounts.replace_password(&user.id, &Secret::new("hash"), &Secret::new("late")).await.unwrap());
    assert!(accounts.replace_password(&user.id, &Secret::new("new"), &Secret::new("newer")).await.unwrap());
}

async fn accounts(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let user = world.user("ada").await;
    let accounts = world.store().accounts();
    let mut new = NewAccount::at_provider("github", "42", user.id.clone());
    new.access_token = Some(Secret::new("t".repeat(5000)));
    // MySQL's `timestamp` ends in 2038; that a later instant is refused there is a case of its own.
    let late = if database.has_mysql_timestamps() {
        datetime!(2037-01-01 0:00 UTC)
    } else {
        datetime!(2040-01-01 0:00 UTC)
    };
    new.access_token_expires_at = Some(late);
    new.scope = Some("a,b".into());
    let created = accounts.create(new.clone()).await.unwrap();
    let found = accounts.find_by_provider("github", "42").await.unwrap().unwrap();
    assert_eq!(found.id, created.id);
    assert_eq!(found.access_token.unwrap().expose().len(), 5000);
    assert_eq!(found.access_token_expires_at, Some(late));
    assert!(accounts.find_by_provider("GitHub", "42").await.unwrap().is_none());
    assert!(accounts.create(new).await.unwrap_err().is_conflict_of(auth_schema::account::MODEL));
    assert_eq!(accounts.list(&user.id).await.unwrap().len(), 1);
    assert!(accounts.delete(&created.id).await.unwrap());
    assert!(!accounts.delete(&created.id).await.unwrap());
}

async fn session(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let user = world.user("ada").await;
    let created = world.session(&user).await;
    let sessions = world.store().sessions();
    let (session, owner) = sessions.find_with_user(&created.token).await.unwrap().unwrap();
    assert_eq!((session, owner), (created.clone(), user));
    assert_eq!(created.ip_address.as_deref(), Some(""));
    for wrong in [created.token.expose().to_uppercase(), "x".repeat(32), "' OR 1=1 --".replace(' ', "+")] {
        let wrong = SessionToken::parse(&wrong).unwrap();
        assert!(sessions.find_with_user(&wrong).await.unwrap().is_none(), "{}", wrong.expose());
    }
}

async fn deleted_user(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let user = world.user("ada").await;
    let session = world.session(&user).await;
    assert!(world.store().users().delete(&user.id).await.unwrap());
    assert!(world.store().sessions().find_with_user(&session.token).await.unwrap().is_none());
    let new = NewSession::new(user.id, session.expires_at);
    let error = world.store().sessions().create(new).await.unwrap_err();
    assert!(matches!(error, RepositoryError::Adapter(AdapterError::ForeignKey { .. })), "{error:?}");
}

async fn list_sessions(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let (ada, eve) = (world.user("ada").await, world.user("eve").await);
    let first = world.session(&ada).await;
    for _ in 0..120 {
        world.clock.advance(Duration::milliseconds(1));
        world.session(&ada).await;
    }
    world.session(&eve).await;
    let sessions = world.store().sessions();
    let listed = sessions.list_active(&ada.id).await.unwrap();
    assert_eq!(listed.len(), 121);
    assert_eq!(listed.last(), Some(&first));
    sessions.extend(&first, datetime!(2026-12-24 12:00 UTC)).await.unwrap();
    world.clock.advance(Duration::days(8));
    assert_eq!(sessions.list_active(&ada.id).await.unwrap().len(), 1);
}

async fn extend(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let session = world.session(&world.user("ada").await).await;
    let sessions = world.store().sessions();
    assert!(sessions.delete(&session.token).await.unwrap());
    assert!(!sessions.delete(&session.token).await.unwrap());
    assert_eq!(sessions.extend(&session, datetime!(2027-01-01 0:00 UTC)).await.unwrap(), None);
    assert!(sessions.find_with_user(&session.token).await.unwrap().is_none());
}

async fn delete_if_expired(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let session = world.session(&world.user("ada").await).await;
    let sessions = world.store().sessions();
    assert!(!sessions.delete_if_expired(&session.token).await.unwrap());
    world.clock.advance(Duration::days(8));
    assert!(sessions.delete_if_expired(&session.token).await.unwrap());
}

async fn revoke(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let (ada, eve) = (world.user("ada").await, world.user("eve").await);
    let own = world.session(&ada).await;
    let other = world.session(&ada).await;
    let foreign = world.session(&eve).await;
    let sessions = world.store().sessions();
    assert!(!sessions.delete_of_user(&ada.id, &foreign.token).await.unwrap());
    assert_eq!(sessions.delete_others_of_user(&ada.id, &own.token).await.unwrap(), 1);
    assert!(sessions.find_with_user(&other.token).await.unwrap().is_none());
    assert!(sessions.find_with_user(&own.token).await.unwrap().is_some());
    assert_eq!(sessions.delete_all_of_user(&ada.id).await.unwrap(), 1);
    assert!(sessions.find_with_user(&foreign.token).await.unwrap().is_some());
}

async fn consume_race(database: Arc<TestDatabase>) {
    let world = Arc::new(World::new(&database).await);
    for round in 0..5 {
        let identifier = format!("reset-password:{round}");
        world.verification(&identifier, "user").await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (world, identifier) = (Arc::clone(&world), identifier.clone());
            tasks.spawn(async move { world.store().verifications().consume(&identifier).await.unwrap() });
        }
        assert_eq!(tasks.join_all().await.into_iter().flatten().count(), 1, "round {round}");
    }
}

async fn verifications(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let verifications = world.store().verifications();
    world.verification("x", "old").await;
    world.clock.advance(Duration::milliseconds(1));
    world.verification("x", "new").await;
    world.verification("y", "other").await;
    assert_eq!(verifications.find("x").await.unwrap().unwrap().value.expose(), "new");
    assert_eq!(verifications.consume("x").await.unwrap().unwrap().value.expose(), "new");
    assert!(verifications.consume("x").await.unwrap().is_none());
    world.clock.advance(Duration::hours(2));
    assert!(verifications.find("y").await.unwrap().is_none());
    assert!(verifications.consume("y").await.unwrap().is_none());
    assert_eq!(verifications.delete("y").await.unwrap(), 0);
}
