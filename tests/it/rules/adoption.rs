//! Rules come into force while the city runs: one person proposes, another approves, every
//! partition adopts; and a proposal is never more than that.

use std::sync::Arc;

use liandong::config::catalog;
use liandong::domain::{
    Actor, Adoption, AdoptionAct, AdoptionRefusal, Change, Entry, OrgCode, Partition, Playbook,
    Position, Proposal, Role,
};
use liandong::situation::{Effects, Situation, apply};
use liandong::telemetry::Clock;
use liandong::wire::pages::Differences;
use serde_json::{Value, json};

use crate::desk_cli::Life;
use crate::small_city::{DAWN, playbook};

/// The city's own partition, with rules of version 1 in force.
struct City {
    situation: Situation,
    effects: Effects,
}

impl City {
    fn of(partition: Partition) -> Self {
        let mut city = Self { situation: Situation::new(partition), effects: Effects::default() };
        city.say(Entry::Adopt(Box::new(playbook(1))));
        city
    }

    fn say(&mut self, entry: Entry) -> Vec<Change> {
        let next = Position::new(self.situation.position().offset + 1, 0);
        apply(&mut self.situation, &mut self.effects, (next, DAWN), entry);
        self.effects.changes.clone()
    }

    /// What `account` says of `version`.
    fn consider(&mut self, account: &str, version: u32, act: AdoptionAct) -> Vec<Change> {
        let by = actor(account);
        self.say(Entry::Adoption(Box::new(Adoption { version, by, act })))
    }

    fn propose(&mut self, account: &str, version: u32) -> Vec<Change> {
        let playbook = Arc::new(playbook(version));
        let proposal = Proposal { playbook, by: actor(account), proposed_at: DAWN };
        self.consider(account, version, AdoptionAct::Propose(Box::new(proposal)))
    }
}

fn actor(account: &str) -> Actor {
    let org = OrgCode("ZHZX".to_owned());
    Actor { account: account.to_owned(), role: Role::Configurer, org }
}

fn refused(changes: &[Change]) -> AdoptionRefusal {
    let [Change::AdoptionRefused { why, .. }] = changes else { panic!("{changes:?}") };
    *why
}

#[test]
fn two_people_and_a_higher_version_are_needed() {
    let mut city = City::of(Partition::CITY);
    let in_force = AdoptionRefusal::VersionNotAbove { in_force: 1 };
    assert_eq!(refused(&city.propose("a", 1)), in_force);
    assert_eq!(
        refused(&city.consider("b", 2, AdoptionAct::Approve)),
        AdoptionRefusal::NothingProposed
    );
    assert!(matches!(city.propose("a", 2)[..], [Change::PlaybookProposed { .. }]));
    assert_eq!(refused(&city.consider("a", 2, AdoptionAct::Approve)), AdoptionRefusal::SamePerson);
    assert_eq!(
        refused(&city.consider("b", 3, AdoptionAct::Approve)),
        AdoptionRefusal::NothingProposed
    );
    assert_eq!(city.situation.playbook().version, 1, "a proposal is no more than that");
    let approved = city.consider("b", 2, AdoptionAct::Approve);
    let [Change::PlaybookApproved { playbook, by }] = &approved[..] else { panic!("{approved:?}") };
    assert_eq!((playbook.version, by.account.as_str()), (2, "b"));
    assert!(approved[0].is_elsewhere());
    let again = city.consider("b", 2, AdoptionAct::Approve);
    assert_eq!(refused(&again), AdoptionRefusal::NothingProposed);
}

#[test]
fn a_newer_proposal_takes_the_place_of_an_older_and_either_may_be_taken_back() {
    let mut city = City::of(Partition::CITY);
    city.propose("a", 2);
    city.propose("a", 3);
    let old = city.consider("b", 2, AdoptionAct::Approve);
    assert_eq!(refused(&old), AdoptionRefusal::NothingProposed);
    let back = city.consider("b", 3, AdoptionAct::Withdraw);
    assert!(matches!(back[..], [Change::ProposalWithdrawn { version: 3, .. }]));
    let gone = city.consider("b", 3, AdoptionAct::Approve);
    assert_eq!(refused(&gone), AdoptionRefusal::NothingProposed);
    let elsewhere = City::of(Partition(1)).propose("a", 2);
    assert_eq!(refused(&elsewhere), AdoptionRefusal::NotTheCitys);
}

#[test]
fn differences_name_each_place_with_what_stood_there() {
    let before = playbook(1);
    let mut after = Playbook { version: 2, ..before.clone() };
    after.limits.reply.amount = 72;
    after.items.remove(&"G01002".parse().unwrap());
    let found = Differences::between(&before, &after).unwrap();
    let listed: Vec<_> =
        found.listed.iter().map(|one| (one.path.as_str(), &one.before, &one.after)).collect();
    let version = ("/version", &Some(json!(1)), &Some(json!(2)));
    assert_eq!(found.count, 3, "{listed:?}");
    assert_eq!((listed[0].0, listed[0].1.is_some(), listed[0].2), ("/items/G01002", true, &None));
    assert_eq!(listed[1], ("/limits/reply/amount", &Some(json!(48)), &Some(json!(72))));
    assert_eq!(listed[2], version);
    assert_eq!(Differences::between(&before, &before).unwrap(), Differences::default());
}

/// An item that only the second rules know.
const NEW_ITEM: &str = "G01099";

/// One who asks a running city.
struct Desk {
    url: String,
    client: reqwest::Client,
}

impl Desk {
    async fn post(&self, token: &str, path: &str) -> (u16, Value) {
        let asked = self.client.post(format!("{}/api/v1/rules{path}", self.url));
        let answer = asked.bearer_auth(token).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Reports something of [`NEW_ITEM`].
    async fn report(&self, id: &str) -> (u16, Value) {
        let observed_at = Clock::System.now().0;
        let body = json!({
            "id": id, "channel": "hotline", "item": NEW_ITEM, "observed_at": observed_at,
        });
        let asked = self.client.post(format!("{}/api/v1/signals", self.url)).json(&body);
        let answer = asked.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn rules(&self, sound: impl Fn(&Value) -> bool) -> Value {
        crate::desk_cli::until(&format!("{}/api/v1/rules", self.url), sound).await
    }
}

#[tokio::test]
async fn a_running_city_adopts_what_its_files_say_when_two_agree() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.toml");
    std::fs::write(&file, "[playbook]\nversion = 1\n").unwrap();
    let life = Life::begin_with("all", folder.path(), &["--config", "rules.toml"]);
    let desk = Desk { url: life.url.clone(), client: reqwest::Client::new() };
    let (status, why) = desk.post("demo-configurer", "/proposals").await;
    assert_eq!(status, 422);
    assert!(why["detail"].as_str().unwrap().contains("raise playbook.version"), "{why}");
    std::fs::write(&file, "[playbook]\nversion = 2\nreply_within = \"soon\"\n").unwrap();
    let (status, why) = desk.post("demo-configurer", "/proposals").await;
    assert_eq!(status, 422);
    assert!(why["detail"].as_str().unwrap().contains("playbook.reply_within"), "{why}");

    let catalog = catalog::BUILT_IN;
    let known = catalog.lines().find(|line| line.starts_with("G01001\t")).unwrap();
    let another = known.replacen("G01001", NEW_ITEM, 1);
    std::fs::write(folder.path().join("catalog.tsv"), format!("{catalog}{another}\n")).unwrap();
    let rules = "version = 2\nreply_within = \"9d\"\ncatalog = \"catalog.tsv\"";
    std::fs::write(&file, format!("[playbook]\n{rules}\n")).unwrap();
    assert_eq!(desk.post("demo-shift-leader", "/proposals").await.0, 403);
    assert_eq!(desk.post("demo-configurer", "/proposals").await.0, 202);
    let page = desk.rules(|page| page["proposal"]["version"] == 2).await;
    let paths: Vec<_> = page["proposal"]["differences"]["listed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["path"].as_str().unwrap())
        .collect();
    assert_eq!(paths, [&format!("/items/{NEW_ITEM}"), "/limits/reply/amount", "/version"]);
    assert_eq!(page["in_force"]["7"], 1);
    let (status, problem) = desk.report("early").await;
    assert_eq!(
        (status, &problem["problems"][0]["type"]),
        (422, &json!("/problems/unknown-item")),
        "{problem}"
    );

    let (status, why) = desk.post("demo-configurer", "/proposals/2/approval").await;
    assert_eq!(status, 422, "{why}");
    assert_eq!(desk.post("demo-second-configurer", "/proposals/3/approval").await.0, 404);
    assert_eq!(desk.post("demo-second-configurer", "/proposals/2/approval").await.0, 202);
    let all = |page: &Value| {
        let versions = page["in_force"].as_object();
        versions.is_some_and(|all| all.len() == 8 && all.values().all(|one| *one == 2))
    };
    let page = desk.rules(all).await;
    assert_eq!(page["proposal"], Value::Null);
    // Ingest goes by them, too, and was not started anew; it follows at its own pace.
    let mut reported = desk.report("late").await;
    for _ in 0..500 {
        if reported.0 == 202 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        reported = desk.report("late").await;
    }
    assert_eq!(reported.0, 202, "{}", reported.1);
    assert_eq!(life.end().0, Some(0));
}
