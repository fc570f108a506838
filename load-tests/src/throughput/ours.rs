//! Our side: ingest takes the reports by HTTP, the processor folds and publishes them.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use liandong::domain::Position;
use liandong::telemetry::Stopwatch;

use super::half::{Begun, Half};
use super::reports::Report;
use crate::Failure;
use crate::board::Sent;
use crate::cluster::{Centre, On, Reader, Role};
use crate::http::Connection;
use crate::warm::Warm;

/// Connections that send.
const CONNECTIONS: usize = 4;
/// How long the last report may take to be published.
const LOST_AFTER: Duration = Duration::from_mins(2);
/// How long a sender rests that was told to come later.
const LATER: Duration = Duration::from_millis(20);
/// The partition of a city without counties.
const PARTITION: u16 = 1;

/// What came of it.
#[derive(Debug)]
pub(super) struct Ours {
    pub(super) half: Half,
    pub(super) cases_open: f64,
    /// Of the half's CPU seconds, those of ingest.
    pub(super) ingest_cpu_seconds: f64,
    pub(super) processor_rss_mb: u64,
}

/// A city of any place on earth; sends it both halves, and measures the second.
pub(super) async fn measure(
    (program, brokers, round): (&Path, &str, usize),
    reports: &[Report],
    (batch, warm): (usize, Warm),
) -> Result<Ours, Failure> {
    let folder = tempfile::tempdir()?;
    let settings =
        [("LIANDONG_PROFILE", "open".to_owned()), ("LIANDONG_CANARY__EVERY_S", "0".to_owned())];
    let on = On { brokers, replicas: 1, prefix: &format!("ours-{round}") };
    let mut centre = Centre::found((program, folder.path()), on, &settings).await?;
    let [processor, ..] = Role::PROCESSORS;
    centre.start(processor).await?;
    centre.start(Role::INGEST).await?;
    let reader = Reader::open(centre.cluster(), PARTITION)?;
    let (first, second) = reports.split_at(reports.len() / 2);
    send(&centre.address(Role::INGEST)?, first, batch, &reader).await?;
    let giving = warm.give()?;
    let (begun, ingest) = (Begun::at(centre.usage()?), centre.usage_of(Role::INGEST)?.cpu_seconds);
    send(&centre.address(Role::INGEST)?, second, batch, &reader).await?;
    let half = begun.end(centre.usage()?, u64::try_from(second.len())?);
    drop(giving);
    let measured = Ours {
        half,
        cases_open: centre.metric("processor_cases_open").await?,
        ingest_cpu_seconds: centre.usage_of(Role::INGEST)?.cpu_seconds - ingest,
        processor_rss_mb: centre.usage_of(processor)?.rss / 1_048_576,
    };
    centre.end(Role::INGEST).await?;
    centre.end(processor).await?;
    Ok(measured)
}

/// Sends reports, so many a request, and waits until the last of them is in the changes.
async fn send(
    address: &str,
    reports: &[Report],
    batch: usize,
    reader: &Reader,
) -> Result<(), Failure> {
    // In turns, so that what comes is nearly in the order of its time.
    let bodies: Vec<Bytes> = reports.chunks(batch).map(body).collect();
    let lanes = (0..CONNECTIONS).map(|lane| {
        let bodies = bodies.iter().skip(lane).step_by(CONNECTIONS);
        send_each(address, bodies.cloned().collect())
    });
    let ends = futures::future::try_join_all(lanes).await?;
    let end = ends.into_iter().max().unwrap_or_default();
    let waited = Stopwatch::start();
    while reader.heard().lanes.get(&PARTITION).is_none_or(|lane| lane.reached < end) {
        if LOST_AFTER < waited.elapsed() {
            return Err(format!("{end} was not published in time").into());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    reader.heard().forget();
    Ok(())
}

/// One object a line.
fn body(reports: &[Report]) -> Bytes {
    let lines: Vec<&str> = reports.iter().map(|report| report.json.as_str()).collect();
    Bytes::from(lines.join("\n"))
}

/// Sends one body after the other; returns where the last report stands.
async fn send_each(address: &str, bodies: Vec<Bytes>) -> Result<Position, Failure> {
    let mut connection = Connection::open(address).await?;
    let mut end = Position::START;
    for body in bodies {
        loop {
            let reply = connection.post("/api/v1/signals?feed=open311", None, body.clone()).await?;
            match reply.status {
                202 => {
                    let sent = Sent::of(&reply.body, 0)?;
                    end = sent.iter().map(|sent| sent.position).max().unwrap_or(end).max(end);
                    break;
                }
                429 | 503 => tokio::time::sleep(LATER).await,
                status => {
                    let why = String::from_utf8_lossy(&reply.body).into_owned();
                    return Err(format!("reports were not taken: {status} {why}").into());
                }
            }
        }
    }
    Ok(end)
}
