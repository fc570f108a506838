//! The road of a canary: what is asked next, and by whom.

use std::collections::BTreeSet;

use crate::domain::{CaseId, CaseState, OrgCode, Verb};

use super::pass::Pass;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step<'a> {
    pub(super) token: &'a str,
    pub(super) org: Option<OrgCode>,
    pub(super) verb: Verb,
}

/// What a canary in `state` needs next; none where it is ended, or stands where none goes.
pub(super) fn next<'a>(
    pass: &'a Pass,
    (case, state): (CaseId, CaseState),
    lead: Option<&OrgCode>,
) -> Option<Step<'a>> {
    let desk = |verb| Some(Step { token: &pass.desk, org: None, verb });
    let handler = |verb| Some(Step { token: &pass.handler, org: lead.cloned(), verb });
    match state {
        CaseState::Reported => desk(Verb::File { case, item: None }),
        CaseState::Filed => {
            let (assists, units) = (BTreeSet::new(), BTreeSet::new());
            desk(Verb::Dispatch { case, lead: None, assists, units })
        }
        CaseState::Dispatched => handler(Verb::Accept { case }),
        CaseState::Handling => handler(Verb::Handled { case, note: None }),
        CaseState::Handled => {
            Some(Step { token: &pass.checker, org: None, verb: Verb::CheckPass { case } })
        }
        CaseState::Verifying
        | CaseState::Suspended
        | CaseState::Closed
        | CaseState::Evaluated
        | CaseState::HandedOver
        | CaseState::Rejected
        | CaseState::Merged
        | CaseState::Cancelled
        | CaseState::SelfCleared => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Act, Door, may};

    #[test]
    fn each_step_is_asked_by_one_who_may() {
        let pass = Pass::new().unwrap();
        let (case, lead) = ("1-1".parse().unwrap(), OrgCode("CG".into()));
        let states = [
            CaseState::Reported,
            CaseState::Filed,
            CaseState::Dispatched,
            CaseState::Handling,
            CaseState::Handled,
        ];
        for state in states {
            let step = next(&pass, (case, state), Some(&lead)).unwrap();
            let digest = Door::digest(step.token);
            let rows = pass.rows();
            let row = rows.iter().find(|row| row.token_digest == digest).unwrap();
            assert!(may(row.actor.role, Act::of(&step.verb)), "{state:?}");
            assert_eq!(step.org.is_some(), row.actor.org.0 == "*", "{state:?}");
        }
        assert_eq!(next(&pass, (case, CaseState::Closed), None), None);
    }
}
