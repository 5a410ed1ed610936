//! The contract of the repositories, on every backend and on the tables of every flavour.

use std::sync::Arc;

use auth_core::Auth;
use auth_core::adapter::{AdapterError, Filter, Record};
use auth_core::config::RateLimit;
use auth_core::domain::{
    CREDENTIAL, Email, ManualClock, NewAccount, NewSession, NewUser, NewVerification, Secret, SessionToken,
    User, UserChange, UserSearch,
};
use auth_core::repository::{RepositoryError, Resume, Store};
use auth_schema::rate_limit;
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::Fixture;
use auth_tests::flavour::Flavour;
use auth_tests::runner::{Case, main_on_every_flavour as run};
use time::Duration;
use time::macros::datetime;
use tokio::task::JoinSet;

fn main() {
    run(&cases());
}

/// Run once more by other packages, on adapters of theirs.
pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("a_user_is_found_by_id_and_by_address", users),
        Case::new("an_address_is_taken_once_by_ten_at_once", ten_sign_up),
        Case::new("a_change_leaves_the_rest_and_moves_updated_at", change),
        Case::new("users_are_listed_newest_first_page_by_page", list_users),
        Case::new("users_are_searched_by_a_part_of_name_or_address", search_users),
        Case::new("a_password_account_comes_with_its_user", credential),
        Case::new("accounts_are_found_by_provider_and_by_user", accounts),
        Case::new("a_session_comes_with_its_user", session),
        Case::new("many_are_found_in_the_order_of_their_ids_and_tokens", many),
        Case::new("a_session_of_a_deleted_user_is_gone", deleted_user),
        Case::new("only_active_sessions_are_listed_and_all_of_them", list_sessions),
        Case::new("pages_of_sessions_and_users_of_one_instant_have_each_row_once", pages_of_one_instant),
        Case::new("expired_sessions_go_in_batches_oldest_first", expired_sessions),
        Case::new("expired_verifications_go_in_batches_oldest_first", expired_verifications),
        Case::new("counters_go_that_nothing_has_used_for_long", unused_counters),
        Case::new("requests_are_counted_up_to_the_limit_and_by_eight_at_once", count_requests),
        Case::new("a_revoked_session_is_not_extended", extend),
        Case::new("an_extended_session_is_not_deleted_as_expired", delete_if_expired),
        Case::new("sessions_are_revoked_one_all_or_all_others", revoke),
        Case::new("a_verification_is_taken_by_one_of_eight", consume_race),
        Case::new("the_newest_verification_counts_and_an_expired_one_does_not", verifications),
    ]
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

async fn many(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let (mut users, mut sessions) = (Vec::new(), Vec::new());
    for number in 0..9 {
        users.push(world.user(&format!("user{number}")).await);
        sessions.push(world.session(&users[number]).await);
    }
    let gone = world.user("gone").await;
    assert!(world.store().users().delete(&gone.id).await.unwrap());
    let unknown = SessionToken::parse("unknown").unwrap();
    // Lists of every length up to nine: the text of the statement has places for a power of two.
    for length in 0..=users.len() {
        let wanted: Vec<User> = users.iter().take(length).rev().cloned().collect();
        let mut ids: Vec<_> = wanted.iter().map(|user| user.id.clone()).collect();
        ids.extend([gone.id.clone()].into_iter().chain(ids.clone()).collect::<Vec<_>>());
        assert_eq!(world.store().users().find_many(&ids).await.unwrap(), wanted);
        let wanted: Vec<_> = sessions.iter().take(length).rev().cloned().collect();
        let mut tokens: Vec<_> = wanted.iter().map(|session| session.token.clone()).collect();
        tokens.extend([unknown.clone()].into_iter().chain(tokens.clone()).collect::<Vec<_>>());
        assert_eq!(world.store().sessions().find_many(&tokens).await.unwrap(), wanted);
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

async fn pages_of_one_instant(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let (ada, eve) = (world.user("ada").await, world.user("eve").await);
    for number in 0..13 {
        let expires_at = datetime!(2026-12-01 12:00 UTC) + Duration::days((number + 1) / 7);
        let new = NewSession::new(ada.id.clone(), expires_at);
        world.store().sessions().create(new).await.unwrap();
        world.user(&format!("user-{number}")).await;
    }
    world.session(&eve).await;
    let sessions = world.store().sessions();
    let all = sessions.list_of_user(&ada.id, None, 100).await.unwrap();
    assert_eq!(all.len(), 13);
    assert!(all.is_sorted_by(|left, right| left.expires_at >= right.expires_at));
    let users = world.store().users();
    let everybody = users.list(None, 100).await.unwrap();
    for size in [1, 2, 3, 5, 13] {
        let mut paged = sessions.list_of_user(&ada.id, None, size).await.unwrap();
        loop {
            let page = sessions.list_of_user(&ada.id, paged.last(), size).await.unwrap();
            assert!(page.len() as u64 <= size);
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        assert_eq!(paged, all, "pages of {size}");
        let mut paged = users.list(None, size).await.unwrap();
        loop {
            let page = users.list(paged.last(), size).await.unwrap();
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        assert_eq!(paged, everybody, "pages of {size}");
    }
    world.clock.advance(Duration::days(7));
    assert_eq!(sessions.list_of_user(&ada.id, None, 100).await.unwrap().len(), 7);
}

async fn expired_sessions(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let ada = world.user("ada").await;
    let mut created = Vec::new();
    for hours in [5, 1, 4, 2, 3, 400] {
        let expires_at = datetime!(2026-11-24 12:00 UTC) + Duration::hours(hours);
        let new = NewSession::new(ada.id.clone(), expires_at);
        created.push(world.store().sessions().create(new).await.unwrap());
    }
    let sessions = world.store().sessions();
    let begin = Resume::default();
    assert_eq!(sessions.delete_expired_batch(2, &begin).await.unwrap().deleted, 0);
    world.clock.advance(Duration::days(1));
    let none = sessions.delete_expired_batch(0, &begin).await.unwrap();
    assert_eq!((none.deleted, none.next), (0, None));
    let batch = sessions.delete_expired_batch(2, &begin).await.unwrap();
    assert_eq!((batch.deleted, batch.kept), (2, 0));
    for (session, hours) in created.iter().zip([5, 1, 4, 2, 3, 400]) {
        let is_there = sessions.find(&session.id).await.unwrap().is_some();
        assert_eq!(is_there, hours > 2, "{hours}");
    }
    let batch = sessions.delete_expired_batch(2, &batch.next.unwrap()).await.unwrap();
    let batch = sessions.delete_expired_batch(2, &batch.next.unwrap()).await.unwrap();
    assert_eq!((batch.deleted, batch.next), (1, None));
    assert!(sessions.find(&created[5].id).await.unwrap().is_some());
}

async fn expired_verifications(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    for minutes in [30, 10, 20] {
        let expires_at = datetime!(2026-11-24 12:00 UTC) + Duration::minutes(minutes);
        let new = NewVerification::new(minutes.to_string(), Secret::new("v"), expires_at);
        world.store().verifications().create(new).await.unwrap();
    }
    world.verification("later", "v").await;
    world.clock.advance(Duration::minutes(45));
    let verifications = world.store().verifications();
    let rows = world.store().model("verification").unwrap();
    for (limit, deleted, left) in [(2, 2, 2), (2, 1, 1), (2, 0, 1)] {
        let batch = verifications.delete_expired_batch(limit, &Resume::default()).await.unwrap();
        assert_eq!(batch.deleted, deleted);
        assert_eq!(rows.count(Filter::everything()).await.unwrap(), left);
    }
    assert!(verifications.find("later").await.unwrap().is_some());
}

async fn unused_counters(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let limits = world.store().rate_limits();
    let Ok(rows) = world.store().model("rate_limit") else { return };
    let noon = datetime!(2026-11-24 12:00:00.345 UTC).unix_timestamp() * 1000 + 345;
    for (key, last_request) in [("now", noon), ("old", noon - 7_200_001), ("older", noon - 9_000_000)] {
        let record = Record::default()
            .with(rate_limit::KEY, key)
            .with(rate_limit::COUNT, 1)
            .with(rate_limit::LAST_REQUEST, last_request);
        match rows.create(record).await {
            // Better Auth makes the table only where it keeps its counters in the database.
            Err(AdapterError::Schema(_)) => {
                assert_eq!(limits.delete_unused_batch(Duration::hours(2), 1).await.unwrap(), 0);
                return;
            }
            outcome => outcome.unwrap(),
        };
    }
    let key = |key: &str| Filter::equal(rate_limit::KEY, key);
    assert_eq!(limits.delete_unused_batch(Duration::hours(2), 1).await.unwrap(), 1);
    assert_eq!(rows.count(key("older")).await.unwrap(), 0);
    assert_eq!(limits.delete_unused_batch(Duration::hours(2), 10).await.unwrap(), 1);
    assert_eq!(limits.delete_unused_batch(Duration::hours(2), 10).await.unwrap(), 0);
    assert_eq!(rows.count(key("now")).await.unwrap(), 1);
}

async fn count_requests(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let limits = world.store().rate_limits();
    let limit = RateLimit::new(2, 10);
    let hit = async |key: &str| limits.hit(key, limit).await.map(|counted| counted.count);
    // Better Auth makes the table only where it keeps its counters in the database.
    match hit("k").await {
        Err(AdapterError::Schema(_)) => return,
        first => assert_eq!(first.unwrap(), 1),
    }
    assert_eq!([hit("k").await.unwrap(), hit("k").await.unwrap(), hit("other").await.unwrap()], [2, 3, 1]);
    world.clock.advance(Duration::milliseconds(9_999));
    assert_eq!(hit("k").await.unwrap(), 3);
    world.clock.advance(Duration::milliseconds(1));
    assert_eq!(hit("k").await.unwrap(), 1);
    assert!(limits.forget("k").await.unwrap() && !limits.forget("k").await.unwrap());
    let mut callers = JoinSet::new();
    for _ in 0..8 {
        let auth = world.auth.clone();
        callers.spawn(async move { auth.store().rate_limits().hit("race", limit).await.unwrap().count });
    }
    let mut counts = callers.join_all().await;
    counts.sort_unstable();
    assert_eq!(counts, [1, 2, 3, 3, 3, 3, 3, 3]);
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
