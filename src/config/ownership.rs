//! The ownership's file: one row a matter and place; then whether every item is led everywhere.

use std::collections::BTreeMap;

use crate::domain::limits::ASSISTS_MAX;
use crate::domain::{
    GridCode, Item, ItemCode, Matter, OrgCode, Organisations, Owners, Ownership, PlaceOwners,
};

use super::fault::Faults;
use super::tsv::{Row, each_row, place, words};
use super::typed::PartitionTable;

/// The built-in ownership of profile `liaoyang`.
pub(super) const BUILT_IN: &str = include_str!("../../config/city/liaoyang/ownership.tsv");

/// What stands for every matter or every place.
const ANY: &str = "*";

/// What rows are held against.
#[derive(Clone, Copy)]
pub(super) struct City<'a> {
    pub(super) items: &'a BTreeMap<ItemCode, (usize, Item)>,
    pub(super) organisations: &'a Organisations,
    pub(super) partitions: &'a PartitionTable,
}

/// Reads the rows; every fault is noted under `file`.
pub(super) fn read(text: &str, file: &str, city: City<'_>, faults: &mut Faults) -> Ownership {
    let mut ownership = Ownership::default();
    each_row(text, file, faults, |row| {
        let Some((matter, within, owners)) = read_row(row, city) else { return };
        let places: &mut PlaceOwners = ownership.matters.entry(matter).or_default();
        let earlier = match within {
            Some(place) => places.within.insert(place, owners),
            None => places.anywhere.replace(owners),
        };
        if earlier.is_some() {
            row.note("matter", "has a row for that place already", "each matter and place once");
        }
    });
    ownership
}

fn read_row(row: &mut Row<'_>, city: City<'_>) -> Option<(Matter, Option<GridCode>, Owners)> {
    let known = |matter: &Matter| match matter {
        Matter::Item(item) => city.items.contains_key(item),
        Matter::Category(category) => city.items.keys().any(|it| it.category() == *category),
        Matter::Any => true,
    };
    let matter = |text: &str| text.parse().ok().filter(known);
    let right = "an item of the catalogue, a category such as G01, or *";
    let matter = row.take("matter", matter, ("is nothing of the catalogue", right));
    let within = row.take("place", |text| of_city(text, city.partitions), PLACE);
    let lead = row.take("lead", words, ("nobody leads", "a department such as CG")).map(OrgCode);
    let assists: Vec<OrgCode> = row.cell("assists").split_whitespace().map(org).collect();
    if ASSISTS_MAX < assists.len() {
        row.note("assists", "are too many", format!("{ASSISTS_MAX} at most"));
    }
    let within = within?;
    for (column, named) in
        lead.iter().map(|it| ("lead", it)).chain(assists.iter().map(|it| ("assists", it)))
    {
        let missing = missing(named, within, city);
        if let Some(missing) = missing {
            let why = format!("{missing} is not listed");
            row.note(column, why, "departments of the city, or of each county it is for");
        }
    }
    Some((matter?, within, Owners { lead: lead?, assists }))
}

fn org(code: &str) -> OrgCode {
    OrgCode(code.to_owned())
}

const PLACE: (&str, &str) = ("is no place of this city", "a grid code such as 211002, or *");

/// A place within the city, or none for all of it.
#[expect(clippy::option_option, reason = "no place at all is not the same as every place")]
fn of_city(text: &str, partitions: &PartitionTable) -> Option<Option<GridCode>> {
    if text == ANY {
        return Some(None);
    }
    let place: GridCode = text.parse().ok()?;
    let known = match place.county() {
        Some(county) => partitions.is_undivided() || partitions.counties.contains_key(&county),
        None => partitions.counties.keys().any(|county| place.holds(*county)),
    };
    known.then_some(Some(place))
}

/// The organisation that a row names and that is not there, somewhere that the row is for.
fn missing(named: &OrgCode, within: Option<GridCode>, city: City<'_>) -> Option<OrgCode> {
    if city.organisations.is_empty() || city.organisations.knows(named) {
        return None;
    }
    let counties = city.partitions.counties.keys();
    let concerned = |county: &&GridCode| {
        within.is_none_or(|place| place.holds(**county) || county.holds(place))
    };
    let own = |county: &GridCode| OrgCode(format!("{county}-{named}"));
    let mut own = counties.filter(concerned).map(own);
    match within.and_then(GridCode::county) {
        // Only one county is concerned: its own department is enough.
        Some(_) => own.find(|code| !city.organisations.knows(code)),
        // The city's own partition has such cases too, and there it is the city's department.
        None => Some(named.clone()),
    }
}

/// Who is not there, and where; with the items that would go to it.
type Missing = BTreeMap<(OrgCode, Option<GridCode>), Vec<(usize, ItemCode)>>;

/// Notes every department that leads an item somewhere and is not there. `file` is the
/// catalogue's, where each item's line and owner stand.
pub(super) fn cover(ownership: &Ownership, file: &str, city: City<'_>, faults: &mut Faults) {
    if city.organisations.is_empty() {
        return;
    }
    let counties = city.partitions.counties.keys().map(|county| Some(*county));
    let places: Vec<Option<GridCode>> = std::iter::once(None).chain(counties).collect();
    let mut missing: Missing = BTreeMap::new();
    for (line, item) in city.items.values() {
        for place in &places {
            let (lead, assists) = ownership.lead_for(city.organisations, item, (*place, false));
            for org in std::iter::once(lead).chain(assists) {
                if !city.organisations.knows(&org) {
                    missing.entry((org, *place)).or_default().push((*line, item.code));
                }
            }
        }
        brought_by(item, *line, (file, city, faults));
    }
    for ((org, at), items) in missing {
        let Some((line, item)) = items.first() else { continue };
        let at = at.map_or_else(|| "the city's own cases".to_owned(), |county| county.to_string());
        let why =
            format!("is not listed, and {} items such as {item} go to it in {at}", items.len());
        let right = "a row for it in playbook.organisations, or another owner";
        faults.note(place(file, *line, "dept_code"), org, why, right);
    }
}

/// Whoever brings an item into the patrol list exists.
fn brought_by(item: &Item, line: usize, (file, city, faults): (&str, City<'_>, &mut Faults)) {
    if let Some(department) = &item.patrol_dept
        && !city.organisations.knows(department)
    {
        let right = "a department of the city";
        faults.note(place(file, line, "patrol_dept"), department, "is not listed", right);
    }
}
