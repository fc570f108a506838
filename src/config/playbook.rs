//! The playbook of an empty journal: catalogue, fusion points and the centre's limits.

use std::collections::BTreeMap;

use crate::domain::{CentreLimits, FusionRules, Item, ItemCode, Limit, Playbook};

use super::catalog;
use super::check::Checker;
use super::raw::RawPlaybook;

/// The playbook; none where a part is faulty.
pub(super) fn build(check: &mut Checker<'_>, raw: &RawPlaybook) -> Option<Playbook> {
    let version = check.whole("playbook.version", raw.version, (1, i64::from(u32::MAX)));
    let items = items(check, &raw.catalog);
    let fusion = fusion(check, &raw.fusion);
    let mut limit = |name: &str, text: &str| {
        let limit = catalog::read_limit(text).map(Limit::natural_ms);
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
    let reopen = limit("reopen_hint_within", &raw.reopen_hint_within);
    let limits = CentreLimits {
        reply_ms: reply?,
        dispatch_ms: dispatch?,
        verify_ms: verify?,
        check_ms: check_within?,
        reopen_hint_ms: reopen?,
    };
    Some(Playbook {
        version: version?,
        items: items?,
        fusion: fusion?,
        limits,
        ..Playbook::default()
    })
}

fn items(check: &mut Checker<'_>, path: &str) -> Option<BTreeMap<ItemCode, Item>> {
    let before = check.faults.0.len();
    let items = match path {
        "" => catalog::read(catalog::BUILT_IN, "config/catalog.tsv", check.faults),
        path => catalog::read(&text(check, "playbook.catalog", path)?, path, check.faults),
    };
    (check.faults.0.len() == before).then_some(items)
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
    match std::fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) => {
            check.note(key, format!("{path:?}"), &error.to_string(), "a readable file, or \"\"");
            None
        }
    }
}
