//! How the adapter is opened.

use std::sync::Arc;
use std::time::Duration;

use auth_core::adapter::{AdapterError, Schema};
use auth_core::config::TransactionConfig;
use auth_core::domain::{Random, Secret, SystemRandom};
use mongodb::bson::{Document, doc};
use mongodb::options::{ClientOptions, ReadPreference, SelectionCriteria, WriteConcern};
use mongodb::{Client, Database};

use crate::adapter::{MongoAdapter, Shared};
use crate::collection::describe;
use crate::error::classify;
use crate::id::IdForm;
use crate::index;
use crate::turns::Turns;

/// Settings of a [`MongoAdapter`] in the making; everything but the address has a default.
#[derive(Debug)]
pub struct MongoBuilder {
    url: Secret,
    database: Option<String>,
    schema: Schema,
    ids: IdForm,
    expire_after: Option<Duration>,
    retry: TransactionConfig,
    random: Arc<dyn Random>,
}

impl MongoBuilder {
    pub(crate) fn new(url: &str) -> Self {
        Self {
            url: Secret::new(url.to_owned()),
            database: None,
            schema: Schema::core(),
            ids: IdForm::default(),
            expire_after: None,
            retry: TransactionConfig::default(),
            random: Arc::new(SystemRandom),
        }
    }

    /// Names the database; without it, the address does.
    #[must_use]
    pub fn database(mut self, name: impl Into<String>) -> Self {
        self.database = Some(name.into());
        self
    }

    /// Serves a schema of the application's own. Default: the core models under this library's names; a database that Better Auth has made
    /// has [`auth_schema::SchemaBuilder::better_auth_names`].
    #[must_use]
    pub fn schema(mut self, schema: Schema) -> Self {
        self.schema = schema;
        self
    }

    /// How ids are stored. Default: those in the form of an `ObjectId` as one.
    #[must_use]
    pub fn ids(mut self, form: IdForm) -> Self {
        self.ids = form;
        self
    }

    /// Lets the server itself delete sessions and verifications so long after they have expired. It is clean-up only: what has expired is
    /// refused from the moment on, whether it is still there or not, and the sweep deletes it earlier, with its hooks. Default:
    /// never. Too low: the server deletes before the sweep does, and no hook hears of it. Also under a clock that stands still, which the
    /// server does not know of. Sessions that are kept as a record (`SessionConfig::preserve_in_database`) expire, too: not together with it.
    /// An index by which the server deletes stays one when this is not asked for any more.
    #[must_use]
    pub fn expire_after(mut self, after: Duration) -> Self {
        self.expire_after = Some(after);
        self
    }

    /// How operations of several statements are tried again that gave way to others.
    #[must_use]
    pub fn transactions(mut self, config: TransactionConfig) -> Self {
        self.retry = config;
        self
    }

    /// Where the jitter of pauses between tries comes from.
    #[must_use]
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// Connects, looks what the deployment can do, and makes the collections and indexes that are missing.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Configuration`] when the address is none, ids are numbers, the server is too old, or an index stands in the way;
    /// [`AdapterError::Unavailable`] when nothing answers for the time that `serverSelectionTimeoutMS` of the address says (default 10 s);
    /// [`AdapterError::Duplicates`] when values stand more than once that have to be unique. No error repeats the address.
    pub async fn build(self) -> Result<MongoAdapter, AdapterError> {
        let mut collections = describe(&self.schema, self.ids)?;
        let (client, database) = self.connect().await?;
        let transactions = examine(&client).await?;
        if !transactions {
            tracing::warn!(
                name: "db.mongodb.standalone",
                "the server is no member of a replica set: there are no transactions, and what needs one is refused"
            );
        }
        index::make(&database, &self.schema, &mut collections, self.expire_after).await?;
        let (schema, retry, random, turns) = (self.schema, self.retry, self.random, Turns::new());
        let shared = Shared { client, database, schema, collections, transactions, retry, random, turns };
        Ok(MongoAdapter::new(shared))
    }

    async fn connect(&self) -> Result<(Client, Database), AdapterError> {
        // The driver's own words may repeat a part of the address that is a password.
        let malformed = |_| configuration(FORM);
        let mut options = ClientOptions::parse(self.url.expose()).await.map_err(malformed)?;
        options.server_selection_timeout.get_or_insert(SELECTION_TIMEOUT);
        options.app_name.get_or_insert_with(|| "auth-mongo".to_owned());
        options.write_concern.get_or_insert_with(WriteConcern::majority);
        // What decides is read where it is written.
        options.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
        let name = self.database.clone().or_else(|| options.default_database.clone());
        let name = name.ok_or_else(|| configuration("the address names no database: mongodb://host/name"))?;
        let client = Client::with_options(options).map_err(malformed)?;
        let database = client.database(&name);
        Ok((client, database))
    }
}

/// Whether the deployment has transactions.
async fn examine(client: &Client) -> Result<bool, AdapterError> {
    let hello = client.database("admin").run_command(doc! { "hello": 1 }).await;
    let hello = hello.map_err(|error| classify(&error, "connect", None))?;
    if hello.get_i32("maxWireVersion").unwrap_or_default() < MONGODB_5_0 {
        return Err(configuration("the server is older than MongoDB 5.0"));
    }
    Ok(has_transactions(&hello))
}

fn has_transactions(hello: &Document) -> bool {
    hello.contains_key("setName") || hello.get_str("msg").is_ok_and(|msg| msg == "isdbgrid")
}

fn configuration(problem: &str) -> AdapterError {
    AdapterError::Configuration { problem: problem.to_owned() }
}

const FORM: &str = "it is not of the form mongodb://user:password@host:27017/name, or mongodb+srv://…, with characters of the \
                    password such as @ and / written as %40 and %2F, and with options that the driver knows";
const SELECTION_TIMEOUT: Duration = Duration::from_secs(10);
/// Its `$lookup` takes fields and a pipeline together.
const MONGODB_5_0: i32 = 13;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_that_is_none_is_told_without_its_password() {
        for url in [
            "http://me:hush@host/x",
            "mongodb://me:hu/sh@host/x",
            "mongodb://me:hush@host:port/x",
            "mongodb://me:hush@host",
        ] {
            let error = MongoAdapter::builder(url).build().await.unwrap_err();
            assert!(matches!(error, AdapterError::Configuration { .. }), "{error:?}");
            assert!(std::error::Error::source(&error).is_none(), "{error:?}");
            let told = format!("{error} {error:?}");
            assert!(!told.contains("hush") && !told.contains("hu/sh"), "{told}");
        }
        let builder = MongoAdapter::builder("mongodb://me:hush@host/x");
        assert!(!format!("{builder:?}").contains("hush"));
    }

    #[test]
    fn a_replica_set_and_shards_have_transactions() {
        assert!(has_transactions(&doc! { "setName": "rs0" }));
        assert!(has_transactions(&doc! { "msg": "isdbgrid" }));
        assert!(!has_transactions(&doc! { "isWritablePrimary": true }));
    }
}
