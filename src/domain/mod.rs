//! The words: plain values that every other room speaks in.
//!
//! **Invariant.** No I/O, no clock, no randomness. Types derive `serde` so that `wire`, which
//! alone turns words into bytes, can do so without a mirror of each
//! (`docs/decisions/0002-words-derive-serde.md`).
#![deny(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::indexing_slicing)]
#![deny(clippy::wildcard_enum_match_arm, clippy::float_arithmetic)]

mod adoption;
mod arrival;
mod case;
mod catalog;
mod change;
mod city;
mod command;
mod detection;
mod digest;
mod entry;
mod evidence;
mod fusion_rules;
mod geo;
mod id;
pub mod limits;
mod order;
mod outline;
mod playbook;
mod position;
mod sealed;
mod tally;
mod ticket;
pub mod time;
pub mod trade;
mod unit;

pub use adoption::{Adoption, AdoptionAct, AdoptionRefusal, Proposal};
pub use arrival::Arrival;
pub use case::{Case, CaseCounters, CaseState, ClockBehind, StageClock};
pub use catalog::{Item, Limit, LimitUnit, PrivacyClass, Severity};
pub use change::{Change, ChangeRange, Happened, Placed, RangeHead, Step};
pub use city::{
    Calendar, Civil, Level, Matter, Organisation, OrganisationSort, Organisations, Owners,
    Ownership, PlaceOwners, Register, RegisterRow, RegisterSheets, Registers, SheetAct, SheetHead,
    SheetInForce, SheetProposed, SheetRefusal, SheetSaid, WorkSpan,
};
pub use command::{Actor, Command, Outcome, Role};
pub use detection::{Detection, EpisodeId, Look};
pub use digest::Digest;
pub use entry::{Entry, Journalled};
pub use evidence::{Evidence, Tag, TagKind};
pub use fusion_rules::{FusionBudget, FusionRules, FusionTable};
pub use geo::{GridCode, Place, Point};
pub use id::{
    ByNumber, CameraId, CaseId, CommandId, InvalidId, ItemCode, Numbered, OrgCode, Partition,
    SheetId, SourceKey, TicketId, UnitId,
};
pub use order::{Order, OrderId, OrderTo, OrderWhat};
pub use outline::{Outline, OutlineKind};
pub use playbook::{CentreLimits, Playbook};
pub use position::{Epoch, Position};
pub use sealed::{KeyId, Sealed};
pub use tally::Tally;
pub use ticket::{
    AttachedBy, Attachment, Channel, Episode, Feature, Hint, Purpose, Reason, Reply, Signal,
    SignalKind, Suggestion, Ticket,
};
pub use time::Timestamp;
pub use trade::{KindCode, ReasonCode, Refusal, StageCode, StepCode, Verb, VerbCode};
pub use unit::{Assignment, OrderStamp, Unit, UnitStatus};
