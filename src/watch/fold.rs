//! The fold: one look, or one tick, and what follows from it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::{CameraId, Detection, EpisodeId, ItemCode, Look, Position, Timestamp};

use super::episode::EpisodeStep;
use super::rules::WatchRules;
use super::stored::StoredWatch;

/// What one camera's rule may be looking at.
pub(super) type Key = (CameraId, ItemCode);

/// What all cameras are looking at.
///
/// **Invariant.** Each sight has exactly one entry in `silent`, at its `listed_at`, which is no
/// later than its `silent_at`. A look moves only the latter, thousands of times a second; an entry
/// that comes due too early is put where it belongs, so sights end in the order of `silent_at`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(into = "StoredWatch", from = "StoredWatch")]
pub struct Watch {
    pub(super) now: Timestamp,
    pub(super) sights: BTreeMap<Key, Sight>,
    pub(super) silent: BTreeSet<(Timestamp, Key)>,
    pub(super) ignored: Ignored,
}

/// Looks that changed nothing, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Ignored {
    /// No camera may report the item.
    pub not_allowed: u64,
    /// As many sights as may be are held.
    pub full: u64,
}

/// An object a camera sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sight {
    first_at: Timestamp,
    seen_at: Timestamp,
    hits: u32,
    absent: u16,
    /// When it falls silent, should nobody speak of it.
    pub(super) silent_at: Timestamp,
    open: Option<Open>,
    /// Where its entry in [`Watch::silent`] is.
    #[serde(skip)]
    pub(super) listed_at: Timestamp,
}

/// The episode it became.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Open {
    episode: EpisodeId,
    said_at: Timestamp,
}

impl Watch {
    /// Folds the look at `position`, which the journal took at `at`.
    pub fn fold(
        &mut self,
        rules: &WatchRules,
        (position, at): (Position, Timestamp),
        look: &Look,
    ) -> Vec<EpisodeStep> {
        self.now = self.now.max(at);
        let mut steps = self.fall_silent();
        match look {
            Look::Tick => {}
            Look::Seen(hit) if !rules.allowed.contains(&hit.item) => {
                self.ignored.not_allowed = self.ignored.not_allowed.saturating_add(1);
            }
            Look::Seen(hit) if hit.present => steps.extend(self.seen(rules, position, hit)),
            Look::Seen(hit) => steps.extend(self.gone(rules, hit)),
        }
        steps
    }

    /// The journal's time, as far as it was folded.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// What was ignored so far.
    #[must_use]
    pub fn ignored(&self) -> Ignored {
        self.ignored
    }

    /// Sights held.
    #[must_use]
    pub fn sights(&self) -> usize {
        self.sights.len()
    }

    /// Ends what no camera has spoken of for too long.
    fn fall_silent(&mut self) -> Vec<EpisodeStep> {
        let mut steps = Vec::new();
        while let Some((due, key)) = self.silent.first().copied()
            && due <= self.now
        {
            let now = self.now;
            match self.sights.get_mut(&key) {
                Some(sight) if due < sight.silent_at => sight.list_anew(&mut self.silent, key),
                _ => steps.extend(self.end(key, now)),
            }
        }
        steps
    }

    /// The object is there: a new sight, a longer one, an episode, or one more word of it.
    fn seen(
        &mut self,
        rules: &WatchRules,
        position: Position,
        hit: &Detection,
    ) -> Option<EpisodeStep> {
        let key = (hit.camera, hit.item);
        // A camera's clock may be ahead of ours; it never carries a sight into the future.
        let seen_at = hit.observed_at.min(self.now);
        let silent_at = self.now.plus_ms(rules.silence_ms);
        let held = self.sights.len();
        let sight = match self.sights.entry(key) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(_) if rules.sights_max <= held => {
                self.ignored.full = self.ignored.full.saturating_add(1);
                return None;
            }
            std::collections::btree_map::Entry::Vacant(entry) => {
                self.silent.insert((silent_at, key));
                entry.insert(Sight::new(seen_at, silent_at))
            }
        };
        sight.silent_at = silent_at;
        if silent_at < sight.listed_at {
            // Rules with a shorter silence than those it was listed by.
            sight.list_anew(&mut self.silent, key);
        }
        sight.absent = 0;
        sight.hits = sight.hits.saturating_add(1);
        sight.seen_at = sight.seen_at.max(seen_at);
        sight.step(rules, self.now, (position, hit))
    }

    /// A look found it gone.
    fn gone(&mut self, rules: &WatchRules, hit: &Detection) -> Option<EpisodeStep> {
        let key = (hit.camera, hit.item);
        let sight = self.sights.get_mut(&key)?;
        sight.absent = sight.absent.saturating_add(1);
        if sight.absent < rules.clear_looks {
            return None;
        }
        self.end(key, hit.arrived_at)
    }

    /// Forgets a sight, and ends its episode where it became one.
    fn end(&mut self, key: Key, arrived_at: Timestamp) -> Option<EpisodeStep> {
        let sight = self.sights.remove(&key)?;
        self.silent.remove(&(sight.listed_at, key));
        let open = sight.open?;
        let Sight { hits, seen_at, .. } = sight;
        Some(EpisodeStep::Ended { episode: open.episode, hits, seen_at, arrived_at })
    }
}

impl Sight {
    fn new(at: Timestamp, silent_at: Timestamp) -> Self {
        let (hits, absent, open, listed_at) = (0, 0, None, silent_at);
        Self { first_at: at, seen_at: at, hits, absent, silent_at, open, listed_at }
    }

    /// Moves its entry to where it falls silent.
    fn list_anew(&mut self, silent: &mut BTreeSet<(Timestamp, Key)>, key: Key) {
        silent.remove(&(self.listed_at, key));
        silent.insert((self.silent_at, key));
        self.listed_at = self.silent_at;
    }

    /// What one more look makes of it.
    fn step(
        &mut self,
        rules: &WatchRules,
        now: Timestamp,
        (position, hit): (Position, &Detection),
    ) -> Option<EpisodeStep> {
        let (hits, seen_at, arrived_at) = (self.hits, self.seen_at, hit.arrived_at);
        if let Some(open) = &mut self.open {
            if now.ms_since(open.said_at) < rules.update_every_ms {
                return None;
            }
            open.said_at = now;
            return Some(EpisodeStep::Updated { episode: open.episode, hits, seen_at, arrived_at });
        }
        let stayed = rules.dwell_ms <= seen_at.ms_since(self.first_at) && rules.looks_min <= hits;
        if !stayed {
            return None;
        }
        let episode = EpisodeId { camera: hit.camera, item: hit.item, opened: position };
        self.open = Some(Open { episode, said_at: now });
        Some(EpisodeStep::Opened { episode, since: self.first_at, arrived_at })
    }
}
