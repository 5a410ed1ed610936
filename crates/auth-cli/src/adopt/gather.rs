//! Gathers the cases of a database, a page at a time.

use auth_core::adapter::seaorm::{Group, Repeated};
use auth_core::adapter::{Adapter, AdapterError, Case as Letters, Filter, Operator, Query, Value};
use auth_schema::{account, user};

use super::case::{Case, CaseRow, Kind};
use super::database::Database;
use super::reach::{addresses, instant, is_true, reaches, text};
use super::rows::{Found, account_row};

/// Goes through the cases: addresses first, then accounts, each in the order of their values. What is changed behind it does
/// not disturb it.
#[derive(Debug)]
pub struct Cases<'a> {
    database: &'a Database,
    place: Place,
    after: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Emails,
    Accounts,
    End,
}

impl Place {
    fn repeated(self) -> Repeated {
        match self {
            Self::Emails => Repeated::folded(user::MODEL, user::EMAIL),
            _ => Repeated::exact(account::MODEL, vec![account::PROVIDER_ID, account::ACCOUNT_ID]),
        }
    }
}

impl Database {
    /// All cases, from the first.
    pub fn cases(&self) -> Cases<'_> {
        Cases { database: self, place: Place::Emails, after: None }
    }

    /// How many cases there are. Two round trips.
    ///
    /// # Errors
    ///
    /// Those of the adapter.
    pub async fn count_cases(&self) -> Result<u64, AdapterError> {
        let emails = self.adapter.count_repeated(&Place::Emails.repeated()).await?;
        Ok(emails + self.adapter.count_repeated(&Place::Accounts.repeated()).await?)
    }
}

impl Database {
    /// How many values stand more than once, and keep unique indexes from being built. Two round trips.
    pub(super) async fn count_in_the_way(&self) -> Result<u64, AdapterError> {
        let emails = self.adapter.count_repeated(&Place::Emails.repeated().several()).await?;
        Ok(emails + self.adapter.count_repeated(&Place::Accounts.repeated()).await?)
    }
}

impl Cases<'_> {
    /// The next page; `None` after the last. Five round trips at most.
    ///
    /// # Errors
    ///
    /// Those of the adapter.
    pub async fn next_page(&mut self) -> Result<Option<Vec<Case>>, AdapterError> {
        while self.place != Place::End {
            let (place, repeated) = (self.place, self.place.repeated());
            let mut groups = self.database.adapter.repeated(&repeated, self.after.as_deref(), GROUPS).await?;
            let fitting = fitting(&groups);
            if fitting < groups.len() || u64::try_from(groups.len()) == Ok(GROUPS) {
                groups.truncate(fitting);
                self.after = groups.last().map(|last| last.values.clone());
            } else {
                // A page that is not full is the last: asking for another would read the table once more.
                self.after = None;
                self.place = if place == Place::Emails { Place::Accounts } else { Place::End };
            }
            if !groups.is_empty() {
                return Ok(Some(match place {
                    Place::Emails => self.emails(groups).await?,
                    _ => self.accounts(groups).await?,
                }));
            }
        }
        Ok(None)
    }

    async fn emails(&self, groups: Vec<Group>) -> Result<Vec<Case>, AdapterError> {
        let adapter = &self.database.adapter;
        let values = groups.iter().filter_map(|group| group.values.first());
        let mut filter = Filter::everything().and(user::EMAIL, Operator::In, list(values));
        for condition in &mut filter.all {
            condition.case = Letters::Insensitive;
        }
        let fields = vec![user::ID, user::EMAIL, user::EMAIL_VERIFIED, user::CREATED_AT, user::UPDATED_AT];
        let rows = adapter.find_many(Query::new(user::MODEL).filter(filter).select(fields)).await?;
        let ids = rows.iter().filter_map(|row| row.record.get(user::ID).cloned()).collect();
        let mut reaches = reaches(adapter, ids).await?;
        let mut found = Found::of(&groups);
        for row in rows {
            let record = row.record;
            let email = text(&record, user::EMAIL);
            let reach = reaches.remove(&text(&record, user::ID)).unwrap_or_default();
            let row = CaseRow {
                email: Some(email.clone()),
                email_verified: is_true(&record, user::EMAIL_VERIFIED),
                created_at: instant(&record, user::CREATED_AT),
                updated_at: instant(&record, user::UPDATED_AT),
                ..CaseRow::new(text(&record, user::ID), reach)
            };
            found.add(&[vec![email.to_ascii_lowercase()], vec![email.to_lowercase()]], row);
        }
        Ok(found.cases(|rows| match rows {
            0 => None,
            1 => Some(Kind::UpperCase),
            _ => Some(Kind::Email),
        }))
    }

    async fn accounts(&self, groups: Vec<Group>) -> Result<Vec<Case>, AdapterError> {
        let adapter = &self.database.adapter;
        let values = |position: usize| groups.iter().filter_map(move |group| group.values.get(position));
        let filter = Filter::everything().and(account::PROVIDER_ID, Operator::In, list(values(0))).and(
            account::ACCOUNT_ID,
            Operator::In,
            list(values(1)),
        );
        let fields = vec![
            account::ID,
            account::ACCOUNT_ID,
            account::PROVIDER_ID,
            account::USER_ID,
            account::CREATED_AT,
            account::UPDATED_AT,
        ];
        let rows = adapter.find_many(Query::new(account::MODEL).filter(filter).select(fields)).await?;
        let users: Vec<Value> =
            rows.iter().filter_map(|row| row.record.get(account::USER_ID).cloned()).collect();
        let reaches = reaches(adapter, users.clone()).await?;
        let addresses = addresses(adapter, users).await?;
        let mut found = Found::of(&groups);
        for row in rows {
            let (values, row) = account_row(&row.record, &reaches, &addresses);
            found.add(&[values], row);
        }
        Ok(found.cases(|rows| (rows > 1).then_some(Kind::Account)))
    }
}

fn list<'a>(values: impl Iterator<Item = &'a String>) -> Value {
    Value::List(values.map(|value| Value::from(value.as_str())).collect())
}

/// How many groups fit a page; one of very many rows stands alone.
fn fitting(groups: &[Group]) -> usize {
    let mut rows = 0;
    let fits = |group: &&Group| {
        rows += group.rows;
        rows <= ROWS
    };
    groups.iter().take_while(fits).count().max(1)
}

const GROUPS: u64 = 200;
const ROWS: u64 = 2_000;
