//! The role `ingest`: in `all`, or alone taking files into a stopped directory.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use tokio::runtime::Handle;

use crate::access::Door;
use crate::domain::Place;
use crate::domain::limits::BATCH_SIGNALS_MAX;
use crate::ingest::{Admission, Cameras, Ingest, IngestParts, Places, Taken, routes, run};
use crate::wire::feeds::{Feed, batches};

use super::arguments::LayerArguments;
use super::foreign;
use super::ground::Ground;
use super::launch::{self, Failure};
use super::map::{Map, projection};
use super::roles::Roles;
use super::run::print;

/// Files to take in.
#[derive(Debug, clap::Args)]
pub(super) struct IngestArguments {
    /// Files: one JSON object, an array, or one object a line
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What format they are in: signal, open311, hotline or detection
    #[arg(long, default_value = "signal")]
    feed: Feed,
}

/// The ingest of a configured city.
pub(super) fn build(ground: &Ground, map: Map) -> Ingest {
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
            playbook: Arc::clone(&ground.config.playbook),
            partitions: ground.config.partitions.clone(),
            vault: Arc::clone(&ground.vault),
        },
        door: Door::new(&ground.config),
        config: ground.config.ingest.clone(),
        clock: ground.clock.clone(),
        metrics: ground.metrics.clone(),
    })
}

/// Starts what folds looks into episodes, on a thread of its own; the routes are for the process's
/// server.
pub(super) fn start(roles: &mut Roles, ground: &Ground, map: Map) -> Result<Router, Failure> {
    let ingest = build(ground, map);
    let looks = ground.snapshots_of("looks")?;
    let (own, watch) = (ingest.clone(), ground.config.watch.clone());
    let (stop, runtime) = (roles.stop(), Handle::current());
    roles.start_blocking("ingest", move || run(&own, &watch, looks, (&stop, &runtime)));
    foreign::read_feeds(roles, ground, &ingest);
    Ok(routes(ingest))
}

/// Takes files into a stopped directory, as the same bodies by HTTP would be taken.
pub(super) fn alone(layers: &LayerArguments, asked: &IngestArguments) -> ExitCode {
    if asked.files.is_empty() {
        return launch::needs_all("ingest", "with FILES it takes them into a stopped one");
    }
    launch::run(layers, None, async |config| {
        let ground = Ground::open(config)?;
        let map = Map::of(&ground.config.city)?;
        let ingest = build(&ground, map);
        let (mut taken, mut refused) = (0, 0);
        for path in &asked.files {
            let file = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
            for body in batches(&file, BATCH_SIGNALS_MAX) {
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
