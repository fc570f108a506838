//! Counting: the tally is kept as things happen, and said at most once a tick.

use serde::{Deserialize, Serialize};

use crate::domain::{Case, CaseState, Change, Tally};

use super::effects::Effects;

/// The tally, and whether it moved since it was last said.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub(super) struct Count {
    tally: Tally,
    moved: bool,
}

impl Count {
    pub(super) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The tally, to be moved.
    pub(super) fn note(&mut self) -> &mut Tally {
        self.moved = true;
        &mut self.tally
    }

    /// A case came into `to`, from `from` where it was here before. Drills are not counted.
    pub(super) fn case_moved(&mut self, case: &Case, from: Option<CaseState>, to: CaseState) {
        if !case.purpose.is_real() || from == Some(to) {
            return;
        }
        let tally = self.note();
        if let Some(from) = from {
            leave(tally, from);
        }
        add(tally.cases.entry(to).or_default());
        if to == CaseState::Closed {
            add(&mut tally.closed);
        }
    }

    /// A case left the situation.
    pub(super) fn case_archived(&mut self, case: &Case) {
        if case.purpose.is_real() {
            leave(self.note(), case.state);
        }
    }

    /// Says the tally where it has moved.
    pub(super) fn say_if_moved(&mut self, effects: &mut Effects) {
        if self.moved {
            self.say(effects);
        }
    }

    /// Says the tally.
    pub(super) fn say(&mut self, effects: &mut Effects) {
        self.moved = false;
        effects.change(Change::TallyMoved { tally: Box::new(self.tally.clone()) });
    }
}

/// One more.
pub(super) fn add(count: &mut u64) {
    *count = count.saturating_add(1);
}

/// One fewer in `from`; a count of none is not kept.
fn leave(tally: &mut Tally, from: CaseState) {
    let left = tally.cases.get(&from).map_or(0, |count| count.saturating_sub(1));
    if left == 0 {
        tally.cases.remove(&from);
    } else {
        tally.cases.insert(from, left);
    }
}
