//! The made-up city's tables: items, organisations, owners, days.

use std::collections::BTreeSet;

use rand::Rng;

use crate::config::catalog::BUILT_IN;
use crate::domain::GridCode;

use super::departments::{DEPARTMENTS, Department, successor};
use super::plan::{Place, Plan};

/// Columns of the catalogue that name a department.
const OWNER: &str = "dept_code";
const OWNER_ZH: &str = "dept_zh";
const BROUGHT_BY: &str = "patrol_dept";

/// Some three of five items of the built-in catalogue, each category's first among them, under
/// departments of its own.
pub(super) fn catalog(plan: &mut Plan) -> String {
    let mut lines = BUILT_IN.lines();
    let header = lines.next().unwrap_or_default();
    let columns: Vec<&str> = header.split('\t').collect();
    let mut text = format!("{header}\n");
    for line in lines.filter(|line| !line.is_empty()) {
        let first = line.get(3..6) == Some("001");
        // The generator is asked for each line, so that what is kept hangs on the seed alone.
        let kept = plan.random.random_ratio(3, 5);
        if first || kept {
            let cells = columns.iter().zip(line.split('\t')).map(|it| cell(it, line, &columns));
            text += &cells.collect::<Vec<_>>().join("\t");
            text.push('\n');
        }
    }
    text
}

/// A cell as it is, or its department's successor.
fn cell<'a>((column, cell): (&&str, &'a str), line: &str, columns: &[&str]) -> &'a str {
    let owner = || {
        let at = columns.iter().position(|column| *column == OWNER).unwrap_or_default();
        successor(line.split('\t').nth(at).unwrap_or_default())
    };
    match *column {
        OWNER => owner().code,
        OWNER_ZH => owner().zh,
        BROUGHT_BY if !cell.is_empty() => successor(cell).code,
        _ => cell,
    }
}

/// City, counties, towns and communities; grids are below none of them.
pub(super) fn organisations(plan: &Plan) -> String {
    let mut rows = vec![String::from(
        "code\tname_zh\tname_en\tlevel\tsort\tparent\tarea\tauthority\n\
         *\t\t\tcommunity\tcommunity\t\t\tCO\n\
         *\t\t\ttownship\ttownship\t\t\tTO CO\n",
    )];
    let Place { code: city, zh, en } = &plan.city;
    let mut row = |cells: [&str; 7]| {
        let [code, zh, en, level, sort, parent, authority] = cells;
        rows.push(format!("{code}\t{zh}\t{en}\t{level}\t{sort}\t{parent}\t\t{authority}\n"));
    };
    row([city, &format!("{zh}政府"), en, "city", "government", "", "-"]);
    for Department { code, zh, en, .. } in &DEPARTMENTS {
        row([code, &format!("市{zh}"), en, "city", "department", "", ""]);
    }
    row(["LZ", "市联动中心", "Command Centre", "city", "centre", "", "DC"]);
    for county in &plan.counties {
        let Place { code, zh, en } = county;
        let government = format!("{zh}政府");
        row([code, &government, en, "county", "government", city, "-"]);
        for department in DEPARTMENTS.iter().filter(|it| it.in_counties) {
            let own = format!("{code}-{}", department.code);
            let (zh, en) = (format!("{zh}{}", department.zh), format!("{en} {}", department.en));
            row([&own, &zh, &en, "county", "department", department.code, ""]);
        }
        let own = format!("{code}-LZ");
        row([&own, &format!("{zh}联动中心"), en, "county", "centre", "LZ", "DC"]);
    }
    for town in &plan.towns {
        let (Place { code, zh, en }, county) = (town, town.around(GridCode::COUNTY));
        let office = format!("{zh}政府");
        row([code, &office, en, "township", "township", county, "TO CO"]);
        let (own, above) = (format!("{code}-PS"), format!("{county}-PS"));
        row([&own, &format!("{zh}派出所"), en, "township", "police_station", &above, "PS"]);
    }
    for community in &plan.communities {
        let (Place { code, zh, en }, town) = (community, community.around(GridCode::TOWN));
        row([code, &format!("{zh}居委会"), en, "community", "community", town, "CO"]);
    }
    rows.concat()
}

/// A few rows of each sort: of a category, of an item, of an item in one county or town.
pub(super) fn ownership(plan: &Plan, catalog: &str) -> String {
    let items: BTreeSet<&str> = catalog.lines().skip(1).filter_map(|line| line.get(..6)).collect();
    let mut rows = vec![String::from("matter\tplace\tlead\tassists\tnote\n")];
    let mut row = |matter: &str, place: &str, (lead, assists): (&str, &str)| {
        let held = |item: &&str| item.starts_with(matter);
        if items.iter().any(held) {
            rows.push(format!("{matter}\t{place}\t{lead}\t{assists}\t\n"));
        }
    };
    row("G08", "*", ("JU", "TO"));
    row("G01001", "*", ("CS", "BW TO"));
    row("G03001", "*", ("BW", "CS"));
    if let Some(county) = plan.counties.last() {
        row("G01001", &county.code, ("TO", "CS"));
    }
    if let Some(town) = plan.towns.first() {
        row("G07001", &town.code, (&format!("{}-PS", town.code), "CO"));
    }
    rows.concat()
}

/// Its own holidays, and a day worked instead.
pub(super) fn calendar() -> String {
    String::from(
        "# Made up.\ndate\tworks\tname_zh\tnote\n\
         2026-01-01\tN\t元旦\t\n\
         2026-03-21\tN\t建市纪念日\t\n\
         2026-03-20\tY\t建市纪念日\t补班\n\
         2026-10-01\tN\t国庆节\t\n",
    )
}
