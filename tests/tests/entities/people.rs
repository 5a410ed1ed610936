//! Users.

use std::sync::{Mutex, PoisonError};

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, Set};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "people")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub full_name: String,
    /// The variant has another name than the column.
    #[sea_orm(column_name = "e_mail", enum_name = "Email", unique)]
    pub mail: String,
    pub email_verified: bool,
    pub image: Option<String>,
    pub created_at: TimeDateTimeWithTimeZone,
    pub updated_at: TimeDateTimeWithTimeZone,
    pub preferences: Option<Json>,
    pub balance: Decimal,
    pub avatar: Option<Vec<u8>>,
    pub stamp: String,
    pub role: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

static AFTER_SAVES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// How often `after_save` saw a person of this name.
pub(crate) fn after_saves(name: &str) -> usize {
    let seen = AFTER_SAVES.lock().unwrap_or_else(PoisonError::into_inner);
    seen.iter().filter(|seen| *seen == name).count()
}

#[async_trait::async_trait]
impl ActiveModelBehavior for ActiveModel {
    async fn before_save<C: ConnectionTrait>(mut self, _: &C, insert: bool) -> Result<Self, DbErr> {
        if self.full_name.try_as_ref().is_some_and(|name| name == "Mallory") {
            return Err(DbErr::Custom("Mallory is not welcome".to_owned()));
        }
        self.stamp = Set(if insert { "inserted" } else { "updated" }.to_owned());
        Ok(self)
    }

    async fn after_save<C: ConnectionTrait>(model: Model, _: &C, _: bool) -> Result<Model, DbErr> {
        AFTER_SAVES.lock().unwrap_or_else(PoisonError::into_inner).push(model.full_name.clone());
        Ok(model)
    }
}
