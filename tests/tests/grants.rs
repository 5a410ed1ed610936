//! The rights that `auth_schema::ddl::grants` gives are what an application needs, and no more.

use std::sync::Arc;

use auth_core::domain::Email;
use auth_core::password::Password;
use auth_core::service::{Refresh, SignInEmail, SignUpEmail};
use auth_core::{Auth, DatabaseConfig, SeaOrmAdapter};
use auth_schema::ddl::{self, Engine, Grantee};
use auth_schema::{IdStrategy, Schema};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{PASSWORD, SECRET, cheap_passwords, context};
use auth_tests::runner::{Case, main as run};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use url::Url;

fn main() {
    let cases = [
        Case::new("a_role_serves_people_and_changes_no_table", role),
        Case::new("a_role_starts_an_application_that_migrates", migrated),
    ];
    run(&cases, |backend| matches!(backend, Backend::Postgres | Backend::Mysql));
}

/// A name that is one only between quotation marks.
const ROLE: &str = "o'neil \"`;--";

async fn role(database: Arc<TestDatabase>) {
    for (number, ids) in [IdStrategy::Serial, IdStrategy::Random].into_iter().enumerate() {
        let prefix = format!("it's{number}");
        let schema = Schema::builder().better_auth_names().ids(ids);
        let models = ["user", "session", "account", "verification", "rate_limit"];
        let named = |schema: auth_schema::SchemaBuilder, model: &&str| {
            schema.table(model, format!("{prefix} {model}"))
        };
        let schema = models.iter().fold(schema, named).build().unwrap();
        database.adapter_of(schema.clone()).await;
        let admin = database.connect().await;
        let role = Role::new(&database, &admin, number).await;
        for statement in ddl::grants(&schema, None, &role.grantee).unwrap() {
            admin.execute_unprepared(&statement).await.unwrap();
        }
        let connection = auth_core::connect(&DatabaseConfig::new(&role.url)).await.unwrap();
        serves(&connection, schema).await;
        changes_no_table(&connection, role.engine, &format!("{prefix} user")).await;
        connection.close().await.unwrap();
        role.drop(&admin).await;
    }
}

async fn migrated(database: Arc<TestDatabase>) {
    database.adapter().await;
    let admin = database.connect().await;
    let role = Role::new(&database, &admin, 2).await;
    for statement in ddl::grants(&Schema::core(), Some(migration::HISTORY_TABLE), &role.grantee).unwrap() {
        admin.execute_unprepared(&statement).await.unwrap();
    }
    let connection = auth_core::connect(&DatabaseConfig::new(&role.url)).await.unwrap();
    assert!(migration::run(&connection).await.unwrap().applied.is_empty());
    serves(&connection, Schema::core()).await;
    changes_no_table(&connection, role.engine, "auth_users").await;
    changes_no_table(&connection, role.engine, migration::HISTORY_TABLE).await;
    connection.close().await.unwrap();
    role.drop(&admin).await;
}

async fn serves(connection: &DatabaseConnection, schema: Schema) {
    let adapter = Arc::new(SeaOrmAdapter::with_schema(connection.clone(), schema).await.unwrap());
    let auth = Auth::builder(adapter, SECRET).password(cheap_passwords()).build().unwrap();
    let email = Email::parse("ada@example.com").unwrap();
    auth.sign_up_email(SignUpEmail::new("Ada", email.clone(), Password::new(PASSWORD)), &context())
        .await
        .unwrap();
    let signed_in =
        auth.sign_in_email(SignInEmail::new(email, Password::new(PASSWORD)), &context()).await.unwrap();
    let (user, token) = (signed_in.user.id, signed_in.session.token);
    assert!(auth.validate_session(&token, Refresh::WhenDue, &context()).await.unwrap().is_some());
    assert!(auth.revoke_session(&user, &token, &context()).await.unwrap());
    assert!(auth.validate_session(&token, Refresh::WhenDue, &context()).await.unwrap().is_none());
    assert_eq!(auth.remove_user(&user, &context()).await.unwrap().unwrap().sessions, 1);
    auth.delete_expired(&context()).await.unwrap();
}

async fn changes_no_table(connection: &DatabaseConnection, engine: Engine, table: &str) {
    let table = engine.quoted(table);
    for statement in [
        "CREATE TABLE mine (id integer)".to_owned(),
        format!("ALTER TABLE {table} ADD COLUMN mine integer"),
        format!("DROP TABLE {table}"),
        format!("TRUNCATE TABLE {table}"),
        format!("CREATE INDEX mine ON {table} (id)"),
    ] {
        let refused = connection.execute_unprepared(&statement).await.unwrap_err().to_string().to_lowercase();
        let told = ["permission denied", "must be owner", "command denied"];
        assert!(told.iter().any(|words| refused.contains(words)), "{statement}: {refused}");
    }
}

struct Role {
    grantee: Grantee,
    engine: Engine,
    quoted: String,
    url: String,
}

impl Role {
    async fn new(database: &TestDatabase, admin: &DatabaseConnection, number: usize) -> Self {
        let name = format!("{ROLE}{}_{number}", std::process::id());
        let mut url = Url::parse(&database.url).unwrap();
        let place = url.path().trim_start_matches('/').to_owned();
        url.set_username(&name).unwrap();
        url.set_password(Some("secret")).unwrap();
        let url = url.to_string();
        if database.backend() == Backend::Postgres {
            let (engine, quoted) = (Engine::Postgres, Engine::Postgres.quoted(&name));
            admin.execute_unprepared(&format!("CREATE ROLE {quoted} LOGIN PASSWORD 'secret'")).await.unwrap();
            return Self {
                grantee: Grantee::Postgres { role: name, schema: "public".into() },
                engine,
                quoted,
                url,
            };
        }
        let (engine, host) = (Engine::Mysql, "%".to_owned());
        let quoted = format!("{}@{}", engine.quoted(&name), engine.quoted(&host));
        admin.execute_unprepared(&format!("CREATE USER {quoted} IDENTIFIED BY 'secret'")).await.unwrap();
        Self { grantee: Grantee::Mysql { user: name, host, database: place }, engine, quoted, url }
    }

    async fn drop(self, admin: &DatabaseConnection) {
        let (what, first) = match self.engine {
            Engine::Postgres => ("ROLE", format!("DROP OWNED BY {}", self.quoted)),
            _ => ("USER", "SELECT 1".to_owned()),
        };
        admin.execute_unprepared(&first).await.unwrap();
        admin.execute_unprepared(&format!("DROP {what} {}", self.quoted)).await.unwrap();
    }
}
