//! What is done for a case inside its transaction.

use std::collections::HashMap;

use auth_core::adapter::{
    Adapter, AdapterError, Case as Letters, Condition, Direction, Filter, Operator, Query, Record,
};
use auth_schema::{FieldId, ModelId, account, user};

use super::apply::Outcome;
use super::backup::back_up;
use super::case::{Case, CaseRow, Kind};
use super::database::Database;
use super::decision::{Choice, Decision};
use super::delete::Deletion;
use super::error::AdoptError;
use super::reach::{reaches, text};
use super::target::{State, Target};

impl Database {
    /// Compares the rows with what was recorded, and writes what was decided.
    pub(super) async fn work(
        &self,
        transaction: &dyn Adapter,
        case: &Case,
        choice: &Choice<'_>,
    ) -> Result<Outcome, AdoptError> {
        let model = if case.kind == Kind::Account { account::MODEL } else { user::MODEL };
        let mut live = locked(transaction, model, choice).await?;
        let mut due = Vec::new();
        let mut is_done = true;
        for (row, decision) in &choice.0 {
            let target = Target::of(case, row, decision);
            match target.state(case, row, live.get(&row.id)) {
                State::Settled | State::Done => continue,
                State::Recorded => is_done = false,
                State::Changed => {
                    return Ok(refused(format!("row {} was changed meanwhile", row.id)));
                }
            }
            if let Some(reason) = self.objection(transaction, row, decision).await? {
                return Ok(refused(reason));
            }
            due.extend(live.remove(&row.id).map(|record| (decision, target, record)));
        }
        if is_done {
            return Ok(Outcome::Done);
        }
        // The value is given up before another row gets it.
        due.sort_by_key(|(decision, ..)| **decision == Decision::Keep);
        let mut rows = 0;
        for (_, target, record) in due {
            rows += self.write(transaction, case, (model, record), target).await?;
        }
        Ok(Outcome::Applied { rows })
    }

    /// What speaks against a decision that concerns more than the row.
    async fn objection(
        &self,
        transaction: &dyn Adapter,
        row: &CaseRow,
        decision: &Decision,
    ) -> Result<Option<String>, AdoptError> {
        match decision {
            Decision::ChangeEmail(email) => {
                let mut filter = Filter::default();
                filter.all.push(Condition {
                    case: Letters::Insensitive,
                    ..Condition::new(user::EMAIL, Operator::Equal, email.as_str())
                });
                let taken = transaction.count(user::MODEL, filter).await? > 0;
                Ok(taken.then(|| format!("another user has {email:?}")))
            }
            Decision::Delete if row.account.is_none() => {
                let Some(adapter) = transaction.seaorm() else {
                    return Ok(None);
                };
                let id = row.id.as_str().into();
                let reach = reaches(adapter, vec![id]).await?.remove(&row.id).unwrap_or_default();
                let same = reach.accounts == row.accounts
                    && reach.sessions == row.sessions
                    && reach.last_session_at == row.last_session_at;
                Ok((!same).then(|| format!("the user {} has signed in or out meanwhile", row.id)))
            }
            _ => Ok(None),
        }
    }

    async fn write(
        &self,
        transaction: &dyn Adapter,
        case: &Case,
        (model, record): (ModelId, Record),
        target: Target,
    ) -> Result<u64, AdoptError> {
        let (Some(backups), at) = (self.backups, self.clock.now()) else {
            return Ok(0);
        };
        let change = match target {
            Target::AsItIs => return Ok(0),
            Target::Gone => {
                let mut deletion = Deletion::new(self, transaction, case, backups);
                return deletion.delete(model, record).await;
            }
            Target::With(change) => change,
        };
        back_up(transaction, backups, case, (model, &record), at).await?;
        let updated_at = if model == user::MODEL { user::UPDATED_AT } else { account::UPDATED_AT };
        let only = Filter::equal(FieldId::ID, record.get(FieldId::ID).cloned());
        transaction.update_many(model, only, change.with(updated_at, at)).await?;
        Ok(1)
    }
}

/// The rows of a case as they are now, kept as they are until the transaction ends; always in the same order, so that two
/// runs do not wait for each other in a circle.
async fn locked(
    transaction: &dyn Adapter,
    model: ModelId,
    choice: &Choice<'_>,
) -> Result<HashMap<String, Record>, AdapterError> {
    let ids = choice.0.iter().map(|(row, _)| row.id.as_str().into());
    let query = Query::new(model).filter(Filter::ids(ids)).lock();
    let query = query.sort(FieldId::ID, Direction::Ascending);
    let rows = transaction.find_many(query).await?;
    Ok(rows.into_iter().map(|row| (text(&row.record, FieldId::ID), row.record)).collect())
}

fn refused(reason: String) -> Outcome {
    Outcome::Refused { reason }
}
