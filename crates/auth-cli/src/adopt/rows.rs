//! Puts rows together to cases.

use std::collections::HashMap;

use auth_core::adapter::Record;
use auth_core::adapter::seaorm::Group;
use auth_schema::account;

use super::case::{AccountValues, Case, CaseRow, Kind};
use super::reach::{Reach, instant, text};

impl CaseRow {
    pub(super) fn new(id: String, reach: Reach) -> Self {
        Self {
            id,
            account: None,
            email: None,
            email_verified: false,
            created_at: None,
            updated_at: None,
            accounts: reach.accounts,
            has_password: reach.has_password,
            sessions: reach.sessions,
            last_session_at: reach.last_session_at,
            decision: None,
        }
    }
}

/// The row of an account with its user, and the values that make its group.
pub(super) fn account_row(
    record: &Record,
    reaches: &HashMap<String, Reach>,
    addresses: &HashMap<String, (String, bool)>,
) -> (Vec<String>, CaseRow) {
    let user_id = text(record, account::USER_ID);
    let (provider_id, account_id) = (text(record, account::PROVIDER_ID), text(record, account::ACCOUNT_ID));
    let address = addresses.get(&user_id).cloned();
    let reach = reaches.get(&user_id).cloned().unwrap_or_default();
    let row = CaseRow {
        email_verified: address.as_ref().is_some_and(|(_, verified)| *verified),
        email: address.map(|(email, _)| email),
        created_at: instant(record, account::CREATED_AT),
        updated_at: instant(record, account::UPDATED_AT),
        account: Some(AccountValues {
            provider_id: provider_id.clone(),
            account_id: account_id.clone(),
            user_id,
        }),
        ..CaseRow::new(text(record, account::ID), reach)
    };
    (vec![provider_id, account_id], row)
}

/// The groups in their order, with the rows that were found.
pub(super) struct Found<'a> {
    groups: &'a [Group],
    positions: HashMap<&'a [String], usize>,
    rows: Vec<Vec<CaseRow>>,
}

impl<'a> Found<'a> {
    pub(super) fn of(groups: &'a [Group]) -> Self {
        let positions = groups.iter().enumerate().map(|(position, group)| (&*group.values, position));
        Self { groups, positions: positions.collect(), rows: vec![Vec::new(); groups.len()] }
    }

    /// Adds a row to the group of the first of some values that is one's: which letters have a lower case is the engine's to
    /// say.
    pub(super) fn add(&mut self, values: &[Vec<String>], row: CaseRow) {
        let position = values.iter().find_map(|values| self.positions.get(&**values));
        if let Some(rows) = position.and_then(|position| self.rows.get_mut(*position)) {
            rows.push(row);
        }
    }

    /// What has changed since the groups were asked for may be no case any more.
    pub(super) fn cases(self, kind: impl Fn(usize) -> Option<Kind>) -> Vec<Case> {
        let case = |(group, mut rows): (&Group, Vec<CaseRow>)| {
            let kind = kind(rows.len())?;
            rows.sort_by(|left, right| (left.created_at, &left.id).cmp(&(right.created_at, &right.id)));
            Some(Case { kind, value: group.values.join(" "), rows })
        };
        self.groups.iter().zip(self.rows).filter_map(case).collect()
    }
}
