//! Certificates: held against the lawful list; issued, refused, revoked.

use std::sync::Arc;

use super::city::City;
use super::life::Life;

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_issued_where_the_law_lets_it_and_revoked() {
    let city = City::open().await;
    let mut life = Life::open(&city, "grid_worker@211002001001 certificate item=G10003").await;
    life.runs(city.now(), "1wh");
    life.goes(&["receiver@ZHZX advance:check_list > checked"]).await;
    life.runs(city.now(), "1wh");
    life.goes(&["handler@211002001001 advance:issue > issued"]).await;
    life.runs(city.now(), "3wd");
    life.goes(&["shift_leader@ZHZX advance:revoke > cancelled"]).await;
    life.ends(("cancelled", "cancelled"), &["check_list", "issue", "revoke"]).await;

    // The law no longer lets the city's offices issue the other one.
    let mut rules = (*city.rules).clone();
    rules.items.get_mut(&"G10002".parse().unwrap()).unwrap().unlawful = true;
    let city = City::under(Arc::new(rules)).await;
    let mut life = Life::open(&city, "agent@ZHZX certificate item=G10002").await;
    life.goes(&[
        "receiver@ZHZX advance:check_list ! not_lawful",
        "receiver@ZHZX advance:refuse > rejected",
    ])
    .await;
    life.ends(("rejected", "rejected"), &["refuse"]).await;
}
