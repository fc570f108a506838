//! What is asked for exists, all that exists is shown, and each alarm leads to a runbook.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use liandong::telemetry::Metrics;

use super::files::{asked, dashboards, list, rules, text, texts};
use super::promql::{Named, named};

/// What Prometheus itself knows of whatever it scrapes and judges.
const ITS_OWN: &[(&str, &[&str])] = &[("up", &[]), ("ALERTS", &["alertname", "alertstate"])];
/// Labels that each series has by being scraped.
const SCRAPED: &[&str] = &["instance", "job"];
/// Neutral, in focus, a fault. The city's severities have their colours to themselves, and what is
/// well has none.
const COLOURS: &[&str] = &["#8A98A8", "#9FD0FF", "#B58CFF"];
/// The width of a dashboard's grid.
const GRID: u64 = 24;

/// Every expression, and where it stands.
fn expressions() -> Vec<(String, String)> {
    let shown = dashboards().into_iter().flat_map(|(file, dashboard)| {
        asked(&dashboard).into_iter().map(move |it| (file.clone(), it))
    });
    let judged = rules().into_iter().map(|(file, rule)| {
        let expression = rule.value("expr");
        (format!("{file} {}", rule.name), expression.unwrap_or_default())
    });
    shown.chain(judged).collect()
}

/// Each series that can be asked for, with its labels: what is registered, what the rules record,
/// and what is Prometheus's own.
fn known() -> BTreeMap<String, BTreeSet<String>> {
    let mut known = BTreeMap::new();
    let mut know = |name: String, labels: &mut dyn Iterator<Item = &str>| {
        known.insert(name, labels.chain(SCRAPED.iter().copied()).map(str::to_owned).collect());
    };
    for metric in Metrics::new().unwrap().registered() {
        let labels = || metric.labels.iter().map(String::as_str);
        if metric.histogram {
            know(format!("{}_bucket", metric.name), &mut labels().chain(["le"]));
            know(format!("{}_count", metric.name), &mut labels());
            know(format!("{}_sum", metric.name), &mut labels());
        } else {
            know(metric.name.clone(), &mut labels());
        }
    }
    for (name, labels) in ITS_OWN {
        know((*name).to_owned(), &mut labels.iter().copied());
    }
    for (_, rule) in rules().iter().filter(|(_, rule)| !rule.alert) {
        // By convention a record's first part is its labels.
        let labels = rule.name.split(':').next().unwrap();
        know(rule.name.clone(), &mut labels.split('_'));
    }
    known
}

#[test]
fn every_expression_names_what_there_is() {
    let known = known();
    let all: BTreeSet<&String> = known.values().flatten().collect();
    for (place, expression) in expressions() {
        let Named { series, labels } = named(&expression);
        assert!(!series.is_empty(), "{place} asks for nothing");
        for (name, selected) in series {
            let labels = known.get(&name).unwrap_or_else(|| panic!("{place}: no metric {name}"));
            for (label, _) in selected {
                assert!(labels.contains(&label), "{place}: {name} has no label {label}");
            }
        }
        for label in labels {
            assert!(all.contains(&label), "{place}: nothing has the label {label}");
        }
    }
}

/// A misspelt value selects nothing, and nothing else would say so.
#[test]
fn every_value_selected_is_a_word_of_the_code() {
    let sources = crate::tidy::sources().into_iter().filter(|(name, _)| name.starts_with("src/"));
    let sources: String = sources.map(|(_, text)| text).collect();
    for (place, expression) in expressions() {
        for (name, selected) in named(&expression).series {
            if ITS_OWN.iter().any(|(own, _)| *own == name) {
                continue;
            }
            for value in selected.iter().flat_map(|(_, values)| values.split('|')) {
                let word = sources.contains(&format!("\"{value}\""));
                assert!(word, "{place}: nothing is ever counted as \"{value}\"");
            }
        }
    }
}

#[test]
fn every_metric_is_shown_somewhere() {
    let asked = dashboards().into_iter().flat_map(|(_, dashboard)| asked(&dashboard));
    let shown: BTreeSet<String> =
        asked.flat_map(|expression| named(&expression).series).map(|(name, _)| name).collect();
    for metric in Metrics::new().unwrap().registered() {
        let parts = ["", "_bucket", "_sum", "_count"].map(|part| metric.name.clone() + part);
        assert!(parts.iter().any(|part| shown.contains(part)), "{} is shown nowhere", metric.name);
    }
}

#[test]
fn panels_have_numbers_places_and_units_of_their_own() {
    let mut uids = BTreeSet::new();
    for (file, dashboard) in dashboards() {
        assert!(uids.insert(text(&dashboard, "uid").to_owned()), "{file}: its uid is another's");
        assert!(39 <= dashboard["schemaVersion"].as_u64().unwrap(), "{file}: an old schema");
        let (mut ids, mut taken) = (BTreeSet::new(), BTreeSet::new());
        for panel in list(&dashboard, "panels") {
            let title = text(panel, "title");
            assert!(!title.is_ascii(), "{file}: {title:?} is not in Chinese as well");
            assert!(ids.insert(panel["id"].as_u64().unwrap()), "{file}: two have {title}'s id");
            let [x, y, w, h] =
                ["x", "y", "w", "h"].map(|key| panel["gridPos"][key].as_u64().unwrap());
            assert!(x + w <= GRID, "{file}: {title} is too wide");
            for cell in (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y))) {
                assert!(taken.insert(cell), "{file}: {title} lies over another");
            }
            if text(panel, "type") != "row" {
                let unit = text(&panel["fieldConfig"]["defaults"], "unit");
                assert!(!unit.is_empty(), "{file}: {title} has no unit");
                let from = text(&panel["datasource"], "uid");
                assert_eq!(from, "${datasource}", "{file}: {title} asks elsewhere");
            }
        }
    }
}

#[test]
fn no_panel_wears_a_severity_or_green() {
    for (file, text) in texts("grafana", "json") {
        for (at, _) in text.match_indices("olor\": \"").chain(text.match_indices("fill\": \"")) {
            let value = text.get(at..).and_then(|rest| rest.split('"').nth(2)).unwrap();
            assert!(COLOURS.contains(&value), "{file}: the colour {value}");
        }
        assert!(!text.contains("palette"), "{file}: a palette has every colour");
    }
}

#[test]
fn every_alarm_says_what_it_is_and_what_to_do() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operating.md");
    let page = fs::read_to_string(page).unwrap();
    let headings = page.lines().filter_map(|line| line.trim_start_matches('#').strip_prefix(' '));
    let anchors: BTreeSet<String> = headings.map(str::to_lowercase).collect();
    let alarms: Vec<_> = rules().into_iter().filter(|(_, rule)| rule.alert).collect();
    assert!(!alarms.is_empty());
    for (file, alarm) in alarms {
        let name = &alarm.name;
        let value =
            |key: &str| alarm.value(key).unwrap_or_else(|| panic!("{file}: {name} has no {key}"));
        assert!(!value("summary_zh").is_ascii(), "{file}: {name}'s summary_zh is not Chinese");
        assert!(value("summary_en").is_ascii(), "{file}: {name}'s summary_en is not English");
        let urgent = value("labels");
        assert!(urgent.contains("urgency: now") || urgent.contains("urgency: today"), "{name}");
        let anchor = value("runbook");
        let anchor = anchor.strip_prefix("docs/operating.md#").unwrap_or_default();
        assert_eq!(anchor, name.to_lowercase(), "{file}: the runbook of {name}");
        assert!(anchors.contains(anchor), "docs/operating.md has no heading {name}");
    }
}
