//! A case's row: on a wall, and what a desk sees besides.

use std::collections::{BTreeMap, BTreeSet};

use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::trade::{Card, Extension, Part, Pause, Supervision, Urgency};
use crate::domain::{
    Case, CaseCounters, CaseId, CaseState, Channel, ClockBehind, GridCode, ItemCode, KindCode,
    OrgCode, Partition, PrivacyClass, Purpose, Severity, StageClock, StageCode, StepCode,
    Suggestion, Timestamp, UnitId,
};
use crate::wire::projection::Projection;

use super::field::{Blank, Changed, blank_of, blanks, may_lack};
use super::page::Cut;

/// A row; the same row without what is blank; and without what did not change.
macro_rules! row {
    ($(#[$about:meta])* $row:ident, $lean:ident, $moved:ident {
        $($(#[$doc:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
        pub struct $row { $($(#[$doc])* pub $field: $type,)* }

        #[doc = concat!("A [`", stringify!($row), "`] that leaves out what is blank.")]
        #[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
        #[schemars(transform = |schema: &mut Schema| may_lack(schema, &$lean::blanks()))]
        pub struct $lean {
            $(
                $(#[$doc])*
                #[serde(skip_serializing_if = "Blank::is_blank")]
                pub $field: $type,
            )*
        }

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
            /// As it is told whole.
            #[must_use]
            pub fn lean(self) -> $lean {
                $lean { $($field: self.$field,)* }
            }

            /// What changed since `before`.
            #[must_use]
            pub fn since(&self, before: &Self) -> $moved {
                $moved {
                    $($field: Changed::between(&before.$field, &self.$field),)*
                }
            }
        }

        impl $lean {
            /// The fields that may be absent, each with what it then is.
            #[must_use]
            pub fn blanks() -> Map<String, Value> {
                blanks([$((stringify!($field), blank_of::<$type>()),)*])
            }
        }
    };
}

row! {
    /// A case on a wall.
    WallRow, WallLean, WallMoved {
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
    DeskRow, DeskLean, DeskMoved {
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

/// A case on a wall.
pub(in crate::wire) fn wall_row(case: &Case, plane: &Projection) -> WallRow {
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

/// What a desk sees besides.
pub(super) fn desk_row(cut: Cut, case: &Case) -> DeskRow {
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
        supervision: case.supervision.as_deref().cloned(),
        extension: case.extension.as_deref().cloned(),
        pause: case.pause.as_deref().cloned(),
        rating: case.rating,
        handover: case.handover,
        handed_to: case.handed_to.filter(|_| cut.names_others),
        behind: case.behind.as_deref().copied(),
    }
}
