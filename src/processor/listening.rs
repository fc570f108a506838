//! Listening to `changes` as they come: how far they reach, who else speaks, and whether what is
//! published is what our own fold has.

use crate::domain::limits::READ_ENTRIES_MAX;
use crate::domain::{Digest, Epoch, Partition, Position, RangeHead};
use crate::journal::{Journal, Topic};
use crate::wire::change_v1;

use super::agreement::{Agreement, Differs};
use super::speaker::ProcessorError;
use super::voice::Name;

/// What was heard of one partition so far.
#[derive(Debug)]
pub(super) struct Listening {
    partition: Partition,
    /// The core whose digests can be compared with ours.
    core: u32,
    /// The last entry of `changes` that was read.
    through: Position,
    /// How far what was published reaches.
    covered: Position,
    agreement: Agreement,
    /// The least name of others who spoke since it was asked for.
    other: Option<Name>,
    /// Whether what was published reached further since that was asked for.
    advanced: bool,
}

impl Listening {
    /// Goes on after the entry `through` of `changes`, which reach to `covered`.
    pub(super) fn new(
        (partition, core): (Partition, u32),
        (through, covered): (Position, Position),
    ) -> Self {
        let (agreement, other, advanced) = (Agreement::default(), None, false);
        Self { partition, core, through, covered, agreement, other, advanced }
    }

    /// The last entry of `changes` that was read.
    pub(super) fn through(&self) -> Position {
        self.through
    }

    /// How far what was published reaches.
    pub(super) fn covered(&self) -> Position {
        self.covered
    }

    /// The least name of others who spoke since the last call, and whether what was published
    /// reached further.
    pub(super) fn take_heard(&mut self) -> (Option<Name>, bool) {
        (self.other.take(), std::mem::take(&mut self.advanced))
    }

    /// Our fold is at `position` now.
    pub(super) fn folded(
        &mut self,
        position: Position,
        ours: Digest,
    ) -> Result<(), ProcessorError> {
        self.agreement.folded(position, ours).map_err(|differs| self.disagreement(differs))
    }

    /// Reads to the end of what is shown; `name` is our own.
    pub(super) fn listen(
        &mut self,
        journal: &dyn Journal,
        name: Name,
    ) -> Result<(), ProcessorError> {
        loop {
            let after = self.through.max(journal.start(Topic::Changes, self.partition));
            let page = journal.read(Topic::Changes, self.partition, after, READ_ENTRIES_MAX)?;
            let Some(last) = page.last() else { return Ok(()) };
            self.through = last.position;
            for stored in &page {
                self.hear(&change_v1::decode_head(&stored.bytes)?, (name, journal.epoch()))?;
            }
        }
    }

    fn hear(
        &mut self,
        head: &RangeHead,
        (own, epoch): (Name, Epoch),
    ) -> Result<(), ProcessorError> {
        if head.epoch != epoch {
            return Ok(());
        }
        let speaker = Name(head.speaker);
        if !speaker.is_same(own) {
            self.other = Some(self.other.map_or(speaker, |other| other.min(speaker)));
            if head.core == self.core {
                let agrees = self.agreement.heard(head.to, head.digest);
                agrees.map_err(|differs| self.disagreement(differs))?;
            }
        }
        if head.from <= self.covered && self.covered < head.to {
            self.covered = head.to;
            self.advanced = true;
        }
        Ok(())
    }

    fn disagreement(&self, differs: Differs) -> ProcessorError {
        let Differs { position, published, ours } = differs;
        ProcessorError::Disagreement { partition: self.partition, position, published, ours }
    }
}
