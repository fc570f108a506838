//! Retention: what is older than it is kept for leaves the journal.

use crate::domain::{Partition, Position, Timestamp};

use super::traits::{Journal, JournalError, Topic};

/// Removes whole records that were journalled before `before` and lie at or before `limit`.
///
/// # Errors
/// Where the journal is broken.
pub fn remove_older(
    journal: &dyn Journal,
    (topic, partition): (Topic, Partition),
    (before, limit): (Timestamp, Position),
) -> Result<(), JournalError> {
    let start = journal.start(topic, partition);
    let end = *journal.end(topic, partition).borrow();
    // The last record before that time, by halves: offsets are consecutive and times never fall.
    let (mut old, mut young) = (start.offset, end.min(limit).offset.saturating_add(1));
    while old.saturating_add(1) < young {
        let middle = old.midpoint(young);
        let ahead = Position::new(middle.saturating_sub(1), u32::MAX);
        let found = journal.read(topic, partition, ahead.max(start), 1)?;
        match found.first() {
            Some(stored) if stored.at < before => old = middle,
            _ => young = middle,
        }
    }
    if start.offset < old {
        tracing::debug!(%topic, %partition, through = old, "what is no longer kept is removed");
        journal.remove_through(topic, partition, Position::new(old, u32::MAX).min(limit))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::journal::MemoryJournal;
    use crate::telemetry::Clock;

    const LANE: (Topic, Partition) = (Topic::Detections, Partition(1));

    fn journal(times: &[i64]) -> MemoryJournal {
        let clock = Clock::manual(Timestamp(0));
        let journal = MemoryJournal::new(clock.clone());
        for at in times {
            clock.set(Timestamp(*at));
            let two = vec![Bytes::from_static(b"a"), Bytes::from_static(b"b")];
            journal.append(LANE.0, LANE.1, two).durable_blocking().unwrap();
        }
        journal
    }

    fn left(journal: &MemoryJournal) -> Vec<i64> {
        let start = journal.start(LANE.0, LANE.1);
        let left = journal.read(LANE.0, LANE.1, start, 100).unwrap();
        left.iter().step_by(2).map(|stored| stored.at.0).collect()
    }

    #[test]
    fn what_is_older_leaves_and_nothing_else() {
        for (before, expected) in [
            (0, &[10, 20, 30, 40, 50][..]),
            (10, &[10, 20, 30, 40, 50]),
            (11, &[20, 30, 40, 50]),
            (31, &[40, 50]),
            (99, &[]),
        ] {
            let journal = journal(&[10, 20, 30, 40, 50]);
            let limit = Position::new(u64::MAX - 1, 0);
            remove_older(&journal, LANE, (Timestamp(before), limit)).unwrap();
            assert_eq!(left(&journal), expected, "before {before}");
        }
    }

    #[test]
    fn retention_never_passes_its_limit_and_may_be_repeated() {
        let journal = journal(&[10, 20, 30, 40, 50]);
        let limit = Position::new(2, 1);
        for _ in 0..2 {
            remove_older(&journal, LANE, (Timestamp(99), limit)).unwrap();
            assert_eq!(left(&journal), [30, 40, 50]);
        }
        remove_older(&journal, LANE, (Timestamp(99), Position::new(3, 0))).unwrap();
        assert_eq!(left(&journal), [30, 40, 50], "a record is removed whole or not at all");
        remove_older(&journal, LANE, (Timestamp(41), Position::new(9, 0))).unwrap();
        assert_eq!(left(&journal), [50]);
    }
}
