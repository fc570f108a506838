//! Where a follower begins: at the range of changes that holds the position it stands at.

use crate::domain::limits::READ_ENTRIES_MAX;
use crate::domain::{ChangeRange, Epoch, Partition, Position};
use crate::journal::{Journal, Topic};
use crate::wire::change_v1;

use super::refused::Problem;

/// Where a follower begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Since {
    /// With the first change there is.
    Start,
    /// After a position of one incarnation of the journal.
    After(Epoch, Position),
    /// With the next change there will be.
    End,
}

/// Where a follower stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// The last place of the changes that was looked at.
    pub(super) cursor: Position,
    /// The last position of the journal that was given.
    pub(super) through: Position,
}

impl Since {
    /// Reads `EPOCH:OFFSET.INDEX`, or `end`; nothing is the start.
    pub(super) fn read(text: Option<&str>) -> Result<Self, Problem> {
        let read = |text: &str| {
            let (epoch, position) = text.split_once(':')?;
            Some(Self::After(epoch.parse().ok()?, position.parse().ok()?))
        };
        let right = "is neither EPOCH:OFFSET.INDEX, such as 1700000000000:1042.0, nor end";
        match text {
            None => Ok(Self::Start),
            Some("end") => Ok(Self::End),
            Some(text) => {
                read(text).ok_or_else(|| Problem::unreadable(format!("since={text} {right}")))
            }
        }
    }

    /// Where a follower of `partition` stands who begins here.
    pub(super) fn find(
        self,
        journal: &dyn Journal,
        partition: Partition,
    ) -> Result<Standing, Problem> {
        let through = match self {
            Self::Start => Position::START,
            Self::After(epoch, _) if epoch != journal.epoch() => {
                let ours = journal.epoch();
                let detail = format!("since is of epoch {epoch}, the journal of {ours}");
                return Err(Problem::other_epoch(detail));
            }
            Self::After(_, position) => position,
            Self::End => return end(journal, partition),
        };
        Ok(Standing { cursor: place(journal, partition, through)?, through })
    }
}

/// The end of the changes as they are.
fn end(journal: &dyn Journal, partition: Partition) -> Result<Standing, Problem> {
    let cursor = *journal.end(Topic::Changes, partition).borrow();
    let last = last_of(journal, partition, cursor.offset)?;
    Ok(Standing { cursor, through: last.map_or(Position::START, |range| range.to) })
}

/// The place in the topic of changes after which everything past `since` stands.
fn place(
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
    let newest = end.offset < above;
    if newest && last_of(journal, partition, below)?.is_none_or(|range| range.to < since) {
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

/// The last range of the record `offset` of the changes.
fn last_of(
    journal: &dyn Journal,
    partition: Partition,
    offset: u64,
) -> Result<Option<ChangeRange>, Problem> {
    let before = Position::new(offset.saturating_sub(1), u32::MAX);
    let found = journal.read(Topic::Changes, partition, before, READ_ENTRIES_MAX)?;
    let of_record = found.iter().take_while(|stored| stored.position.offset == offset);
    of_record.last().map(|stored| decode(&stored.bytes)).transpose()
}

/// The range of stored bytes.
pub(super) fn decode(bytes: &[u8]) -> Result<ChangeRange, Problem> {
    change_v1::decode(bytes).map_err(Problem::broken)
}
