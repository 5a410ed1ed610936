//! Users in a table that is not there.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "nowhere")]
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

impl ActiveModelBehavior for ActiveModel {}
