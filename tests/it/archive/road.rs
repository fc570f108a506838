//! From the changes into the archive and out at the gateway.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use liandong::archive::Segments;
use liandong::archiver::{ArchiverParts, run_until_end};
use liandong::domain::{Change, PrivacyClass, Timestamp};
use liandong::journal::{Journal, Needs, Snapshots};
use liandong::kept::Ranges;
use liandong::telemetry::{Clock, Metrics};
use serde_json::Value;

use super::made::ticket;
use crate::desk_room::{COUNTY, Room, case, moved};

const GRID: &str = "211002001001001";

/// An archiver of the room's journal that writes under `directory`.
fn archiver(room: &Room, directory: &Path) -> ArchiverParts {
    let journal = Arc::clone(&room.journal) as Arc<dyn Journal>;
    ArchiverParts {
        ranges: Ranges::of(&journal),
        journal,
        segments: Arc::new(Segments::open(directory).unwrap()),
        snapshots: Some(Arc::new(Snapshots::open(&directory.join("kept"), "archiver").unwrap())),
        needs: Needs::default(),
        metrics: Metrics::new().unwrap(),
        clock: Clock::manual(Timestamp(1_000_000)),
        gather: Duration::from_mins(1),
        keep_days: 1_096,
        keep_every_changes: 2,
    }
}

fn numbers(page: &Value) -> Vec<&str> {
    page["cases"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect()
}

async fn found(room: &Room, asked: &str, token: &str) -> Value {
    let (status, page) = room.get(&format!("/api/v1/search?{asked}"), Some(token)).await;
    assert_eq!(status, 200, "{page}");
    page
}

/// Asks until the page says so of what is open and what is archived: the gateway takes both in its
/// own time.
async fn until_found(room: &Room, open: usize, archived: u64) -> Value {
    for _ in 0..200 {
        let page = found(room, "", "leader").await;
        let shown = page["cases"].as_array().unwrap().iter();
        if shown.filter(|row| row["archived"] == false).count() == open
            && page["archive"] == archived
        {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("there never were {open} open cases beside {archived} archived ones");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_found_before_it_leaves_and_after() {
    let directory = tempfile::tempdir().unwrap();
    let room = Room::archived(directory.path()).await;
    let open = [
        (1, "路口井盖丢失", PrivacyClass::None),
        (2, "邻居纠纷", PrivacyClass::Restricted),
        (3, "路灯不亮", PrivacyClass::None),
    ];
    let mut changes = Vec::new();
    for (number, text, privacy) in open {
        let row = case(number, GRID, privacy);
        let ticket = Arc::new(ticket(&room.vault, row.id, text));
        changes.extend([moved(row), Change::TicketMoved { ticket }]);
    }
    room.publish(0, changes).await;
    let before = until_found(&room, 3, 0).await;
    assert_eq!(numbers(&before).len(), 3);
    let gone = |number| Change::CaseArchived { case: case(number, GRID, PrivacyClass::None).id };
    room.publish(6, vec![gone(1), gone(2)]).await;
    let parts = archiver(&room, directory.path());
    let (again, metrics) = (parts.clone(), parts.metrics.clone());
    tokio::task::spawn_blocking(move || {
        run_until_end(parts, COUNTY).unwrap();
        // It was killed and begins again: what it reads twice is archived once.
        run_until_end(again, COUNTY).unwrap();
    })
    .await
    .unwrap();
    assert_eq!((metrics.archiver_cases_total.get(), metrics.archiver_unknown_total.get()), (2, 0));
    let after = until_found(&room, 1, 2).await;
    assert_eq!(numbers(&before), numbers(&after));
    let archived = |page: &Value, id: &str| {
        let rows = page["cases"].as_array().unwrap();
        rows.iter().find(|row| row["id"] == id).map(|row| row["archived"].clone())
    };
    assert_eq!(archived(&after, "1-1"), Some(true.into()));
    assert_eq!(archived(&after, "1-3"), Some(false.into()));
    assert_eq!(numbers(&found(&room, "q=井盖", "leader").await), ["1-1"]);
    assert_eq!(numbers(&found(&room, "q=路灯", "leader").await), ["1-3"]);
    assert_eq!(numbers(&found(&room, "number=GD-1", "leader").await), ["1-1"]);
    // A handler sees no restricted case of others, and nobody without the right reads words.
    assert!(!numbers(&found(&room, "", "handler").await).contains(&"1-2"));
    assert_eq!(numbers(&found(&room, "", "stranger").await), [""; 0]);
    let asked = "/api/v1/search?q=井盖";
    assert_eq!(room.get(asked, Some("town")).await.0, 403);
    assert_eq!(room.get(asked, None).await.0, 401);
    for wrong in ["q=井", "limit=0", "limit=201", "place=21x", "what=1"] {
        assert_eq!(room.get(&format!("/api/v1/search?{wrong}"), Some("leader")).await.0, 400);
    }
    assert_eq!(room.get("/api/v1/search?from=5&to=5", Some("leader")).await.0, 422);
    // One row at a time, over both.
    let (mut asked, mut seen) = ("limit=1".to_owned(), Vec::new());
    loop {
        let page = found(&room, &asked, "leader").await;
        seen.extend(numbers(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next"].as_str() else { break };
        asked = format!("limit=1&after={next}");
    }
    assert_eq!(seen, numbers(&after));
    // Erased in the archive, too.
    assert_eq!(room.post("/api/v1/tickets/1-1/erase", "leader", "").await.0, 200);
    assert_eq!(numbers(&found(&room, "q=井盖", "leader").await), [""; 0]);
    assert_eq!(numbers(&found(&room, "number=1-1", "leader").await), ["1-1"]);
}
