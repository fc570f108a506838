//! Campaigns, fanned out and sampled, and planned patrols.

use super::city::City;
use super::life::Life;

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_is_fanned_out_done_sampled_and_brought_to_its_end() {
    let city = City::open().await;
    let mut life = Life::open(&city, "supervisor@ZHZX campaign_task item=G11022").await;
    let campaign = life.case.clone();
    life.goes(&[r#"supervisor@ZHZX fan_out orgs=["211002001","211002002"] > running"#]).await;
    life.runs(city.now(), "90d");
    for _ in 0..2 {
        life.turn_to_the_next().await;
        life.runs(city.now(), "2wd");
        let town = life.row()["lead"].as_str().unwrap().to_owned();
        let [accept, handled] =
            ["accept > doing", "handled > sampling"].map(|it| format!("handler@{town} {it}"));
        life.goes(&[&accept]).await;
        life.runs(city.now(), "30d");
        life.goes(&[
            &handled,
            &format!("checker@{town} check_pass ! handler_may_not_check"),
            "checker@HCZX advance:not_done > to_assign",
            &format!("dispatcher@ZHZX dispatch lead=\"{town}\" > assigned"),
            &accept,
            &handled,
        ])
        .await;
        let case = life.turn_to(&campaign);
        life.goes(&["supervisor@ZHZX advance:finish ! children_open"]).await;
        life.turn_to(&case);
        life.goes(&["checker@HCZX check_pass > closed"]).await;
        life.ends(("closed", "closed"), &["accept", "not_done", "check_pass"]).await;
    }
    life.turn_to(&campaign);
    life.goes(&[
        "supervisor@ZHZX advance:finish > sampling",
        "checker@ZHZX check_pass ! handler_may_not_check",
        "checker@HCZX check_pass > closed",
    ])
    .await;
    let page = life.ends(("closed", "closed"), &["fan_out", "finish", "check_pass"]).await;
    assert_eq!((&page["children"], &page["children_open"]), (&2.into(), &0.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patrol_is_claimed_done_and_sampled() {
    let city = City::open().await;
    let mut life = Life::open(&city, "dispatcher@ZHZX patrol_task item=G10041").await;
    life.runs(city.now(), "3d");
    life.goes(&["grid_worker@211002001001001 claim > patrolling"]).await;
    life.runs(city.now(), "24h");
    life.goes(&[
        "handler@211002-WG advance:nothing ! not_lead",
        "grid_worker@211002001001001 advance:nothing > done",
        "checker@HCZX check_fail reason=not_done > patrolling",
        "grid_worker@211002001001001 advance:found > done",
        "checker@HCZX check_pass > closed",
    ])
    .await;
    life.ends(("closed", "closed"), &["claim", "nothing", "found", "check_pass"]).await;
}
