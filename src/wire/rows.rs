//! Cases as pages see them: whole rows, and what changed of one.
//!
//! A wall's row has no field for what a wall may not show. A moved row names the case and the
//! fields that changed: one that is absent is as before, `null` is none.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use crate::domain::trade::{Card, Extension, Part, Pause, Supervision, Urgency};
use crate::domain::{
    Case, CaseCounters, CaseId, CaseState, Channel, ClockBehind, GridCode, ItemCode, KindCode,
    OrgCode, Partition, PrivacyClass, Purpose, Severity, StageClock, StageCode, StepCode,
    Suggestion, Timestamp, UnitId,
};

use super::projection::Projection;

/// A field of a moved row, where it changed; left out where it did not.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Changed<T>(Option<T>);

/// Where it is there, it looks as the field of a whole row does: `null` only where that may be.
impl<T: JsonSchema> JsonSchema for Changed<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

impl<T> Default for Changed<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Clone + PartialEq> Changed<T> {
    fn between(before: &T, now: &T) -> Self {
        Self((before != now).then(|| now.clone()))
    }
}

impl<T> Changed<T> {
    /// Whether it is as before.
    #[must_use]
    pub fn is_not(&self) -> bool {
        self.0.is_none()
    }
}

/// A row, and the same row with every field left out that did not change.
macro_rules! row {
    ($(#[$about:meta])* $row:ident, $moved:ident {
        $($(#[$doc:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
        pub struct $row { $($(#[$doc])* pub $field: $type,)* }

        #[doc = concat!("What changed of a [`", stringify!($row), "`].")]
        #[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
        pub struct $moved {
            $(
                $(#[$doc])*
                #[serde(skip_serializing_if = "Changed::is_not")]
                pub $field: Changed<$type>,
            )*
        }

        impl $row {
            /// What changed since `before`.
            #[must_use]
            pub fn since(&self, before: &Self) -> $moved {
                $moved {
                    $($field: Changed::between(&before.$field, &self.$field),)*
                }
            }
        }
    };
}

row! {
    /// A case on a wall.
    WallRow, WallMoved {
        /// Which path it takes.
        kind: KindCode,
        /// What it is about.
        item: Option<ItemCode>,
        /// How bad it is.
        severity: Severity,
        /// How far it is.
        state: CaseState,
        /// Where on its kind's road that is.
        stage: StageCode,
        /// Degrees north.
        lat: Option<f64>,
        /// Degrees east.
        lon: Option<f64>,
        /// Its grid.
        grid: Option<GridCode>,
        /// When it was opened.
        opened_at: Timestamp,
        /// When it last changed.
        changed_at: Timestamp,
        /// Until when its state may last.
        due: Option<Timestamp>,
        /// Whether that has passed.
        overdue: bool,
        /// How many tickets it has.
        tickets: u32,
        /// How many units it has.
        units: usize,
        /// Who leads.
        lead: Option<OrgCode>,
        /// Whether nobody but a camera has seen it.
        video_only: bool,
        /// Whether it is a drill.
        drill: bool,
        /// The card it carries, where it is supervised.
        card: Option<Card>,
    }
}

row! {
    /// What a desk sees besides.
    DeskRow, DeskMoved {
        /// Counts its changes.
        version: u32,
        /// Who may see it.
        privacy: PrivacyClass,
        /// Who assists.
        assists: BTreeSet<OrgCode>,
        /// The units it has.
        unit_ids: BTreeSet<UnitId>,
        /// What it may belong to, with reasons in points.
        suggestions: Vec<Suggestion>,
        /// How often it was returned, reworked, reopened, urged, verified.
        counters: CaseCounters,
        /// The case it was merged into.
        merged_into: Option<CaseId>,
        /// When it was filed.
        filed_at: Option<Timestamp>,
        /// When it was dispatched.
        dispatched_at: Option<Timestamp>,
        /// When it ended.
        ended_at: Option<Timestamp>,
        /// The clock of its stage.
        clock: Option<StageClock>,
        /// How soon it must be handled.
        urgency: Urgency,
        /// How grave among its kind's colours, 0 the gravest.
        colour: Option<u8>,
        /// Where it was first heard of.
        channel: Option<Channel>,
        /// Who opened it, where an office did.
        origin: Option<OrgCode>,
        /// The case it belongs to.
        parent: Option<CaseId>,
        /// Cases that belong to it.
        children: u32,
        /// … and are not ended.
        children_open: u32,
        /// Its tickets that wait for a reply or a visit.
        tickets_waiting: u32,
        /// When each step was last taken.
        stamps: BTreeMap<StepCode, Timestamp>,
        /// What assisting, called or told organisations have to do.
        parts: BTreeMap<OrgCode, Part>,
        /// How it is supervised.
        supervision: Option<Supervision>,
        /// More time that was asked for and not yet answered.
        extension: Option<Extension>,
        /// What was left when it was suspended.
        pause: Option<Pause>,
        /// How it was rated, 1 to 5.
        rating: Option<u8>,
        /// Where it is being handed over to.
        handover: Option<Partition>,
        /// What it became there.
        handed_to: Option<CaseId>,
        /// The clock behind its stage's own: acceptance while it is verified, handling while it is
        /// suspended or another is to take it over.
        behind: Option<ClockBehind>,
    }
}

/// For whom rows are made.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    serde::Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    /// A wall: shows, and asks nothing.
    Wall,
    /// A desk: shows more, and asks.
    Desk,
}

/// How rows are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// For whom.
    pub page: PageKind,
    /// Whether a row may name other cases: what it may belong to, and what it was merged into.
    pub names_others: bool,
}

/// A case's whole row, under its id.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
#[expect(missing_docs, reason = "the fields are the rows above")]
pub enum PageRow {
    /// A case on a wall.
    #[schemars(title = "WallRow")]
    Wall {
        case: CaseId,
        #[serde(flatten)]
        wall: WallRow,
    },
    /// A case on a desk: the wall's, and what a desk sees besides.
    #[schemars(title = "DeskRow")]
    Desk {
        case: CaseId,
        #[serde(flatten)]
        wall: WallRow,
        #[serde(flatten)]
        desk: Box<DeskRow>,
    },
}

/// A case's row as a delta tells it, under its id: whole where it is new to the page.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
#[expect(missing_docs, reason = "the fields are the rows above")]
pub enum DeltaRow {
    /// All of it.
    Whole(PageRow),
    /// What changed of a case on a wall: a field that is absent is as before, `null` is none.
    #[schemars(title = "WallMoved")]
    Wall {
        case: CaseId,
        #[serde(flatten)]
        wall: WallMoved,
    },
    /// What changed of a case on a desk: a field that is absent is as before, `null` is none.
    #[schemars(title = "DeskMoved")]
    Desk {
        case: CaseId,
        #[serde(flatten)]
        wall: WallMoved,
        #[serde(flatten)]
        desk: Box<DeskMoved>,
    },
}

impl PageRow {
    /// The whole row of a case.
    #[must_use]
    pub fn whole(cut: Cut, case: &Case, plane: &Projection) -> Self {
        let (id, wall) = (case.id, wall_row(case, plane));
        match cut.page {
            PageKind::Wall => Self::Wall { case: id, wall },
            PageKind::Desk => Self::Desk { case: id, wall, desk: Box::new(desk_row(cut, case)) },
        }
    }
}

impl DeltaRow {
    /// The whole row of a case.
    #[must_use]
    pub fn whole(cut: Cut, case: &Case, plane: &Projection) -> Self {
        Self::Whole(PageRow::whole(cut, case, plane))
    }

    /// What changed of a case between two of its rows.
    #[must_use]
    pub fn moved(cut: Cut, (before, now): (&Case, &Case), plane: &Projection) -> Self {
        let wall = wall_row(now, plane).since(&wall_row(before, plane));
        match cut.page {
            PageKind::Wall => Self::Wall { case: now.id, wall },
            PageKind::Desk => {
                let desk = Box::new(desk_row(cut, now).since(&desk_row(cut, before)));
                Self::Desk { case: now.id, wall, desk }
            }
        }
    }
}

/// A case on a wall.
pub(super) fn wall_row(case: &Case, plane: &Projection) -> WallRow {
    let (lat, lon) = case.place.point.map(|point| plane.degrees(point)).unzip();
    WallRow {
        kind: case.kind,
        item: case.item,
        severity: case.severity,
        state: case.state,
        stage: case.stage,
        lat,
        lon,
        grid: case.place.grid,
        opened_at: case.opened_at,
        changed_at: case.changed_at,
        due: case.clock.map(|clock| clock.due),
        overdue: case.clock.is_some_and(|clock| clock.overdue),
        tickets: case.tickets,
        units: case.units.len(),
        lead: case.lead.clone(),
        video_only: case.video_only,
        drill: case.purpose == Purpose::Drill,
        card: case.supervision.as_ref().map(|supervision| supervision.card),
    }
}

fn desk_row(cut: Cut, case: &Case) -> DeskRow {
    DeskRow {
        version: case.version,
        privacy: case.privacy,
        assists: case.assists.clone(),
        unit_ids: case.units.clone(),
        suggestions: if cut.names_others { case.suggestions.clone() } else { Vec::new() },
        counters: case.counters,
        merged_into: case.merged_into.filter(|_| cut.names_others),
        filed_at: case.filed_at,
        dispatched_at: case.dispatched_at,
        ended_at: case.ended_at,
        clock: case.clock,
        urgency: case.urgency,
        colour: case.colour,
        channel: case.channel,
        origin: case.origin.clone(),
        parent: case.parent.filter(|_| cut.names_others),
        children: case.children,
        children_open: case.children_open,
        tickets_waiting: case.tickets_waiting,
        stamps: case.stamps.clone(),
        parts: case.parts.clone(),
        supervision: case.supervision.clone(),
        extension: case.extension.clone(),
        pause: case.pause.clone(),
        rating: case.rating,
        handover: case.handover,
        handed_to: case.handed_to.filter(|_| cut.names_others),
        behind: case.behind,
    }
}
