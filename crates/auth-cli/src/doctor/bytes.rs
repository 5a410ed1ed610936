//! Sizes for people and for settings.

/// A size as people read it: `1.5 MB`.
pub fn bytes(bytes: u64) -> String {
    let (mut unit, mut divisor) = ("B", 1_u64);
    for (name, size) in [("kB", 1 << 10), ("MB", 1 << 20), ("GB", 1 << 30), ("TB", 1 << 40)] {
        if bytes >= size {
            (unit, divisor) = (name, size);
        }
    }
    let tenths = bytes / (divisor / 10).max(1);
    if divisor == 1 || tenths >= 100 || bytes.is_multiple_of(divisor) {
        return format!("{} {unit}", bytes / divisor);
    }
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

/// As a setting of PostgreSQL takes it: whole megabytes.
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{}MB", bytes.div_ceil(MEGABYTE))
}

pub(super) const MEGABYTE: u64 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_two_digits_or_more() {
        for (size, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1 kB"),
            (1536, "1.5 kB"),
            (128 << 20, "128 MB"),
            (5 << 39, "2.5 TB"),
        ] {
            assert_eq!(bytes(size), text);
        }
        assert_eq!(megabytes(1), "1MB");
    }
}
