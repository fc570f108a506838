//! The city's rules as its own partition's changes say them, for who folds no picture.
//!
//! **Invariant, rules only go on.** The core adopts no version below the one in force, so what is
//! heard twice, late or from a speaker that was overtaken says nothing new, and a reader that fell
//! behind what is kept begins again at a kept picture.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::domain::{Change, Partition, Playbook, Position};
use crate::journal::{Journal, JournalError, Snapshots, Topic};
use crate::shutdown::Stop;
use crate::wire::{WireError, change_v1};

use super::pictures::{KeepError, KeptPictures};

/// Ranges one read brings.
const READ_RANGES_MAX: usize = 512;
/// Between two tries where the journal does not answer.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Why the rules in force are not known.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// The changes cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// No kept picture can be read.
    #[error(transparent)]
    Kept(#[from] KeepError),
    /// A range of the changes is not what was written.
    #[error(transparent)]
    Wire(#[from] WireError),
}

impl RulesError {
    /// Whether it may be otherwise in a moment.
    fn passes(&self) -> bool {
        match self {
            Self::Journal(error) | Self::Kept(KeepError::Journal(error)) => error.passes(),
            Self::Kept(KeepError::Snapshot(_)) => true,
            Self::Kept(_) | Self::Wire(_) => false,
        }
    }
}

/// The rules in force. Cloning shares them.
#[derive(Debug, Clone)]
pub struct RulesInForce(Arc<RwLock<Arc<Playbook>>>);

impl RulesInForce {
    /// These, until others are heard of.
    #[must_use]
    pub fn of(playbook: Arc<Playbook>) -> Self {
        Self(Arc::new(RwLock::new(playbook)))
    }

    /// As they are now.
    #[must_use]
    pub fn now(&self) -> Arc<Playbook> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn adopt(&self, playbook: Arc<Playbook>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = playbook;
    }
}

/// Reads the rules in force from the changes of the city's own partition.
#[derive(Debug)]
pub struct RulesReader {
    journal: Arc<dyn Journal>,
    snapshots: Option<Arc<Snapshots>>,
    rules: RulesInForce,
    /// The version heard last; none before the first.
    heard: Option<u32>,
    cursor: Position,
}

impl RulesReader {
    /// Reads into `rules`, which stay as they are until others are heard of: from the newest kept
    /// picture in `snapshots`, or from the first change there is, to the last.
    ///
    /// # Errors
    /// Where the changes or the pictures cannot be read.
    pub fn begin(
        (journal, snapshots): (Arc<dyn Journal>, Option<Arc<Snapshots>>),
        rules: RulesInForce,
    ) -> Result<Self, RulesError> {
        let mut reader = Self { journal, snapshots, rules, heard: None, cursor: Position::START };
        reader.begin_at_picture()?;
        reader.catch_up()?;
        Ok(reader)
    }

    fn begin_at_picture(&mut self) -> Result<(), RulesError> {
        self.cursor = self.journal.start(Topic::Changes, Partition::CITY);
        let Some(snapshots) = &self.snapshots else { return Ok(()) };
        let (journal, partition) = (self.journal.as_ref(), Partition::CITY);
        let Some(kept) = (KeptPictures { journal, snapshots, partition }).newest()? else {
            return Ok(());
        };
        self.cursor = kept.through;
        if let Some(rows) = kept.picture.rows(partition) {
            self.hear(&rows.playbook);
        }
        Ok(())
    }

    /// Takes what was said since.
    ///
    /// # Errors
    /// Where the changes or the pictures cannot be read.
    pub fn catch_up(&mut self) -> Result<(), RulesError> {
        loop {
            let (topic, after) = (Topic::Changes, self.cursor);
            let found = match self.journal.read(topic, Partition::CITY, after, READ_RANGES_MAX) {
                Err(JournalError::Removed { .. }) => {
                    self.begin_at_picture()?;
                    continue;
                }
                found => found?,
            };
            let Some(last) = found.last() else { return Ok(()) };
            for stored in &found {
                for placed in change_v1::decode(&stored.bytes)?.changes {
                    if let Change::PlaybookAdopted { playbook } = placed.change {
                        self.hear(&playbook);
                    }
                }
            }
            self.cursor = last.position;
        }
    }

    fn hear(&mut self, playbook: &Arc<Playbook>) {
        // A partition that has not begun has the rules of nobody.
        if playbook.version == 0 || self.heard.is_some_and(|heard| playbook.version <= heard) {
            return;
        }
        tracing::info!(version = playbook.version, "rules are in force");
        self.heard = Some(playbook.version);
        self.rules.adopt(Arc::clone(playbook));
    }
}

/// Keeps the rules as the changes say them, until asked to stop. Where the journal does not answer
/// for a while they stay as they were.
///
/// # Errors
/// Where the journal is broken, or holds what this build cannot read.
pub async fn follow_rules(mut reader: RulesReader, mut stop: Stop) -> Result<(), RulesError> {
    let mut end = reader.journal.end(Topic::Changes, Partition::CITY);
    while !stop.is_asked() {
        end.mark_unchanged();
        match reader.catch_up() {
            Err(error) if error.passes() => {
                tracing::warn!(%error, "the rules stay as they were heard last");
                stop.rest(AGAIN_AFTER).await;
            }
            caught_up => {
                caught_up?;
                tokio::select! {
                    () = stop.asked() => {}
                    changed = end.changed() => changed.map_err(|_| JournalError::Closed)?,
                }
            }
        }
    }
    Ok(())
}
