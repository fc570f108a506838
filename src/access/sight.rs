//! Sight: which cases a page may show, so that pages that may show the same share their bytes.

use crate::domain::{Case, GridCode, OrgCode, Purpose, Role};

use super::door::{Visitor, is_restricted};
use super::table::Act;

/// Which restricted cases are in sight.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Restricted {
    None,
    /// Those an organisation leads or assists.
    Of(OrgCode),
    All,
}

/// Which cases of a partition are in sight.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sight {
    /// A part of a county; none where whole counties are in sight.
    within: Option<GridCode>,
    restricted: Restricted,
    /// Canaries and nothing else; else all but them.
    canaries: bool,
}

impl Sight {
    /// A wall's: nothing restricted, whoever stands before it.
    #[must_use]
    pub fn of_wall(visitor: &Visitor) -> Self {
        Self { within: visitor.part_of_county(), restricted: Restricted::None, canaries: false }
    }

    /// A desk's: what its visitor may see.
    #[must_use]
    pub fn of_desk(visitor: &Visitor) -> Self {
        let restricted = match visitor.handles_for() {
            _ if visitor.may(Act::ReadRestricted).is_ok() => Restricted::All,
            Some(org) => Restricted::Of(org.clone()),
            None => Restricted::None,
        };
        let canaries = visitor.is_canary();
        Self { within: visitor.part_of_county(), restricted, canaries }
    }

    /// Whether `case` is in sight, in a partition that is.
    #[must_use]
    pub fn has(&self, case: &Case) -> bool {
        let near =
            self.within.is_none_or(|part| case.place.grid.is_some_and(|grid| part.holds(grid)));
        let meant = (case.purpose == Purpose::Canary) == self.canaries;
        meant && near && (!is_restricted(case) || self.has_restricted(case))
    }

    /// Whether everything of a partition is in sight.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.within.is_none()
    }

    fn has_restricted(&self, case: &Case) -> bool {
        match &self.restricted {
            Restricted::None => false,
            Restricted::Of(org) => {
                org.0 == "*" || case.lead.as_ref() == Some(org) || case.assists.contains(org)
            }
            Restricted::All => true,
        }
    }
}

impl Visitor {
    /// The part of a county that is theirs, where it is not all of one.
    fn part_of_county(&self) -> Option<GridCode> {
        self.scope().filter(|scope| GridCode::COUNTY < scope.digits())
    }

    /// The organisation they handle for.
    fn handles_for(&self) -> Option<&OrgCode> {
        self.actor_ref().filter(|actor| actor.role == Role::Handler).map(|actor| &actor.org)
    }
}
