//! Whistles and notices: who is called or told has steps and clocks of its own.

use serde_json::json;

use super::city::City;
use super::life::Life;

#[tokio::test(flavor = "multi_thread")]
async fn a_whistle_is_signed_contacted_reported_on_and_rated_by_the_grass_roots() {
    let city = City::open().await;
    let opened = r#"town_leader@211002001 whistle item=G11007 orgs=["211002-CG","211002-HB"]"#;
    let mut life = Life::open(&city, opened).await;
    let blown = city.now();
    life.runs(blown, "5wd");
    let due = |life: &Life<'_>, org: &str| life.row()["parts"][org]["due"].clone();
    assert_eq!(due(&life, "211002-CG"), json!(city.after(blown, "1h")));
    life.goes(&[
        "handler@211002-YJ part_done:signed ! no_part",
        "handler@211002-CG part_done:reported ! part_not_next",
        "handler@211002-CG part_done:signed",
    ])
    .await;
    assert_eq!(due(&life, "211002-CG"), json!(city.after(blown, "24h")));
    city.pass("2h");
    life.until(|row| row["parts"]["211002-HB"]["late"] == 1).await;
    life.goes(&[
        "handler@211002-HB part_done:signed",
        "handler@211002-HB part_done:contacted",
        "handler@211002-CG part_done:contacted",
    ])
    .await;
    assert_eq!(due(&life, "211002-CG"), json!(city.after(blown, "3wd")));
    life.goes(&[
        "handler@211002-CG part_done:reported",
        "town_leader@211002001 advance:solved ! parts_not_done",
        "handler@211002-HB part_done:reported",
        "town_leader@211002001 advance:solved > solved",
        "town_leader@211002001 advance:again > blown",
        "town_leader@211002001 advance:solved > solved",
    ])
    .await;
    life.runs(city.now(), "2wd");
    life.goes(&["town_leader@211002001 rate rating=4 resolved=true > evaluated"]).await;
    let page = life.ends(("evaluated", "evaluated"), &["solved", "again", "rate"]).await;
    assert_eq!(page["rating"], 4);
    let late = |org: &str| page["parts"][org]["late"].clone();
    assert_eq!((late("211002-CG"), late("211002-HB")), (json!(0), json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_delivered_read_replied_to_and_ended() {
    let city = City::open().await;
    let opened = r#"shift_leader@ZHZX notice orgs=["211002-JY","211002-WJ"]"#;
    let mut life = Life::open(&city, opened).await;
    let sent = city.now();
    life.runs(sent, "48h");
    life.goes(&["handler@211002-JY part_done:delivered", "handler@211002-JY part_done:read"]).await;
    let due = life.row()["parts"]["211002-JY"]["due"].clone();
    assert_eq!(due, json!(city.after(sent, "24h")));
    city.pass("11m");
    life.until(|row| row["parts"]["211002-WJ"]["late"] == 1).await;
    life.goes(&[
        "dispatcher@ZHZX advance:remind",
        "handler@211002-WJ part_done:delivered",
        "handler@211002-JY part_done:replied",
        "shift_leader@ZHZX advance:end > closed",
    ])
    .await;
    city.pass("5d");
    life.until(|row| row["stage"] == "evaluated").await;
    let page = life.ends(("evaluated", "evaluated"), &["part_done", "remind", "end"]).await;
    let ended = |org: &str| page["parts"][org]["ended"].clone();
    assert_eq!((ended("211002-JY"), ended("211002-WJ")), (json!(true), json!(false)));
}
