//! The organisations' file: one a line, then whether parents, places and authorities fit together.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{GridCode, Level, OrgCode, Organisation, OrganisationSort, Organisations};

use super::fault::Faults;
use super::tsv::{Row, each_row, place, word, words};
use super::typed::PartitionTable;

/// The built-in organisations of profile `liaoyang`.
pub(super) const BUILT_IN: &str = include_str!("../../config/city/liaoyang/organisations.tsv");

/// What a row of this code says of the places of its level that have no row.
const IMPLIED: &str = "*";

/// Reads them; every fault is noted under `file`.
pub(super) fn read(
    text: &str,
    file: &str,
    (partitions, faults): (&PartitionTable, &mut Faults),
) -> Organisations {
    let mut all = Organisations::default();
    let mut line_of: BTreeMap<OrgCode, usize> = BTreeMap::new();
    each_row(text, file, faults, |row| {
        if row.cell("code") == IMPLIED {
            implied(row, &mut all);
            return;
        }
        let code = OrgCode(row.cell("code").to_owned());
        if let Some(first) = line_of.insert(code, row.line) {
            row.note("code", format!("is on line {first} too"), "a code of its own");
        }
        all.listed.extend(organisation(row).map(|it| (it.code.clone(), it)));
    });
    let of_sort = |it: &&Organisation| it.sort == OrganisationSort::Department;
    let departments = all.listed.values().filter(of_sort).map(|it| own(&it.code)).collect();
    let mut checked = Checked { all: &all, departments, partitions, file, faults };
    for (code, line) in &line_of {
        if let Some(organisation) = all.listed.get(code) {
            checked.fits(organisation, *line);
        }
    }
    all
}

/// What the office of a place of a level may handle.
fn implied(row: &mut Row<'_>, all: &mut Organisations) {
    let level = row.take("level", level, LEVEL);
    let Some(level) = level else { return };
    if all.implied.insert(level, departments(row.cell("authority"))).is_some() {
        row.note("level", "has such a row already", "one row of code * a level");
    }
}

const LEVEL: (&str, &str) = ("is no level", "grid, community, township, county or city");

fn organisation(row: &mut Row<'_>) -> Option<Organisation> {
    let code = row.take("code", words, ("is empty", "such as CG, 211002-CG or 211002016"));
    let name_zh = row.take("name_zh", words, ("is empty", "the Chinese name"));
    let name_en = row.take("name_en", words, ("is empty", "the English name"));
    let level = row.take("level", level, LEVEL);
    let sort: Option<OrganisationSort> =
        row.take("sort", word, ("is no sort", "such as department, centre, police_station"));
    let code = code?;
    let area = match row.cell("area") {
        "" => Some(code.split('-').next().and_then(|place| place.parse().ok())),
        text => text.parse().ok().map(Some),
    };
    if area.is_none() {
        row.note("area", "is no place", "a grid code such as 211002, or nothing");
    }
    let code = OrgCode(code);
    let authority = match row.cell("authority") {
        "" if sort == Some(OrganisationSort::Department) => BTreeSet::from([own(&code).to_owned()]),
        text => departments(text),
    };
    let parent = words(row.cell("parent")).map(OrgCode);
    let area: Option<GridCode> = area?;
    Some(Organisation {
        // The whole city is no place among others.
        area: area.filter(|area| GridCode::CITY < area.digits()),
        code,
        name_zh: name_zh?,
        name_en: name_en?,
        level: level?,
        parent,
        sort: sort?,
        authority,
    })
}

/// The department that an organisation is, in its county or for the city.
fn own(code: &OrgCode) -> &str {
    code.0.rsplit('-').next().unwrap_or_default()
}

fn level(text: &str) -> Option<Level> {
    word(text)
}

fn departments(text: &str) -> BTreeSet<String> {
    text.split_whitespace().filter(|text| *text != "-").map(str::to_owned).collect()
}

/// Sound rows, looked at together.
struct Checked<'a> {
    all: &'a Organisations,
    /// Departments of the city or of any county.
    departments: BTreeSet<&'a str>,
    partitions: &'a PartitionTable,
    file: &'a str,
    faults: &'a mut Faults,
}

impl Checked<'_> {
    fn fits(&mut self, organisation: &Organisation, line: usize) {
        self.parent_fits(organisation, line);
        self.area_fits(organisation, line);
        for department in &organisation.authority {
            if !self.departments.contains(&**department) {
                let (why, right) = ("names a department that is not listed", "such as CG GA");
                self.note((line, "authority"), department, (why, right));
            }
        }
    }

    /// Each parent exists and stands higher, so that no chain of parents comes back.
    fn parent_fits(&mut self, organisation: &Organisation, line: usize) {
        let Some(parent) = &organisation.parent else {
            if organisation.level != Level::City {
                let right = "a parent of a higher level";
                self.note((line, "parent"), "", ("nobody stands above it", right));
            }
            return;
        };
        let right = "an organisation of a higher level, for a place around";
        let (higher, around) = match self.all.level_of(parent) {
            None => return self.note((line, "parent"), parent, ("is not listed", right)),
            Some(level) => (organisation.level < level, self.all.area_of(parent)),
        };
        if !higher {
            self.note((line, "parent"), parent, ("does not stand above it", right));
        }
        let outside = match (around, organisation.area) {
            (Some(around), Some(area)) => !around.holds(area),
            (Some(_), None) => true,
            (None, _) => false,
        };
        if outside {
            self.note((line, "parent"), parent, ("is there for another place", right));
        }
    }

    /// Each place is one of this city's, and of the organisation's level.
    fn area_fits(&mut self, organisation: &Organisation, line: usize) {
        let level = organisation.level;
        let Some(area) = organisation.area else {
            if level != Level::City {
                let right = format!("a place of {} digits", level.digits());
                self.note((line, "area"), "", ("has no place of its own", &right));
            }
            return;
        };
        if area.digits() != level.digits() {
            let right = format!("a place of {} digits, as its level has", level.digits());
            self.note((line, "area"), area, ("does not fit its level", &right));
        }
        let known = |county| self.partitions.counties.contains_key(&county);
        if !self.partitions.is_undivided() && !area.county().is_some_and(known) {
            let right = "a place within a county of [[partitions]]";
            self.note((line, "area"), area, ("is no place of this city", right));
        }
    }

    fn note(
        &mut self,
        (line, column): (usize, &str),
        value: impl std::fmt::Display,
        (why, right): (&str, &str),
    ) {
        self.faults.note(place(self.file, line, column), value, why, right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Partition;

    fn counties(codes: &[&str]) -> PartitionTable {
        let numbered = (1..).zip(codes).map(|(at, code)| (code.parse().unwrap(), Partition(at)));
        PartitionTable { counties: numbered.collect() }
    }

    fn faults_of(rows: &str) -> Vec<(String, String)> {
        let mut faults = Faults(Vec::new());
        let text = format!("code\tname_zh\tname_en\tlevel\tsort\tparent\tarea\tauthority\n{rows}");
        read(&text, "o.tsv", (&counties(&["211002", "211003"]), &mut faults));
        faults.0.into_iter().map(|fault| (fault.key, fault.why)).collect()
    }

    #[test]
    fn liaoyang_has_the_counts_it_printed() {
        let mut faults = Faults(Vec::new());
        let seven = ["211002", "211003", "211004", "211005", "211011", "211021", "211081"];
        let all = read(BUILT_IN, "o.tsv", (&counties(&seven), &mut faults));
        assert_eq!(faults.0, []);
        let count = |level, sort| {
            all.listed.values().filter(|it| (it.level, it.sort) == (level, sort)).count()
        };
        for (level, sort, number) in [
            (Level::City, OrganisationSort::Department, 44),
            (Level::County, OrganisationSort::Department, 439),
            (Level::Township, OrganisationSort::PoliceStation, 66),
            (Level::Township, OrganisationSort::JusticeOffice, 50),
            (Level::Township, OrganisationSort::Township, 50),
            (Level::Community, OrganisationSort::Branch, 714),
            (Level::Community, OrganisationSort::Centre, 714),
        ] {
            assert_eq!(count(level, sort), number, "{level:?} {sort:?}");
        }
        let org = |code: &str| OrgCode(code.to_owned());
        assert!(all.may_handle(&org("211002-CG"), "CG") && !all.may_handle(&org("2110"), "CG"));
        assert!(all.may_handle(&org("211002016-PCS"), "GA"));
        assert!(all.may_handle(&org("211002016001"), "SQ"), "an office without a row");
        assert_eq!(all.parent_of(&org("211002016-PCS")), Some(org("211002-GA")));
        assert!(all.is_direct_child(&org("211002016"), &org("211002-JD")));
    }

    #[test]
    fn every_misfit_is_located() {
        let rows = "CG\t城管\tUM\tcity\tdepartment\t\t\t\n\
            GA\t\tPS\ttown\tdepartment\t\t\t\n\
            CG\t城管\tUM\tcity\tdepartment\t\t\t\n\
            211002-CG\t城管\tUM\tcounty\tdepartment\tXX\t\tYY\n\
            211003-CG\t城管\tUM\tcounty\tdepartment\t211002-CG\t\t\n\
            211002016-A\t甲\tA\ttownship\tcentre\t211003-CG\t\t-\n\
            211002-B\t乙\tB\tcounty\tcentre\t\t\t-\n\
            211002-C\t丙\tC\tcounty\tcentre\tCG\t211002016\t-\n\
            310000-D\t丁\tD\tcounty\tcentre\tCG\t\t-\n\
            E\t戊\tE\tcounty\tcentre\tCG\there\t-\n\
            F\t己\tF\tcounty\tcentre\tCG\t\t-\n\
            *\t\t\tplanet\t\t\t\t-\n";
        let found = faults_of(rows);
        let found: Vec<(&str, &str)> = found.iter().map(|(key, why)| (&**key, &**why)).collect();
        for expected in [
            ("o.tsv:3 name_zh", "is empty"),
            ("o.tsv:3 level", "is no level"),
            ("o.tsv:4 code", "is on line 2 too"),
            ("o.tsv:5 parent", "is not listed"),
            ("o.tsv:5 authority", "names a department that is not listed"),
            ("o.tsv:6 parent", "does not stand above it"),
            ("o.tsv:6 parent", "is there for another place"),
            ("o.tsv:7 parent", "is there for another place"),
            ("o.tsv:8 parent", "nobody stands above it"),
            ("o.tsv:9 area", "does not fit its level"),
            ("o.tsv:10 area", "is no place of this city"),
            ("o.tsv:11 area", "is no place"),
            ("o.tsv:12 area", "has no place of its own"),
            ("o.tsv:13 level", "is no level"),
        ] {
            assert!(found.contains(&expected), "{expected:?} in {found:#?}");
        }
        assert_eq!(found.len(), 14, "{found:#?}");
    }

    #[test]
    fn no_chain_of_parents_comes_back() {
        let ring = "211002-A\t甲\tA\tcounty\tcentre\t211002-B\t\t-\n\
            211002-B\t乙\tB\tcounty\tcentre\t211002-A\t\t-\n";
        let found = faults_of(ring);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|(_, why)| why == "does not stand above it"));
    }
}
