//! What pages read of the city: once, and not without leave.

use crate::desk_room::Room;

#[tokio::test]
async fn a_page_learns_of_the_city_once() {
    let room = Room::open().await;
    for road in ["/api/v1/city", "/api/v1/city/outlines", "/api/v1/catalog"] {
        let (status, body) = room.get(road, None).await;
        assert!(status == 200 && body.is_object(), "{road}: {body}");
        assert_eq!(room.get(road, Some("nobody")).await.0, 401, "{road}");
    }
}
