//! Wishes: posted, claimed, given up, posted again, done, thanked.

use super::city::City;
use super::life::Life;

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_is_given_up_claimed_again_done_and_thanked_for() {
    let city = City::open().await;
    let mut life = Life::open(&city, "agent@ZHZX micro_wish").await;
    life.runs(city.now(), "30d");
    life.goes(&["handler@211002-SG claim > claimed"]).await;
    life.runs(city.now(), "15d");
    assert_eq!(life.row()["lead"], "211002-SG");
    life.goes(&["handler@211002-SG advance:give_up > posted"]).await;
    assert!(life.row()["lead"].is_null());
    city.pass("31d");
    life.until(|row| row["overdue"] == true).await;
    life.goes(&["town_leader@211002001 advance:repost > posted"]).await;
    life.runs(city.now(), "30d");
    life.goes(&[
        "handler@211002-FL claim > claimed",
        "handler@211002-SG handled ! not_lead",
        "handler@211002-FL handled > done",
        "town_leader@211002-FL rate rating=5 resolved=true ! handler_may_not_check",
        "town_leader@211002001 rate rating=5 resolved=true > evaluated",
    ])
    .await;
    let stamps = ["claim", "give_up", "repost", "handled", "rate"];
    let page = life.ends(("evaluated", "evaluated"), &stamps).await;
    assert_eq!((&page["rating"], &page["lead"]), (&5.into(), &"211002-FL".into()));
}
