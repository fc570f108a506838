//! The real names and codes of Liaoyang's areas, streets and villages (see `config/city/liaoyang`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::GridCode;

const AREAS: &str = include_str!("../../config/city/liaoyang/areas.csv");
const STREETS: &str = include_str!("../../config/city/liaoyang/streets.csv");
const VILLAGES: &str = include_str!("../../config/city/liaoyang/villages.csv");

/// A place with its own name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Named {
    pub(super) code: GridCode,
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
struct Row {
    code: String,
    name: String,
}

/// The rows of a file; one that is no place is passed over (none is, as the tests hold).
fn read(file: &str) -> Vec<Named> {
    let mut rows: Vec<Named> = csv::Reader::from_reader(file.as_bytes())
        .deserialize::<Row>()
        .filter_map(|row| {
            let row = row.ok()?;
            Some(Named { code: row.code.parse().ok()?, name: row.name })
        })
        .collect();
    rows.sort_by_key(|named| named.code);
    rows
}

/// The 7 districts and counties, by code.
pub(super) fn areas() -> Vec<Named> {
    read(AREAS)
}

/// The 50 streets and towns, by code.
pub(super) fn towns() -> Vec<Named> {
    read(STREETS)
}

/// The 714 villages and communities, by code.
pub(super) fn communities() -> Vec<Named> {
    read(VILLAGES)
}

/// What every place is called.
#[must_use]
pub fn place_names() -> BTreeMap<GridCode, String> {
    let all = [areas(), towns(), communities()];
    all.into_iter().flatten().map(|named| (named.code, named.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_a_place_below_its_own() {
        assert_eq!((areas().len(), towns().len(), communities().len()), (7, 50, 714));
        for (inner, outer) in [(communities(), towns()), (towns(), areas())] {
            for place in inner {
                let holders = outer.iter().filter(|other| other.code.holds(place.code)).count();
                assert_eq!(holders, 1, "{place:?}");
            }
        }
    }
}
