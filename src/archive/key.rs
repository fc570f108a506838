//! The order of what is found: newest first, and no two alike.

use crate::domain::{CaseId, Timestamp};

/// Bits of a case's number, and of its partition's, under the milliseconds.
const NUMBER_BITS: u32 = 14;
const PARTITION_BITS: u32 = 6;

/// Where a case stands among all: by when it was opened, then by partition and number. Two would
/// share a place only where one millisecond of a partition opened more than 16,384.
#[must_use]
pub fn sort_key(id: CaseId, opened_at: Timestamp) -> u64 {
    let ms = u64::try_from(opened_at.0).unwrap_or(0);
    let partition = u64::from(id.partition.0) & ((1 << PARTITION_BITS) - 1);
    let number = id.number & ((1 << NUMBER_BITS) - 1);
    first_of(ms) | partition << NUMBER_BITS | number
}

/// The least place of a millisecond.
pub(super) fn first_of(ms: u64) -> u64 {
    ms.min(u64::MAX >> (NUMBER_BITS + PARTITION_BITS)) << (NUMBER_BITS + PARTITION_BITS)
}

/// The least place of a moment.
pub(super) fn first_at(at: Timestamp) -> u64 {
    first_of(u64::try_from(at.0).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Partition;

    #[test]
    fn later_stands_higher_whatever_the_number() {
        let id = |partition, number| CaseId { partition: Partition(partition), number };
        let key = |partition, number, ms| sort_key(id(partition, number), Timestamp(ms));
        assert!(key(9, 99_999, 1_000) < key(0, 1, 1_001));
        assert_ne!(key(1, 1, 5), key(2, 1, 5));
        assert!(first_at(Timestamp(1_000)) <= key(0, 0, 1_000));
        assert!(key(63, 16_383, 1_000) < first_at(Timestamp(1_001)));
    }
}
