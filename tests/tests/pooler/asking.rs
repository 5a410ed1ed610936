//! An entity of users that asks the database whenever it is saved.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "auth_users")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    name: String,
    email: String,
    email_verified: bool,
    image: Option<String>,
    created_at: TimeDateTimeWithTimeZone,
    updated_at: TimeDateTimeWithTimeZone,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

#[async_trait::async_trait]
impl ActiveModelBehavior for ActiveModel {
    async fn before_save<C: ConnectionTrait>(self, db: &C, _: bool) -> Result<Self, DbErr> {
        Entity::find().filter(Column::Name.eq("nobody")).count(db).await?;
        Ok(self)
    }

    async fn after_save<C: ConnectionTrait>(model: Model, db: &C, _: bool) -> Result<Model, DbErr> {
        Entity::find_by_id(model.id.as_str()).one(db).await?.ok_or(DbErr::RecordNotFound(model.id))
    }
}
