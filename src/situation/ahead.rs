//! Looking ahead: reading what coming entries will read.
//!
//! Which ticket a source became, and who lies near a report, stand anywhere in memory, and each
//! look waits for it before the next begins. Read for several entries at once, before any of them
//! is applied, those waits fall together. Nothing is decided here, and nothing changes.

use std::hint::black_box;

use crate::domain::{Entry, Signal};

use super::Situation;

impl Situation {
    /// Reads what applying `entries` will read. It may be left out: only time depends on it.
    pub fn look_ahead<'a>(&self, entries: impl Iterator<Item = &'a Entry> + Clone) {
        let signals = entries.filter_map(signal);
        let sources = signals.clone().map(|signal| self.sources.touch(signal.source));
        black_box(sources.fold(0, |all, one| all ^ one));
        let places = signals.map(|signal| signal.place);
        black_box(self.fusion.touch(&self.playbook.fusion, places));
    }
}

fn signal(entry: &Entry) -> Option<&Signal> {
    let Entry::Signal(signal) = entry else { return None };
    Some(signal)
}
