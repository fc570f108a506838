//! The fold: one look, or one tick, and what follows from it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::{CameraId, Detection, EpisodeId, ItemCode, Look, Position, Timestamp};

use super::episode::EpisodeStep;
use super::rules::WatchRules;

/// What one camera's rule may be looking at.
type Key = (CameraId, ItemCode);

/// What all cameras are looking at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Watch {
    now: Timestamp,
    sights: BTreeMap<Key, Sight>,
    /// When each sight falls silent; exactly one entry a sight.
    silent: BTreeSet<(Timestamp, Key)>,
    ignored: Ignored,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Sight {
    first_at: Timestamp,
    seen_at: Timestamp,
    hits: u32,
    absent: u16,
    silent_at: Timestamp,
    open: Option<Open>,
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
            steps.extend(self.end(key, now));
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
                entry.insert(Sight::new(seen_at, silent_at))
            }
        };
        self.silent.remove(&(sight.silent_at, key));
        self.silent.insert((silent_at, key));
        sight.silent_at = silent_at;
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
        self.silent.remove(&(sight.silent_at, key));
        let open = sight.open?;
        let Sight { hits, seen_at, .. } = sight;
        Some(EpisodeStep::Ended { episode: open.episode, hits, seen_at, arrived_at })
    }
}

impl Sight {
    fn new(at: Timestamp, silent_at: Timestamp) -> Self {
        Self { first_at: at, seen_at: at, hits: 0, absent: 0, silent_at, open: None }
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
