//! Organisations 组织机构: who is in the city, at which of the five levels 五级, for which place.
//!
//! The government office of a place is named by the place's code alone: 15 digits a grid, 12 a
//! community, 9 a township, 6 a county, 4 the city. It need not be listed: whatever county has an
//! organisation listed has its places' offices too. Listing one gives it a name or an authority.
//!
//! **Invariant.** A city that lists no organisation has every one that its code describes (`CG` is
//! the city's, `211002-CG` the county's), and each may handle everything.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::super::geo::GridCode;
use super::super::id::OrgCode;

/// The five levels 五级, the lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 网格
    Grid,
    /// 村(社区)
    Community,
    /// 镇街
    Township,
    /// 县区
    County,
    /// 市
    City,
}

/// What sort of organisation it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationSort {
    /// A department or a company that does a department's work 部门.
    Department,
    /// A command, peace-building, hotline or checking centre 中心.
    Centre,
    /// The government of a city or a county 政府.
    Government,
    /// The office of a street, town or township 镇街.
    Township,
    /// A village or community 村(社区).
    Community,
    /// A police station 派出所.
    PoliceStation,
    /// A justice office 司法所.
    JusticeOffice,
    /// A party branch 党支部.
    Branch,
    /// The workers of a grid 网格.
    GridTeam,
}

/// One organisation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Organisation {
    /// Its code, such as `CG`, `211002-CG` or `211002016`.
    pub code: OrgCode,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// Its level.
    pub level: Level,
    /// Who stands above it.
    pub parent: Option<OrgCode>,
    /// The place it is there for; none is the whole city.
    pub area: Option<GridCode>,
    /// What sort it is.
    pub sort: OrganisationSort,
    /// The departments whose matters it may handle, such as `CG`.
    pub authority: BTreeSet<String>,
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub struct Organisations {
    /// Those listed, by code.
    pub listed: BTreeMap<OrgCode, Organisation>,
    /// What the office of a place may handle where it is not listed, by level.
    pub implied: BTreeMap<Level, BTreeSet<String>>,
}

/// Level and place: all that the guards ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    level: Level,
    area: Option<GridCode>,
}

impl Level {
    /// All of them, the lowest first.
    pub const ALL: [Self; 5] =
        [Self::Grid, Self::Community, Self::Township, Self::County, Self::City];

    /// Digits of the code of a place of this level.
    #[must_use]
    pub const fn digits(self) -> u8 {
        match self {
            Self::Grid => GridCode::GRID,
            Self::Community => GridCode::COMMUNITY,
            Self::Township => GridCode::TOWN,
            Self::County => GridCode::COUNTY,
            Self::City => GridCode::CITY,
        }
    }

    /// The level of places whose codes have so many digits.
    #[must_use]
    pub fn of_digits(digits: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.digits() == digits)
    }

    /// The level above.
    #[must_use]
    pub const fn above(self) -> Option<Self> {
        match self {
            Self::Grid => Some(Self::Community),
            Self::Community => Some(Self::Township),
            Self::Township => Some(Self::County),
            Self::County => Some(Self::City),
            Self::City => None,
        }
    }
}

impl Standing {
    fn of_place(place: GridCode) -> Option<Self> {
        let level = Level::of_digits(place.digits())?;
        Some(Self { level, area: (level != Level::City).then_some(place) })
    }

    /// Whether its place is the other's or around it.
    fn is_around(self, other: Self) -> bool {
        match (self.area, other.area) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(area), Some(other)) => area.holds(other),
        }
    }
}

impl Organisations {
    /// Whether the city lists none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// What is listed of an organisation.
    #[must_use]
    pub fn get(&self, code: &OrgCode) -> Option<&Organisation> {
        self.listed.get(code)
    }

    /// Whether there is such an organisation, listed or implied.
    #[must_use]
    pub fn knows(&self, code: &OrgCode) -> bool {
        self.standing(code).is_some()
    }

    /// Its level.
    #[must_use]
    pub fn level_of(&self, code: &OrgCode) -> Option<Level> {
        self.standing(code).map(|it| it.level)
    }

    /// The place it is there for; none for the whole city, and where it is unknown.
    #[must_use]
    pub fn area_of(&self, code: &OrgCode) -> Option<GridCode> {
        self.standing(code).and_then(|it| it.area)
    }

    /// Who stands above it: as listed, or the office of the place around.
    #[must_use]
    pub fn parent_of(&self, code: &OrgCode) -> Option<OrgCode> {
        if let Some(listed) = self.listed.get(code) {
            return listed.parent.clone();
        }
        let above = self.level_of(code)?.above()?;
        match place_of(code) {
            Some(place) => Some(OrgCode(place.prefix(above.digits()).to_string())),
            None => code.0.split_once('-').map(|(_, department)| OrgCode(department.to_owned())),
        }
    }

    /// Whether `child` stands one level below `of`, for a place inside, or names it as its parent.
    #[must_use]
    pub fn is_direct_child(&self, child: &OrgCode, of: &OrgCode) -> bool {
        let (Some(below), Some(above)) = (self.standing(child), self.standing(of)) else {
            return false;
        };
        let one_below = below.level.above() == Some(above.level) && above.is_around(below);
        one_below || self.parent_of(child).as_ref() == Some(of)
    }

    /// Whether `parent` stands one level above `of`, for a place around, or is named as its parent.
    #[must_use]
    pub fn is_direct_parent(&self, parent: &OrgCode, of: &OrgCode) -> bool {
        self.is_direct_child(of, parent)
    }

    /// Whether `one` is of the same level as `other` or above, for the same place or one around.
    #[must_use]
    pub fn is_at_or_above(&self, one: &OrgCode, other: &OrgCode) -> bool {
        match (self.standing(one), self.standing(other)) {
            (Some(one), Some(other)) => other.level <= one.level && one.is_around(other),
            _ => false,
        }
    }

    /// Whether it may handle the matters of `department`, such as `CG`.
    #[must_use]
    pub fn may_handle(&self, code: &OrgCode, department: &str) -> bool {
        if self.is_empty() {
            return true;
        }
        let authority = match self.listed.get(code) {
            Some(listed) => Some(&listed.authority),
            None => self.level_of(code).and_then(|level| self.implied.get(&level)),
        };
        authority.is_some_and(|authority| authority.contains(department))
    }

    fn standing(&self, code: &OrgCode) -> Option<Standing> {
        if let Some(listed) = self.listed.get(code) {
            return Some(Standing { level: listed.level, area: listed.area });
        }
        match place_of(code) {
            Some(place) => Standing::of_place(place).filter(|_| self.reaches(code)),
            None if self.is_empty() => described(code),
            None => None,
        }
    }

    /// Whether a place's county (for the city's office: the city) has anything listed.
    fn reaches(&self, place: &OrgCode) -> bool {
        let county = place.0.get(..usize::from(GridCode::COUNTY)).unwrap_or(&place.0);
        let mut next = self.listed.range(OrgCode(county.to_owned())..);
        self.is_empty() || next.next().is_some_and(|(code, _)| code.0.starts_with(county))
    }
}

/// The place whose office a code names.
fn place_of(code: &OrgCode) -> Option<GridCode> {
    code.0.parse().ok().filter(|place: &GridCode| Level::of_digits(place.digits()).is_some())
}

/// What a code says by itself.
fn described(code: &OrgCode) -> Option<Standing> {
    match code.0.split_once('-') {
        Some((place, _)) => Standing::of_place(place.parse().ok()?),
        None => (!code.0.is_empty()).then_some(Standing { level: Level::City, area: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn org(code: &str) -> OrgCode {
        OrgCode(code.to_owned())
    }

    fn row(code: &str, level: Level, (parent, area): (&str, &str)) -> (OrgCode, Organisation) {
        let organisation = Organisation {
            code: org(code),
            name_zh: code.to_owned(),
            name_en: code.to_owned(),
            level,
            parent: (!parent.is_empty()).then(|| org(parent)),
            area: area.parse().ok(),
            sort: OrganisationSort::Department,
            authority: code.rsplit('-').take(1).map(str::to_owned).collect(),
        };
        (organisation.code.clone(), organisation)
    }

    fn city() -> Organisations {
        let listed = [
            row("CG", Level::City, ("", "")),
            row("GA", Level::City, ("", "")),
            row("211002-CG", Level::County, ("CG", "211002")),
            row("211003-CG", Level::County, ("CG", "211003")),
            row("211002016-PCS", Level::Township, ("GA", "211002016")),
        ];
        let implied = [(Level::Township, BTreeSet::from(["JD".to_owned()]))];
        Organisations { listed: listed.into(), implied: implied.into() }
    }

    #[test]
    fn the_office_of_a_place_needs_no_row() {
        let city = city();
        for (code, level, parent) in [
            ("211002016001003", Level::Grid, Some("211002016001")),
            ("211002016001", Level::Community, Some("211002016")),
            ("211002016", Level::Township, Some("211002")),
            ("211002", Level::County, Some("2110")),
            ("2110", Level::City, None),
        ] {
            assert_eq!(city.level_of(&org(code)), Some(level));
            assert_eq!(city.parent_of(&org(code)), parent.map(org));
        }
        assert_eq!(city.area_of(&org("211002")), "211002".parse().ok());
        assert_eq!(city.area_of(&org("2110")), None);
        for stranger in ["310000", "3100", "21", "211002016001003001", "211002-XX", "XX", ""] {
            assert!(!city.knows(&org(stranger)), "{stranger}");
        }
    }

    #[test]
    fn down_goes_to_a_direct_child_and_up_to_a_direct_parent() {
        let city = city();
        let child = |child: &str, of: &str| city.is_direct_child(&org(child), &org(of));
        assert!(
            child("211002-CG", "CG") && child("211002", "2110") && child("211002016", "211002")
        );
        assert!(child("211002016", "211002-CG"), "a department's child is a town of its county");
        assert!(!child("211002016", "211003-CG"), "another county's");
        assert!(!child("211002016", "CG") && !child("211002016001", "211002"), "two levels");
        assert!(!child("CG", "211002-CG") && !child("CG", "CG") && !child("CG", "GA"));
        assert!(child("211002016-PCS", "GA"), "the parent it names, if two levels up");
        assert!(city.is_direct_parent(&org("211002"), &org("211002016")));
    }

    #[test]
    fn who_supervises_is_of_the_same_level_or_above_and_around() {
        let city = city();
        let above = |one: &str, other: &str| city.is_at_or_above(&org(one), &org(other));
        assert!(above("CG", "GA") && above("CG", "211002016001") && above("211002", "211002-CG"));
        assert!(!above("211002-CG", "CG") && !above("211003-CG", "211002-CG"));
        assert!(!above("211002-CG", "211003016") && !above("XX", "211002"));
    }

    #[test]
    fn authority_is_listed_or_that_of_the_level() {
        let city = city();
        let may = |code: &str, department: &str| city.may_handle(&org(code), department);
        assert!(may("CG", "CG") && may("211002-CG", "CG") && !may("211002-CG", "GA"));
        assert!(may("211002016", "JD") && !may("211002016", "CG") && !may("211002016001", "JD"));
    }

    #[test]
    fn a_city_that_lists_none_goes_by_the_codes() {
        let city = Organisations::default();
        assert_eq!(city.level_of(&org("211002-CG")), Some(Level::County));
        assert_eq!(city.parent_of(&org("211002-CG")), Some(org("CG")));
        assert!(city.is_direct_child(&org("211002-CG"), &org("CG")));
        assert!(city.is_direct_child(&org("211002016"), &org("211002-CG")));
        assert!(city.may_handle(&org("211002016"), "CG") && !city.knows(&org("")));
    }
}
