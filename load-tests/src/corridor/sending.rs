//! The corridor's near end: signals and detections, each at its moment.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::measure::Run;
use crate::Failure;
use crate::board::Sent;
use crate::http::Connection;
use crate::signals::{Maker, Signal};

/// Connections that carry signals.
const CONNECTIONS: usize = 48;
/// Signals that may wait for one connection: about two seconds of a corridor that stands still.
const LANE_MAX: usize = 10_000;
/// Detections of one request.
const DETECTIONS_A_BATCH: usize = 400;
/// Cameras that detect.
const CAMERAS: u32 = 8_500;

/// How much is sent, and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    /// Signals a second.
    pub(crate) rate: u64,
    /// Raw detections a second.
    pub(crate) detections: u64,
    /// Seconds.
    pub(crate) seconds: u64,
    /// Spots the signals are about.
    pub(crate) spots: u64,
}

/// Sends everything at its moment; returns how many signals and detections that were.
pub(crate) async fn send_all(
    address: &str,
    load: &Load,
    run: &Arc<Run>,
    maker: &mut Maker,
) -> Result<(u64, u64), Failure> {
    let (lanes, sending) = open_lanes(address, run).await?;
    let detections = detect(address, load, run).await?;
    let start = run.board.now_us();
    let total = load.rate * load.seconds;
    for number in 0..total {
        let due = start + number * 1_000_000 / load.rate;
        let now = run.board.now_us();
        if now < due {
            tokio::time::sleep(Duration::from_micros(due - now)).await;
        }
        let signal = maker.signal(load.spots.max(1));
        let lane = usize::try_from(number).unwrap_or(0) % lanes.len();
        if let Some(lane) = lanes.get(lane) {
            lane.send((due, signal)).await?;
        }
    }
    drop(lanes);
    // What is under way is not on the board yet: who looked now would not miss it.
    for lane in sending {
        lane.await?;
    }
    Ok((total, detections.await?))
}

/// Where a connection is given signals, each with the moment it is due.
type Lane = mpsc::Sender<(u64, Signal)>;

/// Connections that each send what they are given, in order, until their lanes are dropped.
async fn open_lanes(
    address: &str,
    run: &Arc<Run>,
) -> Result<(Vec<Lane>, Vec<JoinHandle<()>>), Failure> {
    let (mut lanes, mut sending) = (Vec::new(), Vec::new());
    for _ in 0..CONNECTIONS {
        let mut connection = Connection::open(address).await?;
        let (lane, mut given) = mpsc::channel::<(u64, Signal)>(LANE_MAX);
        let run = Arc::clone(run);
        #[expect(clippy::disallowed_methods, reason = "ends when its lane is dropped")]
        sending.push(tokio::spawn(async move {
            while let Some((due, signal)) = given.recv().await {
                let body = Bytes::from(signal.json);
                let reply = connection.post("/api/v1/signals?feed=signal", None, body).await;
                let taken = reply.ok().filter(|reply| reply.status == 202);
                let Some(Ok(sent)) = taken.map(|reply| Sent::of(&reply.body, due)) else {
                    run.refused.fetch_add(1, Ordering::AcqRel);
                    continue;
                };
                run.board.sent(&sent);
                let waited = run.board.now_us().saturating_sub(due);
                let mut acknowledged =
                    run.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
                // It grows with what it is given; saturating would hide the worst of it.
                if acknowledged.record(waited).is_err() {
                    run.refused.fetch_add(1, Ordering::AcqRel);
                }
            }
        }));
        lanes.push(lane);
    }
    Ok((lanes, sending))
}

/// What became of a batch of detections.
#[derive(Debug, Deserialize)]
struct TakenLooks {
    durable: u64,
}

/// Sends raw detections in batches beside the signals, each durable or counted as shed.
async fn detect(address: &str, load: &Load, run: &Arc<Run>) -> Result<JoinHandle<u64>, Failure> {
    let mut connection = Connection::open(address).await?;
    let run = Arc::clone(run);
    let (rate, seconds) = (load.detections, load.seconds);
    let mut maker = Maker::new(2, "d");
    #[expect(clippy::disallowed_methods, reason = "ends after its last batch")]
    Ok(tokio::spawn(async move {
        let batch = u64::try_from(DETECTIONS_A_BATCH).unwrap_or(1);
        let start = run.board.now_us();
        let mut sent = 0;
        while sent < rate * seconds {
            let due = start + sent * 1_000_000 / rate;
            let now = run.board.now_us();
            if now < due {
                tokio::time::sleep(Duration::from_micros(due - now)).await;
            }
            let body = maker.detections(DETECTIONS_A_BATCH, CAMERAS);
            let reply = connection.post("/api/v1/signals?feed=detection", None, body).await;
            let durable = reply.ok().and_then(|reply| serde_json::from_slice(&reply.body).ok());
            let durable = durable.map_or(0, |taken: TakenLooks| taken.durable);
            run.durable.fetch_add(durable, Ordering::AcqRel);
            run.shed.fetch_add(batch.saturating_sub(durable), Ordering::AcqRel);
            sent += batch;
        }
        sent
    }))
}
