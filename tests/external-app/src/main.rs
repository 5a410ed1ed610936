//! Migrates its own tables and the library's, signs a person up, and writes a note that belongs to the person.

use std::sync::Arc;

use auth_core::domain::{Email, RequestContext};
use auth_core::password::Password;
use auth_core::service::SignUpEmail;
use auth_core::{Auth, DatabaseConfig, SeaOrmAdapter};
use entity::auth_entity::auth_users;
use entity::notes;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, PaginatorTrait};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = auth_core::connect(&DatabaseConfig::new("sqlite::memory:")).await?;
    Migrator::up(&db, None).await?;
    let auth = Auth::builder(Arc::new(SeaOrmAdapter::new(db.clone()).await?), "x".repeat(32)).build()?;
    let sign_up = SignUpEmail::new("Ada", Email::parse("ada@example.com")?, Password::new("correct horse battery staple"));
    let user = auth.sign_up_email(sign_up, &RequestContext::new()).await?.user;
    let note = notes::ActiveModel {
        author_id: Set(user.id.as_str().to_owned()),
        text: Set("hello".to_owned()),
        ..Default::default()
    };
    note.insert(&db).await?;
    let author = auth_users::Entity::find_by_id(user.id.as_str()).one(&db).await?.expect("the user is there");
    assert_eq!(author.created_at, user.created_at);
    assert_eq!(notes::Entity::find().count(&db).await?, 1);
    Migrator::down(&db, None).await?;
    println!("{} wrote a note", author.name);
    Ok(())
}
