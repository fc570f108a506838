//! Who may speak for units (`domain.md` 4.3); of cases the verb table and their kind say it.
//!
//! The gateway's access table says who has which role, and where; this one is decided with the
//! journal, so that a replay decides alike.

use crate::domain::{Refusal, Role};

/// Enters units into the register.
pub(super) const ENROL: &[Role] = &[Role::ShiftLeader, Role::System];
/// Says how far an order has come.
pub(super) const STAMP: &[Role] = &[Role::Crew];
/// Says what a unit is doing.
pub(super) const REPORT_STATUS: &[Role] =
    &[Role::Crew, Role::Dispatcher, Role::ShiftLeader, Role::System];

/// Whether `role` is among `may`.
pub(super) fn may_ask(role: Role, may: &[Role]) -> Result<(), Refusal> {
    if may.contains(&role) { Ok(()) } else { Err(Refusal::RoleMayNot) }
}
