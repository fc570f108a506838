//! Where a follower begins: the range of changes that holds the position it stands at.

use crate::domain::{ChangeRange, Epoch, Partition, Position};
use crate::journal::{Journal, Topic};
use crate::wire::change_v1;

use super::refused::Problem;

/// Where a follower stands: a position of one incarnation of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Since {
    pub(super) epoch: Epoch,
    pub(super) position: Position,
}

impl Since {
    /// Reads `EPOCH:OFFSET.INDEX`.
    pub(super) fn read(text: &str) -> Result<Self, Problem> {
        let read = || {
            let (epoch, position) = text.split_once(':')?;
            let epoch = Epoch(epoch.parse().ok()?);
            Some(Self { epoch, position: position.parse().ok()? })
        };
        let right = "is not EPOCH:OFFSET.INDEX, such as 1700000000000:1042.0";
        read().ok_or_else(|| Problem::unreadable(format!("since={text} {right}")))
    }
}

/// The place in the topic of changes after which everything past `since` stands.
pub(super) fn place(
    journal: &dyn Journal,
    partition: Partition,
    since: Position,
) -> Result<Position, Problem> {
    let start = journal.start(Topic::Changes, partition);
    let end = *journal.end(Topic::Changes, partition).borrow();
    // The ranges at and below `below` begin at or before `since`, those at `above` after it.
    let (mut below, mut above) = (start.offset, end.offset.saturating_add(1));
    while below.saturating_add(1) < above {
        let middle = below + (above - below) / 2;
        match first_of(journal, partition, middle)? {
            Some(range) if range.from <= since => below = middle,
            _ => above = middle,
        }
    }
    if below == start.offset {
        return nothing_before(partition, (start, since));
    }
    if above > end.offset && !reaches(journal, partition, (below, since))? {
        let detail = format!("partition {partition} has nothing at {since} yet");
        return Err(Problem::other_epoch(detail));
    }
    Ok(Position::new(below - 1, u32::MAX))
}

/// No kept range begins at or before `since`.
fn nothing_before(
    partition: Partition,
    (start, since): (Position, Position),
) -> Result<Position, Problem> {
    if start == Position::START && since == Position::START {
        return Ok(start);
    }
    let detail = format!("partition {partition}: what comes after {since} is not all kept");
    Err(if start == Position::START {
        Problem::other_epoch(detail)
    } else {
        Problem::removed(detail)
    })
}

/// The first range of the record `offset` of the changes.
fn first_of(
    journal: &dyn Journal,
    partition: Partition,
    offset: u64,
) -> Result<Option<ChangeRange>, Problem> {
    let before = Position::new(offset.saturating_sub(1), u32::MAX);
    let found = journal.read(Topic::Changes, partition, before, 1)?;
    found.first().map(|stored| decode(&stored.bytes)).transpose()
}

/// Whether the newest record of the changes, at `offset`, reaches `since`.
fn reaches(
    journal: &dyn Journal,
    partition: Partition,
    (offset, since): (u64, Position),
) -> Result<bool, Problem> {
    let before = Position::new(offset.saturating_sub(1), u32::MAX);
    let found = journal.read(Topic::Changes, partition, before, usize::from(u16::MAX))?;
    let last = found.last().map(|stored| decode(&stored.bytes)).transpose()?;
    Ok(last.is_some_and(|range| since <= range.to))
}

/// The range of stored bytes.
pub(super) fn decode(bytes: &[u8]) -> Result<ChangeRange, Problem> {
    change_v1::decode(bytes).map_err(Problem::broken)
}
