//! The playbook 规则: catalogue, kinds, limits and fusion points, adopted through the journal.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::catalog::{Item, Limit, LimitUnit, PrivacyClass};
use super::city::{Calendar, Organisations, Ownership};
use super::fusion_rules::FusionRules;
use super::geo::GridCode;
use super::id::{ItemCode, OrgCode, Partition};
use super::time::DAY_MS;
use super::trade::{Kind, KindCode, full_loop};

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
    /// The kinds of matters.
    pub kinds: BTreeMap<KindCode, Kind>,
}

impl Playbook {
    /// The kind of that code; a kind that the rules do not name takes the whole loop.
    #[must_use]
    pub fn kind(&self, code: KindCode) -> &Kind {
        self.kinds.get(&code).unwrap_or_else(|| full_loop())
    }

    /// The item that is called `name`, in either language, capitals or not: the first by code.
    #[must_use]
    pub fn item_named(&self, name: &str) -> Option<ItemCode> {
        let name = name.trim();
        let called = |item: &Item| item.name_en.eq_ignore_ascii_case(name) || item.name_zh == name;
        self.items.values().find(|item| called(item)).map(|item| item.code)
    }

    /// Whether fusion may join reports of `item` by itself: things and places only.
    #[must_use]
    pub fn may_attach(&self, item: &Item) -> bool {
        let closed_room = matches!(item.privacy, PrivacyClass::Restricted | PrivacyClass::Staff);
        !closed_room && !self.kind(item.kind).about_people
    }

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
    pub reply: Limit,
    /// From filed to dispatched.
    pub dispatch: Limit,
    /// From asked to verified.
    pub verify: Limit,
    /// From handled to checked.
    pub check: Limit,
    /// From closed to the last sender visited; then it counts as evaluated.
    pub visit: Limit,
    /// From admission to the first word with the sender.
    pub contact: Limit,
    /// How long an ended case may still be hinted at, to be reopened.
    pub reopen_hint_ms: i64,
    /// How late a stage is, in thousandths of its limit, when a yellow card is due; 0 is never.
    pub yellow_permille: u32,
    /// … and a red one.
    pub red_permille: u32,
    /// From a month's end until its figures are frozen 月度冻结; until then an appeal restates them.
    pub freeze: Limit,
    /// How long a case stays in memory once it is evaluated, to be reopened, hinted at or appealed
    /// about; then it goes to the archive.
    pub ended_kept_ms: i64,
}

impl Default for CentreLimits {
    /// Hotline replies within 5 days (cities print 3 to 15 working days); the rest are ours.
    fn default() -> Self {
        let limit = |amount, unit| Limit { amount, unit };
        Self {
            reply: limit(5, LimitUnit::Days),
            dispatch: limit(1, LimitUnit::Hours),
            verify: limit(2, LimitUnit::Hours),
            check: limit(1, LimitUnit::Days),
            visit: limit(3, LimitUnit::Days),
            contact: limit(1, LimitUnit::Days),
            reopen_hint_ms: 7 * DAY_MS,
            yellow_permille: 1_500,
            red_permille: 2_000,
            freeze: limit(10, LimitUnit::Days),
            ended_kept_ms: 45 * DAY_MS,
        }
    }
}
