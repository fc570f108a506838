//! The corridor on a cluster, beside a bare round trip through the same brokers in the same run.

use std::collections::BTreeMap;

use clap::Args;
use liandong::config::{Layers, load};
use serde::Serialize;

use super::bare;
use super::city::City;
use super::run::{Line, Options, Room, Step, measure, tell};
use crate::cluster::{Brokers, Centre, On, Role};
use crate::glass::lay_cases;
use crate::orders::Received;
use crate::server::binary;
use crate::signals::Maker;
use crate::{Failure, median, ms};

/// Seconds before the first round that count for nothing.
const WARM_SECONDS: u64 = 10;

/// Options of the corridor on a cluster.
#[derive(Debug, Clone, Args)]
#[command(mut_arg("rate", |rate| rate.default_value("3000")))]
#[command(mut_arg("detections", |detections| detections.default_value("0")))]
#[command(mut_arg("search", |search| search.hide(true)))]
pub(crate) struct OptionsOnKafka {
    /// Rounds: a bare round trip and a corridor each.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Every role in one process, instead of one process a role.
    #[arg(long)]
    one_process: bool,
    /// How long what is appended may gather, in the city and in the bare producer alike,
    /// milliseconds; as `journal.appends_gather_ms` where it is not set.
    #[arg(long)]
    gather_ms: Option<u64>,
    /// p50 that must be held, milliseconds: the median of the rounds.
    #[arg(long, default_value_t = 15)]
    p50_ms: u64,
    /// How many times the bare p99 the corridor's may be, of medians.
    #[arg(long, default_value_t = 4.0)]
    ratio: f64,
    #[command(flatten)]
    corridor: Options,
}

/// The printed line.
#[derive(Debug, Serialize)]
struct Compared {
    bench: &'static str,
    rate: u64,
    gather_ms: u64,
    rounds: usize,
    /// Medians of the rounds.
    p50_ms: f64,
    p99_ms: f64,
    bare_p50_ms: f64,
    bare_p99_ms: f64,
    p50_ratio: f64,
    p99_ratio: f64,
    bare: Vec<Bare>,
    steps: Vec<Line>,
    /// CPU of each process, from its start to the end of the last round; the broker carries the
    /// bare round trips, too.
    cpu_seconds: BTreeMap<&'static str, f64>,
    held: bool,
}

/// One bare round trip.
#[derive(Debug, Serialize)]
struct Bare {
    records: u64,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
}

/// A city on a cluster, and where it is reached.
#[derive(Debug)]
pub(super) struct OnCluster {
    pub(super) centre: Centre,
    pub(super) signals: String,
    pub(super) pages: String,
}

impl OptionsOnKafka {
    /// How long what is appended gathers, in the city and in the bare producer.
    fn gather_ms(&self) -> Result<u64, Failure> {
        if let Some(given) = self.gather_ms {
            return Ok(given);
        }
        let environment = Layers::process_environment();
        let layers = Layers { environment, ..Layers::default() };
        let sound = load(&layers).map_err(|faults| faults.to_string())?;
        Ok(sound.config.journal.appends_gather_ms)
    }
}

/// Runs it.
pub(crate) async fn run(options: OptionsOnKafka) -> Result<(String, bool), Failure> {
    let gather_ms = options.gather_ms()?;
    let brokers = Brokers::start(1).await?;
    let addresses = brokers.addresses();
    bare::prepare(&addresses, 1).await?;
    let mut room = open(&options, gather_ms, &addresses).await?;
    let corridor = &options.corridor;
    let step = Step {
        rate: corridor.rate,
        seconds: corridor.seconds.unwrap_or(20),
        p99_ms: corridor.p99_ms.unwrap_or(60),
    };
    tell(&format!("warming at {} signals/s", step.rate));
    measure(corridor, &mut room, Step { seconds: WARM_SECONDS, ..step }).await?;
    let (mut bares, mut steps) = (Vec::new(), Vec::new());
    for round in 1..=options.rounds {
        let (addresses, load) = (addresses.clone(), (step.rate, step.seconds));
        let bare = move || bare::measure(&addresses, load, gather_ms);
        let bare = tokio::task::spawn_blocking(bare).await??;
        let (p50_ms, p99_ms, max_ms) = (ms(&bare, 0.5), ms(&bare, 0.99), ms(&bare, 1.0));
        tell(&format!("round {round}: bare p50 {p50_ms} ms  p99 {p99_ms} ms  max {max_ms} ms"));
        bares.push(Bare { records: bare.len(), p50_ms, p99_ms, max_ms });
        steps.push(measure(corridor, &mut room, step).await?);
    }
    let mut cpu_seconds = room.city.cpu_seconds()?;
    cpu_seconds.insert("broker", brokers.cpu_seconds().await?);
    drop(room);
    let compared = compare((&options, gather_ms), step, (bares, steps));
    let compared = Compared { cpu_seconds, ..compared };
    Ok((serde_json::to_string(&compared)?, compared.held))
}

/// Starts a city and lays the open cases.
async fn open(options: &OptionsOnKafka, gather_ms: u64, brokers: &str) -> Result<Room, Failure> {
    let folder = tempfile::tempdir()?;
    let program = binary(options.corridor.server.clone())?;
    let settings = [
        ("LIANDONG_OUTBOUND__ORDERS_URL", Received::default().listen().await?),
        ("LIANDONG_JOURNAL__APPENDS_GATHER_MS", gather_ms.to_string()),
    ];
    let on = On { brokers, replicas: 1, prefix: "corridor" };
    let mut centre = Centre::found((&program, folder.path()), on, &settings).await?;
    let (first, last) = if options.one_process {
        (Role::ALL, Role::ALL)
    } else {
        for role in [Role::PROCESSORS[0], Role::OUTBOUND, Role::INGEST] {
            centre.start(role).await?;
        }
        (Role::INGEST, Role::GATEWAYS[0])
    };
    centre.start(last).await?;
    let (signals, pages) = (centre.address(first)?, centre.address(last)?);
    let mut maker = Maker::new(1, "c");
    lay_cases(&signals, &mut maker, (0, options.corridor.cases)).await?;
    let city = City::Cluster(Box::new(OnCluster { centre, signals, pages }));
    Ok(Room { city, folder, maker })
}

fn compare(
    (options, gather_ms): (&OptionsOnKafka, u64),
    step: Step,
    (bare, steps): (Vec<Bare>, Vec<Line>),
) -> Compared {
    let p50_ms = median(steps.iter().map(|step| step.p50_ms));
    let p99_ms = median(steps.iter().map(|step| step.p99_ms));
    let bare_p50_ms = median(bare.iter().map(|bare| bare.p50_ms));
    let bare_p99_ms = median(bare.iter().map(|bare| bare.p99_ms));
    let (p50_ratio, p99_ratio) = (p50_ms / bare_p50_ms, p99_ms / bare_p99_ms);
    let whole = steps.iter().all(Line::is_whole);
    #[expect(clippy::cast_precision_loss, reason = "milliseconds that a person gave")]
    let in_time = p50_ms <= options.p50_ms as f64 && p99_ms <= step.p99_ms as f64;
    Compared {
        bench: "kafka-corridor",
        rate: step.rate,
        gather_ms,
        rounds: steps.len(),
        p50_ms,
        p99_ms,
        bare_p50_ms,
        bare_p99_ms,
        p50_ratio,
        p99_ratio,
        bare,
        steps,
        cpu_seconds: BTreeMap::new(),
        held: whole && in_time && p99_ratio <= options.ratio,
    }
}
