//! The corridor's far end: followers that note when each signal's change is seen.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use tokio::task::JoinHandle;

use crate::Failure;
use crate::follow;
use crate::measure::Run;

/// The part of a range that a latency needs; the rest is skipped.
#[derive(Debug, Deserialize)]
struct SeenRange<'a> {
    #[serde(borrow)]
    changes: Vec<SeenPlaced<'a>>,
}

#[derive(Debug, Deserialize)]
struct SeenPlaced<'a> {
    #[serde(borrow)]
    change: SeenChange<'a>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct SeenChange<'a> {
    #[serde(borrow)]
    ticket_moved: Option<SeenMoved<'a>>,
}

#[derive(Debug, Deserialize)]
struct SeenMoved<'a> {
    #[serde(borrow)]
    ticket: SeenTicket<'a>,
}

#[derive(Debug, Deserialize)]
struct SeenTicket<'a> {
    external_id: &'a str,
}

/// Starts a follower for each partition, at its end.
pub(crate) async fn follow_all(
    address: &str,
    (token, partitions): (&'static str, u16),
    run: &Arc<Run>,
) -> Result<Vec<JoinHandle<()>>, Failure> {
    let mut followers = Vec::new();
    for partition in 0..=partitions {
        let (address, run) = (address.to_owned(), Arc::clone(run));
        let path = format!("{}&since=end", follow::path(partition, &follow::Cursors::new()));
        #[expect(clippy::disallowed_methods, reason = "aborted when the run is over")]
        followers.push(tokio::spawn(async move {
            let followed =
                follow::lines(&address, &path, token, |line| note_seen(&run, line)).await;
            if let (Err(failure), false) = (followed, run.over.load(Ordering::Acquire)) {
                warn(&format!("follower of {partition}: {failure}"));
            }
        }));
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    Ok(followers)
}

#[expect(clippy::print_stderr, reason = "progress and faults of a bench go to stderr")]
fn warn(what: &str) {
    eprintln!("{what}");
}

fn note_seen(run: &Run, line: &[u8]) -> Result<bool, Failure> {
    let range: SeenRange<'_> = serde_json::from_slice(line)?;
    let now = run.now_us();
    let mut under_way = run.under_way.lock().unwrap_or_else(PoisonError::into_inner);
    for placed in range.changes {
        let Some(moved) = placed.change.ticket_moved else { continue };
        if let Some(due) = under_way.remove(moved.ticket.external_id) {
            run.was_seen(now.saturating_sub(due))?;
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seen_ticket_is_taken_from_those_under_way() {
        let run = Run::new().unwrap();
        run.under_way.lock().unwrap().insert("c-1".into(), 0);
        let line = br#"{"partition":1,"changes":[{"index":0,"change":{"ticket_moved":{"ticket":
            {"external_id":"c-1","case":"1-1"}}}},{"change":{"case_archived":{"case":"1-2"}}}]}"#;
        note_seen(&run, line).unwrap();
        assert_eq!((run.waiting(), run.seen.lock().unwrap().len()), (0, 1));
    }
}
