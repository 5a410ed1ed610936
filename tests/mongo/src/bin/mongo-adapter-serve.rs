//! Serves a database of MongoDB to Better Auth's own suites, by the protocol of `auth adapter-serve`. The one argument is its address, with
//! its name; whatever stands in it is dropped.

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use auth_cli::adapter_serve::{Database, OtherDatabase, serve};
use auth_core::adapter::{Adapter, AdapterError};
use auth_mongo::MongoAdapter;
use auth_schema::Schema;
use mongodb::Client;

#[derive(Debug)]
struct Mongo {
    url: String,
    client: Client,
}

fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("the address of a database is missing")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let client = Client::with_uri_str(&url).await?;
        let database = client.default_database().ok_or_else(unnamed)?;
        let served = Database::Other(Box::new(Mongo { url, client }));
        serve(served, tokio::io::stdin(), tokio::io::stdout()).await?;
        database.drop().await.map_err(Box::<dyn Error>::from)
    })?;
    // A pending read of standard input must not hold the process up.
    runtime.shutdown_background();
    Ok(())
}

#[async_trait]
impl OtherDatabase for Mongo {
    async fn migrate(&mut self, schema: &Schema) -> Result<(), AdapterError> {
        let database = self.client.default_database().ok_or_else(unnamed)?;
        database.drop().await.map_err(|error| AdapterError::Unavailable(Box::new(error)))?;
        self.adapter(schema).await.map(|_| ())
    }

    async fn adapter(&self, schema: &Schema) -> Result<Arc<dyn Adapter>, AdapterError> {
        let adapter = MongoAdapter::builder(&self.url).schema(schema.clone()).build().await?;
        Ok(Arc::new(adapter))
    }
}

fn unnamed() -> AdapterError {
    AdapterError::Configuration { problem: "the address names no database".to_owned() }
}
