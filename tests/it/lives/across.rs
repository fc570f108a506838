//! Over the border of a county: two entries of two journals, and a receipt.

use serde_json::json;

use super::city::City;
use super::life::Life;

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_handed_over_to_the_county_it_belongs_to_and_lives_on_there() {
    let city = City::open().await;
    let mut life = Life::report(&city, "hotline", "G01001").await;
    let here = life.case.clone();
    let owed = life.tickets().await[0]["reply"].clone();
    city.pass("1h");
    life.goes(&["receiver@ZHZX file > filed"]).await;
    life.turned_away("shift_leader@ZHZX hand_over to=9 reason=not_our_area", 404).await;
    life.goes(&["shift_leader@ZHZX hand_over to=1 reason=not_our_area ! not_elsewhere"]).await;
    life.ask("shift_leader@ZHZX hand_over to=2 reason=not_our_area").await;
    life.turn_to_the_next().await;
    let there = life.turn_to(&here);
    life.until(|row| row["stage"] == "handed_over").await;
    let page = life.ends(("handed_over", "handed_over"), &["file", "hand_over"]).await;
    assert_eq!((&page["handed_to"], &page["handover"]), (&json!(there), &json!(null)));
    assert_eq!(page["members"][0]["reply"], "not_owed", "it is owed there");

    life.turn_to(&there);
    assert_eq!(life.stage(), "reported");
    assert!(there.starts_with("2-"), "{there}");
    assert_eq!(life.tickets().await[0]["reply"], owed, "its reply clock goes on");
    life.goes(&[
        "receiver@ZHZX file > filed",
        "dispatcher@ZHZX dispatch lead=211003-CG > dispatched",
        "handler@211003-CG accept > handling",
        "handler@211003-CG handled > handled",
        "checker@HCZX check_pass > closed",
    ])
    .await;
    life.everyone_is_visited().await;
    let page = life.ends(("evaluated", "evaluated"), &["file", "visit"]).await;
    assert_eq!(page["channel"], "hotline");
}
