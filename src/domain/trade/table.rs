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
const STAYS: &[CaseState] = &[];

/// The verb's row.
#[must_use]
#[rustfmt::skip]
#[expect(clippy::match_same_arms, reason = "a table: one row a verb")]
pub const fn rule(verb: VerbCode) -> VerbRule {
    use VerbCode as V;
    let (from, to, who, guards): (&[CaseState], &[CaseState], &[Role], &[Guard]) = match verb {
        V::AskVerify       => (&[Reported], &[Verifying], DESK, &[Guard::VerificationsLeft]),
        V::VerifyYes       => (&[Verifying], &[Reported], &[GridWorker, ShiftLeader], &[]),
        V::VerifyNo        => (&[Verifying], &[Rejected], &[GridWorker, ShiftLeader], &[]),
        V::SelfHandle      => (&[Reported], &[Handled], &[GridWorker], &[Guard::Authority]),
        V::File            => (&[Reported], &[Filed], DESK, &[]),
        V::Reject          => (&[Reported, Verifying], &[Rejected], DESK, &[]),
        V::Merge           => (&[Reported, Filed], &[Merged], DESK, &[]),
        V::Unmerge         => (&[Merged], &[Reported], SHIFT, &[]),
        V::Split           => (OPEN, STAYS, DESK, &[]),
        V::Decline         => (OPEN, STAYS, DESK, &[]),
        V::Dispatch        => (&[Reported, Filed], &[Dispatched], CENTRE, &[]),
        V::Assign          => (OPEN, STAYS, CENTRE, &[]),
        V::Release         => (OPEN, STAYS, CENTRE, &[]),
        V::Accept          => (&[Dispatched], &[Handling], &[Handler], &[Guard::Lead]),
        V::Return          => (&[Dispatched], &[Filed, Reported], &[Handler], &[Guard::Lead, Guard::ReturnsLeft, Guard::BeforeDue]),
        V::Reassign        => (&[Dispatched, Handling], &[Dispatched], CENTRE, &[]),
        V::Delegate        => (&[Handling], &[Dispatched], &[Handler], &[Guard::Lead]),
        V::Raise           => (&[Handling], &[Dispatched], &[Handler], &[Guard::Lead]),
        V::Join            => (&[Dispatched, Handling], STAYS, &[Handler, Dispatcher, ShiftLeader], &[Guard::LeadOrCentre]),
        V::Leave           => (&[Dispatched, Handling], STAYS, &[Handler, Dispatcher, ShiftLeader], &[Guard::LeadOrCentre]),
        V::PartDone        => (&[Reported, Filed, Dispatched, Handling], STAYS, &[Handler, GridWorker], &[Guard::Part]),
        V::Whistle         => (&[Handling], STAYS, &[TownLeader], &[Guard::AuthorityMissing]),
        V::Extend          => (&[Handling], STAYS, &[Handler], &[Guard::Lead, Guard::BeforeDue, Guard::NonePending, Guard::ExtensionsLeft, Guard::NoRedCard]),
        V::AllowExtension  => (&[Handling], STAYS, SHIFT, &[Guard::Pending]),
        V::DenyExtension   => (&[Handling], STAYS, SHIFT, &[Guard::Pending]),
        V::Suspend         => (&[Handling], &[Suspended], SHIFT, &[]),
        V::Resume          => (&[Suspended], &[Handling], SHIFT, &[]),
        V::Handled         => (&[Handling], &[Handled], &[Handler], &[Guard::Lead, Guard::AssistsDone]),
        V::CheckPass       => (&[Handled], &[Closed, Evaluated], &[Checker, ShiftLeader], &[Guard::NotHandler]),
        V::CheckFail       => (&[Handled], &[Handling], &[Checker, ShiftLeader], &[Guard::NotHandler]),
        V::Reply           => (SPOKEN_OF, STAYS, &[Agent, Handler, ShiftLeader], &[Guard::LeadOrCentre]),
        V::Contact         => (SPOKEN_OF, STAYS, &[Agent, Handler, ShiftLeader], &[Guard::LeadOrCentre]),
        V::Visit           => (&[Closed, Rejected], STAYS, &[Agent, ShiftLeader], &[Guard::NotHandler]),
        V::Exclude         => (SPOKEN_OF, STAYS, SHIFT, &[]),
        V::Reopen          => (ENDED, &[Filed, Reported], &[Agent, ShiftLeader], &[]),
        V::Urge            => (OPEN, STAYS, &[Agent, Dispatcher, ShiftLeader], &[]),
        V::Supervise       => (OPEN, STAYS, &[Supervisor, Leader, ShiftLeader], &[Guard::SameOrHigher]),
        V::CancelSupervise => (OPEN, STAYS, &[Supervisor, Leader], &[Guard::Supervised, Guard::SetterOrHigher]),
        V::Instruct        => (OPEN, STAYS, &[Leader], &[Guard::SameOrHigher]),
        V::GradeColour     => (OPEN, STAYS, &[Mediator, Receiver, ShiftLeader], &[]),
        V::SetUrgency      => (OPEN, STAYS, DESK, &[]),
        V::JointSession    => (&[Dispatched, Handling], STAYS, &[Mediator, Handler, ShiftLeader], &[Guard::LeadOrCentre]),
        V::Rally           => (OPEN, STAYS, CENTRE, &[]),
        V::Claim           => (&[Reported, Filed], &[Handling, Dispatched], &[Handler], &[]),
        V::FanOut          => (&[Reported, Filed, Dispatched, Handling], &[Filed, Handling], &[Supervisor, Handler, ShiftLeader], &[Guard::LeadOrCentre]),
        V::Rate            => (&[Handled, Closed], &[Closed, Evaluated], &[Agent, TownLeader, ShiftLeader], &[Guard::NotHandler]),
        V::Advance         => (ANY, ANY, &[], &[]),
        V::HandOver        => (OPEN, &[HandedOver], SHIFT, &[]),
        V::Cancel          => (OPEN, &[Cancelled], SHIFT, &[]),
    };
    VerbRule { verb, from, to, who, guards }
}
