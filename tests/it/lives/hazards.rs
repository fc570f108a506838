//! Safety hazards: cards that a late one gets of itself, the list, and who looks at it again.

use super::city::City;
use super::life::Life;

#[tokio::test(flavor = "multi_thread")]
async fn a_late_hazard_gets_its_cards_and_is_looked_at_again_by_the_town() {
    let city = City::open().await;
    let mut life = Life::report(&city, "sensor", "G05016").await;
    life.goes(&[
        "receiver@ZHZX file > filed",
        "dispatcher@ZHZX dispatch lead=211002-SJ > dispatched",
        "handler@211002-SJ accept > handling",
        "handler@211002-SJ extend until=+20d reason=needs_time",
        "supervisor@ZHZX advance:list",
    ])
    .await;
    life.runs(city.now(), "2wd");
    let due = life.row()["clock"]["due"].clone();
    city.pass("8d");
    life.until(|row| row["card"] == "red").await;
    life.until(|row| row["clock"]["mark"] == "red").await;
    assert!(life.row()["extension"].is_null(), "a red card voids what was asked");
    assert_eq!(life.row()["clock"]["due"], due);
    life.goes(&[
        "handler@211002-SJ extend until=+20d reason=needs_time ! return_too_late",
        "handler@211002-SJ handled > handled",
        "checker@211002-SJ check_pass ! handler_may_not_check",
        "town_leader@211002001 check_pass > closed",
        "supervisor@ZHZX advance:unlist",
    ])
    .await;
    let page = life.ends(("closed", "closed"), &["list", "unlist", "check_pass"]).await;
    assert_eq!(page["supervision"]["card"], "red");
    assert!(page["supervision"]["by"].is_null(), "of itself");
}
