//! Rules that decide cases without a look at each.

use time::OffsetDateTime;

use super::case::{Case, CaseRow, Kind};
use super::decision::{Choice, Decision, Undecided};

/// Which row of a case is kept; the others are set aside. A rule deletes nothing, and where two rows are alike it decides
/// nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Rule {
    /// The row that was made first.
    KeepOldest,
    /// The row that was made last.
    KeepNewest,
    /// The one whose user has proven the address.
    KeepVerified,
    /// The one whose user has the session that was extended last; of accounts of one user, the one that was changed last.
    KeepLastUsed,
}

impl Rule {
    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::KeepOldest => "keep-oldest",
            Self::KeepNewest => "keep-newest",
            Self::KeepVerified => "keep-verified",
            Self::KeepLastUsed => "keep-last-used",
        }
    }

    /// Decides a case.
    ///
    /// # Errors
    ///
    /// [`Undecided::Rule`] when the rule fits no row, or several.
    pub fn decide(self, case: &Case) -> Result<Choice<'_>, Undecided> {
        let kept = if case.kind == Kind::UpperCase { Some(0) } else { self.kept(case) };
        let kept = kept.ok_or(Undecided::Rule)?;
        let decide =
            |(position, row)| (row, if position == kept { Decision::Keep } else { Decision::SetAside });
        Ok(Choice(case.rows.iter().enumerate().map(decide).collect()))
    }

    fn kept(self, case: &Case) -> Option<usize> {
        match self {
            Self::KeepOldest => greatest(case, |row| row.created_at.map(std::cmp::Reverse)),
            Self::KeepNewest => greatest(case, |row| row.created_at),
            Self::KeepVerified => greatest(case, |row| row.email_verified.then_some(())),
            Self::KeepLastUsed if case.is_of_one_user() => greatest(case, |row| row.updated_at),
            Self::KeepLastUsed => greatest(case, last_used),
        }
    }
}

fn last_used(row: &CaseRow) -> Option<OffsetDateTime> {
    row.last_session_at
}

/// The position of the one row whose key is greater than that of all others.
fn greatest<K: Ord>(case: &Case, key: impl Fn(&CaseRow) -> Option<K>) -> Option<usize> {
    let keys: Vec<Option<K>> = case.rows.iter().map(key).collect();
    let best = keys.iter().flatten().max()?;
    let mut fitting = keys.iter().enumerate().filter(|(_, key)| key.as_ref() == Some(best));
    let (position, _) = fitting.next()?;
    fitting.next().is_none().then_some(position)
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;

    fn row(id: &str, created: i64, session: Option<i64>, verified: bool) -> CaseRow {
        let at = |seconds| OffsetDateTime::UNIX_EPOCH + Duration::seconds(seconds);
        CaseRow {
            id: id.into(),
            account: None,
            email: Some("a@b.co".into()),
            email_verified: verified,
            created_at: Some(at(created)),
            updated_at: Some(at(created)),
            accounts: Vec::new(),
            has_password: false,
            sessions: 0,
            last_session_at: session.map(at),
            decision: None,
        }
    }

    fn kept(rule: Rule, rows: &[CaseRow]) -> Option<String> {
        let case = Case { kind: Kind::Email, value: "a@b.co".into(), rows: rows.to_vec() };
        let choice = rule.decide(&case).ok()?;
        let kept = choice.0.iter().find(|(_, decision)| *decision == Decision::Keep);
        assert!(choice.0.iter().all(|(_, it)| matches!(it, Decision::Keep | Decision::SetAside)));
        kept.map(|(row, _)| row.id.clone())
    }

    #[test]
    fn each_rule_keeps_one_row() {
        let rows = [row("a", 1, Some(5), false), row("b", 2, Some(9), true), row("c", 3, None, false)];
        assert_eq!(kept(Rule::KeepOldest, &rows).as_deref(), Some("a"));
        assert_eq!(kept(Rule::KeepNewest, &rows).as_deref(), Some("c"));
        assert_eq!(kept(Rule::KeepVerified, &rows).as_deref(), Some("b"));
        assert_eq!(kept(Rule::KeepLastUsed, &rows).as_deref(), Some("b"));
    }

    #[test]
    fn a_rule_that_fits_two_rows_or_none_decides_nothing() {
        let rows = [row("a", 1, None, true), row("b", 1, None, true)];
        for rule in [Rule::KeepOldest, Rule::KeepNewest, Rule::KeepVerified, Rule::KeepLastUsed] {
            assert_eq!(kept(rule, &rows), None, "{rule:?}");
        }
        let none = [row("a", 1, None, false), row("b", 2, None, false)];
        assert_eq!(kept(Rule::KeepVerified, &none), None);
    }
}
