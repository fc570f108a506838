//! Which role may ask what (`domain.md` 4.3): the trade's own table.
//!
//! The gateway's access table says who has which role, and where; this one is decided with the
//! journal, so that a replay decides alike.

use crate::domain::{Role, Verb};

/// Whether someone in `role` may ask `verb` at all.
pub(super) fn may_ask(role: Role, verb: &Verb) -> bool {
    use Role::{
        Agent, Checker, Crew, Dispatcher, GridWorker, Handler, Receiver, ShiftLeader, System,
    };
    let roles: &[Role] = match verb {
        Verb::AskVerify { .. }
        | Verb::File { .. }
        | Verb::Reject { .. }
        | Verb::Merge { .. }
        | Verb::Split { .. }
        | Verb::Decline { .. } => &[Receiver, ShiftLeader],
        Verb::VerifyYes { .. } | Verb::VerifyNo { .. } => &[GridWorker, ShiftLeader],
        Verb::Unmerge { .. } | Verb::Cancel { .. } => &[ShiftLeader],
        Verb::Dispatch { .. } | Verb::Assign { .. } | Verb::Release { .. } => {
            &[Dispatcher, ShiftLeader]
        }
        Verb::Accept { .. } | Verb::Return { .. } | Verb::Handled { .. } => &[Handler],
        Verb::CheckPass { .. } | Verb::CheckFail { .. } => &[Checker, ShiftLeader],
        Verb::Reply { .. } => &[Agent, Handler, ShiftLeader],
        Verb::Reopen { .. } => &[Agent, ShiftLeader],
        Verb::Urge { .. } => &[Agent, Dispatcher, ShiftLeader],
        Verb::Enrol { .. } => &[ShiftLeader, System],
        Verb::Stamp { .. } => &[Crew],
        Verb::ReportStatus { .. } => &[Crew, Dispatcher, ShiftLeader, System],
    };
    roles.contains(&role)
}
