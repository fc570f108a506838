//! `docs/feeds.md` says what the code does: its problems are these, its examples are taken.

use liandong::domain::limits;
use liandong::domain::time::MINUTE_MS;
use liandong::wire::problem::ProblemKind;

use crate::ingest_room::{NOW, Room};

fn document() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/feeds.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn every_problem_and_limit_is_written_down() {
    let document = document();
    for kind in ProblemKind::ALL {
        let word = format!("`{}`", kind.word().replace('_', "-"));
        assert!(document.contains(&word), "{word}");
    }
    let thousands = |value: usize| {
        let digits = value.to_string();
        let (head, tail) = digits.split_at(digits.len() - 3);
        if head.is_empty() { tail.to_owned() } else { format!("{head},{tail}") }
    };
    for limit in [
        thousands(limits::BATCH_SIGNALS_MAX),
        thousands(limits::BATCH_DETECTIONS_MAX),
        thousands(limits::TEXT_BYTES_MAX),
        format!("{} bytes", limits::ADDRESS_BYTES_MAX),
        format!("{} bytes", limits::EXTERNAL_ID_BYTES_MAX),
    ] {
        assert!(document.contains(&limit), "{limit}");
    }
}

/// The JSON bodies between `-d '` (or `--data-binary '`) and the closing quote, at the room's time
/// and place.
fn examples(document: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for command in document.split("curl -sS ").skip(1) {
        let url = command.split_whitespace().next().unwrap().trim_matches('\'');
        let feed = url.split_once("feed=").map_or("signal", |(_, feed)| feed);
        let Some((_, body)) = command.split_once("-d '").or(command.split_once("binary '")) else {
            continue;
        };
        let body = body
            .replace("\"'\"$(date -u +%FT%TZ)\"'\"", "\"2026-07-01T00:29:00Z\"")
            .replace("'\"$(date +%s)\"'000", &NOW.plus_ms(-MINUTE_MS).0.to_string());
        let body = body.split_once('\'').unwrap().0;
        // The room's city lies elsewhere, and has two cameras.
        let body = body.replace("41.2737", "41.001").replace("123.1726", "123.001");
        let body = body.replace("\"camera\": 17", "\"camera\": 1");
        found.push((feed.to_owned(), body.replace("\"camera\": 18", "\"camera\": 2")));
    }
    found
}

#[tokio::test]
async fn every_example_is_taken() {
    let room = Room::open().await;
    let examples = examples(&document());
    assert!(5 <= examples.len(), "{examples:?}");
    for (feed, body) in examples {
        let (status, answer) = room.post(&feed, body.clone()).await;
        assert_eq!(status, 202, "{feed}: {body}\n{answer}");
        assert_eq!(answer["problems"].as_array().unwrap().len(), 0, "{body}\n{answer}");
    }
}
