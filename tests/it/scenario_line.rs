//! The scenario language's lines: what one line asks of the core (`tests/scenarios/README.md`).

use std::collections::BTreeMap;

use liandong::domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use liandong::domain::{
    Actor, CaseId, Channel, Command, CommandId, Entry, ItemCode, OrgCode, Place, Point, Purpose,
    ReasonCode, Role, Signal, SignalKind, SourceKey, TicketId, UnitId, Verb,
};
use serde::de::DeserializeOwned;

use crate::small_city;

/// What the names of a scenario stand for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    pub(crate) cases: BTreeMap<String, CaseId>,
    pub(crate) tickets: BTreeMap<String, TicketId>,
    pub(crate) sources: BTreeMap<String, SourceKey>,
}

/// One line that asks something.
#[derive(Debug)]
pub(crate) struct Line {
    /// How long after the line before it.
    pub(crate) after_ms: i64,
    pub(crate) entry: Entry,
    /// The name of what it brings into being.
    pub(crate) brings: Option<String>,
    /// Why it must be refused.
    pub(crate) refused: Option<String>,
    /// Whether it was asked before.
    pub(crate) repeated: bool,
}

/// A word of the trade as JSON writes it, such as `hotline` or `not_done`.
pub(crate) fn word<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_value(serde_json::Value::from(text)).unwrap()
}

fn span_ms(text: &str) -> i64 {
    let (amount, unit) = text.split_at(text.len() - 1);
    let unit_ms = match unit {
        "s" => SECOND_MS,
        "m" => MINUTE_MS,
        "h" => HOUR_MS,
        "d" => DAY_MS,
        _ => panic!("a time such as +90s, +5m, +2h or +7d, not {text}"),
    };
    amount.parse::<i64>().unwrap() * unit_ms
}

/// A line's words: taken one by one, or found by the keyword before them.
struct Words<'a>(Vec<&'a str>);

impl<'a> Words<'a> {
    fn next(&mut self) -> &'a str {
        assert!(!self.0.is_empty(), "a word is missing");
        self.0.remove(0)
    }

    /// The word after `keyword`; both are taken out.
    fn after(&mut self, keyword: &str) -> Option<&'a str> {
        let at = self.0.iter().position(|word| *word == keyword)?;
        self.0.remove(at);
        Some(self.0.remove(at))
    }

    fn flag(&mut self, keyword: &str) -> bool {
        let at = self.0.iter().position(|word| *word == keyword);
        at.map(|at| self.0.remove(at)).is_some()
    }

    fn list<T>(&mut self, keyword: &str, each: impl Fn(&str) -> T) -> Vec<T> {
        self.after(keyword).map_or_else(Vec::new, |list| list.split(',').map(each).collect())
    }
}

/// Reads `text`; `number` is the line's own, from which unnamed keys and commands are numbered.
pub(crate) fn read(text: &str, number: u128, names: &Names) -> Line {
    let (text, refused) = match text.split_once(" refused: ") {
        Some((text, why)) => (text, Some(why.trim().to_owned())),
        None => (text, None),
    };
    let mut words = Words(text.split_whitespace().collect());
    let after_ms = span_ms(words.next().strip_prefix('+').unwrap());
    let repeated = words.flag("repeated");
    let brings = words.after("as").map(str::to_owned);
    let entry = entry(&mut words, number, names);
    assert!(words.0.is_empty(), "too many words: {:?}", words.0);
    Line { after_ms, entry, brings, refused, repeated }
}

fn entry(words: &mut Words<'_>, number: u128, names: &Names) -> Entry {
    match words.next() {
        "tick" => Entry::Tick,
        "restate" => Entry::Restate,
        "core" => Entry::Core(words.next().parse().unwrap()),
        "adopt" => Entry::Adopt(Box::new(small_city::playbook(words.next().parse().unwrap()))),
        "report" => Entry::Signal(Box::new(report(words, number))),
        what @ ("asks-again" | "withdraws" | "still-there" | "gone") => {
            let about = names.sources[words.next()];
            let mut hits = || words.after("hits").map_or(1, |hits| hits.parse().unwrap());
            let kind = match what {
                "asks-again" => SignalKind::Urge { about },
                "withdraws" => SignalKind::Withdraw { about },
                "still-there" => SignalKind::EpisodeUpdated { about, hits: hits() },
                _ => SignalKind::EpisodeEnded { about, hits: hits() },
            };
            let key = key(words, number);
            let nowhere = Point { x_dm: 0, y_dm: 0 };
            let signal = small_city::signal(key, Channel::Hotline, None, nowhere);
            Entry::Signal(Box::new(Signal { kind, ..signal }))
        }
        verb => Entry::Command(Box::new(command(words, verb, number, names))),
    }
}

fn key(words: &mut Words<'_>, number: u128) -> u128 {
    words.after("key").map_or(number, |key| key.parse().unwrap())
}

fn report(words: &mut Words<'_>, number: u128) -> Signal {
    let channel: Channel = word(words.next());
    let item: Option<ItemCode> = match words.next() {
        "-" => None,
        code => Some(small_city::item(code)),
    };
    let key = key(words, number);
    let place = words.after("at").map(|at| {
        let (x, y) = at.split_once(',').unwrap();
        Point { x_dm: x.parse::<i32>().unwrap() * 10, y_dm: y.parse::<i32>().unwrap() * 10 }
    });
    let grid = words.after("grid").map(|grid| grid.parse().unwrap());
    let owes = words.flag("owes");
    let purpose = match (words.flag("drill"), words.flag("canary")) {
        (true, _) => Purpose::Drill,
        (false, true) => Purpose::Canary,
        (false, false) => Purpose::Real,
    };
    let signal =
        small_city::signal(key, channel, item, place.unwrap_or(Point { x_dm: 0, y_dm: 0 }));
    let grid = grid.or(signal.place.grid);
    let place = if place.is_some() { Place { point: place, grid } } else { Place::default() };
    Signal { place, owes_reply: owes, purpose, ..signal }
}

fn command(words: &mut Words<'_>, verb: &str, number: u128, names: &Names) -> Command {
    let id = words.after("id").map_or(number, |id| id.parse().unwrap());
    let version = words.after("if").map(|v| v.strip_prefix('v').unwrap().parse().unwrap());
    let by = words.after("by").map(str::to_owned);
    let (role, verb) = asked(words, verb, names);
    let mut actor = small_city::actor(role, if role == Role::Crew { "CG" } else { "CENTRE" });
    if let Some(by) = by {
        actor = named_actor(&by);
    }
    let command = small_city::command(id, actor, verb);
    Command { id: CommandId(id), expected_version: version, ..command }
}

/// `role` or `role@ORG`.
fn named_actor(text: &str) -> Actor {
    let (role, org) = text.split_once('@').unwrap_or((text, "CENTRE"));
    small_city::actor(word(role), org)
}

/// The verb, and the role that usually asks it.
fn asked(words: &mut Words<'_>, verb: &str, names: &Names) -> (Role, Verb) {
    if let "enrol" | "status" | "stamp" = verb {
        return about_unit(words, verb, names);
    }
    if verb == "reply" {
        let ticket = names.tickets[words.next()];
        return (Role::Agent, Verb::Reply { ticket, text: Some(small_city::sealed("a reply")) });
    }
    let case = match words.next() {
        "nothing" => "3-999999".parse().unwrap(),
        name => names.cases[name],
    };
    let mut reason = || word::<ReasonCode>(words.next());
    match verb {
        "ask-verify" => (Role::Receiver, Verb::AskVerify { case }),
        "verify-yes" => (Role::GridWorker, Verb::VerifyYes { case }),
        "verify-no" => (Role::GridWorker, Verb::VerifyNo { case, reason: reason() }),
        "reject" => (Role::Receiver, Verb::Reject { case, reason: reason() }),
        "unmerge" => (Role::ShiftLeader, Verb::Unmerge { case }),
        "accept" => (Role::Handler, Verb::Accept { case }),
        "return" => (Role::Handler, Verb::Return { case, reason: reason() }),
        "handled" => {
            (Role::Handler, Verb::Handled { case, note: Some(small_city::sealed("done")) })
        }
        "check-pass" => (Role::Checker, Verb::CheckPass { case }),
        "check-fail" => (Role::Checker, Verb::CheckFail { case, reason: reason() }),
        "reopen" => (Role::Agent, Verb::Reopen { case, reason: reason() }),
        "urge" => (Role::Dispatcher, Verb::Urge { case }),
        "cancel" => {
            let (reason, second) = (reason(), words.after("with").unwrap_or_default().to_owned());
            (Role::ShiftLeader, Verb::Cancel { case, reason, second })
        }
        _ => with_more(words, verb, case, names),
    }
}

/// The verbs that name more than a case and a reason.
fn with_more(words: &mut Words<'_>, verb: &str, case: CaseId, names: &Names) -> (Role, Verb) {
    let org = |text: &str| OrgCode(text.into());
    let number = |text: &str| UnitId(text.parse().unwrap());
    match verb {
        "file" => {
            let item = words.after("item").map(small_city::item);
            (Role::Receiver, Verb::File { case, item })
        }
        "merge" => (Role::Receiver, Verb::Merge { case, into: names.cases[words.next()] }),
        "decline" => (Role::Receiver, Verb::Decline { case, to: names.cases[words.next()] }),
        "split" => {
            let tickets = words.list("tickets", |name| names.tickets[name]).into_iter().collect();
            (Role::Receiver, Verb::Split { case, tickets })
        }
        "dispatch" => {
            let lead = words.after("lead").map(org);
            let assists = words.list("assists", org).into_iter().collect();
            let units = words.list("units", number).into_iter().collect();
            (Role::Dispatcher, Verb::Dispatch { case, lead, assists, units })
        }
        "join" => (Role::Dispatcher, Verb::Join { case, org: org(words.next()) }),
        "leave" => (Role::Dispatcher, Verb::Leave { case, org: org(words.next()) }),
        "part-done" => {
            (Role::Handler, Verb::PartDone { case, step: word(words.next()), note: None })
        }
        "assign" => (Role::Dispatcher, Verb::Assign { case, unit: number(words.next()) }),
        "release" => (Role::Dispatcher, Verb::Release { case, unit: number(words.next()) }),
        _ => panic!("no verb is called {verb}"),
    }
}

fn about_unit(words: &mut Words<'_>, verb: &str, names: &Names) -> (Role, Verb) {
    let unit = UnitId(words.next().parse().unwrap());
    if verb == "enrol" {
        let (name, org) = (words.next().to_owned(), OrgCode(words.next().into()));
        return (Role::System, Verb::Enrol { unit, name, org });
    }
    if verb == "stamp" {
        let (case, stamp) = (names.cases[words.next()], word(words.next()));
        return (Role::Crew, Verb::Stamp { unit, case, stamp });
    }
    let status = word(words.next());
    let grid = words.after("grid").map(|grid| grid.parse().unwrap());
    (Role::Crew, Verb::ReportStatus { unit, status, grid })
}
