//! Our side: ingest takes the reports by HTTP; then the processor folds and publishes them.
//!
//! One after the other, each from a topic that holds everything, as the peer has it: what else runs
//! on the machine meanwhile is the broker and a reader that counts, and no more.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use liandong::domain::{Partition, Position};

use super::half::{Begun, Half};
use super::reports::Report;
use super::topic::Reaching;
use crate::Failure;
use crate::board::Sent;
use crate::cluster::{Centre, On, Role};
use crate::http::Connection;
use crate::warm::Warm;

/// Connections that send.
const CONNECTIONS: usize = 4;
/// How long a sender rests that was told to come later.
const LATER: Duration = Duration::from_millis(20);
/// The partition of a city without counties.
const PARTITION: Partition = Partition(1);

/// What came of it.
#[derive(Debug)]
pub(super) struct Ours {
    /// Both processes: their CPU and their time together, and the larger of their memory.
    pub(super) half: Half,
    pub(super) cases_open: f64,
    /// Of the half's CPU seconds, those of ingest.
    pub(super) ingest_cpu_seconds: f64,
    pub(super) processor_rss_mb: u64,
}

/// A city of any place on earth; gives it both halves, and measures the second.
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
    let (ingest, ends) = ingest(&mut centre, reports, batch).await?;
    let (processor, cases_open) = process(&mut centre, (ends, ingest.reports), warm).await?;
    Ok(Ours {
        half: ingest.and(processor),
        cases_open,
        ingest_cpu_seconds: ingest.cpu_seconds,
        processor_rss_mb: processor.rss_mb,
    })
}

/// Ingest takes both halves; says where each ends in the journal.
async fn ingest(
    centre: &mut Centre,
    reports: &[Report],
    batch: usize,
) -> Result<(Half, [Position; 2]), Failure> {
    let (first, second) = reports.split_at(reports.len() / 2);
    // Ingest is ready once there are rules, which a processor adopts.
    let [processor, ..] = Role::PROCESSORS;
    centre.start(processor).await?;
    centre.start(Role::INGEST).await?;
    centre.end(processor).await?;
    let address = centre.address(Role::INGEST)?;
    let first = send(&address, first, batch).await?;
    let begun = Begun::at(centre.usage()?);
    let ends = [first, send(&address, second, batch).await?];
    let half = begun.end(centre.usage()?, u64::try_from(second.len())?);
    centre.end(Role::INGEST).await?;
    Ok((half, ends))
}

/// The processor publishes both halves, of which the second is `reports`; says how many cases are
/// open then.
async fn process(
    centre: &mut Centre,
    ([first, second], reports): ([Position; 2], u64),
    warm: Warm,
) -> Result<(Half, f64), Failure> {
    let [role, ..] = Role::PROCESSORS;
    let reaching = Reaching::begin(centre.cluster(), PARTITION)?;
    centre.spawn(role)?;
    let reaching = reaching.through(first).await?;
    let giving = warm.give()?;
    let begun = Begun::at(centre.usage()?);
    reaching.through(second).await?;
    let half = begun.end(centre.usage()?, reports);
    drop(giving);
    centre.ready(role).await?;
    let cases_open = centre.metric("processor_cases_open").await?;
    centre.end(role).await?;
    Ok((half, cases_open))
}

/// Sends reports, so many a request; returns where the last of them stands.
async fn send(address: &str, reports: &[Report], batch: usize) -> Result<Position, Failure> {
    // In turns, so that what comes is nearly in the order of its time.
    let bodies: Vec<Bytes> = reports.chunks(batch).map(body).collect();
    let lanes = (0..CONNECTIONS).map(|lane| {
        let bodies = bodies.iter().skip(lane).step_by(CONNECTIONS);
        send_each(address, bodies.cloned().collect())
    });
    let ends = futures::future::try_join_all(lanes).await?;
    Ok(ends.into_iter().max().unwrap_or_default())
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
