//! Load for a server that is about to be killed: signals and commands, each noted once
//! acknowledged.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

use crate::Failure;
use crate::http::{Connection, Reply};
use crate::signals::Maker;

/// Units that are sent.
const UNITS: u32 = 40;
/// Signals of one request.
const BATCH: u64 = 5;

/// How many spots the signals are about, and how long a sender rests after each request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) spots: u64,
    pub(crate) rest: Duration,
}

impl Pace {
    /// As fast as the server answers. So many spots are few enough that signals fuse, and not so
    /// few that a restart compares each with hundreds.
    pub(crate) const FULL: Self = Self { spots: 4_000, rest: Duration::ZERO };

    async fn rest(self) {
        // A sleep of nothing is one of a millisecond.
        if !self.rest.is_zero() {
            tokio::time::sleep(self.rest).await;
        }
    }
}

/// What the server has acknowledged over all rounds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Acknowledged {
    /// Signals, by the sender's id.
    pub(crate) signals: Arc<Mutex<BTreeSet<String>>>,
    /// Commands, by id.
    pub(crate) commands: Arc<Mutex<BTreeSet<String>>>,
}

impl Acknowledged {
    /// How many signals and commands.
    pub(crate) fn count(&self) -> (usize, usize) {
        let count = |set: &Mutex<BTreeSet<String>>| {
            set.lock().unwrap_or_else(PoisonError::into_inner).len()
        };
        (count(&self.signals), count(&self.commands))
    }
}

fn note(set: &Mutex<BTreeSet<String>>, id: String) {
    set.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
}

/// Posts small batches until the connection breaks.
pub(crate) async fn send_signals(
    address: String,
    (mut maker, pace): (Maker, Pace),
    acknowledged: Acknowledged,
) -> Result<(), Failure> {
    let mut connection = Connection::open(&address).await?;
    loop {
        let batch: Vec<_> = (0..BATCH).map(|_| maker.signal(pace.spots)).collect();
        let json: Vec<&str> = batch.iter().map(|signal| signal.json.as_str()).collect();
        let body = Bytes::from(format!("[{}]", json.join(",")));
        let reply = connection.post("/api/v1/signals?feed=signal", None, body).await?;
        if reply.status == 202 {
            let taken: Taken = serde_json::from_slice(&reply.body)?;
            for receipt in taken.receipts {
                note(&acknowledged.signals, receipt.id);
            }
        }
        pace.rest().await;
    }
}

#[derive(Debug, Deserialize)]
struct Taken {
    receipts: Vec<Receipt>,
}

#[derive(Debug, Deserialize)]
struct Receipt {
    id: String,
}

#[derive(Debug, Deserialize)]
struct Cases {
    cases: Vec<CaseRow>,
}

#[derive(Debug, Deserialize)]
struct CaseRow {
    id: String,
    state: String,
    #[serde(default)]
    lead: Option<String>,
}

/// Who asks for what a case in `state` needs next: the account, the verb, the organisation.
fn next_step(case: &CaseRow, unit: u32) -> Option<(&'static str, String, Option<String>)> {
    let id = &case.id;
    let of_case = |verb: &str| format!("{{\"{verb}\":{{\"case\":\"{id}\"}}}}");
    let step = match case.state.as_str() {
        "reported" => {
            ("demo-receiver", format!("{{\"file\":{{\"case\":\"{id}\",\"item\":null}}}}"), None)
        }
        "filed" => {
            let verb = format!(
                "{{\"dispatch\":{{\"case\":\"{id}\",\"lead\":null,\"assists\":[],\
                 \"units\":[{unit}]}}}}"
            );
            ("demo-dispatcher", verb, None)
        }
        "dispatched" => ("demo-handler", of_case("accept"), case.lead.clone()),
        "handling" => {
            let verb = format!("{{\"handled\":{{\"case\":\"{id}\"}}}}");
            ("demo-handler", verb, case.lead.clone())
        }
        "handled" => ("demo-checker", of_case("check_pass"), None),
        _ => return None,
    };
    Some(step)
}

/// Enters the units into every partition's register.
pub(crate) async fn enrol(
    address: &str,
    partitions: u16,
    acknowledged: &Acknowledged,
) -> Result<(), Failure> {
    let mut connection = Connection::open(address).await?;
    let mut random = ChaCha8Rng::seed_from_u64(99);
    for partition in 1..=partitions {
        for unit in 0..UNITS {
            let number = u32::from(partition) * 1_000 + unit;
            let verb = format!(
                "{{\"enrol\":{{\"unit\":{number},\"name\":\"crew {number}\",\"org\":\"CG\"}}}}"
            );
            let asked = ("demo-system", verb, None);
            let reply =
                ask(&mut connection, (&mut random, asked, Some(partition)), acknowledged).await?;
            if reply.status != 202 {
                let why = String::from_utf8_lossy(&reply.body).into_owned();
                return Err(format!("enrolling a unit: {} {why}", reply.status).into());
            }
        }
    }
    Ok(())
}

/// Moves open cases along until the connection breaks.
pub(crate) async fn send_commands(
    address: String,
    (seed, pace): (u64, Pace),
    acknowledged: Acknowledged,
) -> Result<(), Failure> {
    let mut connection = Connection::open(&address).await?;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    loop {
        let reply = connection.get("/api/v1/cases?open=true&limit=200", Some("demo-shift-leader"));
        let cases: Cases = serde_json::from_slice(&reply.await?.body)?;
        if cases.cases.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        for case in &cases.cases {
            let partition: u32 = case.id.split('-').next().unwrap_or("0").parse()?;
            let unit = partition * 1_000 + random.random_range(0..UNITS);
            if let Some(asked) = next_step(case, unit) {
                ask(&mut connection, (&mut random, asked, None), &acknowledged).await?;
                pace.rest().await;
            }
        }
    }
}

/// One command, noted where it is acknowledged.
async fn ask(
    connection: &mut Connection,
    (random, (token, verb, org), partition): (
        &mut ChaCha8Rng,
        (&str, String, Option<String>),
        Option<u16>,
    ),
    acknowledged: &Acknowledged,
) -> Result<Reply, Failure> {
    let id = format!("{:032x}", random.random::<u128>());
    let org = org.map(|org| format!(",\"org\":\"{org}\"")).unwrap_or_default();
    let partition = partition.map(|it| format!(",\"partition\":{it}")).unwrap_or_default();
    let body = format!("{{\"id\":\"{id}\",\"verb\":{verb}{org}{partition}}}");
    let reply = connection.post("/api/v1/commands", Some(token), Bytes::from(body)).await?;
    if reply.status == 202 {
        note(&acknowledged.commands, id);
    }
    Ok(reply)
}
