//! The lines that `docs/mongodb.md` shows, in code that compiles.

use std::error::Error;

pub async fn opened(secret: &str) -> Result<auth_core::Auth, Box<dyn Error>> {
    use std::sync::Arc;

    use auth_core::Auth;
    use auth_core::schema::{IdStrategy, IdType, Schema};
    use auth_mongo::MongoAdapter;

    // Collections `user`, `session` …, fields `emailVerified` …; ids are made as `ObjectId`.
    let schema = Schema::builder().better_auth_names().ids(IdStrategy::Database(IdType::Text)).build()?;
    let builder = MongoAdapter::builder("mongodb://user:password@host:27017/auth").schema(schema);
    let auth = Auth::builder(Arc::new(builder.build().await?), secret).build()?;
    Ok(auth)
}
