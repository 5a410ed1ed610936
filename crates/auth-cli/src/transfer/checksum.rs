//! A checksum over rows that does not depend on their order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How many rows a model has and what they hold, by the model's name.
pub type Totals = BTreeMap<String, Total>;

/// The rows of one model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Total {
    /// How many there are.
    pub rows: u64,
    /// The sum of the SHA-256 of all rows in their canonical form, modulo 2²⁵⁶, in hexadecimal digits. It finds accidents; it
    /// is no signature.
    pub sha256: String,
}

/// The checksum in the making.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Checksum {
    rows: u64,
    sum: [u8; 32],
}

impl Checksum {
    /// Adds a row in its canonical form. Sums, unlike exclusive ors, tell a row that stands twice from none.
    pub(super) fn add(&mut self, canonical: &[u8]) {
        self.rows += 1;
        let mut carry = 0;
        for (place, byte) in self.sum.iter_mut().zip(Sha256::digest(canonical)).rev() {
            let sum = u16::from(*place) + u16::from(byte) + carry;
            let [high, low] = sum.to_be_bytes();
            (*place, carry) = (low, u16::from(high));
        }
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn total(&self) -> Total {
        Total { rows: self.rows, sha256: hexadecimal(&self.sum) }
    }
}

/// Bytes as small hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(rows: &[&str]) -> Total {
        let mut checksum = Checksum::default();
        for row in rows {
            checksum.add(row.as_bytes());
        }
        checksum.total()
    }

    #[test]
    fn the_order_does_not_matter_and_every_row_does() {
        assert_eq!(total(&["a", "b", "c"]), total(&["c", "a", "b"]));
        assert_ne!(total(&["a", "b"]).sha256, total(&["a", "c"]).sha256);
        assert_ne!(total(&["a", "a"]).sha256, total(&[]).sha256);
        assert_ne!(total(&["a", "a"]).sha256, total(&["b", "b"]).sha256);
    }

    #[test]
    fn one_row_is_its_own_hash() {
        let known = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
        assert_eq!(total(&["a"]), Total { rows: 1, sha256: known.to_owned() });
    }
}
