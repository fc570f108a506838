//! The catalogue's file: one item a line, columns by name; every fault with its line and column.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as WordError, StrDeserializer};

use crate::domain::{Item, ItemCode, Limit, LimitUnit, OrgCode, Severity};

use super::fault::Faults;

/// The built-in catalogue: 227 patrol items and 71 of service.
pub const BUILT_IN: &str = include_str!("../../config/catalog.tsv");

/// Reads a catalogue; items with a fault are left out, and noted under `file`.
pub fn read(text: &str, file: &str, faults: &mut Faults) -> BTreeMap<ItemCode, Item> {
    let mut lines = text.lines().enumerate();
    let header: Vec<&str> = lines.next().map(|(_, line)| split(line)).unwrap_or_default();
    let mut items: BTreeMap<ItemCode, Item> = BTreeMap::new();
    let mut line_of = BTreeMap::new();
    for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let cells = split(line);
        let mut row = Row { header: &header, cells: &cells, file, line: number + 1, faults };
        let code: Option<ItemCode> = row.cell("code").parse().ok();
        if let Some(first) = code.and_then(|code| line_of.insert(code, number + 1)) {
            row.note("code", format!("is on line {first} too"), "a code of its own");
        }
        items.extend(row.item().map(|item| (item.code, item)));
    }
    if items.is_empty() {
        faults.note(file, "", "no sound item is in it", "a row for each item");
    }
    items
}

fn split(line: &str) -> Vec<&str> {
    line.split('\t').map(str::trim).collect()
}

/// One line under its header.
struct Row<'a> {
    header: &'a [&'a str],
    cells: &'a [&'a str],
    file: &'a str,
    line: usize,
    faults: &'a mut Faults,
}

impl Row<'_> {
    fn cell(&self, column: &str) -> &str {
        let at = self.header.iter().position(|name| *name == column);
        at.and_then(|at| self.cells.get(at)).copied().unwrap_or_default()
    }

    fn note(&mut self, column: &str, why: impl Into<String>, right: impl Into<String>) {
        let key = format!("{}:{} {column}", self.file, self.line);
        let value = self.cell(column).to_owned();
        self.faults.note(key, value, why, right);
    }

    /// The cell as `read` takes it, or a fault.
    fn take<T>(
        &mut self,
        column: &str,
        read: impl FnOnce(&str) -> Option<T>,
        (why, right): (&str, &str),
    ) -> Option<T> {
        let value = read(self.cell(column));
        if value.is_none() {
            self.note(column, why, right);
        }
        value
    }

    /// The item, where every cell is sound; every faulty cell is noted.
    fn item(&mut self) -> Option<Item> {
        let code = self.take("code", |it| it.parse().ok(), ("is no item code", "such as G01001"));
        let name_zh = self.take("name_zh", words, ("is empty", "the Chinese name"));
        let name_en = self.take("name_en", words, ("is empty", "the English name"));
        let severity = self.take("severity", severity, ("is no priority", "1, 2, 3 or 4"));
        let owner = self.take("dept_code", words, ("nobody owns it", "a department such as CG"));
        let limit = ("is no limit", "a number with m, h, d, wh or wd, such as 4wh");
        let response = self.take("response_limit", read_limit, limit);
        let handle = self.take("handle_limit", read_limit, limit);
        let kind = self.take("case_kind", word, ("is no kind of case", "such as city_event"));
        let video_ok = self.take("video_ok", yes_or_no, ("says neither", "Y or N"));
        let privacy = self.take("privacy_class", word, ("is no class", "such as none, restricted"));
        let system = self.take("system_code", words, ("is empty", "a system such as EVENT"));
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
            patrol_dept: None,
        })
    }
}

fn words(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A word of one of the trade's closed lists.
pub(super) fn word<T: for<'de> Deserialize<'de>>(text: &str) -> Option<T> {
    let word: StrDeserializer<'_, WordError> = text.into_deserializer();
    T::deserialize(word).ok()
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

fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "Y" => Some(true),
        "N" => Some(false),
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
        let group = |name| BUILT_IN.lines().filter(|line| split(line)[6] == name).count();
        assert_eq!((group("patrol"), group("service")), (227, 71));
        let building = &items[&"G01001".parse().unwrap()];
        assert_eq!(building.owner, OrgCode("CG".to_owned()));
        assert_eq!(building.handle, Limit { amount: 20, unit: LimitUnit::WorkingDays });
    }

    #[test]
    fn every_fault_is_located_by_line_and_column() {
        let header = BUILT_IN.lines().next().unwrap();
        let good = BUILT_IN.lines().nth(1).unwrap();
        let broken = good.replace("G01001", "G01009");
        let broken = broken.replace("\tCG\t", "\t\t").replace("4wh", "4 weeks");
        let text = format!("{header}\n{good}\n{broken}\n{good}\n");
        let mut faults = Faults(Vec::new());
        let items = read(&text, "c.tsv", &mut faults);
        assert_eq!(items.len(), 1);
        let found: Vec<_> = faults.0.iter().map(|fault| (&*fault.key, &*fault.why)).collect();
        let expected = [
            ("c.tsv:3 dept_code", "nobody owns it"),
            ("c.tsv:3 response_limit", "is no limit"),
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
