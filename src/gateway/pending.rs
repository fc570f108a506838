//! Commands this process journalled, by id: until the changes answer them, they are pending.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::domain::{CommandId, Position};

/// Commands one partition keeps; the oldest go first.
const COMMANDS_MAX: usize = 100_000;

/// The newest commands of one partition.
#[derive(Debug, Default)]
pub(super) struct Pending(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    positions: BTreeMap<CommandId, Position>,
    oldest_first: VecDeque<CommandId>,
}

impl Pending {
    /// Where `command` was journalled first, if it was by this process.
    pub(super) fn find(&self, command: CommandId) -> Option<Position> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.positions.get(&command).copied()
    }

    /// Notes where `command` was journalled. The first time counts: that is the one answered.
    pub(super) fn note(&self, command: CommandId, position: Position) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Kept { positions, oldest_first } = &mut *kept;
        positions.entry(command).or_insert_with(|| {
            oldest_first.push_back(command);
            position
        });
        while COMMANDS_MAX < oldest_first.len() {
            if let Some(oldest) = oldest_first.pop_front() {
                positions.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_position_counts_and_the_oldest_go_first() {
        let pending = Pending::default();
        for number in 0..=COMMANDS_MAX {
            let id = CommandId(u128::try_from(number).unwrap());
            pending.note(id, Position::new(1, 0));
            pending.note(id, Position::new(2, 0));
        }
        assert_eq!(pending.find(CommandId(0)), None);
        assert_eq!(pending.find(CommandId(1)), Some(Position::new(1, 0)));
    }
}
