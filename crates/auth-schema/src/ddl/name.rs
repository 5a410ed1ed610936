//! Names of indexes and constraints.

/// Names an index or a constraint: `auth_sessions_user_id_idx`.
///
/// A name beyond 63 bytes is cut, with a digest of the whole in place of what went: PostgreSQL would cut it
/// silently, so that two could meet, and MySQL would refuse it.
#[must_use]
pub fn constraint(table: &str, columns: &[&str], kind: &str) -> String {
    let whole = [&[table], columns, &[kind]].concat().join("_");
    if whole.len() <= LONGEST {
        return whole;
    }
    let tail = format!("_{:08x}_{kind}", digest(&whole));
    let mut name = whole;
    name.truncate(name.floor_char_boundary(LONGEST - tail.len()));
    name + &tail
}

/// FNV-1a: the same on every platform and in every release, which the standard hasher does not promise.
fn digest(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

const LONGEST: usize = 63;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_table_columns_and_kind() {
        assert_eq!(
            constraint("auth_accounts", &["provider_id", "account_id"], "key"),
            "auth_accounts_provider_id_account_id_key"
        );
        assert_eq!(constraint("auth_users", &[], "pkey"), "auth_users_pkey");
    }

    #[test]
    fn long_names_stay_within_every_engine_and_apart() {
        let table = "ä".repeat(40);
        let left = constraint(&table, &["left"], "idx");
        let right = constraint(&table, &["right"], "idx");
        assert!(left.len() <= 63 && right.len() <= 63, "{left} {right}");
        assert_ne!(left, right);
        assert!(left.ends_with("_idx"));
    }
}
