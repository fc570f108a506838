//! What goes between the city and the police: security leads, and what is no police matter.

use super::city::City;
use super::life::Life;

#[tokio::test(flavor = "multi_thread")]
async fn a_security_lead_is_handed_to_the_police_who_give_a_receipt() {
    let city = City::open().await;
    let mut life = Life::report(&city, "hotline", "G07006").await;
    life.runs(city.now(), "30m");
    life.goes(&[
        "receiver@ZHZX ask_verify ! kind_may_not",
        "receiver@ZHZX file > filed",
        "dispatcher@ZHZX dispatch lead=211002-GA > offered",
        "handler@211002-GA return reason=too_little_known > filed",
        "dispatcher@ZHZX dispatch lead=211002-GA > offered",
        "handler@211002-CG advance:take_over ! not_lead",
        "handler@211002-GA advance:take_over > handed_over",
    ])
    .await;
    let stamps = ["file", "dispatch", "return", "take_over"];
    let page = life.ends(("handed_over", "handed_over"), &stamps).await;
    assert_eq!(page["privacy"], "restricted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_police_link_is_declined_accepted_fed_back_and_goes_both_ways() {
    let city = City::open().await;
    let mut life = Life::open(&city, "receiver@ZHZX police_link").await;
    life.runs(city.now(), "15m");
    life.goes(&["dispatcher@ZHZX dispatch lead=211002-GA > offered"]).await;
    life.runs(city.now(), "30m");
    life.goes(&[
        "handler@211002-GA return reason=not_our_duty > to_offer",
        "receiver@ZHZX dispatch lead=211002-GA > offered",
        "handler@211002-GA accept > handling",
    ])
    .await;
    life.runs(city.now(), "24h");
    life.goes(&[
        "handler@211002-GA handled > fed_back",
        "receiver@ZHZX check_fail reason=not_done > handling",
        "handler@211002-GA handled > fed_back",
        "receiver@211002-GA check_pass ! handler_may_not_check",
        "receiver@ZHZX check_pass > closed",
    ])
    .await;
    let page = life.ends(("closed", "closed"), &["dispatch", "accept", "handled"]).await;
    assert_eq!(
        (&page["counters"]["returns"], &page["counters"]["reworks"]),
        (&1.into(), &1.into())
    );

    let mut life = Life::open(&city, "handler@211002-GA police_link").await;
    life.goes(&[
        "handler@211002-GA dispatch lead=211002-CG > offered",
        "handler@211002-CG accept > handling",
        "handler@211002-CG handled > fed_back",
        "dispatcher@ZHZX check_pass > closed",
    ])
    .await;
    let page = life.ends(("closed", "closed"), &["check_pass"]).await;
    assert_eq!((&page["origin"], &page["lead"]), (&"211002-GA".into(), &"211002-CG".into()));
}
