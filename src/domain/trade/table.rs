//! The verb table (`domain.md` 4.3): for each verb from which states to which, who may ask, and
//! what must be true. A kind's stages say where it is possible; they may demand more, never less.

use super::super::case::CaseState::{
    self, Cancelled, Closed, Dispatched, Evaluated, Filed, HandedOver, Handled, Handling, Merged,
    Rejected, Reported, SelfCleared, Suspended, Verifying,
};
use super::super::command::Role::{
    self, Agent, Checker, Dispatcher, GridWorker, Handler, Leader, Mediator, Receiver, ShiftLeader,
    Supervisor, TownLeader,
};
use super::guard::Guard;
use super::verb_code::VerbCode;

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerbRule {
    /// The verb.
    pub verb: VerbCode,
    /// In which states it can be asked.
    pub from: &'static [CaseState],
    /// Into which it may bring the case; empty where it stays.
    pub to: &'static [CaseState],
    /// Who may ask, where the kind does not name others.
    pub who: &'static [Role],
    /// What must be true in every kind.
    pub guards: &'static [Guard],
}

/// Whom besides a kind may name with `by`; nobody else, but for its own steps.
#[must_use]
pub const fn also_by(verb: VerbCode) -> &'static [Role] {
    use VerbCode as V;
    if matches!(verb, V::CheckPass | V::CheckFail) {
        return &[Agent, Supervisor, Dispatcher, Receiver, TownLeader, Mediator];
    }
    if matches!(verb, V::Accept | V::Return | V::Handled | V::Claim) {
        return &[Mediator, GridWorker];
    }
    if matches!(verb, V::Reject) {
        return &[Supervisor, Mediator, Handler];
    }
    if matches!(verb, V::File | V::Dispatch) {
        return &[Mediator, Receiver, Handler];
    }
    if matches!(verb, V::FanOut | V::PartDone) {
        return &[Dispatcher, Receiver, TownLeader];
    }
    &[]
}

/// The states in which something is still to be done.
pub(super) const OPEN: &[CaseState] =
    &[Reported, Verifying, Filed, Dispatched, Handling, Suspended, Handled];
/// Every state.
pub(super) const ANY: &[CaseState] = &[
    Reported,
    Verifying,
    Filed,
    Dispatched,
    Handling,
    Suspended,
    Handled,
    Closed,
    Evaluated,
    Rejected,
    Merged,
    Cancelled,
    SelfCleared,
    HandedOver,
];
/// The states of a case whose senders are still spoken with.
const SPOKEN_OF: &[CaseState] = &[
    Reported,
    Verifying,
    Filed,
    Dispatched,
    Handling,
    Suspended,
    Handled,
    Closed,
    Rejected,
    Cancelled,
    SelfCleared,
];
const ENDED: &[CaseState] = &[Closed, Evaluated, Rejected, Cancelled, SelfCleared];
const CENTRE: &[Role] = &[Dispatcher, ShiftLeader];
const DESK: &[Role] = &[Receiver, ShiftLeader];
const SHIFT: &[Role] = &[ShiftLeader];
const LEAD_OR_CENTRE: &[Role] = &[Handler, Dispatcher, ShiftLeader];
const SPEAKERS: &[Role] = &[Agent, Handler, ShiftLeader];
const RATERS: &[Role] = &[Agent, TownLeader, ShiftLeader];
const CHECKERS: &[Role] = &[Checker, ShiftLeader];
const OVERSEERS: &[Role] = &[Supervisor, Leader, ShiftLeader];
const STAYS: &[CaseState] = &[];
/// The states in which organisations work on it, or are asked to.
const WORKED_ON: &[CaseState] = &[Reported, Filed, Dispatched, Handling];

/// A row as it is written: from, to, who, guards.
type Written = (&'static [CaseState], &'static [CaseState], &'static [Role], &'static [Guard]);

/// The verb's row.
#[must_use]
#[rustfmt::skip]
#[expect(clippy::match_same_arms, reason = "a table: one row a verb")]
pub const fn rule(verb: VerbCode) -> VerbRule {
    use Guard as G;
    use VerbCode as V;
    let (from, to, who, guards): Written = match verb {
        V::AskVerify       => (&[Reported], &[Verifying], DESK, &[G::VerificationsLeft]),
        V::VerifyYes       => (&[Verifying], &[Reported], &[GridWorker, ShiftLeader], &[]),
        V::VerifyNo        => (&[Verifying], &[Rejected], &[GridWorker, ShiftLeader], &[]),
        V::SelfHandle      => (&[Reported], &[Handled], &[GridWorker], &[G::Authority]),
        V::File            => (&[Reported], &[Filed], DESK, &[]),
        V::Reject          => (&[Reported, Verifying], &[Rejected], DESK, &[]),
        V::Merge           => (&[Reported, Filed], &[Merged], DESK, &[]),
        V::Unmerge         => (&[Merged], &[Reported], SHIFT, &[]),
        V::Split           => (OPEN, STAYS, DESK, &[]),
        V::Decline         => (OPEN, STAYS, DESK, &[]),
        V::Dispatch        => (&[Reported, Filed], &[Dispatched], CENTRE, &[]),
        V::Assign          => (OPEN, STAYS, CENTRE, &[]),
        V::Release         => (OPEN, STAYS, CENTRE, &[]),
        V::Accept          => (&[Dispatched], &[Handling], &[Handler], &[G::Lead]),
        V::Return          => (&[Dispatched], &[Filed, Reported], &[Handler],
                               &[G::Lead, G::ReturnsLeft, G::BeforeDue]),
        V::Reassign        => (&[Dispatched, Handling], &[Dispatched], CENTRE, &[]),
        V::Delegate        => (&[Handling], &[Dispatched], &[Handler], &[G::Lead]),
        V::Raise           => (&[Handling], &[Dispatched], &[Handler], &[G::Lead]),
        V::Join            => (&[Dispatched, Handling], STAYS, LEAD_OR_CENTRE, &[G::LeadOrCentre]),
        V::Leave           => (&[Dispatched, Handling], STAYS, LEAD_OR_CENTRE, &[G::LeadOrCentre]),
        V::PartDone        => (WORKED_ON, STAYS, &[Handler, GridWorker], &[G::Part]),
        V::Whistle         => (&[Handling], STAYS, &[TownLeader], &[G::AuthorityMissing]),
        V::Extend          => (&[Handling], STAYS, &[Handler],
                               &[G::Lead, G::BeforeDue, G::NonePending, G::ExtensionsLeft,
                                 G::NoRedCard]),
        V::AllowExtension  => (&[Handling], STAYS, SHIFT, &[G::Pending]),
        V::DenyExtension   => (&[Handling], STAYS, SHIFT, &[G::Pending]),
        V::Suspend         => (&[Handling], &[Suspended], SHIFT, &[]),
        V::Resume          => (&[Suspended], &[Handling], SHIFT, &[]),
        V::Handled         => (&[Handling], &[Handled], &[Handler], &[G::Lead, G::AssistsDone]),
        V::CheckPass       => (&[Handled], &[Closed, Evaluated], CHECKERS, &[G::NotHandler]),
        V::CheckFail       => (&[Handled], &[Handling], CHECKERS, &[G::NotHandler]),
        V::Reply           => (SPOKEN_OF, STAYS, SPEAKERS, &[G::LeadOrCentre]),
        V::Contact         => (SPOKEN_OF, STAYS, SPEAKERS, &[G::LeadOrCentre]),
        V::Visit           => (&[Closed, Rejected], STAYS, &[Agent, ShiftLeader], &[G::NotHandler]),
        V::Exclude         => (SPOKEN_OF, STAYS, SHIFT, &[]),
        V::Reopen          => (ENDED, &[Filed, Reported], &[Agent, ShiftLeader], &[]),
        V::Urge            => (OPEN, STAYS, &[Agent, Dispatcher, ShiftLeader], &[]),
        V::Supervise       => (OPEN, STAYS, OVERSEERS, &[G::SameOrHigher]),
        V::CancelSupervise => (OPEN, STAYS, &[Supervisor, Leader],
                               &[G::Supervised, G::SetterOrHigher]),
        V::Instruct        => (OPEN, STAYS, &[Leader], &[G::SameOrHigher]),
        V::GradeColour     => (OPEN, STAYS, &[Mediator, Receiver, ShiftLeader], &[]),
        V::SetUrgency      => (OPEN, STAYS, DESK, &[]),
        V::JointSession    => (&[Dispatched, Handling], STAYS, &[Mediator, Handler, ShiftLeader],
                               &[G::LeadOrCentre]),
        V::Rally           => (OPEN, STAYS, CENTRE, &[]),
        V::Claim           => (&[Reported, Filed], &[Handling, Dispatched], &[Handler], &[]),
        V::FanOut          => (WORKED_ON, &[Filed, Handling], &[Supervisor, Handler, ShiftLeader],
                               &[G::LeadOrCentre]),
        V::Rate            => (&[Handled, Closed], &[Closed, Evaluated], RATERS, &[G::NotHandler]),
        V::Advance         => (ANY, ANY, &[], &[]),
        V::HandOver        => (OPEN, &[HandedOver], SHIFT, &[]),
        V::Cancel          => (OPEN, &[Cancelled], SHIFT, &[]),
    };
    VerbRule { verb, from, to, who, guards }
}
