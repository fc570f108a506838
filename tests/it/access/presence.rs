//! Who looks at a case is told to staff who see it, as long as they do.

use liandong::domain::PrivacyClass;
use serde_json::{Value, json};

use crate::desk_room::{Room, case, moved};
use crate::socket::page::Page;

const TOWN_A: &str = "211002001001001";

async fn looking(room: &Room, hello: Value) -> Page {
    let mut page = Page::open(room, hello).await;
    page.until_live().await;
    page.say(&json!({ "looking": { "case": "1-1" } })).await;
    page
}

/// What a page is told of who looks, by the time that a second has passed.
async fn told(page: &mut Page) -> Vec<Value> {
    page.heard.clear();
    page.until("beat").await;
    page.until("beat").await;
    page.heard.iter().filter_map(|word| word.get("present").cloned()).collect()
}

fn desk(token: Option<&str>) -> Value {
    match token {
        Some(token) => json!({ "page": "desk", "partitions": [1], "token": token }),
        None => json!({ "page": "desk", "partitions": [1] }),
    }
}

#[tokio::test]
async fn only_staff_at_desks_look_and_are_told_who_does() {
    let room = Room::open().await;
    room.publish(0, vec![moved(case(1, TOWN_A, PrivacyClass::None))]).await;
    room.until("/api/v1/cases/1-1", 200).await;
    let wall = json!({ "page": "wall", "partitions": [1], "token": "leader" });
    let mut others = [looking(&room, desk(None)).await, looking(&room, wall).await];
    let mut staff = looking(&room, desk(Some("receiver"))).await;
    assert_eq!(staff.until("present").await["accounts"], json!(["receiver"]));
    for page in &mut others {
        assert_eq!(told(page).await, [Value::Null; 0]);
    }
}

#[tokio::test]
async fn who_no_longer_sees_a_case_is_not_told_who_looks_at_it() {
    let room = Room::open().await;
    room.publish(0, vec![moved(case(1, TOWN_A, PrivacyClass::None))]).await;
    room.until("/api/v1/cases/1-1", 200).await;
    let mut handler = looking(&room, desk(Some("handler"))).await;
    assert_eq!(handler.until("present").await["accounts"], json!(["handler"]));
    room.publish(1, vec![moved(case(1, TOWN_A, PrivacyClass::Restricted))]).await;
    handler.until("delta").await;
    let mut leader = looking(&room, desk(Some("leader"))).await;
    assert_eq!(told(&mut handler).await, [Value::Null; 0]);
    // And whoever does is no longer told of them.
    leader.say(&json!({ "looking": { "case": null } })).await;
    leader.say(&json!({ "looking": { "case": "1-1" } })).await;
    let present = told(&mut leader).await;
    assert_eq!(present.last().unwrap()["accounts"], json!(["leader"]));
}
