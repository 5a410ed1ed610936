//! Searching users, with the full-text index and without it, on every backend and on tables of other names.

use std::sync::Arc;

use auth_core::SeaOrmAdapter;
use auth_core::adapter::Adapter;
use auth_core::domain::{Clock, Email, NewUser, User, UserChange, UserSearch};
use auth_schema::user;
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::Fixture;
use auth_tests::flavour::{Access, Flavour};
use auth_tests::runner::{Case, end, trials};
use auth_tests::search::make_index;
use auth_tests::statements::record;
use migration::index::full_text::{self, SearchedTable};
use sea_orm::{ConnectionTrait, DbBackend, TransactionTrait};
use time::Duration;

fn main() {
    let cases = [
        Case::new("words_are_found_as_they_are_typed_and_signs_stand_for_themselves", words),
        Case::new("a_hostile_text_is_no_syntax_and_no_error", hostile),
        Case::new("the_best_come_first_and_the_newest_of_equals", ranked),
        Case::new("filters_and_the_limit_hold", filters),
        Case::new("what_is_written_is_found_by_the_next_search", writes),
    ];
    let engine = |backend: Backend| backend.is_an_engine();
    let of_index = [
        Case::new("what_is_written_by_plain_sql_is_found", plain_sql),
        Case::new("the_index_is_asked_where_it_stands_and_can_answer", statements),
        Case::new("the_index_is_removed_and_made_again", removed),
        Case::new("an_index_that_nothing_keeps_is_not_asked", abandoned)
            .on(|backend| backend == Backend::Sqlite),
        Case::new("the_catalogue_fits_with_the_index", catalogue),
    ];
    let mut all = trials(&cases, Flavour::Ours, Access::Dictionary, |_| true);
    all.extend(trials(&of_index, Flavour::Ours, Access::Dictionary, engine));
    for flavour in
        [Flavour::Kysely, Flavour::KyselySerial, Flavour::KyselyUuid, Flavour::Drizzle, Flavour::Prisma]
    {
        for cases in [&cases[..1], &cases[4..], &of_index] {
            all.extend(trials(cases, flavour, Access::Dictionary, engine));
        }
    }
    end(all)
}

struct World {
    database: Arc<TestDatabase>,
    fixture: Fixture,
    is_indexed: bool,
}

impl World {
    async fn new(database: &Arc<TestDatabase>) -> Self {
        let fixture = Fixture::new(database).await;
        Self { database: Arc::clone(database), fixture, is_indexed: false }
    }

    async fn indexed(database: &Arc<TestDatabase>) -> Self {
        Self::new(database).await.with_index().await
    }

    /// The same rows, the index made since.
    async fn with_index(mut self) -> Self {
        if self.database.backend() == Backend::Memory {
            return self;
        }
        make_index(&self.database.connect().await, &**self.fixture.auth.adapter()).await;
        self.is_indexed = true;
        self.opened_again().await
    }

    async fn opened_again(self) -> Self {
        let clock = self.fixture.clock.clone();
        let connection = self.database.connect().await;
        let adapter = match self.database.flavour() {
            Flavour::Ours => SeaOrmAdapter::new(connection).await,
            flavour => flavour.adapter(connection).build().await,
        };
        let adapter: Arc<dyn Adapter> = match self.database.backend() {
            Backend::MysqlWithoutReturning => Arc::new(adapter.unwrap().without_returning()),
            _ => Arc::new(adapter.unwrap()),
        };
        Self { fixture: Fixture::on(adapter, |builder| builder.clock(clock)), ..self }
    }

    async fn user(&self, name: &str, email: &str) -> User {
        self.fixture.clock.advance(Duration::minutes(1));
        let new = NewUser::new(name, Email::parse(email).unwrap());
        self.fixture.auth.store().users().create(new).await.unwrap()
    }

    async fn search(&self, search: UserSearch) -> Vec<User> {
        let text = search.text.chars().take(80).collect::<String>();
        let found = self.fixture.auth.store().users().search(search).await;
        found.unwrap_or_else(|error| panic!("{text:?}: {error:?}"))
    }

    /// The local parts of the addresses that are found.
    async fn find(&self, text: &str) -> Vec<String> {
        let found = self.search(UserSearch::new(text)).await;
        found.iter().map(|user| user.email.as_str().split('@').next().unwrap().to_owned()).collect()
    }

    async fn finds(&self, text: &str, expected: &[&str]) {
        assert_eq!(self.find(text).await, expected, "{text:?}, index: {}", self.is_indexed);
    }

    async fn people(&self) {
        for (name, email) in PEOPLE {
            self.user(name, email).await;
        }
    }
}

const PEOPLE: [(&str, &str); 12] = [
    ("Ada Lovelace", "ada@example.com"),
    ("Adam Smith", "adam.smith@corp.test"),
    ("Grace Hopper", "grace@navy.example"),
    ("Conor O'Neil", "conor_o-neil@example.com"),
    ("Comstock 100% Discount", "sale@example.com"),
    ("Éva Ünal", "eva@example.com"),
    ("Ада Лавлейс", "ada.l@example.com"),
    ("李 小龙", "bruce@example.com"),
    ("🧑🏽‍🚀 Astronaut", "space@example.com"),
    ("Theodore The Third", "www.the@example.com"),
    ("Back\\slash \"Quote\" *star", "odd+tag@example.com"),
    ("हिन्दी नाम", "hindi@example.com"),
];

async fn words(database: Arc<TestDatabase>) {
    let mut world = World::new(&database).await;
    world.people().await;
    for has_index in [false, true] {
        for (text, expected) in [
            ("ad", &["adam.smith", "ada", "ada.l"][..]),
            ("ada", &["ada", "ada.l", "adam.smith"]),
            ("ADA", &["ada", "ada.l", "adam.smith"]),
            ("  ada\tLOVE ", &["ada"]),
            ("love ada", &["ada"]),
            ("ada nobody", &[]),
            ("ada ada", &["ada", "ada.l", "adam.smith"]),
            ("corp", &["adam.smith"]),
            ("@corp", &["adam.smith"]),
            ("corp.te", &["adam.smith"]),
            ("adam.smith@corp.test", &["adam.smith"]),
            ("100%", &["sale"]),
            ("%", &["sale"]),
            ("_", &["conor_o-neil"]),
            ("c_nor", &[]),
            ("gr%ce", &[]),
            ("\\", &["odd+tag"]),
            ("*", &["odd+tag"]),
            ("*star", &["odd+tag"]),
            ("\"quote\"", &["odd+tag"]),
            ("+tag", &["odd+tag"]),
            ("q", &["odd+tag"]),
            ("'", &["conor_o-neil"]),
            ("o'neil", &["conor_o-neil"]),
            ("neil", &["conor_o-neil"]),
            ("com the", &["www.the"]),
            ("the", &["www.the"]),
            ("www", &["www.the"]),
            ("Лав", &["ada.l"]),
            ("李", &["bruce"]),
            ("小", &["bruce"]),
            ("🚀", &["space"]),
            ("🧑🏽‍🚀 astro", &["space"]),
            ("Ünal", &["eva"]),
            ("हिन्दी", &["hindi"]),
            ("zz", &[]),
            ("zzada", &[]),
        ] {
            world.finds(text, expected).await;
        }
        // Inside of words only reading finds.
        world.finds("ovelace", if world.is_indexed { &[] } else { &["ada"] }).await;
        if world.is_indexed {
            world.finds("th", &["www.the"]).await;
            world.finds("t", &["www.the", "odd+tag", "adam.smith"]).await;
        }
        if !has_index {
            world = world.with_index().await;
        }
    }
}

async fn hostile(database: Arc<TestDatabase>) {
    let mut world = World::new(&database).await;
    world.people().await;
    let long =
        ["a".repeat(100_000), "%".repeat(60_000), "é".repeat(3000), "x y ".repeat(5000), "\"".repeat(999)];
    for has_index in [false, true] {
        for text in long.iter().map(String::as_str).chain(HOSTILE) {
            world.find(text).await;
        }
        for (text, expected) in [
            ("ada OR grace", &[][..]),
            ("ada | grace", &[]),
            ("ada AND lovelace", &[]),
            ("ada NOT grace", &[]),
            ("ada -love", &[]),
            ("-ada", &[]),
            ("name:ada", &[]),
            ("ad:*", &[]),
            ("ad*", &[]),
            ("' OR '1'='1", &[]),
            ("\" OR \"\"=\"", &[]),
            ("ada\0love", &["ada"]),
        ] {
            world.finds(text, expected).await;
        }
        if !has_index {
            world = world.with_index().await;
        }
    }
    assert_eq!(world.find("").await.len(), PEOPLE.len());
}

const HOSTILE: [&str; 34] = [
    "\0",
    "\u{1}\u{7f}",
    "'",
    "''",
    "\"",
    "\"\"",
    "\\",
    "\\'",
    "'; DROP TABLE auth_users; --",
    "/* x */",
    "&",
    "!",
    "! ada",
    "( ada",
    "ada )",
    "<->",
    "a <2> b",
    "+",
    "-",
    "~ > <",
    "@4",
    "+ada -smith",
    "ada* (",
    "NEAR(ada grace, 2)",
    "^ada",
    "{name}: ada",
    "ada\\",
    "\u{202e}",
    "e\u{301}",
    "ⒶⒷ",
    "\u{fffd}\u{feff}",
    "𝒜𝒷 𠀀",
    "🏳️‍🌈",
    "$1 ? :a @b",
];

async fn ranked(database: Arc<TestDatabase>) {
    let mut world = World::new(&database).await;
    world.user("Ann", "first@example.com").await;
    for number in 0..120 {
        world.user(&format!("Anna Number{number}"), &format!("n{number}@example.com")).await;
    }
    world.user("Nobody", "ann@example.com").await;
    world.user("Nobody Else", "annabel@example.com").await;
    world.user("Other", "other@example.com").await;
    for has_index in [false, true] {
        let mut search = UserSearch::new("ann");
        search.limit = 1000;
        let found = world.search(search).await;
        let locals: Vec<&str> =
            found.iter().map(|user| user.email.as_str().split('@').next().unwrap()).collect();
        let mut expected = vec!["first".to_owned(), "ann".to_owned()];
        expected.extend((0..120).rev().map(|number| format!("n{number}")));
        expected.push("annabel".to_owned());
        assert_eq!(locals, expected);
        world.finds("ann first", &["first"]).await;
        world
            .finds(
                "number7 anna",
                &["n7", "n79", "n78", "n77", "n76", "n75", "n74", "n73", "n72", "n71", "n70"],
            )
            .await;
        assert_eq!(world.find("anna").await.len(), 20, "the default limit");
        if !has_index {
            world = world.with_index().await;
        }
    }
}

async fn filters(database: Arc<TestDatabase>) {
    let mut world = World::new(&database).await;
    let start = world.fixture.clock.now();
    for number in 0..6 {
        let user = world.user(&format!("Anna {number}"), &format!("a{number}@example.com")).await;
        if number % 2 == 0 {
            let change = UserChange { email_verified: Some(true), ..UserChange::default() };
            world.fixture.auth.store().users().update(&user.id, change).await.unwrap();
        }
    }
    for has_index in [false, true] {
        for text in ["ann", "", "@example.com"] {
            let locals = async |change: &(dyn Fn(&mut UserSearch) + Sync)| {
                let mut search = UserSearch::new(text);
                change(&mut search);
                let found = world.search(search).await;
                found.iter().map(|user| user.email.as_str()[..2].to_owned()).collect::<Vec<_>>()
            };
            let from = start + Duration::minutes(2);
            let until = start + Duration::minutes(5);
            assert_eq!(locals(&|search| search.verified = Some(true)).await, ["a4", "a2", "a0"]);
            assert_eq!(locals(&|search| search.verified = Some(false)).await, ["a5", "a3", "a1"]);
            assert_eq!(
                locals(&|search| search.created_from = Some(from)).await,
                ["a5", "a4", "a3", "a2", "a1"]
            );
            assert_eq!(locals(&|search| search.created_until = Some(until)).await, ["a3", "a2", "a1", "a0"]);
            let both = |search: &mut UserSearch| {
                search.verified = Some(true);
                search.created_from = Some(from);
                search.created_until = Some(until);
            };
            assert_eq!(locals(&both).await, ["a2"]);
            assert_eq!(locals(&|search| search.limit = 2).await, ["a5", "a4"]);
            assert_eq!(locals(&|search| search.limit = 1).await, ["a5"]);
            assert_eq!(locals(&|search| search.limit = u64::MAX).await.len(), 6);
            assert!(locals(&|search| search.limit = 0).await.is_empty());
        }
        if !has_index {
            world = world.with_index().await;
        }
    }
}

async fn writes(database: Arc<TestDatabase>) {
    let world = World::indexed(&database).await;
    let users = world.fixture.auth.store().users();
    world.finds("ada", &[]).await;
    let ada = world.user("Ada Lovelace", "ada@example.com").await;
    world.user("Adam", "adam@example.com").await;
    world.finds("ada", &["ada", "adam"]).await;
    let change = UserChange { name: Some("Augusta King".to_owned()), ..UserChange::default() };
    users.update(&ada.id, change).await.unwrap();
    world.finds("lovelace", &[]).await;
    world.finds("king ada", &["ada"]).await;
    let change =
        UserChange { email: Some(Email::parse("king@example.org").unwrap()), ..UserChange::default() };
    users.update(&ada.id, change).await.unwrap();
    world.finds("ada", &["adam"]).await;
    world.finds("king@example.org", &["king"]).await;
    assert!(users.delete(&ada.id).await.unwrap());
    world.finds("king", &[]).await;
    // What comes next must not be taken for what was there before.
    world.user("Eve", "eve@example.com").await;
    world.finds("king", &[]).await;
    world.finds("eve", &["eve"]).await;
}

async fn plain_sql(database: Arc<TestDatabase>) {
    let world = World::indexed(&database).await;
    world.people().await;
    let connection = database.connect().await;
    let adapter = world.fixture.auth.adapter();
    let model = adapter.schema().model(user::MODEL).unwrap();
    let quote = if connection.get_database_backend() == DbBackend::MySql { '`' } else { '"' };
    let quoted = |name: &str| format!("{quote}{name}{quote}");
    let column = |field| quoted(&model.field(field).unwrap().column);
    let (table, name, email) = (quoted(model.table()), column(user::NAME), column(user::EMAIL));
    let run = async |sql: String| {
        connection.execute_unprepared(&sql).await.unwrap();
    };
    run(format!("UPDATE {table} SET {name} = 'Renamed Person' WHERE {email} = 'grace@navy.example'")).await;
    world.finds("hopper", &[]).await;
    world.finds("renamed", &["grace"]).await;
    run(format!("UPDATE {table} SET {email} = 'moved@example.com' WHERE {email} = 'grace@navy.example'"))
        .await;
    world.finds("renamed", &["moved"]).await;
    world.finds("navy", &[]).await;
    run(format!("DELETE FROM {table} WHERE {email} LIKE 'moved%'")).await;
    world.finds("renamed", &[]).await;
    run(format!("DELETE FROM {table}")).await;
    for (_, email) in PEOPLE {
        world.finds(email, &[]).await;
    }
}

async fn statements(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    world.people().await;
    let (_, without) = record(world.find("ada")).await;
    assert_eq!(without.len(), 1, "{without:#?}");
    let world = world.with_index().await;
    let operator = match database.backend() {
        Backend::Postgres => "to_tsquery",
        Backend::Mysql => "AGAINST",
        _ => " MATCH ",
    };
    // A server is first asked whether the word is a common one.
    let expected = if database.backend() == Backend::Sqlite { 1 } else { 2 };
    for text in ["ada", "ada lovelace", "a", "ada@example.com", "100% com"] {
        let (_, with) = record(world.find(text)).await;
        assert_eq!(with.len(), expected, "{with:#?}");
        assert!(with.last().unwrap().contains(operator), "{with:#?}");
        assert!(text.len() == 1 || !with.iter().any(|sql| sql.contains(text)), "{with:#?}");
    }
    // No word that an index of words holds.
    let (_, with) = record(world.find("% 🚀")).await;
    assert!(with.len() == 1 && !with[0].contains(operator), "{with:#?}");
    let (_, with) = record(world.find("")).await;
    assert!(with.len() == 1 && !with[0].contains(operator), "{with:#?}");
    if database.backend() == Backend::Postgres {
        let (_, with) = record(world.find("ada")).await;
        plan_of_postgres(&database, &with[1]).await;
    }
}

/// The index serves the statement as it is sent: both hold the same expression.
async fn plan_of_postgres(database: &TestDatabase, sql: &str) {
    let mut sql = sql.to_owned();
    for number in (1..=9).rev() {
        let value = if sql.ends_with(&format!("${number}")) { "'20'" } else { "'ada'" };
        sql = sql.replace(&format!("${number}"), value);
    }
    let transaction = database.connect().await.begin().await.unwrap();
    transaction.execute_unprepared("SET LOCAL enable_seqscan = off").await.unwrap();
    let explain = sea_orm::Statement::from_string(DbBackend::Postgres, format!("EXPLAIN {sql}"));
    let rows = transaction.query_all_raw(explain).await.unwrap();
    let plan: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    assert!(plan.join("\n").contains("_search_idx"), "{plan:#?}");
}

async fn removed(database: Arc<TestDatabase>) {
    let world = World::indexed(&database).await;
    world.people().await;
    let connection = database.connect().await;
    let adapter = Arc::clone(world.fixture.auth.adapter());
    let model = adapter.schema().model(user::MODEL).unwrap();
    let column = |field| model.field(field).unwrap().column.as_str();
    let (id, name, email) = (column(user::ID), column(user::NAME), column(user::EMAIL));
    let of = SearchedTable { table: model.table(), id, name, email };
    let backend = connection.get_database_backend();
    if backend != DbBackend::MySql {
        for statement in full_text::create(backend, &of) {
            connection.execute_unprepared(&statement).await.unwrap();
        }
        world.finds("lovelace", &["ada"]).await;
    }
    for statement in full_text::drop(backend, &of) {
        connection.execute_unprepared(&statement).await.unwrap();
    }
    let world = World { is_indexed: false, ..world }.opened_again().await;
    world.finds("ovelace", &["ada"]).await;
    world.user("New Person", "new@example.com").await;
    let world = world.with_index().await;
    world.finds("ovelace", &[]).await;
    world.finds("lovelace", &["ada"]).await;
    world.finds("new", &["new"]).await;
}

/// SQLite forgets triggers when it rebuilds a table.
async fn abandoned(database: Arc<TestDatabase>) {
    let world = World::indexed(&database).await;
    let table = world.fixture.auth.adapter().schema().model(user::MODEL).unwrap().table().to_owned();
    let drop = format!("DROP TRIGGER \"{table}_search_update\"");
    database.connect().await.execute_unprepared(&drop).await.unwrap();
    let world = World { is_indexed: false, ..world }.opened_again().await;
    world.people().await;
    world.finds("ovelace", &["ada"]).await;
}

async fn catalogue(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let connection = database.connect().await;
    let schema = world.fixture.auth.adapter().schema().clone();
    let before = SeaOrmAdapter::inspect(&connection, &schema).await.unwrap();
    let recognised = auth_cli::discover::schema(&before.live).unwrap();
    let _world = world.with_index().await;
    let after = SeaOrmAdapter::inspect(&connection, &schema).await.unwrap();
    assert_eq!(after.findings, before.findings);
    assert_eq!(auth_cli::discover::schema(&after.live).unwrap(), recognised);
}
