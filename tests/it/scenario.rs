//! Plays the scenarios of `tests/scenarios`: text files, a line an entry, with what must follow.

use std::fs;
use std::path::{Path, PathBuf};

use liandong::domain::{
    AttachedBy, Case, CaseId, Change, Entry, OrderTo, Outcome, Purpose, Reply, Ticket, Unit, UnitId,
};
use liandong::situation::{CORE, invariants};
use serde::Serialize;

use crate::rows::Rows;
use crate::scenario_line::{self, Line, Names};
use crate::small_city::Core;

/// One scenario being played.
struct Stage {
    core: Core,
    names: Names,
    rows: Rows,
}

/// How JSON writes a word of the trade.
fn text(word: &impl Serialize) -> String {
    serde_json::to_string(word).unwrap().trim_matches('"').to_owned()
}

impl Stage {
    fn play(&mut self, line: &str, number: u128) {
        let head = line.split([' ', ':']).next().unwrap();
        if matches!(head, "case" | "ticket" | "unit" | "tally" | "orders") {
            self.check(line);
            return;
        }
        let asked = scenario_line::read(line, number, &self.names);
        self.core.now = self.core.now.plus_ms(asked.after_ms);
        self.core.apply(asked.entry.clone());
        invariants::check(&self.core.situation).unwrap();
        self.rows.fold(&self.core.effects.changes);
        self.name(&asked);
        self.check_answer(&asked);
    }

    /// Notes what the entry's own name stands for.
    fn name(&mut self, asked: &Line) {
        let Some(name) = &asked.brings else { return };
        for change in &self.core.effects.changes {
            match change {
                Change::SignalAnswered { source, ticket, .. } => {
                    self.names.sources.insert(name.clone(), *source);
                    let Some(ticket) = ticket else { continue };
                    let case = self.core.situation.ticket(*ticket).unwrap().case;
                    self.names.tickets.insert(name.clone(), *ticket);
                    self.names.cases.insert(name.clone(), case);
                }
                Change::CaseMoved { case, .. } if matches!(asked.entry, Entry::Command(_)) => {
                    self.names.cases.insert(name.clone(), case.id);
                }
                _ => {}
            }
        }
    }

    fn check_answer(&self, asked: &Line) {
        let answers: Vec<_> = self.core.effects.changes.iter().filter_map(answer).collect();
        let expected = match &asked.entry {
            Entry::Command(_) | Entry::Signal(_) => {
                vec![(asked.refused.clone().unwrap_or_default(), asked.repeated)]
            }
            _ => vec![],
        };
        assert_eq!(answers, expected, "the answer (why it was refused, whether repeated)");
    }

    /// Checks `what name: word key=value …` against the rows a watcher holds.
    fn check(&self, line: &str) {
        let (subject, expected) = line.split_once(':').unwrap();
        let mut subject = subject.split_whitespace();
        let (what, name) = (subject.next().unwrap(), subject.next().unwrap_or_default());
        if what == "orders" {
            return self.check_orders(expected.trim());
        }
        for pair in expected.split_whitespace() {
            let (key, value) = pair.split_once('=').unwrap_or((pair, "true"));
            let found = match what {
                "case" => self.of_case(self.rows.cases.get(&self.names.cases[name]).unwrap(), key),
                "ticket" => {
                    self.of_ticket(self.rows.tickets.get(&self.names.tickets[name]).unwrap(), key)
                }
                "unit" => self.of_unit(&self.rows.units[&UnitId(name.parse().unwrap())], key),
                _ => {
                    let tally = serde_json::to_value(self.core.situation.tally()).unwrap();
                    let at = format!("/{}", key.replace('.', "/"));
                    tally.pointer(&at).map_or_else(|| "0".into(), ToString::to_string)
                }
            };
            assert_eq!(found, value, "{key} of {what} {name}");
        }
    }

    fn named(&self, case: CaseId) -> String {
        let named = self.names.cases.iter().find(|(_, id)| **id == case);
        named.map_or_else(|| case.to_string(), |(name, _)| name.clone())
    }

    fn of_case(&self, case: &Case, key: &str) -> String {
        let due = |due: liandong::domain::Timestamp| {
            format!("{}m", due.ms_since(self.core.now) / liandong::domain::time::MINUTE_MS)
        };
        match key {
            "state" => text(&case.state),
            "version" => case.version.to_string(),
            "tickets" => case.tickets.to_string(),
            "lead" => case.lead.as_ref().map_or_else(|| "none".into(), ToString::to_string),
            "assists" => list(case.assists.iter()),
            "units" => list(case.units.iter()),
            "item" => case.item.map_or_else(|| "none".into(), |item| item.to_string()),
            "kind" => text(&case.kind),
            "privacy" => text(&case.privacy),
            "severity" => text(&case.severity),
            "into" => case.merged_into.map_or_else(|| "none".into(), |into| self.named(into)),
            "due" => case.clock.map_or_else(|| "none".into(), |clock| due(clock.due)),
            "overdue" => text(&case.clock.is_some_and(|clock| clock.overdue)),
            "video_only" => text(&case.video_only),
            "drill" => text(&(case.purpose == Purpose::Drill)),
            "canary" => text(&(case.purpose == Purpose::Canary)),
            "suggests" => list(case.suggestions.iter().map(|like| self.named(like.case))),
            counter => serde_json::to_value(case.counters).unwrap()[counter].to_string(),
        }
    }

    fn of_ticket(&self, ticket: &Ticket, key: &str) -> String {
        match key {
            "case" => self.named(ticket.case),
            "reply" => match ticket.reply {
                Reply::NotOwed => "none".into(),
                Reply::Owed { overdue, .. } => if overdue { "overdue" } else { "owed" }.into(),
                Reply::Given { due, at } => if due < at { "late" } else { "given" }.into(),
            },
            "by" => match ticket.attachment.by {
                AttachedBy::Command(_) => "command".into(),
                by => text(&by),
            },
            "urges" => ticket.urges.to_string(),
            "withdrawn" => text(&ticket.withdrawn),
            "hits" => ticket.episode.map_or(0, |episode| episode.hits).to_string(),
            "over" => text(&ticket.episode.is_some_and(|episode| episode.over)),
            _ => panic!("a ticket has no {key}"),
        }
    }

    fn of_unit(&self, unit: &Unit, key: &str) -> String {
        match key {
            "status" => text(&unit.status),
            "on" => unit.engaged().map_or_else(|| "none".into(), |case| self.named(case)),
            "stamps" => stamps(unit),
            "name" => unit.name.clone(),
            "org" => unit.org.to_string(),
            "grid" => unit.grid.map_or_else(|| "none".into(), |grid| grid.to_string()),
            _ => panic!("a unit has no {key}"),
        }
    }

    fn check_orders(&self, expected: &str) {
        let orders = self.core.effects.orders.iter().map(|order| {
            let to = match &order.to {
                OrderTo::Unit(unit) => format!("unit {unit}"),
                OrderTo::Org(org) => org.to_string(),
            };
            format!("{} {to} {}", text(&order.what), self.named(order.case))
        });
        let found: Vec<_> = orders.collect();
        let found = if found.is_empty() { "none".into() } else { found.join("; ") };
        assert_eq!(found, expected, "the last entry's orders");
    }
}

fn list<T: ToString>(items: impl Iterator<Item = T>) -> String {
    let items: Vec<_> = items.map(|item| item.to_string()).collect();
    if items.is_empty() { "none".into() } else { items.join(",") }
}

/// Why a change's asker was refused (empty where not), and whether it was asked before.
fn answer(change: &Change) -> Option<(String, bool)> {
    match change {
        Change::CommandAnswered { outcome: Outcome::Changed, repeated, .. }
        | Change::SignalAnswered { repeated, .. } => Some((String::new(), *repeated)),
        Change::CommandAnswered { outcome: Outcome::Refused(why), repeated, .. } => {
            let name: String = format!("{why:?}").chars().take_while(|c| *c != ' ').collect();
            Some((name, *repeated))
        }
        _ => None,
    }
}

fn scenarios() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    files
}

/// Plays the scenario at `path` and gives the core's digest at its end.
fn play(path: &Path) -> String {
    let mut stage = Stage { core: Core::at_dawn(), names: Names::default(), rows: Rows::default() };
    let script = fs::read_to_string(path).unwrap();
    for (index, line) in script.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            stage.play(line, 1_000 + u128::try_from(index).unwrap());
        }));
        assert!(played.is_ok(), "{}:{}: {line}", path.display(), index + 1);
    }
    let digest = stage.core.situation.digest().to_string();
    let agrees = Rows { tally: stage.core.situation.tally().clone(), ..stage.rows };
    assert_eq!(agrees, Rows::of(&stage.core.situation), "{}", path.display());
    digest
}

#[test]
fn every_scenario_ends_as_it_says() {
    let files = scenarios();
    assert!(15 <= files.len(), "only {} scenarios", files.len());
    for path in files {
        play(&path);
    }
}

/// The core's behaviour is held by the digests at the scenarios' ends. Where one differs, either
/// something broke, or the core is meant to behave otherwise: then raise `CORE` and write the
/// digests below into the file.
#[test]
fn the_core_behaves_as_its_number_says() {
    let held = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/digests");
    let ends = scenarios()
        .into_iter()
        .map(|path| format!("{} {}\n", path.file_stem().unwrap().to_string_lossy(), play(&path)));
    let found: String = std::iter::once(format!("CORE {CORE}\n")).chain(ends).collect();
    let held = fs::read_to_string(held).unwrap_or_default();
    assert!(held == found, "the digests are now:\n{found}");
}

/// How far a unit's order has come, by the first letters of its stamps.
fn stamps(unit: &Unit) -> String {
    let Some(order) = unit.assignment else { return "none".into() };
    let stamps = [
        order.delivered_at,
        order.displayed_at,
        order.accepted_at,
        order.arrived_at,
        order.done_at,
    ];
    let given = stamps.iter().zip("DSARF".chars()).filter(|(at, _)| at.is_some());
    let letters: String = given.map(|(_, letter)| letter).collect();
    if letters.is_empty() { "ordered".into() } else { letters }
}
