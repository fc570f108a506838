//! City events and facility faults: the whole loop, with all that can come between.

use serde_json::json;

use super::city::City;
use super::life::Life;

#[tokio::test(flavor = "multi_thread")]
async fn a_city_event_is_verified_returned_delegated_extended_suspended_and_reworked() {
    let city = City::open().await;
    let mut life = Life::report(&city, "hotline", "G01001").await;
    let reported = city.now();
    let owed = life.tickets().await[0]["reply"]["owed"]["due"].clone();
    life.runs(reported, "4wh");
    city.pass("30m");
    life.goes(&["receiver@ZHZX ask_verify > verifying"]).await;
    life.runs(city.now(), "2h");
    city.pass("30m");
    life.goes(&["grid_worker@211002001001001 verify_yes > reported"]).await;
    life.runs(reported, "4wh");
    life.goes(&["receiver@ZHZX file > filed"]).await;
    life.runs(city.now(), "1h");
    life.goes(&[
        r#"dispatcher@ZHZX dispatch lead=CG assists=["211002-HW"] > dispatched"#,
        "handler@CG return reason=not_our_duty > filed",
        r#"dispatcher@ZHZX dispatch lead=CG assists=["211002-HW"] > dispatched"#,
    ])
    .await;
    let sent = city.now();
    life.runs(sent, "4wh");
    city.pass("1h");
    life.goes(&[
        "handler@211002-CG accept ! not_lead",
        "handler@CG accept > handling",
        r#"handler@CG delegate to="211002001" ! not_direct_child"#,
        "handler@CG delegate to=211002-CG > dispatched",
    ])
    .await;
    life.runs(city.now(), "4wh");
    life.goes(&[
        "handler@211002-CG accept > handling",
        r#"handler@211002-CG raise to="211002001" ! not_direct_parent"#,
        "handler@211002-CG raise to=CG > dispatched",
        "dispatcher@ZHZX reassign lead=211002-CG reason=others_duty > dispatched",
        "handler@211002-CG accept > handling",
    ])
    .await;
    life.runs(sent, "20wd");
    is_supervised_and_given_more_time(&city, &mut life).await;
    is_suspended(&city, &mut life).await;
    life.goes(&[
        "handler@211002-CG handled ! assists_not_done",
        "handler@211002-HW part_done:done",
        "handler@211002-CG handled > handled",
        "checker@211002-CG check_pass ! handler_may_not_check",
        "checker@211002-HW check_pass ! handler_may_not_check",
        "checker@HCZX check_fail reason=not_done > handling",
    ])
    .await;
    // Once: the whole limit again.
    life.runs(city.now(), "20wd");
    life.goes(&["handler@211002-CG handled > handled"]).await;
    life.runs(city.now(), "1d");
    life.goes(&["checker@HCZX check_pass > closed"]).await;
    life.runs(city.now(), "3wd");
    let ticket = &life.tickets().await[0];
    assert_eq!(ticket["reply"]["owed"]["due"], owed, "nothing pauses a reply");
    life.everyone_is_visited().await;
    let stamps = ["ask_verify", "verify_yes", "file", "dispatch", "return", "delegate", "raise"];
    let page = life.ends(("evaluated", "evaluated"), &stamps).await;
    let counted = ["verifications", "returns", "reworks", "extensions"];
    assert!(counted.iter().all(|it| page["counters"][it] == 1), "{}", page["counters"]);
}

async fn is_supervised_and_given_more_time(city: &City, life: &mut Life<'_>) {
    life.goes(&[
        "supervisor@211002001 supervise card=plain ! level_too_low",
        "supervisor@ZHZX supervise card=yellow",
        "supervisor@ZHZX supervise card=plain ! card_must_rise",
        "leader@2110 instruct text=抓紧",
        "agent@ZHZX urge",
        "handler@211002-CG extend until=+60d reason=needs_time",
        "handler@211002-CG extend until=+61d reason=needs_time ! extension_pending",
    ])
    .await;
    assert!(life.row()["extension"].is_object());
    life.goes(&["supervisor@ZHZX supervise card=red"]).await;
    assert!(life.row()["extension"].is_null(), "a red card voids what was asked");
    life.goes(&[
        "handler@211002-CG extend until=+60d reason=needs_time ! red_card",
        "supervisor@211002-ZHZX cancel_supervise reason=put_right ! level_too_low",
        "supervisor@ZHZX cancel_supervise reason=put_right",
        "handler@211002-CG extend until=+60d reason=needs_time",
        "shift_leader@ZHZX deny_extension reason=not_done",
        "handler@211002-CG extend until=+60d reason=needs_time",
        "shift_leader@ZHZX allow_extension",
    ])
    .await;
    assert_eq!(life.row()["clock"]["due"], json!(city.after(city.now(), "60d")));
}

async fn is_suspended(city: &City, life: &mut Life<'_>) {
    let clock = life.row()["clock"].clone();
    let alone = "shift_leader@ZHZX suspend reason=not_yet_possible review_at=+3d";
    life.turned_away(alone, 422).await;
    life.turned_away(&format!("{alone} second=shift_leader"), 422).await;
    life.goes(&[&format!("{alone} second=supervisor > suspended")]).await;
    assert_eq!(life.row()["clock"]["due"], json!(city.after(city.now(), "3d")));
    let left = life.row()["pause"]["left_ms"].as_i64().unwrap();
    city.pass("4d");
    life.goes(&["shift_leader@ZHZX resume > handling"]).await;
    let resumed = &life.row()["clock"];
    let same = (&clock["since"], &clock["limit_ms"]);
    assert_eq!((&resumed["since"], &resumed["limit_ms"]), same, "its whole limit, from its start");
    assert!(0 < left && 0 < resumed["paused_ms"].as_i64().unwrap(), "but for the pause");
    assert!(clock["due"].as_i64() < resumed["due"].as_i64(), "its time stood still");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_facility_fault_is_made_safe_then_put_right_in_what_is_left_of_its_time() {
    let city = City::open().await;
    let mut life = Life::report(&city, "grid", "G01033").await;
    life.runs(city.now(), "30m");
    life.goes(&[
        "receiver@ZHZX file > filed",
        "dispatcher@ZHZX dispatch lead=211002-HW > dispatched",
        "handler@211002-HW accept > handling",
    ])
    .await;
    life.runs(city.now(), "1wd");
    city.pass("2h");
    life.goes(&[
        "handler@211002-CG advance:make_safe ! not_lead",
        "handler@211002-HW advance:make_safe",
        "handler@211002-HW handled > handled",
        "checker@HCZX check_fail reason=not_done > handling",
    ])
    .await;
    // Of seven working hours two are used.
    life.runs(city.now(), "5wh");
    life.goes(&["handler@211002-HW handled > handled", "checker@HCZX check_pass > closed"]).await;
    life.runs(city.now(), "3wd");
    city.pass("5d");
    life.until(|row| row["stage"] == "evaluated").await;
    life.ends(("evaluated", "evaluated"), &["file", "make_safe", "handled", "check_fail"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_handled_on_the_spot_is_checked_by_others() {
    let city = City::open().await;
    let mut life = Life::report(&city, "grid", "G03032").await;
    life.goes(&[
        "grid_worker@211002001001001 self_handle ! authority_missing",
        "grid_worker@211002001 self_handle > handled",
        "checker@211002001 check_pass ! handler_may_not_check",
        "checker@HCZX check_pass > closed",
    ])
    .await;
    let page = life.ends(("closed", "closed"), &["self_handle", "check_pass"]).await;
    assert_eq!(page["lead"], "211002001");
}
