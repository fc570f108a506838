//! Crews: who can be sent, by county. Whose they are stands in `config/city/liaoyang`.

use super::names::Named;
use super::world::WorldUnit;
use crate::domain::{OrgCode, UnitId};

/// Who sends crews, and how many each county's has.
const CREWS: [(&str, &str, u32); 10] = [
    ("CG", "城管中队", 8),
    ("HW", "环卫班组", 8),
    ("ZJ", "市政抢修", 7),
    ("XF", "消防站", 4),
    ("YJ", "应急分队", 4),
    ("SW", "供水抢修", 5),
    ("GD", "电力抢修", 5),
    ("YL", "园林班组", 5),
    ("JJ", "交警中队", 5),
    ("WG", "网格小组", 7),
];

/// The crews of every county.
pub(super) fn units(areas: &[Named]) -> Vec<WorldUnit> {
    let mut units = Vec::new();
    for (county, area) in (1_u32..).zip(areas) {
        let mut number = county * 1_000;
        for (code, name, count) in CREWS {
            for which in 1..=count {
                number += 1;
                units.push(WorldUnit {
                    id: UnitId(number),
                    name: format!("{}{name}{which}", area.name),
                    org: OrgCode(format!("{}-{code}", area.code)),
                    county: area.code,
                });
            }
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::super::names::areas;
    use super::*;
    use crate::config::{Layers, load};

    #[test]
    fn each_crew_is_of_an_organisation_of_the_city() {
        let sound = load(&Layers::default()).unwrap();
        let organisations = &sound.config.playbook.organisations;
        for unit in units(&areas()) {
            assert!(organisations.get(&unit.org).is_some(), "{}", unit.org);
        }
    }
}
