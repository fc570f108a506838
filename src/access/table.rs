//! Role by act: the one table of who may ask what (`domain.md` 3.2, 4.3).

use crate::domain::{Role, Verb};

/// What can be asked at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the verb it is named after")]
pub enum Act {
    AskVerify,
    VerifyYes,
    VerifyNo,
    File,
    Reject,
    Merge,
    Unmerge,
    Split,
    Decline,
    Dispatch,
    Assign,
    Release,
    Accept,
    Return,
    Handled,
    CheckPass,
    CheckFail,
    Reply,
    Reopen,
    Cancel,
    Urge,
    Enrol,
    ReportStatus,
    Stamp,
    /// See rows of cases, units and counts, and follow changes.
    ReadRows,
    /// See rows of restricted kinds: disputes, leads, what concerns staff.
    ReadRestricted,
    /// See what was written, opened through the vault.
    ReadWords,
    /// See how to reach who wrote it.
    ReadContacts,
    /// Destroy the key of a ticket's words, for ever.
    EraseWords,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 29] = [
        Self::AskVerify,
        Self::VerifyYes,
        Self::VerifyNo,
        Self::File,
        Self::Reject,
        Self::Merge,
        Self::Unmerge,
        Self::Split,
        Self::Decline,
        Self::Dispatch,
        Self::Assign,
        Self::Release,
        Self::Accept,
        Self::Return,
        Self::Handled,
        Self::CheckPass,
        Self::CheckFail,
        Self::Reply,
        Self::Reopen,
        Self::Cancel,
        Self::Urge,
        Self::Enrol,
        Self::ReportStatus,
        Self::Stamp,
        Self::ReadRows,
        Self::ReadRestricted,
        Self::ReadWords,
        Self::ReadContacts,
        Self::EraseWords,
    ];

    /// The act of a command's verb.
    #[must_use]
    pub fn of(verb: &Verb) -> Self {
        match verb {
            Verb::AskVerify { .. } => Self::AskVerify,
            Verb::VerifyYes { .. } => Self::VerifyYes,
            Verb::VerifyNo { .. } => Self::VerifyNo,
            Verb::File { .. } => Self::File,
            Verb::Reject { .. } => Self::Reject,
            Verb::Merge { .. } => Self::Merge,
            Verb::Unmerge { .. } => Self::Unmerge,
            Verb::Split { .. } => Self::Split,
            Verb::Decline { .. } => Self::Decline,
            Verb::Dispatch { .. } => Self::Dispatch,
            Verb::Assign { .. } => Self::Assign,
            Verb::Release { .. } => Self::Release,
            Verb::Accept { .. } => Self::Accept,
            Verb::Return { .. } => Self::Return,
            Verb::Handled { .. } => Self::Handled,
            Verb::CheckPass { .. } => Self::CheckPass,
            Verb::CheckFail { .. } => Self::CheckFail,
            Verb::Reply { .. } => Self::Reply,
            Verb::Reopen { .. } => Self::Reopen,
            Verb::Cancel { .. } => Self::Cancel,
            Verb::Urge { .. } => Self::Urge,
            Verb::Enrol { .. } => Self::Enrol,
            Verb::ReportStatus { .. } => Self::ReportStatus,
            Verb::Stamp { .. } => Self::Stamp,
        }
    }
}

/// Whether `role` may ask `act` at all. Where, and whether the case permits it, is asked elsewhere.
#[must_use]
pub fn may(role: Role, act: Act) -> bool {
    use Role::{
        Agent, Checker, Crew, Dispatcher, GridWorker, Handler, Receiver, ShiftLeader, System,
    };
    match act {
        Act::AskVerify | Act::Reject | Act::Merge | Act::Split | Act::Decline => {
            matches!(role, Receiver | ShiftLeader)
        }
        Act::VerifyYes | Act::VerifyNo => role == GridWorker,
        Act::File => matches!(role, Receiver | ShiftLeader | System),
        Act::Unmerge | Act::Cancel | Act::EraseWords => role == ShiftLeader,
        Act::Dispatch => matches!(role, Dispatcher | ShiftLeader | System),
        Act::Assign | Act::Release | Act::Urge => matches!(role, Dispatcher | ShiftLeader),
        Act::Accept | Act::Return | Act::Handled => role == Handler,
        Act::CheckPass | Act::CheckFail => role == Checker,
        Act::Reply => matches!(role, Agent | Handler),
        Act::Reopen => matches!(role, Agent | ShiftLeader),
        Act::Enrol => matches!(role, System | ShiftLeader),
        Act::ReportStatus => matches!(role, Crew | Dispatcher | ShiftLeader),
        Act::Stamp => role == Crew,
        Act::ReadRows => true,
        Act::ReadRestricted => {
            matches!(role, Receiver | Dispatcher | ShiftLeader | Checker | Agent)
        }
        Act::ReadContacts => matches!(role, Receiver | ShiftLeader | Agent),
        Act::ReadWords => {
            matches!(role, Receiver | Dispatcher | ShiftLeader | Checker | Agent | Handler)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table as a person reads it: one column a role, one row an act.
    const EXPECTED: &str = "
        act             receiver dispatcher leader handler checker agent grid crew system
        AskVerify       x        .          x      .       .       .     .    .    .
        VerifyYes       .        .          .      .       .       .     x    .    .
        VerifyNo        .        .          .      .       .       .     x    .    .
        File            x        .          x      .       .       .     .    .    x
        Reject          x        .          x      .       .       .     .    .    .
        Merge           x        .          x      .       .       .     .    .    .
        Unmerge         .        .          x      .       .       .     .    .    .
        Split           x        .          x      .       .       .     .    .    .
        Decline         x        .          x      .       .       .     .    .    .
        Dispatch        .        x          x      .       .       .     .    .    x
        Assign          .        x          x      .       .       .     .    .    .
        Release         .        x          x      .       .       .     .    .    .
        Accept          .        .          .      x       .       .     .    .    .
        Return          .        .          .      x       .       .     .    .    .
        Handled         .        .          .      x       .       .     .    .    .
        CheckPass       .        .          .      .       x       .     .    .    .
        CheckFail       .        .          .      .       x       .     .    .    .
        Reply           .        .          .      x       .       x     .    .    .
        Reopen          .        .          x      .       .       x     .    .    .
        Cancel          .        .          x      .       .       .     .    .    .
        Urge            .        x          x      .       .       .     .    .    .
        Enrol           .        .          x      .       .       .     .    .    x
        ReportStatus    .        x          x      .       .       .     .    x    .
        Stamp           .        .          .      .       .       .     .    x    .
        ReadRows        x        x          x      x       x       x     x    x    x
        ReadRestricted  x        x          x      .       x       x     .    .    .
        ReadWords       x        x          x      x       x       x     .    .    .
        ReadContacts    x        .          x      .       .       x     .    .    .
        EraseWords      .        .          x      .       .       .     .    .    .
    ";

    #[test]
    fn every_role_and_act_is_as_the_table_says() {
        let roles = [
            Role::Receiver,
            Role::Dispatcher,
            Role::ShiftLeader,
            Role::Handler,
            Role::Checker,
            Role::Agent,
            Role::GridWorker,
            Role::Crew,
            Role::System,
        ];
        let rows: Vec<Vec<&str>> = EXPECTED
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>())
            .filter(|row| !row.is_empty())
            .skip(1)
            .collect();
        assert_eq!(rows.len(), Act::ALL.len());
        for (row, act) in rows.iter().zip(Act::ALL) {
            assert_eq!(row[0], format!("{act:?}"));
            for (cell, role) in row[1..].iter().zip(roles) {
                assert_eq!(*cell == "x", may(role, act), "{role:?} {act:?}");
            }
        }
    }

    #[test]
    fn who_handles_never_checks() {
        for role in [Role::Handler, Role::Crew] {
            assert!(!may(role, Act::CheckPass) && !may(role, Act::CheckFail));
        }
    }
}
