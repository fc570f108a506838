//! Emergencies and warnings.

use super::city::City;
use super::life::Life;

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_is_dispatched_at_once_controlled_closed_and_looked_back_at() {
    let city = City::open().await;
    let mut life = Life::report(&city, "hotline", "G09001").await;
    life.runs(city.now(), "3m");
    life.goes(&["dispatcher@ZHZX dispatch lead=211002-XF > dispatched"]).await;
    let sent = city.now();
    city.pass("2m");
    life.goes(&[
        "receiver@ZHZX advance:log",
        "handler@211002-XF accept > under_way",
        r#"shift_leader@ZHZX rally orgs=["211002-WJ"]"#,
        "dispatcher@ZHZX advance:arrive > on_scene",
        r#"town_leader@211002-XF whistle calls=["211002-YJ"] ! authority_not_missing"#,
        r#"town_leader@211002001 whistle calls=["211002-YJ"]"#,
    ])
    .await;
    let fire = life.case.clone();
    life.turn_to_the_next().await;
    assert_eq!((life.stage(), &life.row()["parent"]), ("blown", &fire.as_str().into()));
    life.turn_to(&fire);
    assert_eq!(life.row()["children_open"], 1);
    assert_eq!(life.row()["dispatched_at"], serde_json::json!(sent));
    life.goes(&["handler@211002-XF advance:controlled > controlled"]).await;
    life.runs(city.now(), "24h");
    life.goes(&[
        "handler@211002-XF handled ! assists_not_done",
        "handler@211002-WJ part_done:done",
        "handler@211002-XF handled > handled",
        "shift_leader@211002-XF check_pass ! handler_may_not_check",
        "shift_leader@ZHZX check_fail reason=not_done > on_scene",
        "handler@211002-XF advance:controlled > controlled",
        "handler@211002-XF handled > handled",
        "shift_leader@ZHZX check_pass > closed",
        "leader@2110 advance:review ! tickets_waiting",
    ])
    .await;
    let ticket = life.tickets().await[0]["id"].as_str().unwrap().to_owned();
    life.goes(&[
        &format!("agent@ZHZX reply ticket={ticket} text=火已扑灭"),
        "leader@2110 advance:review > evaluated",
    ])
    .await;
    let stamps = ["log", "accept", "rally", "arrive", "whistle", "controlled", "review"];
    life.ends(("evaluated", "evaluated"), &stamps).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_has_cases_opened_for_it_and_is_cleared_after_them() {
    let city = City::open().await;
    let mut life = Life::open(&city, "dispatcher@ZHZX warning item=G09013").await;
    life.runs(city.now(), "15m");
    life.goes(&["receiver@ZHZX advance:acknowledge > watching"]).await;
    life.runs(city.now(), "24h");
    life.goes(&[r#"shift_leader@ZHZX fan_out orgs=["211002-GA"] > responding"#]).await;
    let warning = life.case.clone();
    life.goes(&["dispatcher@ZHZX advance:clear ! children_open"]).await;
    life.turn_to_the_next().await;
    assert_eq!((life.stage(), &life.row()["kind"]), ("dispatched", &"city_event".into()));
    life.goes(&[
        "handler@211002-GA accept > handling",
        "handler@211002-GA handled > handled",
        "checker@HCZX check_pass > closed",
    ])
    .await;
    life.turn_to(&warning);
    life.goes(&["dispatcher@ZHZX advance:clear > closed"]).await;
    city.pass("5d");
    life.until(|row| row["stage"] == "evaluated").await;
    let page = life.ends(("evaluated", "evaluated"), &["acknowledge", "fan_out", "clear"]).await;
    assert_eq!((&page["children"], &page["children_open"]), (&1.into(), &0.into()));

    let mut life = Life::open(&city, "receiver@ZHZX warning").await;
    city.pass("20m");
    life.until(|row| row["overdue"] == true).await;
    life.goes(&[
        "dispatcher@ZHZX advance:acknowledge > watching",
        "shift_leader@ZHZX advance:expire > closed",
    ])
    .await;
    life.ends(("closed", "closed"), &["expire"]).await;
}
