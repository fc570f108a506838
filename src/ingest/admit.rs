//! Admitting: a raw report becomes a signal with a place, a partition and sealed words, or a
//! problem. A pure step: the time is handed in, and nothing is remembered.

use std::sync::Arc;

use crate::config::PartitionTable;
use crate::domain::limits::{DETECTION_LATE_MS_MAX, DUE_MS_MAX, FUTURE_MS_MAX, SOURCES_KEPT_MS};
use crate::domain::{
    Channel, Detection, Evidence, GridCode, Item, ItemCode, Partition, Place, Playbook, Sealed,
    Signal, SignalKind, SourceKey, Timestamp,
};
use crate::kept::RulesInForce;
use crate::vault::{Vault, VaultError};
use crate::wire::feeds::{Contact, Feed, RawDetection, RawKind, RawPlace, RawSignal};
use crate::wire::problem::{Problem, ProblemKind};
use crate::wire::projection::Projection;
use crate::wire::public::contact;
use crate::wire::words_v1::{self, Words};

use super::cameras::Cameras;
use super::evidence::Extractor;
use super::places::{Found, Places};
use super::scrub::scrub_both;

/// What admitting needs to know of the city.
#[derive(Debug, Clone)]
pub struct Admission {
    /// Its grids.
    pub places: Arc<Places>,
    /// Its plane.
    pub projection: Projection,
    /// Its cameras.
    pub cameras: Arc<Cameras>,
    /// Its catalogue, as it is in force.
    pub rules: RulesInForce,
    /// Which county has which partition.
    pub partitions: PartitionTable,
    /// What seals words.
    pub vault: Arc<Vault>,
}

/// A signal, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// Which partitions' journals take it.
    pub route: Route,
    /// What they take.
    pub signal: Signal,
}

/// Which partitions' journals take a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// This one.
    One(Partition),
    /// Every one: it speaks of an earlier signal, and only the core that numbered that one knows
    /// where it is. The others answer that they do not know it, and change nothing.
    Every,
}

/// The key of a sender's identifier: the same feed and identifier are the same observation.
#[must_use]
pub fn source_key(feed: Feed, id: &str) -> SourceKey {
    let hash = blake3::hash(&[feed.name().as_bytes(), &[0], id.as_bytes()].concat());
    let first = hash.as_bytes().first_chunk::<16>().copied().unwrap_or_default();
    SourceKey(u128::from_be_bytes(first))
}

/// Whether a channel's senders are owed a reply unless they say otherwise.
fn owes_reply(channel: Channel) -> bool {
    match channel {
        Channel::PublicApp | Channel::Hotline | Channel::Petition | Channel::Business => true,
        Channel::Grid
        | Channel::Video
        | Channel::Police110
        | Channel::Sensor
        | Channel::Superior => false,
    }
}

/// What the catalogue in force says of `item`; a problem where it has none such.
fn known_item(rules: &Playbook, item: ItemCode) -> Result<&Item, Problem> {
    rules.items.get(&item).ok_or_else(|| {
        let why = format!("the catalogue has no item {item}; leave it out where it is not known");
        Problem::new(ProblemKind::UnknownItem, why).at("/item")
    })
}

impl Admission {
    /// Admits a report that arrived at `arrived_at` by `feed`.
    ///
    /// # Errors
    /// A problem located in the report, where it cannot be a signal of this city.
    pub fn admit(
        &self,
        (feed, arrived_at): (Feed, Timestamp),
        raw: RawSignal,
    ) -> Result<Admitted, Problem> {
        let (index, span) = (raw.index, raw.span.clone());
        self.signal((feed, arrived_at), raw).map_err(|problem| problem.of(index, span))
    }

    fn signal(
        &self,
        (feed, arrived_at): (Feed, Timestamp),
        raw: RawSignal,
    ) -> Result<Admitted, Problem> {
        timely(raw.observed_at, arrived_at, SOURCES_KEPT_MS)?;
        let rules = self.rules.now();
        if let Some(item) = raw.item {
            known_item(&rules, item)?;
        }
        due_in_reach(raw.due, raw.observed_at)?;
        let named = || rules.item_named(raw.named.as_deref()?);
        let item = raw.item.or_else(named);
        let place = self.place(&raw.place)?;
        let owes_reply = raw.owes_reply.unwrap_or_else(|| owes_reply(raw.channel));
        let kind = match &raw.kind {
            RawKind::New => SignalKind::New,
            RawKind::Urge { about } => SignalKind::Urge { about: source_key(feed, about) },
            RawKind::Withdraw { about } => SignalKind::Withdraw { about: source_key(feed, about) },
        };
        let route = self.route(kind, place, owes_reply)?;
        let source = source_key(feed, &raw.id);
        let contact = self.contact(&raw)?;
        let (words, evidence) = self.sealed(source, (&raw, contact));
        let signal = Signal {
            source,
            external_id: raw.quoted.unwrap_or(raw.id),
            channel: raw.channel,
            kind,
            item,
            place,
            observed_at: raw.observed_at,
            arrived_at,
            owes_reply,
            purpose: raw.purpose,
            evidence,
            words,
            due: raw.due,
        };
        Ok(Admitted { route, signal })
    }

    /// Admits a camera's raw hit that arrived at `arrived_at`.
    ///
    /// # Errors
    /// A problem, where the camera is not the city's, or may not report that item, or says it late.
    pub fn look(&self, arrived_at: Timestamp, raw: &RawDetection) -> Result<Detection, Problem> {
        let located = |problem: Problem| problem.of(raw.index, 0..0);
        timely(raw.observed_at, arrived_at, DETECTION_LATE_MS_MAX).map_err(located)?;
        let rules = self.rules.now();
        if !known_item(&rules, raw.item).map_err(located)?.video_ok {
            let why = format!("the catalogue does not let a camera report {}", raw.item);
            return Err(located(Problem::new(ProblemKind::NotForVideo, why).at("/item")));
        }
        if self.cameras.place(raw.camera).is_none() {
            let why = format!("camera {} is not in the register", raw.camera.0);
            return Err(located(Problem::new(ProblemKind::UnknownCamera, why).at("/camera")));
        }
        Ok(Detection {
            camera: raw.camera,
            item: raw.item,
            present: raw.present,
            count: raw.count,
            observed_at: raw.observed_at,
            arrived_at,
        })
    }

    /// The point and the grid of what was given. A point within the city decides its grid.
    fn place(&self, raw: &RawPlace) -> Result<Place, Problem> {
        let given = raw.grid.as_deref().map(|code| self.grid(code)).transpose()?.flatten();
        let Some(degrees) = raw.degrees else { return Ok(Place { point: None, grid: given }) };
        let off_globe =
            || Problem::new(ProblemKind::WrongValue, "this is not on the globe").at("/lat");
        let point = self.projection.point(degrees).ok_or_else(off_globe)?;
        let grid = match (self.places.find(point), given) {
            (Found::Grid(grid), _) => Some(grid),
            (Found::Anywhere, _) => None,
            (Found::Outside, Some(given)) => Some(given),
            (Found::Outside, None) => {
                let (lat, lon) = degrees;
                let why = format!("{lat},{lon} lies in none of the city's grids");
                return Err(Problem::new(ProblemKind::Outside, why).at("/lat"));
            }
        };
        Ok(Place { point: Some(point), grid })
    }

    /// The grid of a given code; none in a city without grids.
    fn grid(&self, code: &str) -> Result<Option<GridCode>, Problem> {
        let unknown = |why: String| Problem::new(ProblemKind::UnknownGrid, why).at("/grid");
        let grid = code.parse().map_err(|_| unknown(format!("{code:?} is not a grid's code")))?;
        if self.places.is_open() {
            return Ok(None);
        }
        let known = self.places.knows(grid);
        known.then_some(Some(grid)).ok_or_else(|| unknown(format!("the city has no grid {grid}")))
    }

    /// Where a signal of this kind at this place goes.
    fn route(&self, kind: SignalKind, place: Place, owes_reply: bool) -> Result<Route, Problem> {
        if kind != SignalKind::New {
            return Ok(Route::Every);
        }
        if place.is_unknown() && owes_reply {
            // A person has to place it: it waits with the city.
            return Ok(Route::One(Partition::CITY));
        }
        if place.is_unknown() {
            let why = "neither `lat` and `lon` nor `grid` is given, and no reply is owed that a \
                       person would have to find the place for";
            return Err(Problem::new(ProblemKind::NoPlace, why));
        }
        Ok(Route::One(self.partition(place)))
    }

    /// The partition of a known place.
    #[must_use]
    pub fn partition(&self, place: Place) -> Partition {
        if self.partitions.is_undivided() {
            return PartitionTable::ONLY;
        }
        place.grid.map_or(Partition::CITY, |grid| self.partitions.of(grid))
    }

    /// The contact that was given, opened where it came sealed.
    fn contact(&self, raw: &RawSignal) -> Result<Option<Contact>, Problem> {
        let Some(sealed) = &raw.sealed_contact else { return Ok(raw.contact.clone()) };
        let wrong = |kind, why| Problem::new(kind, why).at("/sealed_contact");
        if raw.contact.is_some() {
            return Err(wrong(ProblemKind::WrongValue, "the contact is given in clear, too"));
        }
        let opened = self.vault.open_contact(sealed).ok().and_then(|bytes| contact(&bytes));
        let why = "seal the JSON object of `contact` to the key of /api/v1/vault-key";
        opened.ok_or_else(|| wrong(ProblemKind::SealedContact, why)).map(Some)
    }

    /// The words under the signal's own key, masked, with what fusion may compare of them. Where
    /// the key was destroyed both are gone, and the signal is kept.
    fn sealed(
        &self,
        source: SourceKey,
        (raw, contact): (&RawSignal, Option<Contact>),
    ) -> (Option<Sealed>, Evidence) {
        let [text, compared] = scrub_both(&raw.text);
        let [address, compared_address] = scrub_both(&raw.address);
        let words = Words { text, address, contact };
        if words.is_empty() {
            return (None, Evidence::default());
        }
        let text = words_v1::encode(&words).unwrap_or_default();
        match self.vault.seal(Vault::key_for(source), &text) {
            // A plate is told to fusion, who keeps 12 bits of it; no number of a person is.
            Ok(sealed) => {
                let extractor = Extractor::new(self.vault.match_key());
                (Some(sealed), extractor.extract(&compared, &compared_address))
            }
            Err(VaultError::Erased) => (None, Evidence::default()),
            Err(error) => {
                tracing::error!(%error, "words could not be sealed: the signal goes on without");
                (None, Evidence::default())
            }
        }
    }
}

/// What is promised is within reach of when it was seen, before or after: a clock can be set by it.
fn due_in_reach(due: Option<Timestamp>, observed: Timestamp) -> Result<(), Problem> {
    if due.is_none_or(|due| due.0.abs_diff(observed.0) <= DUE_MS_MAX.unsigned_abs()) {
        return Ok(());
    }
    let why = "it is due more than a hundred years from when it was observed";
    Err(Problem::new(ProblemKind::WrongValue, why).at("/due"))
}

/// Neither longer ago than `late_ms_max` nor in the future.
fn timely(observed: Timestamp, arrived: Timestamp, late_ms_max: i64) -> Result<(), Problem> {
    let age_ms = arrived.ms_since(observed);
    if late_ms_max < age_ms {
        let why = format!("observed {age_ms} ms before it arrived; at most {late_ms_max}");
        return Err(Problem::new(ProblemKind::TooLate, why).at("/observed_at"));
    }
    if age_ms < -FUTURE_MS_MAX {
        let why = format!(
            "observed {} ms after it arrived; at most {FUTURE_MS_MAX}",
            age_ms.saturating_neg()
        );
        return Err(Problem::new(ProblemKind::InFuture, why).at("/observed_at"));
    }
    Ok(())
}
