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
    /// A crew's organisation: its units' orders are in sight whatever they are about.
    crew: Option<OrgCode>,
}

impl Sight {
    /// A wall's: nothing restricted, whoever stands before it.
    #[must_use]
    pub fn of_wall(visitor: &Visitor) -> Self {
        let (within, restricted) = (visitor.part_of_county(), Restricted::None);
        Self { within, restricted, canaries: false, crew: None }
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
        let crew = visitor.crew_of().cloned();
        Self { within: visitor.part_of_county(), restricted, canaries, crew }
    }

    /// Whether `case` is in sight, in a partition that is.
    #[must_use]
    pub fn has(&self, case: &Case) -> bool {
        let near =
            self.within.is_none_or(|part| case.place.grid.is_some_and(|grid| part.holds(grid)));
        let meant = (case.purpose == Purpose::Canary) == self.canaries;
        meant && near && (!is_restricted(case) || self.has_restricted(case))
    }

    /// Whether every real case of a partition is in sight: then a row may name any other case. It
    /// does not depend on any row, so what pages hold stays true however rows move.
    #[must_use]
    pub fn has_all(&self) -> bool {
        self.is_whole() && self.restricted == Restricted::All && !self.canaries
    }

    /// Whether the order of a unit of `org` to `case` is in sight: as the case is, and a crew's own
    /// always.
    #[must_use]
    pub fn has_order(&self, org: &OrgCode, case: Option<&Case>) -> bool {
        case.is_some_and(|case| self.has(case)) || is_crew(self.crew.as_ref(), org)
    }

    /// Whether the whole of a partition is in sight, its counts and units with it.
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

/// Whether who sees one of two rows of a case sees the other, whatever their sight.
#[must_use]
pub fn seen_alike(one: &Case, other: &Case) -> bool {
    let place = one.place.grid == other.place.grid;
    let kind = (one.privacy, one.purpose) == (other.privacy, other.purpose);
    place && kind && one.lead == other.lead && one.assists == other.assists
}

/// Whether a unit of `org` is the crew's.
fn is_crew(crew: Option<&OrgCode>, org: &OrgCode) -> bool {
    crew.is_some_and(|crew| crew.0 == "*" || crew == org)
}

impl Visitor {
    /// Whether they see every real case of what they reach.
    #[must_use]
    pub fn sees_all(&self) -> bool {
        self.reaches_counties() && self.may(Act::ReadRestricted).is_ok()
    }

    /// Whether the order of a unit of `org` to `case` is theirs to see.
    #[must_use]
    pub fn may_see_order(&self, org: &OrgCode, case: Option<&Case>) -> bool {
        case.is_some_and(|case| self.may_see(case)) || is_crew(self.crew_of(), org)
    }

    /// The organisation whose crew they are.
    fn crew_of(&self) -> Option<&OrgCode> {
        self.actor_ref().filter(|actor| actor.role == Role::Crew).map(|actor| &actor.org)
    }

    /// The part of a county that is theirs, where it is not all of one.
    #[must_use]
    pub fn part_of_county(&self) -> Option<GridCode> {
        self.scope().filter(|scope| GridCode::COUNTY < scope.digits())
    }

    /// The organisation they handle for.
    fn handles_for(&self) -> Option<&OrgCode> {
        self.actor_ref().filter(|actor| actor.role == Role::Handler).map(|actor| &actor.org)
    }
}
