//! One case on its way: what is asked of it, line by line, and what the stream then shows.

use std::collections::BTreeSet;

use liandong::domain::Timestamp;
use serde_json::{Map, Value, json};

use super::city::City;
use crate::schemas::held;
use crate::socket::page::Page;

/// A case, and the desk that watches it.
pub(super) struct Life<'city> {
    pub(super) city: &'city City,
    page: Page,
    known: BTreeSet<String>,
    pub(super) case: String,
}

/// What a line asks: `ROLE@ORG VERB[:STEP] [KEY=VALUE …] [> STAGE | ! REFUSAL]`.
struct Line<'line> {
    role: &'line str,
    org: &'line str,
    verb: &'line str,
    said: Map<String, Value>,
    ends: Ends<'line>,
}

/// What must come of it.
enum Ends<'line> {
    Stays,
    At(&'line str),
    Refused(&'line str),
}

impl<'line> Line<'line> {
    fn read(text: &'line str, now: Timestamp) -> Self {
        let mut words = text.split_whitespace();
        let (role, org) = words.next().unwrap().split_once('@').unwrap();
        let asked = words.next().unwrap();
        let (verb, step) = asked.split_once(':').map_or((asked, None), |(v, s)| (v, Some(s)));
        let mut said: Map<String, Value> =
            step.map(|step| ("step".to_owned(), json!(step))).into_iter().collect();
        let mut ends = Ends::Stays;
        while let Some(word) = words.next() {
            match word {
                ">" => ends = Ends::At(words.next().unwrap()),
                "!" => ends = Ends::Refused(words.next().unwrap()),
                word => {
                    let (key, value) = word.split_once('=').unwrap();
                    said.insert(key.to_owned(), value_of(value, now));
                }
            }
        }
        Self { role, org, verb, said, ends }
    }
}

/// A value: so long from now, JSON, or a plain word.
fn value_of(text: &str, now: Timestamp) -> Value {
    if let Some(later) = text.strip_prefix('+') {
        return json!(now.plus_ms(super::city::limit(later).natural_ms()));
    }
    serde_json::from_str(text).unwrap_or_else(|_| json!(text))
}

impl<'city> Life<'city> {
    /// The desk of the whole city, before anything happened.
    async fn watch(city: &'city City) -> Self {
        let partitions = City::partitions();
        let hello = json!({ "page": "desk", "token": "shift_leader", "partitions": partitions });
        let mut page = Page::open_at(city.address, hello).await;
        for _ in partitions {
            page.until_live().await;
        }
        let there = city.get("/api/v1/cases").await;
        let there = there["cases"].as_array().unwrap().iter();
        let known = there.map(|case| case["id"].as_str().unwrap().to_owned()).collect();
        Self { city, page, known, case: String::new() }
    }

    /// Reports by HTTP what becomes a case.
    pub(super) async fn report(city: &'city City, channel: &str, item: &str) -> Self {
        let mut life = Self::watch(city).await;
        city.report(channel, item, 0).await;
        life.turn_to_the_next().await;
        life
    }

    /// Has an office open a case: `ROLE@ORG KIND [KEY=VALUE …]`.
    pub(super) async fn open(city: &'city City, text: &str) -> Self {
        let mut life = Self::watch(city).await;
        let opening = Line::read(text, city.now());
        let mut said = opening.said;
        said.insert("kind".to_owned(), json!(opening.verb));
        said.entry("place").or_insert(json!({ "grid": "211002001" }));
        said.entry("orgs").or_insert(json!([]));
        life.asks((opening.role, opening.org), json!({ "open": said }), &mut Map::new()).await;
        life.turn_to_the_next().await;
        life
    }

    /// Goes on with the case that is new.
    pub(super) async fn turn_to_the_next(&mut self) {
        while self.page.cases.keys().all(|case| self.known.contains(case)) {
            self.page.until("delta").await;
        }
        let mut new = self.page.cases.keys().filter(|case| !self.known.contains(*case));
        self.case.clone_from(new.next().unwrap());
        self.known.insert(self.case.clone());
    }

    /// Goes on with another case.
    pub(super) fn turn_to(&mut self, case: &str) -> String {
        self.known.insert(case.to_owned());
        std::mem::replace(&mut self.case, case.to_owned())
    }

    /// Its row as the stream shows it.
    pub(super) fn row(&self) -> &Value {
        &self.page.cases[&self.case]
    }

    pub(super) fn stage(&self) -> &str {
        self.row()["stage"].as_str().unwrap()
    }

    /// Asks each line in turn; the stream must show the stage it leads to.
    pub(super) async fn goes(&mut self, lines: &[&str]) {
        for line in lines {
            self.go(line).await;
        }
    }

    async fn go(&mut self, text: &str) {
        let before = self.stage().to_owned();
        let answer = self.ask(text).await;
        let expected = match Line::read(text, self.city.now()).ends {
            Ends::Refused(refusal) => {
                let why = &answer["refusal"];
                let name = why.as_str().or_else(|| why.as_object()?.keys().next().map(|it| &**it));
                assert_eq!(name, Some(refusal), "{text}: {answer}");
                &*before
            }
            Ends::At(stage) => stage,
            Ends::Stays => &*before,
        };
        assert_eq!(self.stage(), expected, "{text}: {}", self.row());
    }

    /// Asks a line, and gives the answer.
    pub(super) async fn ask(&mut self, text: &str) -> Value {
        let Line { role, org, verb, mut said, ends } = Line::read(text, self.city.now());
        let mut beside = Map::new();
        for (key, name) in [("second", "second_token"), ("text", "text"), ("note", "note")] {
            beside.extend(said.remove(key).map(|value| (name.to_owned(), value)));
        }
        if !said.contains_key("ticket") {
            said.insert("case".to_owned(), json!(self.case));
        }
        let answer = self.asks((role, org), json!({ verb: said }), &mut beside).await;
        let outcome = if matches!(ends, Ends::Refused(_)) { "refused" } else { "changed" };
        assert_eq!(answer["outcome"], outcome, "{text}: {answer}");
        answer
    }

    /// Asks by HTTP or by a socket, in turn, and waits for the answer in the stream.
    async fn asks(
        &mut self,
        (role, org): (&str, &str),
        verb: Value,
        beside: &mut Map<String, Value>,
    ) -> Value {
        let number = self.city.number();
        let id = format!("{number:032x}");
        let mut body = json!({ "id": id, "org": org, "verb": verb });
        body.as_object_mut().unwrap().append(beside);
        if number.is_multiple_of(2) {
            let (status, told) = self.city.post("/api/v1/commands", role, &body).await;
            assert_eq!(status, 202, "{body}: {told}");
        } else {
            let hello = json!({ "page": "desk", "token": role, "partitions": [1] });
            let mut desk = Page::open_at(self.city.address, hello).await;
            desk.until_live().await;
            desk.say(&json!({ "command": body })).await;
            assert_eq!(desk.until("journalled").await["command"], id);
        }
        loop {
            let delta = self.page.until("delta").await;
            let answers = delta.get("answers").and_then(Value::as_array);
            let ours = answers.into_iter().flatten().find(|answer| answer["command"] == id);
            if let Some(answer) = ours {
                return answer.clone();
            }
        }
    }

    /// The door itself turns the line away, with this status.
    pub(super) async fn turned_away(&mut self, text: &str, status: u16) {
        let Line { role, org, verb, mut said, .. } = Line::read(text, self.city.now());
        let second = said.remove("second");
        said.insert("case".to_owned(), json!(self.case));
        let mut body = json!({ "org": org, "verb": { verb: said } });
        body["second_token"] = second.unwrap_or_default();
        let (found, problem) = self.city.post("/api/v1/commands", role, &body).await;
        held::answered("POST", "/api/v1/commands", (found, &problem));
        assert_eq!(found, status, "{text}: {problem}");
    }

    /// Waits until the stream shows what is awaited.
    pub(super) async fn until(&mut self, awaited: impl Fn(&Value) -> bool) {
        while !awaited(self.row()) {
            self.page.until("delta").await;
        }
    }

    /// The stage's clock began at `since` and is due when `time` is over.
    pub(super) fn runs(&self, since: Timestamp, time: &str) {
        let clock = &self.row()["clock"];
        assert_eq!(clock["since"], json!(since), "{}", self.row());
        assert_eq!(clock["due"], json!(self.city.after(since, time)), "{}", self.row());
    }

    /// Its tickets.
    pub(super) async fn tickets(&self) -> Vec<Value> {
        let page = self.city.get(&format!("/api/v1/cases/{}", self.case)).await;
        page["members"].as_array().unwrap().clone()
    }

    /// Every sender is answered and spoken with; the case is evaluated with the last of them.
    pub(super) async fn everyone_is_visited(&mut self) {
        for ticket in self.tickets().await {
            self.is_visited(&ticket).await;
        }
    }

    /// The sender of `ticket` is answered, then says how it went.
    pub(super) async fn is_visited(&mut self, ticket: &Value) {
        let id = ticket["id"].as_str().unwrap();
        let visit = format!("agent@ZHZX visit ticket={id} resolved=true satisfaction=satisfied");
        self.go(&format!("agent@ZHZX reply ticket={id} text=已办结")).await;
        self.ask(&visit).await;
    }

    /// At its end it stands there, and each of these steps was stamped.
    pub(super) async fn ends(&self, (stage, of): (&str, &str), stamps: &[&str]) -> Value {
        let page = self.city.get(&format!("/api/v1/cases/{}", self.case)).await;
        assert_eq!((&page["stage"], &page["state"]), (&json!(stage), &json!(of)), "{page}");
        assert!(page["ended_at"].is_number(), "{page}");
        for stamp in stamps {
            assert!(page["stamps"][stamp].is_number(), "{stamp} in {}", page["stamps"]);
        }
        let clock = &page["clock"];
        assert_eq!(clock.is_null(), of != "closed", "only who waits to be visited: {clock}");
        page
    }
}
