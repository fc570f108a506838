//! What the readers of the changes still need: retention passes nobody.
//!
//! Readers do not know each other. Each says how far it will never read again; who removes asks
//! how far that is true of all. It is of one process: the embedded journal has one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::{Partition, Position};

/// How far each reader is done with a partition's changes. Cloning shares it.
#[derive(Debug, Clone, Default)]
pub struct Needs(Arc<Mutex<BTreeMap<Partition, BTreeMap<&'static str, Position>>>>);

impl Needs {
    /// `reader` will read nothing at or before `through` again. Whoever begins to read says so
    /// before the first is removed, with [`Position::START`] where it needs all there is.
    pub fn done(&self, reader: &'static str, partition: Partition, through: Position) {
        let mut done = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        done.entry(partition).or_default().insert(reader, through);
    }

    /// What no reader needs any more; nothing where nobody has said so.
    #[must_use]
    pub fn all_done(&self, partition: Partition) -> Position {
        let done = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let readers = done.get(&partition).into_iter().flat_map(BTreeMap::values);
        readers.min().copied().unwrap_or(Position::START)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_reader_needs_nobody_removes() {
        let (needs, one, other) = (Needs::default(), Partition(1), Partition(2));
        assert_eq!(needs.all_done(one), Position::START);
        needs.done("processor", one, Position::new(9, 0));
        needs.done("outbound", one, Position::new(4, 1));
        needs.clone().done("gateway", other, Position::new(70, 0));
        assert_eq!(needs.all_done(one), Position::new(4, 1));
        needs.done("outbound", one, Position::new(12, 0));
        assert_eq!(needs.all_done(one), Position::new(9, 0));
    }
}
