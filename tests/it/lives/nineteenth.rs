//! A kind of matter that only a file names: it needs no code, and its faults are told.

use std::path::{Path, PathBuf};
use std::process::Command;

use liandong::config::{Layers, load};

use super::city::City;
use super::life::Life;

/// What is found is kept, claimed by who lost it, given back, and that is checked.
const LOST_PROPERTY: &str = r#"
[[kind]]
code = "lost_property"
zh = "失物招领"
en = "Lost property"
opened_by = ["agent", "receiver"]
without = ["merge"]
rework = "cumulative"
[kind.steps]
matched = { zh = "比对成功", en = "Matched" }
given_back = { zh = "已归还", en = "Given back" }

[[kind.stage]]
code = "found"
state = "reported"
zh = "已拾获"
en = "Found"
limit = "30d"
moves = ["advance:matched > matched by agent,receiver", "reject > rejected"]

[[kind.stage]]
code = "matched"
state = "filed"
zh = "待领取"
en = "Matched"
limit = "3wd"
moves = ["claim > giving_back"]

[[kind.stage]]
code = "giving_back"
state = "handling"
zh = "归还中"
en = "Being given back"
limit = "2wd"
moves = ["advance:given_back > given_back by handler if lead", "extend", "allow_extension"]

[[kind.stage]]
code = "given_back"
state = "handled"
zh = "待核实"
en = "Given back"
limit = "centre.check"
moves = ["check_pass > closed", "check_fail > giving_back"]
"#;

/// A configuration whose kinds are ours and `more`.
fn written(folder: &Path, more: &str) -> PathBuf {
    let (kinds, file) = (folder.join("kinds.toml"), folder.join("city.toml"));
    let ours = include_str!("../../../config/kinds.toml");
    std::fs::write(&kinds, format!("{ours}{more}")).unwrap();
    std::fs::write(&file, format!("[playbook]\nkinds = '{}'\n", kinds.display())).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_that_only_a_file_names_goes_through_its_life() {
    let folder = tempfile::tempdir().unwrap();
    let file = Some(written(folder.path(), LOST_PROPERTY));
    let rules = load(&Layers { file, ..Layers::default() }).unwrap().config.playbook;
    assert_eq!(rules.kinds.len(), 19);
    let city = City::under(rules).await;
    let mut life = Life::open(&city, "agent@ZHZX lost_property").await;
    life.runs(city.now(), "30d");
    life.goes(&[
        "receiver@ZHZX merge into=1-1 ! kind_may_not",
        "receiver@ZHZX advance:matched > matched",
    ])
    .await;
    life.runs(city.now(), "3wd");
    life.goes(&["handler@211002001 claim > giving_back"]).await;
    life.runs(city.now(), "2wd");
    life.goes(&[
        "handler@211002-CG advance:given_back ! not_lead",
        "handler@211002001 advance:given_back > given_back",
        "checker@211002001 check_pass ! handler_may_not_check",
        "checker@HCZX check_fail reason=not_done > giving_back",
        "handler@211002001 advance:given_back > given_back",
        "checker@HCZX check_pass > closed",
    ])
    .await;
    city.pass("5d");
    life.until(|row| row["stage"] == "evaluated").await;
    life.ends(("evaluated", "evaluated"), &["matched", "claim", "given_back", "check_pass"]).await;
}

/// What `check-config` says of the kind with one line written otherwise.
fn told(right: &str, wrong: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    assert!(LOST_PROPERTY.contains(right), "{right}");
    let file = written(folder.path(), &LOST_PROPERTY.replacen(right, wrong, 1));
    let mut asked = Command::new(env!("CARGO_BIN_EXE_liandong"));
    let said = asked.args(["check-config", "--config", file.to_str().unwrap()]).output().unwrap();
    let told = String::from_utf8([said.stdout, said.stderr].concat()).unwrap();
    assert_eq!(said.status.code(), Some(1), "{told}");
    told
}

#[test]
fn each_fault_of_a_kind_is_told_where_it_stands() {
    let endless = r#""matched"
state = "filed"
zh = "待领取"
en = "Matched"
limit = "3wd"
moves = ["claim > giving_back"]"#;
    for (right, wrong, fault) in [
        ("\"claim > giving_back\"", "\"dispatch > nowhere\"", "dispatch leads to `nowhere`"),
        ("\"claim > giving_back\"", "", "stage `matched` has no way out"),
        (
            "advance:matched > matched by agent",
            "advance:matched by agent",
            "`matched` cannot be come to",
        ),
        (
            "claim > giving_back",
            "claim > giving_back if sober",
            "stage matched moves = claim > giving_back if sober",
        ),
        ("claim > giving_back", "claim > giving_back by crew", "no kind lets Crew ask claim"),
        ("claim > giving_back", "check_pass > closed", "the verb table has no check_pass there"),
        (
            "limit = \"2wd\"",
            "limit = \"soon\"",
            "stage giving_back limit = soon: is no limit of a stage",
        ),
        (endless, &endless.replace("\"filed\"", "\"cancelled\""), "is ended and has a limit"),
        ("given_back = { zh = \"已归还\", en = \"Given back\" }", "", "`given_back` has no name"),
        ("opened_by = [\"agent\"", "opened_by = [\"emperor\"", "unknown variant `emperor`"),
    ] {
        let told = told(right, wrong);
        assert!(told.contains("kinds.toml") && told.contains(fault), "{fault}:\n{told}");
    }
}
