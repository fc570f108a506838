//! Places: a socket takes one before it says a word, and gives it back when it ends.

use serde_json::json;

use crate::desk_room::Room;
use crate::socket::page::Page;

#[tokio::test]
async fn sockets_that_say_nothing_take_no_more_places_than_there_are() {
    let room = Room::open().await;
    let mut silent = Vec::new();
    for _ in 0..4 {
        silent.push(Page::open_silent(&room).await);
    }
    assert_eq!(Page::open_silent(&room).await.until_closed().await, 4429);
    assert_eq!(Page::open(&room, json!({ "page": "wall" })).await.until_closed().await, 4429);
    let changes = reqwest::get(room.url("/api/v1/changes?partition=1")).await.unwrap();
    assert_eq!(changes.status(), 503);
    // They are given back: here, because no hello came in time.
    assert_eq!(silent[0].until_closed().await, 4504);
    drop(silent);
    for _ in 0..500 {
        let changes = reqwest::get(room.url("/api/v1/changes?partition=1")).await.unwrap();
        if changes.status() == 200 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("a socket that ended keeps its place");
}
