//! What the roles of one process stand on: journal, vault, metrics, clock.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::config::{Config, JournalKind};
use crate::domain::{Epoch, Partition, Playbook};
use crate::gateway::RuleFiles;
use crate::ingest::evidence::Extractor;
use crate::journal::{
    Journal, JournalError, LocalJournal, LocalOptions, MemoryJournal, Needs, Ownership,
    SnapshotError, Snapshots, Topic,
};
use crate::kept::Ranges;
use crate::telemetry::{Clock, Health, Metrics};
use crate::vault::{Vault, VaultError};

use super::arguments::LayerArguments;
use super::cluster;

/// Why there is no ground to stand on.
#[derive(Debug, thiserror::Error)]
pub(super) enum GroundError {
    /// The journal.
    #[error("{0}; does another liandong use this data directory?")]
    Journal(#[from] JournalError),
    /// The cluster that the journal lies on.
    #[error("{0}")]
    #[cfg_attr(not(feature = "kafka"), expect(dead_code, reason = "this build has none"))]
    Cluster(JournalError),
    /// The vault.
    #[error("{0}; does another liandong use this data directory?")]
    Vault(#[from] VaultError),
    /// Two metrics of one name: a mistake of ours.
    #[error("{0}")]
    Metrics(String),
    /// A kind of journal that this build has not.
    #[error("this build has no Kafka: build it with `--features kafka`, or set journal.kind")]
    #[cfg_attr(feature = "kafka", expect(dead_code, reason = "this build has it"))]
    NoKafka,
    /// What readers of the changes need cannot be shared.
    #[error("the folder that processes share (where vault.dir lies): {0}")]
    Needs(#[from] std::io::Error),
    /// No randomness for the keys of a journal in memory.
    #[error("no randomness: {0}")]
    Randomness(String),
}

/// What a process follows of a cluster.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "kafka"), expect(dead_code, reason = "this build has no cluster"))]
pub(super) struct Followed {
    /// The topics it reads.
    pub(super) topics: &'static [Topic],
    /// Of these, those whose news may come a little later, at the gain of all who share the
    /// brokers …
    pub(super) patient: &'static [Topic],
    /// … and those of which it reads the city's own partition alone.
    pub(super) city_only: &'static [Topic],
}

impl Followed {
    /// Every partition of `topics`, at once.
    pub(super) const fn all_of(topics: &'static [Topic]) -> Self {
        Self { topics, patient: &[], city_only: &[] }
    }

    /// Every partition of `topics`, without haste.
    pub(super) const fn patiently(topics: &'static [Topic]) -> Self {
        Self { topics, patient: topics, city_only: &[] }
    }
}

/// What every role is given.
#[derive(Debug, Clone)]
pub(super) struct Ground {
    pub(super) config: Arc<Config>,
    pub(super) journal: Arc<dyn Journal>,
    pub(super) ranges: Ranges,
    pub(super) vault: Arc<Vault>,
    pub(super) metrics: Metrics,
    pub(super) clock: Clock,
    pub(super) health: Health,
    pub(super) needs: Needs,
}

impl Ground {
    /// Opens it all.
    pub(super) fn open(config: Config) -> Result<Self, GroundError> {
        Self::open_for(config, Followed::all_of(&Topic::ALL))
    }

    /// Opens it for who reads what is `followed` only: on a cluster nothing else is.
    pub(super) fn open_for(mut config: Config, followed: Followed) -> Result<Self, GroundError> {
        let metrics = Metrics::new().map_err(|error| GroundError::Metrics(error.to_string()))?;
        let clock = Clock::System;
        let (journal, vault): (Arc<dyn Journal>, Vault) = match config.journal.kind {
            JournalKind::Local => {
                let commit_entries_max = config.journal.commit_entries_max;
                let commit_every = Duration::from_micros(config.journal.commit_every_us);
                let options = LocalOptions { commit_entries_max, commit_every };
                let measured = Some(metrics.clone());
                let directory = config.journal_dir();
                let journal = LocalJournal::open(&directory, options, clock.clone(), measured)?;
                (journal, Vault::open(&config.vault.dir)?)
            }
            JournalKind::Memory => {
                // Words outlive no journal, so neither do their keys; nor do positions.
                let (mut seed, mut epoch) = ([0; 32], [0; 8]);
                getrandom::fill(&mut seed)
                    .and_then(|()| getrandom::fill(&mut epoch))
                    .map_err(|error| GroundError::Randomness(error.to_string()))?;
                let epoch = Epoch(u64::from_be_bytes(epoch));
                let journal = Arc::new(MemoryJournal::of_epoch(clock.clone(), epoch));
                (journal, Vault::ephemeral(seed))
            }
            JournalKind::Kafka => {
                let with = (clock.clone(), metrics.clone());
                let journal = cluster::journal(&config, followed, with)?;
                (journal, Vault::open_shared(&config.vault.dir)?)
            }
        };
        key(Arc::make_mut(&mut config.playbook), &vault);
        let (config, vault) = (Arc::new(config), Arc::new(vault));
        let needs = match config.journal.kind {
            JournalKind::Kafka => Needs::shared(&config.shared_dir().join("needs"))?,
            JournalKind::Local | JournalKind::Memory => Needs::default(),
        };
        let (health, ranges) = (Health::default(), Ranges::of(&journal));
        Ok(Self { config, journal, ranges, vault, metrics, clock, health, needs })
    }

    /// Where the rules are written: in the files that `layers` choose, over `profile` where they
    /// name none.
    pub(super) fn rule_files(
        &self,
        layers: &LayerArguments,
        profile: Option<&'static str>,
    ) -> RuleFiles {
        let (layers, vault) = (layers.clone(), Arc::clone(&self.vault));
        RuleFiles::new(move || {
            let mut playbook = (*layers.load(profile)?.config.playbook).clone();
            key(&mut playbook, &vault);
            Ok(playbook)
        })
    }

    /// Whether nothing outlives this process: its journal is in memory.
    pub(super) fn keeps_nothing(&self) -> bool {
        self.config.journal.kind == JournalKind::Memory
    }

    /// The snapshots of one kind of fold; none of a journal in memory.
    pub(super) fn snapshots_of(
        &self,
        kind: &'static str,
    ) -> Result<Option<Arc<Snapshots>>, SnapshotError> {
        if self.keeps_nothing() {
            return Ok(None);
        }
        Ok(Some(Arc::new(Snapshots::in_store(&self.config.snapshots, kind)?)))
    }

    /// The partitions of this process, as the group of its `role` gives those of `topic`; all of
    /// `partitions` where there is but one process.
    pub(super) fn ownership(
        &self,
        (role, topic): (&'static str, Topic),
        partitions: BTreeSet<Partition>,
    ) -> Result<Ownership, GroundError> {
        match self.config.journal.kind {
            JournalKind::Kafka => cluster::ownership(&self.config, (role, topic), &self.metrics),
            JournalKind::Local | JournalKind::Memory => Ok(Ownership::all(partitions)),
        }
    }
}

/// Topics are compared as evidence is: by hashes under the city's own key.
fn key(playbook: &mut Playbook, vault: &Vault) {
    let words = Extractor::new(vault.match_key());
    playbook.fusion = playbook.fusion.clone().keyed(|word| words.word(word));
}
