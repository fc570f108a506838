//! Ownership 权责清单: who leads and who assists, by item and place.
//!
//! The most specific row wins: an item's before its category's before any's, and of those the one
//! for the smallest place. Where no row speaks, the item's own owner leads.
//!
//! **Invariant.** A department such as `CG` is the county's own (`211002-CG`) where there is one,
//! else the city's. In the city's own partition, and without a place, it is the city's.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::super::catalog::Item;
use super::super::geo::GridCode;
use super::super::id::{InvalidId, ItemCode, OrgCode, text_in_json};
use super::organisation::Organisations;

/// What is owned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Matter {
    /// One item.
    Item(ItemCode),
    /// All items of a category, such as `G01`.
    Category([u8; 3]),
    /// Everything.
    Any,
}

/// Who leads and who assists: departments such as `CG`, or whole codes such as `211002-CG`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Owners {
    /// The lead 主办.
    pub lead: OrgCode,
    /// The assists 协办.
    pub assists: Vec<OrgCode>,
}

/// The owners of one matter, by place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub struct PlaceOwners {
    /// Where no smaller place says otherwise.
    pub anywhere: Option<Owners>,
    /// Within a place.
    pub within: BTreeMap<GridCode, Owners>,
}

/// The table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub struct Ownership {
    /// Its rows, by matter.
    pub matters: BTreeMap<Matter, PlaceOwners>,
}

impl Ownership {
    /// Who leads and who assists a matter of `item` at `place`; `of_city` where it is dealt with in
    /// the city's own partition.
    #[must_use]
    pub fn lead_for(
        &self,
        organisations: &Organisations,
        item: &Item,
        (place, of_city): (Option<GridCode>, bool),
    ) -> (OrgCode, Vec<OrgCode>) {
        let county = place.and_then(GridCode::county).filter(|_| !of_city);
        let resolve = |department| resolve(organisations, department, county);
        let Some(owners) = self.owners_of(item.code, place) else {
            return (resolve(&item.owner), Vec::new());
        };
        let lead = resolve(&owners.lead);
        let assists = owners.assists.iter().map(resolve).filter(|assist| *assist != lead);
        let assists = assists.collect();
        (lead, assists)
    }

    /// The most specific row.
    #[must_use]
    pub fn owners_of(&self, item: ItemCode, place: Option<GridCode>) -> Option<&Owners> {
        let matters = [Matter::Item(item), Matter::Category(item.category()), Matter::Any];
        matters.iter().find_map(|matter| self.matters.get(matter)?.at(place))
    }
}

impl PlaceOwners {
    /// The owners at a place: those of the smallest place around it.
    fn at(&self, place: Option<GridCode>) -> Option<&Owners> {
        let within = place.filter(|_| !self.within.is_empty()).and_then(|place| {
            let around = GridCode::LEVELS.iter().filter(|digits| **digits <= place.digits());
            around.rev().find_map(|digits| self.within.get(&place.prefix(*digits)))
        });
        within.or(self.anywhere.as_ref())
    }
}

/// The organisation that a department is, in a county or for the city.
fn resolve(
    organisations: &Organisations,
    department: &OrgCode,
    county: Option<GridCode>,
) -> OrgCode {
    let whole = department.0.contains('-') || department.0.parse::<GridCode>().is_ok();
    let Some(county) = county.filter(|_| !whole) else { return department.clone() };
    let own = OrgCode(format!("{county}-{department}"));
    if organisations.is_empty() || organisations.knows(&own) { own } else { department.clone() }
}

impl fmt::Display for Matter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(item) => item.fmt(f),
            Self::Category(category) => f.write_str(&String::from_utf8_lossy(category)),
            Self::Any => f.write_str("*"),
        }
    }
}

impl FromStr for Matter {
    type Err = InvalidId;

    /// Reads `G01001`, `G01` or `*`.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text == "*" {
            return Ok(Self::Any);
        }
        if let Ok(item) = text.parse() {
            return Ok(Self::Item(item));
        }
        // A category is what an item of it begins with.
        let category = format!("{text}000").parse().ok().filter(|_| text.len() == 3);
        category
            .map(|item: ItemCode| Self::Category(item.category()))
            .ok_or_else(|| InvalidId::new(text, "an item, a category or *, such as G01001 or G01"))
    }
}

text_in_json!(Matter, String, Matter::to_string, |text| text.parse().ok());

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        KindCode, Level, Limit, LimitUnit, Organisation, OrganisationSort, PrivacyClass, Severity,
    };

    fn org(code: &str) -> OrgCode {
        OrgCode(code.to_owned())
    }

    fn item(code: &str, owner: &str) -> Item {
        let limit = Limit { amount: 1, unit: LimitUnit::Hours };
        Item {
            code: code.parse().unwrap(),
            name_zh: code.to_owned(),
            name_en: code.to_owned(),
            severity: Severity::Blue,
            owner: org(owner),
            response: limit,
            handle: limit,
            kind: KindCode::CITY_EVENT,
            video_ok: false,
            privacy: PrivacyClass::None,
            system: "EVENT".to_owned(),
            patrol_dept: None,
            unlawful: false,
        }
    }

    fn table(rows: &[(&str, &str, &str)]) -> Ownership {
        let mut table = Ownership::default();
        for (matter, place, lead) in rows {
            let row = table.matters.entry(matter.parse().unwrap()).or_default();
            let owners = Owners { lead: org(lead), assists: vec![org("GA"), org(lead)] };
            match place.parse() {
                Ok(place) => drop(row.within.insert(place, owners)),
                Err(_) => row.anywhere = Some(owners),
            }
        }
        table
    }

    fn listed(codes: &[&str]) -> Organisations {
        let row = |code: &&str| {
            let organisation = Organisation {
                code: org(code),
                name_zh: String::new(),
                name_en: String::new(),
                level: Level::City,
                parent: None,
                area: None,
                sort: OrganisationSort::Department,
                authority: [(*code).to_owned()].into(),
            };
            (org(code), organisation)
        };
        Organisations { listed: codes.iter().map(row).collect(), ..Organisations::default() }
    }

    #[test]
    fn the_most_specific_row_wins() {
        let table = table(&[
            ("*", "211002", "ANY"),
            ("G01", "", "CATEGORY"),
            ("G01", "211002016001", "COMMUNITY"),
            ("G01", "211002", "COUNTY"),
            ("G01002", "2110", "ITEM"),
        ]);
        for (code, place, lead) in [
            ("G01001", "211002016001002", "COMMUNITY"),
            ("G01001", "211002016002", "COUNTY"),
            ("G01001", "211003", "CATEGORY"),
            ("G01001", "", "CATEGORY"),
            ("G01002", "211002016001002", "ITEM"),
            ("G01002", "", "CATEGORY"),
            ("G02001", "211002016001002", "ANY"),
            ("G02001", "211003", "OWN"),
        ] {
            let item = item(code, "OWN");
            let place = place.parse().ok();
            let found = table.lead_for(&listed(&["X"]), &item, (place, false));
            assert_eq!(found.0, org(lead), "{code} {place:?}");
        }
    }

    #[test]
    fn a_department_is_the_countys_own_where_there_is_one() {
        let organisations = listed(&["CG", "HW", "GA", "211002-CG", "211002-GA"]);
        let place = "211002016".parse().ok();
        let (none, cg) = (Ownership::default(), item("G01001", "CG"));
        let lead = |item, at| none.lead_for(&organisations, item, at).0;
        assert_eq!(lead(&cg, (place, false)), org("211002-CG"));
        assert_eq!(lead(&cg, (place, true)), org("CG"));
        assert_eq!(lead(&cg, (None, false)), org("CG"));
        assert_eq!(lead(&item("G01001", "HW"), (place, false)), org("HW"));
        let rows = table(&[("G01001", "", "HW"), ("G01002", "", "211002-CG")]);
        let found = rows.lead_for(&organisations, &cg, (place, false));
        assert_eq!(found, (org("HW"), vec![org("211002-GA")]));
        let found = rows.lead_for(&organisations, &item("G01002", "CG"), (place, true));
        assert_eq!(found, (org("211002-CG"), vec![org("GA")]));
    }

    #[test]
    fn a_city_that_lists_none_goes_by_the_county() {
        let (none, cg) = (Organisations::default(), item("G01001", "CG"));
        let lead = |item, at| Ownership::default().lead_for(&none, item, at).0;
        assert_eq!(lead(&cg, ("211002016".parse().ok(), false)), org("211002-CG"));
        let whole = item("G01001", "211003-CG");
        assert_eq!(lead(&whole, ("211002016".parse().ok(), false)), org("211003-CG"));
    }

    #[test]
    fn a_matter_is_an_item_a_category_or_any() {
        for text in ["G01001", "G01", "*"] {
            assert_eq!(text.parse::<Matter>().unwrap().to_string(), text);
        }
        for text in ["", "G0", "G0100", "01", "g01"] {
            assert!(text.parse::<Matter>().is_err(), "{text}");
        }
    }
}
