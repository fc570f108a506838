//! Requests of citizens and firms: merged cases, an own reply and visit for each who asked.

use super::city::City;
use super::life::Life;

#[tokio::test(flavor = "multi_thread")]
async fn two_service_requests_are_handled_as_one_and_each_sender_is_visited() {
    let city = City::open().await;
    let mut life = Life::report(&city, "hotline", "G10009").await;
    let first = life.case.clone();
    city.report("public_app", "G10009", 900).await;
    life.turn_to_the_next().await;
    life.goes(&[&format!("receiver@ZHZX merge into={first} > merged")]).await;
    life.ends(("merged", "merged"), &["merge"]).await;
    let second = life.turn_to(&first);
    life.goes(&[
        "receiver@ZHZX file > filed",
        "dispatcher@ZHZX dispatch lead=211002-MZ > dispatched",
        "handler@211002-MZ accept > handling",
        "handler@211002-MZ handled > handled",
        "agent@ZHZX check_pass > closed",
    ])
    .await;
    life.runs(city.now(), "3wd");
    let tickets = life.tickets().await;
    assert_eq!(tickets.len(), 2);
    life.is_visited(&tickets[0]).await;
    assert_eq!((life.stage(), &life.row()["tickets_waiting"]), ("closed", &1.into()));
    life.is_visited(&tickets[1]).await;
    let page = life.ends(("evaluated", "evaluated"), &["reply", "visit"]).await;
    let visited = |ticket: &serde_json::Value| ticket["visit"]["satisfaction"] == "satisfied";
    assert!(page["members"].as_array().unwrap().iter().all(visited), "{page}");
    life.turn_to(&second);
    assert_eq!(life.row()["merged_into"], first.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_request_is_answered_at_once_and_set_outside_the_rates_by_two() {
    let city = City::open().await;
    let mut life = Life::report(&city, "hotline", "G10009").await;
    life.goes(&["agent@ZHZX advance:answer > closed"]).await;
    let ticket = life.tickets().await[0]["id"].as_str().unwrap().to_owned();
    life.goes(&[
        &format!("agent@ZHZX contact ticket={ticket}"),
        &format!("agent@ZHZX reply ticket={ticket} text=已答复"),
        &format!(
            "shift_leader@ZHZX exclude ticket={ticket} reason=unreasonable second=supervisor \
             > evaluated"
        ),
    ])
    .await;
    let page = life.ends(("evaluated", "evaluated"), &["answer", "reply", "exclude"]).await;
    let ticket = &page["members"][0];
    assert!(ticket["visit"].is_null() && ticket["contacted_at"].is_number(), "{ticket}");
    assert_eq!(ticket["exclusion"]["reason"], "unreasonable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_firms_request_is_rated_by_the_firm() {
    let city = City::open().await;
    let mut life = Life::report(&city, "business", "G11014").await;
    life.goes(&[
        "receiver@ZHZX file > filed",
        "dispatcher@ZHZX dispatch lead=211002-YS > dispatched",
        "handler@211002-YS accept > handling",
        "handler@211002-YS handled > handled",
    ])
    .await;
    life.runs(city.now(), "3wd");
    life.goes(&[
        "agent@ZHZX rate rating=0 resolved=true ! rating_out_of_range",
        "agent@ZHZX rate rating=2 resolved=false > closed",
        "agent@ZHZX reopen reason=not_done > filed",
    ])
    .await;
    assert!(life.row()["lead"].is_null());
    life.goes(&[
        "dispatcher@ZHZX dispatch lead=211002-YS > dispatched",
        "handler@211002-YS accept > handling",
        "handler@211002-YS handled > handled",
        "agent@ZHZX rate rating=5 resolved=true > closed",
    ])
    .await;
    life.everyone_is_visited().await;
    city.pass("5d");
    life.until(|row| row["stage"] == "evaluated").await;
    let page = life.ends(("evaluated", "evaluated"), &["rate", "reopen", "visit"]).await;
    assert_eq!((&page["rating"], &page["counters"]["reopens"]), (&5.into(), &1.into()));
}
