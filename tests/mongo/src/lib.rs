//! The server of these tests, and MongoDB as a backend of the cases that all adapters have in common.

pub mod documented;
pub mod server;

use std::error::Error;
use std::sync::Arc;

use auth_core::adapter::{Adapter, Record};
use auth_mongo::MongoAdapter;
use auth_schema::{Schema, user};
use auth_tests::backend::{Backend, Other, all_are_required, variable_or};
use auth_tests::flavour::{Access, Flavour};
use auth_tests::runner::{Case, end, trials_on};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use mongodb::{Client, Collection};
use time::OffsetDateTime;
use time::macros::datetime;

/// MongoDB as a backend: a database of its own for each test.
pub static MONGODB: Other = Other {
    name: "mongodb",
    adapter: |name, schema| Box::pin(open(name, schema)),
    remove: |name| Box::pin(remove(name)),
};

/// The address of the server, without a database.
pub fn server_url() -> String {
    variable_or("TEST_MONGODB_URL", "mongodb://127.0.0.1:27017/")
}

/// An adapter on a database of the server.
pub async fn open(name: String, schema: Schema) -> Arc<dyn Adapter> {
    let builder = MongoAdapter::builder(&server_url()).database(name).schema(schema);
    Arc::new(builder.build().await.expect("the database opens"))
}

/// The driver's client, to look at what is stored.
pub async fn client() -> Client {
    Client::with_uri_str(server_url()).await.expect("TEST_MONGODB_URL is an address")
}

/// Drops a database.
pub async fn remove(name: String) {
    let client = client().await;
    client.database(&name).drop().await.expect("the database is dropped");
    client.shutdown().immediate(true).await;
}

/// A name for a database of a test's own.
pub fn new_name() -> String {
    format!("auth_test_own_{}", ObjectId::new().to_hex())
}

/// A collection, past the adapter.
pub async fn documents(database: &str, collection: &str) -> Collection<Document> {
    client().await.database(database).collection(collection)
}

/// A user whose address derives from its name.
pub fn person(id: &str, name: &str) -> Record {
    Record::default()
        .with(user::ID, id)
        .with(user::NAME, name)
        .with(user::EMAIL, format!("{name}@example.com"))
        .with(user::EMAIL_VERIFIED, false)
        .with(user::CREATED_AT, INSTANT)
        .with(user::UPDATED_AT, INSTANT)
}

/// An error with its causes, each as it is printed and as it is debugged.
pub fn told(error: &dyn Error) -> String {
    let told = format!("{error} {error:?}");
    error.source().map_or_else(|| told.clone(), |cause| format!("{told}: {}", self::told(cause)))
}

/// When all rows were made.
pub const INSTANT: OffsetDateTime = datetime!(2026-11-24 12:00:00.123 UTC);

/// Whether the server answers. With `TEST_REQUIRE_ALL=1` a missing one is a failure.
pub fn is_there() -> bool {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let url = server_url();
    let hello = runtime.block_on(async {
        let options = format!("{url}?serverSelectionTimeoutMS=5000");
        Client::with_uri_str(options).await?.database("admin").run_command(doc! { "hello": 1 }).await
    });
    match hello {
        Ok(_) => true,
        Err(error) => {
            assert!(
                !all_are_required(),
                "no server at TEST_MONGODB_URL={url}: {error}. Run `cargo xtask test`, which starts one"
            );
            eprintln!("NOT RUN: no server at TEST_MONGODB_URL={url}: {error}");
            false
        }
    }
}

/// Runs cases on the server, if it is there, and ends the process.
pub fn run(cases: &[Case]) -> ! {
    let backends: &[Backend] = if is_there() { &[Backend::Other(&MONGODB)] } else { &[] };
    end(trials_on(backends, cases, Flavour::Ours, Access::Dictionary))
}
