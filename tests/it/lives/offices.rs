//! What offices ask of each other: forms, and appeals against an assessment.

use super::city::City;
use super::life::Life;

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_admitted_filled_put_right_and_confirmed() {
    let city = City::open().await;
    let mut life = Life::open(&city, "handler@211002-MZ form_task").await;
    life.runs(city.now(), "2wd");
    life.goes(&[
        "handler@211002-MZ advance:admit ! role_may_not",
        "supervisor@ZHZX advance:admit > admitted",
    ])
    .await;
    life.runs(city.now(), "1wd");
    life.goes(&[
        "handler@211002-MZ advance:fill > filled",
        "grid_worker@211002001001 advance:put_right > admitted",
        "handler@211002-MZ advance:fill > filled",
        "town_leader@211002001 advance:confirm > closed",
    ])
    .await;
    life.ends(("closed", "closed"), &["admit", "fill", "put_right", "confirm"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_is_reviewed_then_upheld_or_denied() {
    let city = City::open().await;
    for (step, by) in [("uphold", "supervisor@ZHZX"), ("deny", "leader@2110")] {
        let mut life = Life::open(&city, "handler@211002-CG appeal").await;
        life.runs(city.now(), "2wd");
        life.goes(&["supervisor@ZHZX advance:review > reviewing"]).await;
        life.runs(city.now(), "5wd");
        life.goes(&[
            &format!("handler@211002-CG advance:{step} ! role_may_not"),
            &format!("{by} advance:{step} > closed"),
        ])
        .await;
        let page = life.ends(("closed", "closed"), &["review", step]).await;
        assert_eq!(page["origin"], "211002-CG");
    }
}
