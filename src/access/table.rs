//! Role by act: the one table of who may ask what at the door (`domain.md` 3.2, 4.3).
//!
//! Of cases the verb table says it (`domain::trade::rule`); a kind may demand more, which the core
//! decides with the journal.

use crate::domain::trade::{also_by, rule};
use crate::domain::{Role, Verb, VerbCode};

/// What can be asked at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the verb it is named after")]
pub enum Act {
    /// A verb of a case.
    Ask(VerbCode),
    /// Open a case without a report.
    Open,
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
    /// Propose rules for the city, or take a proposal back.
    ProposeRules,
    /// Approve what another person proposed.
    ApproveRules,
}

impl Act {
    /// Every act that is no verb of a case.
    pub const OTHERS: [Self; 11] = [
        Self::Open,
        Self::Enrol,
        Self::ReportStatus,
        Self::Stamp,
        Self::ReadRows,
        Self::ReadRestricted,
        Self::ReadWords,
        Self::ReadContacts,
        Self::EraseWords,
        Self::ProposeRules,
        Self::ApproveRules,
    ];

    /// Every act.
    pub fn all() -> impl Iterator<Item = Self> {
        VerbCode::ALL.iter().map(|verb| Self::Ask(*verb)).chain(Self::OTHERS)
    }

    /// The act of a command's verb.
    #[must_use]
    pub fn of(verb: &Verb) -> Self {
        match (verb.code(), verb) {
            (Some((code, _)), _) => Self::Ask(code),
            (None, Verb::Enrol { .. }) => Self::Enrol,
            (None, Verb::ReportStatus { .. }) => Self::ReportStatus,
            (None, Verb::Stamp { .. }) => Self::Stamp,
            (None, _) => Self::Open,
        }
    }
}

/// Whether `role` may ask `act` at all. Where, and whether the case permits it, is asked elsewhere.
#[must_use]
pub fn may(role: Role, act: Act) -> bool {
    use Role::{
        Agent, Checker, Configurer, Crew, Dispatcher, Handler, Leader, Mediator, Receiver,
        ShiftLeader, Supervisor, System, TownLeader,
    };
    match act {
        // Who takes a step that a kind names itself, the kind says.
        Act::Ask(VerbCode::Advance) | Act::Open => !matches!(role, Crew | System | Configurer),
        Act::Ask(verb) => rule(verb).who.contains(&role) || also_by(verb).contains(&role),
        Act::Enrol => matches!(role, System | ShiftLeader),
        Act::ReportStatus => matches!(role, Crew | Dispatcher | ShiftLeader),
        Act::Stamp => role == Crew,
        Act::EraseWords => role == ShiftLeader,
        Act::ProposeRules => role == Configurer,
        Act::ApproveRules => matches!(role, Configurer | Leader),
        Act::ReadRows => true,
        Act::ReadRestricted => matches!(
            role,
            Receiver
                | Dispatcher
                | ShiftLeader
                | Checker
                | Agent
                | Supervisor
                | Leader
                | Mediator
                | TownLeader
        ),
        Act::ReadContacts => matches!(role, Receiver | ShiftLeader | Agent),
        Act::ReadWords => matches!(
            role,
            Receiver | Dispatcher | ShiftLeader | Checker | Agent | Handler | Supervisor | Mediator
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table as a person reads it: one column a role, in their order, one row an act.
    const EXPECTED: &str = "
        act              rec  dis  lead hand chk  agt  grid crew sys  sup  boss med  town conf
        ask_verify       x    .    x    .    .    .    .    .    .    .    .    .    .    .
        verify_yes       .    .    x    .    .    .    x    .    .    .    .    .    .    .
        verify_no        .    .    x    .    .    .    x    .    .    .    .    .    .    .
        self_handle      .    .    .    .    .    .    x    .    .    .    .    .    .    .
        file             x    .    x    x    .    .    .    .    .    .    .    x    .    .
        reject           x    .    x    x    .    .    .    .    .    x    .    x    .    .
        merge            x    .    x    .    .    .    .    .    .    .    .    .    .    .
        unmerge          .    .    x    .    .    .    .    .    .    .    .    .    .    .
        split            x    .    x    .    .    .    .    .    .    .    .    .    .    .
        decline          x    .    x    .    .    .    .    .    .    .    .    .    .    .
        dispatch         x    x    x    x    .    .    .    .    .    .    .    x    .    .
        assign           .    x    x    .    .    .    .    .    .    .    .    .    .    .
        release          .    x    x    .    .    .    .    .    .    .    .    .    .    .
        accept           .    .    .    x    .    .    x    .    .    .    .    x    .    .
        return           .    .    .    x    .    .    x    .    .    .    .    x    .    .
        reassign         .    x    x    .    .    .    .    .    .    .    .    .    .    .
        delegate         .    .    .    x    .    .    .    .    .    .    .    .    .    .
        raise            .    .    .    x    .    .    .    .    .    .    .    .    .    .
        join             .    x    x    x    .    .    .    .    .    .    .    .    .    .
        leave            .    x    x    x    .    .    .    .    .    .    .    .    .    .
        part_done        x    x    .    x    .    .    x    .    .    .    .    .    x    .
        whistle          .    .    .    .    .    .    .    .    .    .    .    .    x    .
        extend           .    .    .    x    .    .    .    .    .    .    .    .    .    .
        allow_extension  .    .    x    .    .    .    .    .    .    .    .    .    .    .
        deny_extension   .    .    x    .    .    .    .    .    .    .    .    .    .    .
        suspend          .    .    x    .    .    .    .    .    .    .    .    .    .    .
        resume           .    .    x    .    .    .    .    .    .    .    .    .    .    .
        handled          .    .    .    x    .    .    x    .    .    .    .    x    .    .
        check_pass       x    x    x    .    x    x    .    .    .    x    .    x    x    .
        check_fail       x    x    x    .    x    x    .    .    .    x    .    x    x    .
        reply            .    .    x    x    .    x    .    .    .    .    .    .    .    .
        contact          .    .    x    x    .    x    .    .    .    .    .    .    .    .
        visit            .    .    x    .    .    x    .    .    .    .    .    .    .    .
        exclude          .    .    x    .    .    .    .    .    .    .    .    .    .    .
        reopen           .    .    x    .    .    x    .    .    .    .    .    .    .    .
        urge             .    x    x    .    .    x    .    .    .    .    .    .    .    .
        supervise        .    .    x    .    .    .    .    .    .    x    x    .    .    .
        cancel_supervise .    .    .    .    .    .    .    .    .    x    x    .    .    .
        instruct         .    .    .    .    .    .    .    .    .    .    x    .    .    .
        grade_colour     x    .    x    .    .    .    .    .    .    .    .    x    .    .
        set_urgency      x    .    x    .    .    .    .    .    .    .    .    .    .    .
        joint_session    .    .    x    x    .    .    .    .    .    .    .    x    .    .
        rally            .    x    x    .    .    .    .    .    .    .    .    .    .    .
        claim            .    .    .    x    .    .    x    .    .    .    .    x    .    .
        fan_out          x    x    x    x    .    .    .    .    .    x    .    .    x    .
        rate             .    .    x    .    .    x    .    .    .    .    .    .    x    .
        advance          x    x    x    x    x    x    x    .    .    x    x    x    x    .
        hand_over        .    .    x    .    .    .    .    .    .    .    .    .    .    .
        cancel           .    .    x    .    .    .    .    .    .    .    .    .    .    .
        Open             x    x    x    x    x    x    x    .    .    x    x    x    x    .
        Enrol            .    .    x    .    .    .    .    .    x    .    .    .    .    .
        ReportStatus     .    x    x    .    .    .    .    x    .    .    .    .    .    .
        Stamp            .    .    .    .    .    .    .    x    .    .    .    .    .    .
        ReadRows         x    x    x    x    x    x    x    x    x    x    x    x    x    x
        ReadRestricted   x    x    x    .    x    x    .    .    .    x    x    x    x    .
        ReadWords        x    x    x    x    x    x    .    .    .    x    .    x    .    .
        ReadContacts     x    .    x    .    .    x    .    .    .    .    .    .    .    .
        EraseWords       .    .    x    .    .    .    .    .    .    .    .    .    .    .
        ProposeRules     .    .    .    .    .    .    .    .    .    .    .    .    .    x
        ApproveRules     .    .    .    .    .    .    .    .    .    .    x    .    .    x
    ";

    #[test]
    fn every_role_and_act_is_as_the_table_says() {
        let rows: Vec<Vec<&str>> = EXPECTED
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>())
            .filter(|row| !row.is_empty())
            .skip(1)
            .collect();
        assert_eq!(rows.len(), Act::all().count());
        for (row, act) in rows.iter().zip(Act::all()) {
            let name = match act {
                Act::Ask(verb) => verb.to_string(),
                act => format!("{act:?}"),
            };
            assert_eq!(row[0], name);
            for (cell, role) in row[1..].iter().zip(Role::ALL) {
                assert_eq!(*cell == "x", may(role, act), "{role:?} {act:?}");
            }
        }
    }

    #[test]
    fn who_handles_never_checks() {
        for role in [Role::Handler, Role::Crew] {
            for verb in [VerbCode::CheckPass, VerbCode::CheckFail, VerbCode::Visit, VerbCode::Rate]
            {
                assert!(!may(role, Act::Ask(verb)), "{role:?} {verb}");
            }
        }
    }
}
