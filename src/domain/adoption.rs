//! Adoption 规则采纳: one person proposes rules, another approves them, and then every partition
//! adopts them under one version. The city's own partition keeps the proposal.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::command::Actor;
use super::playbook::Playbook;
use super::time::Timestamp;

/// Rules that wait for a second person.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Proposal {
    /// The rules, under the version that they shall have.
    pub playbook: Arc<Playbook>,
    /// Who proposes them.
    pub by: Actor,
    /// When.
    pub proposed_at: Timestamp,
}

/// What can be said of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AdoptionAct {
    /// These rules are proposed; what was proposed before is so no more.
    Propose(Box<Proposal>),
    /// Another person approves: from now on they are the city's.
    Approve,
    /// They are not to be: anybody who may propose says so.
    Withdraw,
}

/// Said of the proposal of a version.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Adoption {
    /// The version.
    pub version: u32,
    /// Who says it.
    pub by: Actor,
    /// What.
    pub act: AdoptionAct,
}

/// Why a proposal did not become what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdoptionRefusal {
    /// The city's own partition keeps proposals, and no other.
    NotTheCitys,
    /// The version is not above the one in force.
    VersionNotAbove {
        /// The one in force.
        in_force: u32,
    },
    /// Nothing of this version is proposed.
    NothingProposed,
    /// Who proposed does not approve.
    SamePerson,
}

impl fmt::Display for AdoptionRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTheCitys => f.write_str("only the city's own partition keeps proposals"),
            Self::VersionNotAbove { in_force } => {
                write!(f, "version {in_force} is in force: a proposal's must be above it")
            }
            Self::NothingProposed => f.write_str("nothing of this version is proposed"),
            Self::SamePerson => f.write_str("who proposed does not approve: a second person does"),
        }
    }
}
