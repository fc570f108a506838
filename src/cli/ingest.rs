//! The role `ingest`: in `all`, alone on a cluster, or alone taking files.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::runtime::Handle;

use crate::access::Door;
use crate::config::{Config, JournalKind};
use crate::domain::limits::BATCH_SIGNALS_MAX;
use crate::domain::{Partition, Place, Position};
use crate::ingest::{Admission, Cameras, Ingest, IngestParts, Places, Taken, routes, run};
use crate::journal::{JournalError, Topic};
use crate::kept::{RulesInForce, RulesReader, follow_rules};
use crate::shutdown::Stop;
use crate::wire::feeds::{Feed, batches};

use super::arguments::LayerArguments;
use super::foreign;
use super::ground::{Followed, Ground};
use super::launch::{self, Failure};
use super::map::{Map, projection};
use super::roles::Roles;
use super::run::print;
use super::server::Server;
use super::watched;

/// What it reads: of the changes, the city's rules.
const FOLLOWED: Followed = Followed {
    topics: &[Topic::Detections, Topic::DeadLetters, Topic::Changes],
    patient: &[Topic::Changes],
    city_only: &[Topic::Changes],
};
/// How often it is asked whether every journal has begun.
const BEGUN_LOOKED_EVERY: Duration = Duration::from_millis(250);

/// Files to take in.
#[derive(Debug, clap::Args)]
pub(super) struct IngestArguments {
    /// Files: one JSON object, an array, or one object a line; of cad and city311 also a table
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What format they are in: signal, open311, hotline, detection, cad or city311
    #[arg(long, default_value = "signal")]
    feed: Feed,
}

/// The ingest of a configured city.
fn build(ground: &Ground, map: Map, rules: RulesInForce) -> Ingest {
    let mut outlines = map.areas;
    outlines.extend(map.grids);
    let places = Places::new(outlines);
    let looks_at = |point| Place { point: Some(point), grid: places.lookup(point) };
    let cameras: Cameras = map.cameras.iter().map(|(id, point)| (*id, looks_at(*point))).collect();
    Ingest::new(IngestParts {
        journal: Arc::clone(&ground.journal),
        admission: Admission {
            places: Arc::new(places),
            projection: projection(&ground.config.city),
            cameras: Arc::new(cameras),
            rules,
            partitions: ground.config.partitions.clone(),
            vault: Arc::clone(&ground.vault),
        },
        door: Door::new(&ground.config),
        config: ground.config.ingest.clone(),
        answer_within: Duration::from_millis(ground.config.http.answer_within_ms),
        clock: ground.clock.clone(),
        metrics: ground.metrics.clone(),
    })
}

/// The rules in force, and who reads them: those of the files where none were adopted yet, which
/// are then the first to be.
fn rules_in_force(ground: &Ground) -> Result<(RulesInForce, RulesReader), Failure> {
    let rules = RulesInForce::of(Arc::clone(&ground.config.playbook));
    let from = (Arc::clone(&ground.journal), ground.snapshots_of("picture")?);
    let reader = RulesReader::begin(from, rules.clone())?;
    Ok((rules, reader))
}

/// Starts what folds looks into episodes, on a thread of its own; the routes are for the process's
/// server.
pub(super) fn start(roles: &mut Roles, ground: &Ground, map: Map) -> Result<Router, Failure> {
    let (in_force, reader) = rules_in_force(ground)?;
    roles.start("ingest", follow_rules(reader, roles.stop()));
    let ingest = build(ground, map, in_force);
    let looks = ground.snapshots_of("looks")?;
    let count = ground.config.ingest.detection_partitions.max(1);
    let all = (0..count).map(Partition).collect();
    let ownership = ground.ownership(("ingest", Topic::Detections), all)?;
    let (own, watch) = (ingest.clone(), ground.config.watch.clone());
    let (stop, runtime) = (roles.stop(), Handle::current());
    let work = move || run(&own, (&watch, looks), ownership, (&stop, &runtime));
    roles.start_blocking("ingest", work);
    foreign::read_feeds(roles, ground, &ingest);
    Ok(routes(ingest))
}

/// Waits until every journal was begun by a processor: one that is not empty adopts nothing, and
/// its partition would have no rules.
async fn until_begun(ground: &Ground, stop: &mut Stop) -> Result<(), Failure> {
    for partition in ground.config.partitions.all() {
        let mut told = None;
        while let Some(why) = not_begun(ground, partition)? {
            if told.as_ref() != Some(&why) {
                tracing::info!(%partition, %why, "waiting until a processor begins the journal");
                told = Some(why);
            }
            if stop.rest(BEGUN_LOOKED_EVERY).await {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Why the journal of `partition` does not count as begun yet; none where it does.
fn not_begun(ground: &Ground, partition: Partition) -> Result<Option<String>, JournalError> {
    match ground.journal.newest_end(Topic::Journal, partition) {
        Ok(Position::START) => Ok(Some("it is empty".to_owned())),
        Ok(_) => Ok(None),
        // A topic that was just made may have no leader for a moment.
        Err(error) if error.passes() => Ok(Some(error.to_string())),
        Err(error) => Err(error),
    }
}

/// One of several ingests of a cluster.
async fn one_of_several(config: Config) -> Result<ExitCode, Failure> {
    let mut roles = Roles::new()?;
    let server = Server::bind(config.http.listen).await?;
    let ground = Ground::open_for(config, FOLLOWED)?;
    until_begun(&ground, &mut roles.stop()).await?;
    let map = Map::of(&ground.config.city)?;
    let router = start(&mut roles, &ground, map)?.merge(watched::routes(&ground));
    tracing::info!("signals to http://{}/api/v1/signals", server.address());
    roles.start("http", server.serve(router, roles.stop()));
    Ok(roles.until_stopped().await)
}

/// Without files, one of several ingests of a cluster. Files are taken as the same bodies by HTTP
/// would be: into a stopped directory, or a cluster.
pub(super) fn alone(layers: &LayerArguments, asked: &IngestArguments) -> ExitCode {
    launch::run(layers, None, async |config| {
        if asked.files.is_empty() {
            if config.journal.kind == JournalKind::Kafka {
                return one_of_several(config).await;
            }
            let alone = "with FILES it takes them into a stopped one";
            return Ok(launch::needs_all("ingest", alone));
        }
        let ground = Ground::open_for(config, FOLLOWED)?;
        let map = Map::of(&ground.config.city)?;
        let (in_force, _) = rules_in_force(&ground)?;
        let ingest = build(&ground, map, in_force);
        let (mut taken, mut refused) = (0, 0);
        for path in &asked.files {
            let file = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
            for body in batches(asked.feed, &file, BATCH_SIGNALS_MAX) {
                let (more, problems) = take(&ingest, asked.feed, &body).await?;
                taken += more;
                refused += problems.len();
                for problem in problems {
                    print(&format!("{}: {problem}", path.display()));
                }
            }
        }
        print(&format!("{taken} taken, {refused} refused; `liandong all` goes on from here"));
        Ok(if taken == 0 && 0 < refused { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    })
}

/// How many of a body are durable, and what is wrong with the others.
async fn take(ingest: &Ingest, feed: Feed, body: &[u8]) -> Result<(usize, Vec<String>), Failure> {
    let (taken, problems) = match ingest.take(feed, body).await {
        Ok(Taken::Signals(receipts)) => (receipts.receipts.len(), receipts.problems),
        Ok(Taken::Detections(noted)) => (noted.durable, noted.problems),
        Err(problem) => return Err(problem.detail.into()),
    };
    let told = |problem: &crate::wire::problem::Problem| {
        let pointer = problem.pointer.as_deref().unwrap_or_default();
        format!("{}{pointer}: {}", problem.kind.title(), problem.detail)
    };
    Ok((taken, problems.iter().map(told).collect()))
}
