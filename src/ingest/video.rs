//! Video's part: a partition of looks folded into episodes, and each step of one made a signal.
//!
//! A signal's key follows from the episode's name and the step, so looks that are folded again
//! after a crash give the same signals, which the core answers as heard before.

use crate::config::WatchConfig;
use crate::domain::{
    Channel, EpisodeId, Evidence, Partition, Playbook, Position, Purpose, Signal, SignalKind,
    SourceKey, Timestamp,
};
use crate::journal::Stored;
use crate::watch::{EpisodeStep, Watch, WatchRules};
use crate::wire::look_v1;

use super::admit::Admission;

/// One partition's fold of looks, and how far it has come.
#[derive(Debug, Clone, Default)]
pub struct Watcher {
    /// The last look folded.
    pub position: Position,
    /// The fold.
    pub watch: Watch,
}

/// What one batch of looks became.
#[derive(Debug, Default)]
pub struct Episodes {
    /// The signals, each for its partition, in order.
    pub signals: Vec<(Partition, Signal)>,
    /// Looks that cannot be read: the storage is damaged, and each is skipped.
    pub damaged: u64,
}

impl Watcher {
    /// Folds `stored`, the looks after [`Watcher::position`].
    pub fn step(
        &mut self,
        rules: &WatchRules,
        admission: &Admission,
        stored: &[Stored],
    ) -> Episodes {
        let mut episodes = Episodes::default();
        for look in stored {
            self.position = look.position;
            match look_v1::decode(&look.bytes) {
                Ok(seen) => {
                    let steps = self.watch.fold(rules, (look.position, look.at), &seen);
                    episodes.signals.extend(steps.iter().map(|step| signal(admission, step)));
                }
                Err(error) => {
                    tracing::error!(%error, position = %look.position, "a look cannot be read");
                    episodes.damaged += 1;
                }
            }
        }
        episodes
    }
}

/// The rules of a city's cameras: what the catalogue in force lets them report.
#[must_use]
pub fn watch_rules(config: &WatchConfig, playbook: &Playbook) -> WatchRules {
    let items = playbook.items.values();
    WatchRules {
        dwell_ms: config.dwell_ms,
        clear_looks: config.clear_looks,
        update_every_ms: config.update_every_ms,
        allowed: items.filter(|item| item.video_ok).map(|item| item.code).collect(),
        ..WatchRules::default()
    }
}

/// The signal that a step of an episode is, and whose journal takes it.
fn signal(admission: &Admission, step: &EpisodeStep) -> (Partition, Signal) {
    let episode = step.episode();
    let about = key(episode, "opened", 0);
    let (source, kind, observed_at, arrived_at) = match *step {
        EpisodeStep::Opened { since, arrived_at, .. } => {
            (about, SignalKind::New, since, arrived_at)
        }
        EpisodeStep::Updated { hits, seen_at, arrived_at, .. } => {
            let kind = SignalKind::EpisodeUpdated { about, hits };
            (key(episode, "updated", hits), kind, seen_at, arrived_at)
        }
        EpisodeStep::Ended { hits, seen_at, arrived_at, .. } => {
            let kind = SignalKind::EpisodeEnded { about, hits };
            (key(episode, "ended", 0), kind, seen_at, arrived_at)
        }
    };
    let place = admission.cameras.place(episode.camera).unwrap_or_default();
    let signal = Signal {
        source,
        external_id: format!("{}/{}/{}", episode.camera.0, episode.item, episode.opened),
        channel: Channel::Video,
        kind,
        item: Some(episode.item),
        place,
        observed_at: Timestamp(observed_at.0.max(0)),
        arrived_at,
        owes_reply: false,
        purpose: Purpose::Real,
        evidence: Evidence::default(),
        words: None,
        due: None,
    };
    (admission.partition(place), signal)
}

/// The key of one step of an episode.
fn key(episode: EpisodeId, step: &str, number: u32) -> SourceKey {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"video\0");
    hasher.update(&episode.camera.0.to_be_bytes());
    hasher.update(episode.item.to_string().as_bytes());
    hasher.update(&episode.opened.offset.to_be_bytes());
    hasher.update(&episode.opened.index.to_be_bytes());
    hasher.update(step.as_bytes());
    hasher.update(&number.to_be_bytes());
    let hash = hasher.finalize();
    let first = hash.as_bytes().first_chunk::<16>().copied().unwrap_or_default();
    SourceKey(u128::from_be_bytes(first))
}
