//! The city's rules as they are read and proposed over HTTP.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::{AdoptionRefusal, Epoch, Partition, Playbook, Position, Timestamp};

/// Differences that a page lists at most.
const LISTED_MAX: usize = 1_000;

/// The rules in force, and what is proposed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RulesPage {
    /// Which version is in force, by partition: alike but for a moment after an approval.
    pub in_force: BTreeMap<Partition, u32>,
    /// What waits for a second person.
    pub proposal: Option<ProposalPage>,
    /// What was last asked of a proposal and not done.
    pub refused: Option<RefusedPage>,
}

/// Rules that wait for a second person.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProposalPage {
    /// The version they shall have.
    pub version: u32,
    /// Whose account proposed them.
    pub by: String,
    /// When.
    pub proposed_at: Timestamp,
    /// What would be different.
    pub differences: Differences,
}

/// An act that was not done.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RefusedPage {
    /// Of which version.
    pub version: u32,
    /// Whose account asked.
    pub by: String,
    /// Why it was not done.
    pub why: AdoptionRefusal,
    /// … in words.
    pub words: String,
}

/// An act that is journalled: what becomes of it stands on the page of the rules.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RulesReceipt {
    /// Of which version.
    pub version: u32,
    /// Where: the city's own partition …
    pub partition: Partition,
    /// … and the position there.
    pub position: Position,
    /// The journal's incarnation.
    pub epoch: Epoch,
}

/// How two sets of rules differ.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct Differences {
    /// How many places differ.
    pub count: usize,
    /// The first thousand of them, in the order of their paths.
    pub listed: Vec<Difference>,
}

/// One place where they differ.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Difference {
    /// Where, such as `/items/G01001/handle/amount`.
    pub path: String,
    /// What stands there; nothing where it is new.
    pub before: Option<Value>,
    /// What would; nothing where it goes.
    pub after: Option<Value>,
}

impl Differences {
    /// From the rules `before` to those `after`.
    ///
    /// # Errors
    /// Where rules cannot be written as JSON; none of ours.
    pub fn between(before: &Playbook, after: &Playbook) -> Result<Self, serde_json::Error> {
        let (before, after) = (serde_json::to_value(before)?, serde_json::to_value(after)?);
        let mut found = Self::default();
        found.look("", (Some(&before), Some(&after)));
        Ok(found)
    }

    fn look(&mut self, path: &str, (before, after): (Option<&Value>, Option<&Value>)) {
        match (before, after) {
            (before, after) if before == after => {}
            (Some(Value::Object(before)), Some(Value::Object(after))) => {
                self.look_inside(path, before, after);
            }
            (before, after) => {
                self.count = self.count.saturating_add(1);
                if self.listed.len() < LISTED_MAX {
                    let (before, after) = (before.cloned(), after.cloned());
                    self.listed.push(Difference { path: path.to_owned(), before, after });
                }
            }
        }
    }

    fn look_inside(&mut self, path: &str, before: &Map<String, Value>, after: &Map<String, Value>) {
        let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for key in keys {
            self.look(&format!("{path}/{key}"), (before.get(key), after.get(key)));
        }
    }
}
