//! Feeds over Kafka: each record a body, taken as the same body by HTTP would be.
//!
//! **Invariant, no record stops a partition.** An offset is committed only once what its record
//! holds is durable, in the journal or as a dead letter with its origin; and whatever a record
//! holds, it becomes one of the two. Only where the journal itself refuses does a reader wait, and
//! then it takes the same record again before any after it.

use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures::future::join_all;
use tokio::runtime::Handle;

use crate::domain::limits::BODY_BYTES_MAX;
use crate::journal::JournalError;
use crate::journal::kafka::{ForeignFound, GroupReader, KafkaOptions};
use crate::shutdown::Stop;
use crate::wire::dead_letter_v2::Origin;
use crate::wire::problem::{Problem, ProblemKind};
use crate::wire::public::FEEDS;

use super::dead_letters::Came;
use super::intake::{Ingest, Sender, Taken};

/// The group in which processes share the feeds' partitions.
const GROUP: &str = "feeds";
/// Records taken at once: they share a commit of the journal.
const RECORDS_MAX: usize = 512;
/// Bytes after which no further record is taken at once.
const BYTES_MAX: usize = 8 * 1_024 * 1_024;
/// How long the thread waits for a record before it looks whether it is to end.
const WAIT: Duration = Duration::from_millis(100);
/// The pause before a record is taken again that the journal had no room for.
const AGAIN_AFTER: Duration = Duration::from_millis(20);

/// Reads the feeds until asked to stop. Blocks: give it a thread of its own.
///
/// # Errors
/// Where the cluster's settings are refused, or the journal is broken: the process must end.
pub fn read_feeds(
    ingest: &Ingest,
    options: &KafkaOptions,
    (stop, runtime): (&Stop, &Handle),
) -> Result<(), JournalError> {
    let topics: Vec<_> = FEEDS.iter().map(|(_, topic)| (*topic).to_owned()).collect();
    let reader = GroupReader::join(options, GROUP, &topics)?;
    while !stop.is_asked() {
        let records = reader.next((RECORDS_MAX, BYTES_MAX), WAIT);
        if records.is_empty() {
            continue;
        }
        if !runtime.block_on(take_all(ingest, &records, stop)) {
            let broke = || Err(JournalError::Closed);
            return if stop.is_asked() { Ok(()) } else { broke() };
        }
        reader.done(&records);
    }
    tracing::info!("ingest reads no feeds any more");
    Ok(())
}

type Taking<'a> = Pin<Box<dyn Future<Output = Result<(), Problem>> + Send + 'a>>;

/// Takes records in, in order; says whether all are durable: not where the journal is broken, or it
/// was asked to stop before.
async fn take_all(ingest: &Ingest, records: &[ForeignFound], stop: &Stop) -> bool {
    let mut under_way: Vec<Taking<'_>> = Vec::with_capacity(records.len());
    let mut at = 0;
    while let Some(found) = records.get(at) {
        let mut taking: Taking<'_> = Box::pin(take_record(ingest, found));
        // The first step appends, so records are appended in their order.
        match futures::poll!(&mut taking) {
            std::task::Poll::Pending => under_way.push(taking),
            std::task::Poll::Ready(Ok(())) => {}
            std::task::Poll::Ready(Err(problem)) => {
                let settled = settle(&mut under_way).await;
                if !settled || problem.kind != ProblemKind::Overloaded {
                    return false;
                }
                tokio::time::sleep(AGAIN_AFTER).await;
                if stop.is_asked() {
                    return false;
                }
                continue;
            }
        }
        at += 1;
    }
    settle(&mut under_way).await
}

/// Waits for what is under way; says whether all of it is durable.
async fn settle(under_way: &mut Vec<Taking<'_>>) -> bool {
    join_all(under_way.drain(..)).await.iter().all(Result::is_ok)
}

/// Takes one record in; returns once what it holds is durable, one way or the other.
///
/// # Errors
/// Where the journal has no room, or is broken: the record is to be taken again.
pub async fn take_record(ingest: &Ingest, found: &ForeignFound) -> Result<(), Problem> {
    let feed = FEEDS.iter().find(|(_, topic)| found.topic.ends_with(topic));
    let Some((feed, _)) = feed else { return Ok(()) };
    let ForeignFound { topic, partition, offset, record } = found;
    let origin = Origin { topic: topic.clone(), partition: *partition, offset: *offset };
    let body = record.value.clone().unwrap_or_default();
    let by = (*feed, ingest.parts.clock.now());
    let came = Came { by, body: &body, origin: Some(&origin) };
    let outcome = take(ingest, came, &body).await?;
    let counted = &ingest.parts.metrics.ingest_records_total;
    counted.with_label_values(&[feed.name(), outcome]).inc();
    Ok(())
}

/// What a record became: `taken` where anything of it was.
async fn take(ingest: &Ingest, came: Came<'_>, body: &Bytes) -> Result<&'static str, Problem> {
    let taken = if BODY_BYTES_MAX < body.len() {
        let why = format!("{} bytes; at most {BODY_BYTES_MAX}", body.len());
        Err(Problem::new(ProblemKind::BodyTooLarge, why))
    } else {
        ingest.taken(Sender::Feed, came).await
    };
    match taken {
        Ok(Taken::Signals(receipts)) if receipts.receipts.is_empty() => Ok("refused"),
        Ok(Taken::Detections(noted)) if noted.durable == 0 => {
            refuse_looks(ingest, came, noted.problems.into_iter().next()).await
        }
        Ok(Taken::Signals(_) | Taken::Detections(_)) => Ok("taken"),
        Err(problem) if is_passing(problem.kind) => Err(problem),
        Err(problem) => {
            ingest.drop_one(problem.kind);
            ingest.keep(came, &[problem.of(0, 0..body.len())]).await?;
            Ok("refused")
        }
    }
}

/// A record of looks none of which could be taken: one letter says so, with the first reason, and
/// not a byte of what a camera said.
async fn refuse_looks(
    ingest: &Ingest,
    came: Came<'_>,
    first: Option<Problem>,
) -> Result<&'static str, Problem> {
    let problem = first.map(|problem| Problem { span: 0..0, ..problem });
    ingest.keep(Came { body: &[], ..came }, problem.as_slice()).await?;
    Ok("refused")
}

/// Whether nothing is wrong with the record itself.
fn is_passing(kind: ProblemKind) -> bool {
    matches!(kind, ProblemKind::Overloaded | ProblemKind::JournalBroken)
}
