//! Who is on this machine: not who comes through a proxy on it, nor by another name.

use serde_json::json;

use crate::desk_room::Room;
use crate::socket::page::Page;

/// What a request from elsewhere has, though it comes over loopback.
const ELSEWHERE: [(&str, &str); 4] = [
    ("host", "rebound.example:8080"),
    ("x-forwarded-for", "10.1.2.3"),
    ("forwarded", "for=10.1.2.3"),
    ("via", "1.1 proxy"),
];

#[tokio::test]
async fn without_a_token_nobody_reads_through_a_proxy_or_by_another_name() {
    let room = Room::open().await;
    assert_eq!(room.get("/api/v1/cases", None).await.0, 200);
    let client = reqwest::Client::new();
    for (name, value) in ELSEWHERE {
        for road in ["/api/v1/cases", "/api/v1/tally", "/api/v1/changes?partition=1"] {
            let request = client.get(room.url(road)).header(name, value);
            assert_eq!(request.send().await.unwrap().status(), 401, "{name} {road}");
        }
        let request = client.get(room.url("/api/v1/cases")).header(name, value);
        assert_eq!(request.bearer_auth("receiver").send().await.unwrap().status(), 200, "{name}");
    }
}

#[tokio::test]
async fn a_token_of_this_machine_is_not_good_through_a_proxy() {
    let room = Room::open().await;
    let client = reqwest::Client::new();
    let body = r#"{"verb":{"file":{"case":"1-1"}}}"#;
    let ask = async |name, value| {
        let request = client.post(room.url("/api/v1/commands")).header(name, value);
        let request = request.bearer_auth("here").body(body);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(ask("host", "localhost:8080").await, 202);
    for (name, value) in ELSEWHERE {
        assert_eq!(ask(name, value).await, 403, "{name}");
    }
}

#[tokio::test]
async fn a_socket_knows_whence_it_was_opened() {
    let room = Room::open().await;
    let hello = |token: Option<&str>| match token {
        Some(token) => json!({"page": "desk", "token": token}),
        None => json!({"page": "wall"}),
    };
    for (name, value) in ELSEWHERE {
        for token in [None, Some("here")] {
            let mut page = Page::open_as(&room, &[(name, value)], hello(token)).await;
            assert_eq!(page.until_closed().await, 4401, "{name} {token:?}");
        }
        let mut page = Page::open_as(&room, &[(name, value)], hello(Some("receiver"))).await;
        page.until_live().await;
    }
    let mut page = Page::open_as(&room, &[("host", "localhost")], hello(Some("here"))).await;
    page.until_live().await;
}

#[tokio::test]
async fn a_proxy_that_writes_its_own_host_turns_no_page_away() {
    let room = Room::open().await;
    let ours = ("origin", "https://city.example");
    assert!(!Page::may_open(&room, &[ours]).await);
    assert!(Page::may_open(&room, &[ours, ("x-forwarded-host", "city.example")]).await);
    let other = ("origin", "https://evil.example");
    assert!(!Page::may_open(&room, &[other, ("x-forwarded-host", "city.example")]).await);
}
