//! Disputes: graded, shared out, mediated; signed and revisited a month later, or taken to court.

use super::city::City;
use super::life::Life;

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_is_graded_mediated_twice_signed_and_revisited() {
    let city = City::open().await;
    let mut life = Life::report(&city, "hotline", "G08002").await;
    life.runs(city.now(), "4h");
    life.goes(&[
        "mediator@211002-ZF file ! not_graded",
        "mediator@211002-ZF grade_colour colour=4 ! unknown_colour",
        "mediator@211002-ZF grade_colour colour=1",
        "mediator@211002-ZF file > graded",
        "mediator@211002-ZF dispatch lead=211002-SF > shared_out",
    ])
    .await;
    let sent = city.now();
    city.pass("1h");
    life.goes(&["handler@211002-SF accept > mediating"]).await;
    life.runs(sent, "30d");
    life.goes(&[
        r#"mediator@211002-ZF joint_session orgs=["211002-FY","211002-GA"]"#,
        "handler@211002-SF advance:sign ! assists_not_done",
        "mediator@211002-ZF grade_colour colour=0",
        "mediator@211002-ZF advance:not_settled reason=too_little_known > graded",
    ])
    .await;
    assert!(life.row()["lead"].is_null(), "nobody leads what is to be shared out");
    life.goes(&[
        "mediator@211002-ZF dispatch lead=211002-SF > shared_out",
        "handler@211002-SF accept > mediating",
        "handler@211002-SF advance:sign > revisiting",
    ])
    .await;
    life.runs(city.now(), "30d");
    city.pass("29d");
    life.goes(&[
        "mediator@211002-SF check_pass ! handler_may_not_check",
        "mediator@211002-ZF check_pass > closed",
    ])
    .await;
    life.everyone_is_visited().await;
    let stamps = ["grade_colour", "joint_session", "not_settled", "sign", "check_pass"];
    let page = life.ends(("evaluated", "evaluated"), &stamps).await;
    assert_eq!((&page["colour"], &page["privacy"]), (&0.into(), &"restricted".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_that_cannot_be_settled_is_taken_to_court() {
    let city = City::open().await;
    let mut life = Life::open(&city, "mediator@211002-ZF dispute item=G08001").await;
    life.goes(&[
        "mediator@211002-ZF grade_colour colour=0",
        "mediator@211002-ZF file > graded",
        "mediator@211002-ZF dispatch lead=211002-SF > shared_out",
        "handler@211002-SF accept > mediating",
        "mediator@211002-ZF advance:to_court > handed_over",
    ])
    .await;
    let page = life.ends(("handed_over", "handed_over"), &["to_court"]).await;
    assert_eq!(page["origin"], "211002-ZF");
}
