//! Appends of many that become one record, and who is told of which entry of it.

use bytes::Bytes;
use tokio::sync::oneshot;

use super::traits::{Appended, JournalError};

/// Who waits for an append.
pub(super) type Answer = oneshot::Sender<Result<Appended, JournalError>>;

/// Who is told of which entry of a record.
pub(super) type Answers = Vec<(u32, Answer)>;

/// What becomes one record.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) entries: Vec<Bytes>,
    pub(super) answers: Answers,
}

impl Gathered {
    /// Takes one append.
    pub(super) fn take(&mut self, entries: Vec<Bytes>, answer: Answer) {
        let index = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.answers.push((index, answer));
        self.entries.extend(entries);
    }
}
