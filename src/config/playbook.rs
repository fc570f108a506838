//! The playbook of an empty journal: catalogue, fusion points and the centre's limits.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::domain::trade::Kind;
use crate::domain::{
    CentreLimits, FusionRules, Item, ItemCode, KindCode, Organisations, Ownership, Playbook,
};

use super::check::Checker;
use super::ownership::City;
use super::raw::RawPlaybook;
use super::typed::PartitionTable;
use super::{calendar, catalog, kinds, organisations, ownership};

/// Items by code, each with its line in the catalogue's file.
type Located = BTreeMap<ItemCode, (usize, Item)>;

/// The city that the rules are for.
#[derive(Clone, Copy)]
pub(super) struct RulesFor<'a> {
    /// Its counties; none where its table is faulty.
    pub(super) partitions: Option<&'a PartitionTable>,
    /// Whether what is built in of Liaoyang is its own.
    pub(super) built_in: bool,
}

/// The playbook; none where a part is faulty.
pub(super) fn build(
    check: &mut Checker<'_>,
    raw: &RawPlaybook,
    city: RulesFor<'_>,
) -> Option<Playbook> {
    let version = check.whole("playbook.version", raw.version, (1, i64::from(u32::MAX)));
    let items = items(check, &raw.catalog);
    let fusion = fusion(check, &raw.fusion);
    let limits = limits(check, raw);
    let days = table(check, ("playbook.calendar", &raw.calendar), CALENDAR);
    let days = days.as_ref().map(|(text, file)| (&**text, *file));
    let calendar = calendar::calendar(check, raw, days);
    let kinds = kinds(check, raw, items.as_ref());
    let whose = whose(check, raw, (items.as_ref(), city));
    let (organisations, ownership) = whose?;
    Some(Playbook {
        version: version?,
        items: items?.into_iter().map(|(code, (_, item))| (code, item)).collect(),
        fusion: fusion?,
        limits: limits?,
        calendar: calendar?,
        organisations,
        ownership,
        kinds: kinds?,
    })
}

/// The centre's own limits.
fn limits(check: &mut Checker<'_>, raw: &RawPlaybook) -> Option<CentreLimits> {
    let mut limit = |name: &str, text: &str| {
        let limit = catalog::read_limit(text);
        if limit.is_none() {
            let right = "a number with m, h, d, wh or wd, such as \"5d\"";
            check.note(&format!("playbook.{name}"), format!("{text:?}"), "is no limit", right);
        }
        limit
    };
    let reply = limit("reply_within", &raw.reply_within);
    let dispatch = limit("dispatch_within", &raw.dispatch_within);
    let verify = limit("verify_within", &raw.verify_within);
    let check_within = limit("check_within", &raw.check_within);
    let visit = limit("visit_within", &raw.visit_within);
    let contact = limit("contact_within", &raw.contact_within);
    let reopen = limit("reopen_hint_within", &raw.reopen_hint_within);
    let freeze = limit("freeze_within", &raw.freeze_within);
    let kept = limit("ended_kept", &raw.ended_kept);
    let yellow = check.whole("playbook.yellow_permille", raw.yellow_permille, (0, 100_000));
    let red = check.whole("playbook.red_permille", raw.red_permille, (0, 100_000));
    if let (Some(kept), Some(hint), Some(visit)) = (kept, reopen, visit)
        && kept.natural_ms() < hint.natural_ms().max(visit.natural_ms())
    {
        let right = "no less than reopen_hint_within and visit_within: what left is not reopened";
        check.note("playbook.ended_kept", &raw.ended_kept, "is too short", right);
    }
    Some(CentreLimits {
        reply: reply?,
        dispatch: dispatch?,
        verify: verify?,
        check: check_within?,
        visit: visit?,
        contact: contact?,
        reopen_hint_ms: reopen?.natural_ms(),
        yellow_permille: yellow?,
        red_permille: red?,
        freeze: freeze?,
        ended_kept_ms: kept?.natural_ms(),
    })
}

/// The kinds of matters; each kind an item is of is among them.
fn kinds(
    check: &mut Checker<'_>,
    raw: &RawPlaybook,
    items: Option<&Located>,
) -> Option<BTreeMap<KindCode, Kind>> {
    let (text, file) = table(check, ("playbook.kinds", &raw.kinds), KINDS)?;
    let kinds = kinds::read(&text, file, check.faults);
    for (line, item) in items.into_iter().flat_map(BTreeMap::values) {
        if !kinds.contains_key(&item.kind) {
            let key = format!("{}:{line} case_kind", catalog_file(raw));
            check.faults.note(key, item.kind, "is no kind of this city", format!("one of {file}"));
        }
    }
    check.faults.0.is_empty().then_some(kinds)
}

/// Built-in tables: the text, and the file it is in our repository.
type BuiltIn = (&'static str, &'static str);

const CATALOG: BuiltIn = (catalog::BUILT_IN, "config/catalog.tsv");
const CALENDAR: BuiltIn = (calendar::BUILT_IN, "config/calendar.tsv");
const ORGANISATIONS: BuiltIn = (organisations::BUILT_IN, "config/city/liaoyang/organisations.tsv");
const OWNERSHIP: BuiltIn = (ownership::BUILT_IN, "config/city/liaoyang/ownership.tsv");
const KINDS: BuiltIn = (kinds::BUILT_IN, "config/kinds.toml");
/// Before the name of a table that a profile brings with it.
const SHIPPED: &str = "built-in:";
/// Those tables, by name.
const TABLES: [BuiltIn; 4] = [
    ("cad.tsv", include_str!("../../config/timelines/cad.tsv")),
    ("city311.tsv", include_str!("../../config/timelines/city311.tsv")),
    ("city311.kinds.toml", include_str!("../../config/timelines/city311.kinds.toml")),
    ("apart.toml", include_str!("../../config/timelines/apart.toml")),
];
/// What a city that is not ours has.
const NONE: BuiltIn = ("", "");

/// The text of a table and its file: built in where no path is given.
fn table<'a>(
    check: &mut Checker<'_>,
    (key, path): (&str, &'a str),
    built_in: BuiltIn,
) -> Option<(Cow<'static, str>, &'a str)> {
    match path {
        "" => Some((Cow::Borrowed(built_in.0), built_in.1)),
        path => Some((Cow::Owned(text(check, key, path)?), path)),
    }
}

fn items(check: &mut Checker<'_>, path: &str) -> Option<Located> {
    let (text, file) = table(check, ("playbook.catalog", path), CATALOG)?;
    let before = check.faults.0.len();
    let items = catalog::read_located(&text, file, check.faults);
    (check.faults.0.len() == before).then_some(items)
}

/// Who is in the city and who leads what: checked together, against items and counties.
fn whose(
    check: &mut Checker<'_>,
    raw: &RawPlaybook,
    (items, city): (Option<&Located>, RulesFor<'_>),
) -> Option<(Organisations, Ownership)> {
    let ours = |table| if city.built_in { table } else { NONE };
    let (who, what) = (&*raw.organisations, &*raw.ownership);
    let who = table(check, ("playbook.organisations", who), ours(ORGANISATIONS));
    let what = table(check, ("playbook.ownership", what), ours(OWNERSHIP));
    let ((who, who_file), (what, what_file), partitions) = (who?, what?, city.partitions?);
    let before = check.faults.0.len();
    let organisations = organisations::read(&who, who_file, (partitions, check.faults));
    // What is wrong with the items or the organisations would be told again for each row.
    (check.faults.0.len() == before).then_some(())?;
    let city = City { items: items?, organisations: &organisations, partitions };
    let ownership = ownership::read(&what, what_file, city, check.faults);
    let catalog = catalog_file(raw);
    ownership::cover(&ownership, catalog, city, check.faults);
    (check.faults.0.len() == before).then_some((organisations, ownership))
}

fn fusion(check: &mut Checker<'_>, path: &str) -> Option<FusionRules> {
    if path.is_empty() {
        return Some(FusionRules::default());
    }
    let text = text(check, "playbook.fusion", path)?;
    let right = "a file as `liandong calibrate` writes it";
    let rules: FusionRules = match toml::from_str(&text) {
        Ok(rules) => rules,
        Err(error) => {
            check.note("playbook.fusion", path, error.to_string().trim(), right);
            return None;
        }
    };
    let faults = rules.faults();
    for fault in &faults {
        check.note("playbook.fusion", path, fault, right);
    }
    faults.is_empty().then_some(rules)
}

fn text(check: &mut Checker<'_>, key: &str, path: &str) -> Option<String> {
    if let Some(name) = path.strip_prefix(SHIPPED) {
        let found = TABLES.iter().find(|(known, _)| *known == name);
        if found.is_none() {
            let right = TABLES.map(|(known, _)| format!("{SHIPPED}{known}")).join(", ");
            check.note(key, format!("{path:?}"), "there is no such table", &right);
        }
        return found.map(|(_, text)| (*text).to_owned());
    }
    match std::fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) => {
            check.note(key, format!("{path:?}"), &error.to_string(), "a readable file, or \"\"");
            None
        }
    }
}

/// The catalogue's file, as faults name it.
fn catalog_file(raw: &RawPlaybook) -> &str {
    if raw.catalog.is_empty() { CATALOG.1 } else { &raw.catalog }
}
