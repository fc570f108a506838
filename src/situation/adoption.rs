//! Adoption 规则采纳: rules come into force, and before that a proposal waits for a second person.
//!
//! **Invariant, two people.** Rules that were proposed here are told to the partitions only when
//! another account approved them.

use std::sync::Arc;

use crate::domain::{
    Actor, Adoption, AdoptionAct, AdoptionRefusal, Change, Partition, Playbook, Proposal,
};

use super::{Effects, Situation};

/// Adopts rules of a later version; others are named and left.
pub(super) fn adopt(situation: &mut Situation, effects: &mut Effects, offered: Playbook) {
    let (version, in_force) = (offered.version, situation.playbook.version);
    if version <= in_force {
        effects.change(Change::PlaybookRefused { version, in_force });
        return;
    }
    situation.playbook = Arc::new(offered);
    let playbook = Arc::clone(&situation.playbook);
    effects.change(Change::PlaybookAdopted { playbook });
}

/// What is said of a proposal.
pub(super) fn consider(situation: &mut Situation, effects: &mut Effects, said: Adoption) {
    let Adoption { version, by, act } = said;
    let done = match act {
        AdoptionAct::Propose(proposal) => propose(situation, effects, *proposal),
        AdoptionAct::Approve => approve(situation, effects, (version, &by)),
        AdoptionAct::Withdraw => withdraw(situation, effects, (version, &by)),
    };
    if let Err(why) = done {
        effects.change(Change::AdoptionRefused { version, by, why });
    }
}

fn propose(
    situation: &mut Situation,
    effects: &mut Effects,
    proposal: Proposal,
) -> Result<(), AdoptionRefusal> {
    let in_force = situation.playbook.version;
    if situation.partition != Partition::CITY {
        return Err(AdoptionRefusal::NotTheCitys);
    }
    if proposal.playbook.version <= in_force {
        return Err(AdoptionRefusal::VersionNotAbove { in_force });
    }

    let proposal = Arc::new(proposal);
    situation.proposal = Some(Arc::clone(&proposal));
    effects.change(Change::PlaybookProposed { proposal });
    Ok(())
}

fn approve(
    situation: &mut Situation,
    effects: &mut Effects,
    (version, by): (u32, &Actor),
) -> Result<(), AdoptionRefusal> {
    let proposal = waiting(situation, version)?;
    if proposal.by.account == by.account {
        return Err(AdoptionRefusal::SamePerson);
    }

    let playbook = Arc::clone(&proposal.playbook);
    situation.proposal = None;
    effects.change(Change::PlaybookApproved { playbook, by: by.clone() });
    Ok(())
}

fn withdraw(
    situation: &mut Situation,
    effects: &mut Effects,
    (version, by): (u32, &Actor),
) -> Result<(), AdoptionRefusal> {
    waiting(situation, version)?;

    situation.proposal = None;
    effects.change(Change::ProposalWithdrawn { version, by: by.clone() });
    Ok(())
}

/// The proposal of `version` that waits.
fn waiting(situation: &Situation, version: u32) -> Result<&Arc<Proposal>, AdoptionRefusal> {
    let proposal = situation.proposal.as_ref();
    let proposal = proposal.filter(|proposal| proposal.playbook.version == version);
    proposal.ok_or(AdoptionRefusal::NothingProposed)
}
