//! The playbook 规则: catalogue, limits and fusion points, adopted through the journal.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::catalog::Item;
use super::city::{Calendar, Organisations, Ownership};
use super::fusion_rules::FusionRules;
use super::geo::GridCode;
use super::id::{ItemCode, OrgCode, Partition};
use super::time::{DAY_MS, HOUR_MS};

/// All rules of the core under one version.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub struct Playbook {
    /// Rises with each adoption; a partition refuses a version not above its own.
    pub version: u32,
    /// The catalogue.
    pub items: BTreeMap<ItemCode, Item>,
    /// How reports are fused.
    pub fusion: FusionRules,
    /// How long the centre has.
    pub limits: CentreLimits,
    /// When the city works.
    pub calendar: Calendar,
    /// Who is in it; none where the city lists none.
    pub organisations: Organisations,
    /// Who leads what, where.
    pub ownership: Ownership,
}

impl Playbook {
    /// Who leads and who assists a matter of `item` at `place`, dealt with in `partition`.
    #[must_use]
    pub fn lead_for(
        &self,
        item: &Item,
        place: Option<GridCode>,
        partition: Partition,
    ) -> (OrgCode, Vec<OrgCode>) {
        let at = (place, partition == Partition::CITY);
        self.ownership.lead_for(&self.organisations, item, at)
    }
}

/// The centre's own time limits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CentreLimits {
    /// From admission to the reply each complainant is owed.
    pub reply_ms: i64,
    /// From filed to dispatched.
    pub dispatch_ms: i64,
    /// From asked to verified.
    pub verify_ms: i64,
    /// From handled to checked.
    pub check_ms: i64,
    /// Looks in a row without the object after which an unconfirmed video case clears itself.
    pub reopen_hint_ms: i64,
}

impl Default for CentreLimits {
    /// Hotline replies within 5 days (cities print 3 to 15 working days); the rest are ours.
    fn default() -> Self {
        Self {
            reply_ms: 5 * DAY_MS,
            dispatch_ms: HOUR_MS,
            verify_ms: 2 * HOUR_MS,
            check_ms: DAY_MS,
            reopen_hint_ms: 7 * DAY_MS,
        }
    }
}
