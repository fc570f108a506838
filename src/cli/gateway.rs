//! The role `gateway`: in `all`, alone on a cluster, or alone to show what a stopped one left.

use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;

use crate::config::JournalKind;
use crate::gateway::{
    CityPages, Gateway, Parts, RuleFiles, beat, follow, keep_index, keep_registers, routes, tell,
    tellers,
};
use crate::journal::Topic;
use crate::registers::Sheets;

use super::archiver;
use super::arguments::LayerArguments;
use super::ground::{Followed, Ground};
use super::launch::{self, Failure};
use super::map::Map;
use super::roles::Roles;
use super::server::Server;

/// The topics it reads.
const TOPICS: [Topic; 1] = [Topic::Changes];

/// Starts the followers of every partition; the routes are for the process's server. Without
/// `files` to propose rules from it only shows.
pub(super) fn start(
    roles: &mut Roles,
    ground: &Ground,
    (city, files): (CityPages, Option<RuleFiles>),
) -> Result<Router, Failure> {
    let gateway = Gateway::new(Parts {
        config: Arc::clone(&ground.config),
        journal: Arc::clone(&ground.journal),
        ranges: ground.ranges.clone(),
        snapshots: ground.snapshots_of("picture")?,
        needs: ground.needs.clone(),
        vault: Arc::clone(&ground.vault),
        archive: archiver::index(ground),
        registers: registers(ground)?,
        metrics: ground.metrics.clone(),
        clock: ground.clock.clone(),
        health: ground.health.clone(),
        stop: roles.stop(),
        city,
        read_only: files.is_none(),
        rules: files,
    });
    for partition in ground.config.partitions.all() {
        roles.start("gateway", follow(gateway.clone(), partition));
    }
    roles.start("gateway", beat(gateway.clone()));
    roles.start("gateway", keep_index(gateway.clone()));
    roles.start("gateway", keep_registers(gateway.clone()));
    for share in 0..tellers() {
        roles.start("gateway", tell(gateway.clone(), (share, tellers())));
    }
    Ok(routes(gateway))
}

/// Where sheets of registers lie; nowhere where the journal leaves nothing behind.
fn registers(ground: &Ground) -> Result<Option<Arc<Sheets>>, Failure> {
    if ground.keeps_nothing() {
        return Ok(None);
    }
    let config = &ground.config;
    Ok(Some(Arc::new(Sheets::in_store(&config.snapshots, config.found_again_in())?)))
}

/// On a cluster, one of several gateways; elsewhere it shows the picture of a stopped directory.
pub(super) fn alone(layers: &LayerArguments, read_only: bool) -> ExitCode {
    launch::run(layers, None, async |config| {
        if !read_only && config.journal.kind != JournalKind::Kafka {
            let alone = "--read-only serves the picture of a stopped one";
            return Ok(launch::needs_all("gateway", alone));
        }
        let mut roles = Roles::new()?;
        let server = Server::bind(config.http.listen).await?;
        let ground = Ground::open_for(config, Followed::all_of(&TOPICS))?;
        let pages = Map::of(&ground.config.city)?.pages(&ground.config)?;
        let files = (!read_only).then(|| ground.rule_files(layers, None));
        let router = start(&mut roles, &ground, (pages, files))?;
        tracing::info!("showing http://{}/api/v1/cases", server.address());
        roles.start("http", server.serve(router, roles.stop()));
        Ok(roles.until_stopped().await)
    })
}
