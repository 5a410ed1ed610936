//! The server of these tests, and MongoDB as a backend of the cases that all adapters have in common.

pub mod server;

use std::sync::Arc;

use auth_core::adapter::Adapter;
use auth_mongo::MongoAdapter;
use auth_schema::Schema;
use auth_tests::backend::{Backend, Other, all_are_required, variable_or};
use auth_tests::flavour::{Access, Flavour};
use auth_tests::runner::{Case, end, trials_on};
use mongodb::Client;
use mongodb::bson::doc;

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

async fn remove(name: String) {
    let client = client().await;
    client.database(&name).drop().await.expect("the database is dropped");
    client.shutdown().immediate(true).await;
}

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
