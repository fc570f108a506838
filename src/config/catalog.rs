//! The catalogue's file: one item a line, columns by name; every fault with its line and column.

use std::collections::BTreeMap;

use crate::domain::{Item, ItemCode, Limit, LimitUnit, OrgCode, Severity};

use super::fault::Faults;
use super::tsv::{Row, each_row, word, words, yes_or_no};

/// The built-in catalogue: 227 patrol items and 71 of service.
pub const BUILT_IN: &str = include_str!("../../config/catalog.tsv");

/// Reads a catalogue; items with a fault are left out, and noted under `file`.
pub fn read(text: &str, file: &str, faults: &mut Faults) -> BTreeMap<ItemCode, Item> {
    let located = read_located(text, file, faults);
    located.into_iter().map(|(code, (_, item))| (code, item)).collect()
}

/// The same, each item with its line.
pub(super) fn read_located(
    text: &str,
    file: &str,
    faults: &mut Faults,
) -> BTreeMap<ItemCode, (usize, Item)> {
    let mut items = BTreeMap::new();
    let mut line_of = BTreeMap::new();
    each_row(text, file, faults, |row| {
        let code: Option<ItemCode> = row.cell("code").parse().ok();
        if let Some(first) = code.and_then(|code| line_of.insert(code, row.line)) {
            row.note("code", format!("is on line {first} too"), "a code of its own");
        }
        items.extend(item(row).map(|item| (item.code, (row.line, item))));
    });
    if items.is_empty() {
        faults.note(file, "", "no sound item is in it", "a row for each item");
    }
    items
}

/// The item, where every cell is sound; every faulty cell is noted.
fn item(row: &mut Row<'_>) -> Option<Item> {
    let code = row.take("code", |it| it.parse().ok(), ("is no item code", "such as G01001"));
    let name_zh = row.take("name_zh", words, ("is empty", "the Chinese name"));
    let name_en = row.take("name_en", words, ("is empty", "the English name"));
    let severity = row.take("severity", severity, ("is no priority", "1, 2, 3 or 4"));
    let owner = row.take("dept_code", words, ("nobody owns it", "a department such as CG"));
    let limit = ("is no limit", "a number with m, h, d, wh or wd, such as 4wh");
    let response = row.take("response_limit", read_limit, limit);
    let handle = row.take("handle_limit", read_limit, limit);
    let kind = row.take("case_kind", word, ("is no kind of case", "such as city_event"));
    let video_ok = row.take("video_ok", yes_or_no, ("says neither", "Y or N"));
    let privacy = row.take("privacy_class", word, ("is no class", "such as none, restricted"));
    let system = row.take("system_code", words, ("is empty", "a system such as EVENT"));
    let patrol_dept = patrol_dept(row);
    Some(Item {
        code: code?,
        name_zh: name_zh?,
        name_en: name_en?,
        severity: severity?,
        owner: OrgCode(owner?),
        response: response?,
        handle: handle?,
        kind: kind?,
        video_ok: video_ok?,
        privacy: privacy?,
        system: system?,
        patrol_dept: patrol_dept?,
        unlawful: row.has("lawful") && row.cell("lawful") == "N",
    })
}

/// Which department brings it into the patrol list. A catalogue without that column brings none.
#[expect(clippy::option_option, reason = "a faulty cell is not the same as an empty one")]
fn patrol_dept(row: &mut Row<'_>) -> Option<Option<OrgCode>> {
    let department = words(row.cell("patrol_dept")).map(OrgCode);
    let patrolled = row.cell("item_group") == "patrol";
    if row.has("patrol_dept") && patrolled != department.is_some() {
        let why = "a patrol item is brought in by one department, an item of service by none";
        row.note("patrol_dept", why, "a department such as CG for item_group patrol, else empty");
        return None;
    }
    Some(department)
}

fn severity(text: &str) -> Option<Severity> {
    match text {
        "1" => Some(Severity::Red),
        "2" => Some(Severity::Orange),
        "3" => Some(Severity::Yellow),
        "4" => Some(Severity::Blue),
        _ => None,
    }
}

/// A limit such as `30m`, `4wh` or `20wd`; longer than nothing.
pub(super) fn read_limit(text: &str) -> Option<Limit> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (amount, unit) = text.split_at_checked(digits)?;
    let unit = match unit {
        "m" => LimitUnit::Minutes,
        "h" => LimitUnit::Hours,
        "d" => LimitUnit::Days,
        "wh" => LimitUnit::WorkingHours,
        "wd" => LimitUnit::WorkingDays,
        _ => return None,
    };
    let amount = amount.parse().ok().filter(|amount| 0 < *amount && *amount <= 100_000)?;
    Some(Limit { amount, unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_catalogue_has_its_298_items() {
        let mut faults = Faults(Vec::new());
        let items = read(BUILT_IN, "config/catalog.tsv", &mut faults);
        assert_eq!(faults.0, []);
        assert_eq!(items.len(), 298);
        let group = |name| {
            BUILT_IN.lines().filter(|line| super::super::tsv::split(line)[6] == name).count()
        };
        assert_eq!((group("patrol"), group("service")), (227, 71));
        let brought: Vec<&OrgCode> =
            items.values().filter_map(|item| item.patrol_dept.as_ref()).collect();
        assert_eq!(brought.len(), 227);
        let departments: std::collections::BTreeSet<_> = brought.into_iter().collect();
        assert_eq!(departments.len(), 11, "11 departments, 227 patrol items: {departments:?}");
        let building = &items[&"G01001".parse().unwrap()];
        assert_eq!(building.owner, OrgCode("CG".to_owned()));
        assert_eq!(building.handle, Limit { amount: 20, unit: LimitUnit::WorkingDays });
    }

    #[test]
    fn every_fault_is_located_by_line_and_column() {
        let header = BUILT_IN.lines().next().unwrap();
        let good = BUILT_IN.lines().nth(1).unwrap();
        let broken = good.replace("G01001", "G01009");
        let broken = broken.trim_end_matches("\tCG").to_owned() + "\t";
        let broken = broken.replace("\tCG\t", "\t\t").replace("4wh", "4 weeks");
        let text = format!("{header}\n{good}\n{broken}\n{good}\n");
        let mut faults = Faults(Vec::new());
        let items = read(&text, "c.tsv", &mut faults);
        assert_eq!(items.len(), 1);
        let found: Vec<_> = faults.0.iter().map(|fault| (&*fault.key, &*fault.why)).collect();
        let expected = [
            ("c.tsv:3 dept_code", "nobody owns it"),
            ("c.tsv:3 response_limit", "is no limit"),
            (
                "c.tsv:3 patrol_dept",
                "a patrol item is brought in by one department, an item of service by none",
            ),
            ("c.tsv:4 code", "is on line 2 too"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_limit_without_amount_or_unit_is_none() {
        for text in ["", "m", "0m", "5", "5 d", "-1h", "9999999d", "1w"] {
            assert_eq!(read_limit(text), None, "{text}");
        }
    }
}
