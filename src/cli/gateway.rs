//! The role `gateway`: in `all`, or alone on the directory of a stopped process.

use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;

use crate::gateway::{CityPages, Gateway, Parts, beat, follow, routes, tell, tellers};

use super::arguments::LayerArguments;
use super::ground::Ground;
use super::launch::{self, Failure};
use super::map::Map;
use super::roles::Roles;
use super::server::Server;

/// Starts the followers of every partition; the routes are for the process's server.
pub(super) fn start(
    roles: &mut Roles,
    ground: &Ground,
    (city, read_only): (CityPages, bool),
) -> Result<Router, Failure> {
    let gateway = Gateway::new(Parts {
        config: Arc::clone(&ground.config),
        journal: Arc::clone(&ground.journal),
        snapshots: ground.snapshots_of("picture")?,
        needs: ground.needs.clone(),
        vault: Arc::clone(&ground.vault),
        metrics: ground.metrics.clone(),
        clock: ground.clock.clone(),
        health: ground.health.clone(),
        stop: roles.stop(),
        city,
        read_only,
    });
    for partition in ground.config.partitions.all() {
        roles.start("gateway", follow(gateway.clone(), partition));
    }
    roles.start("gateway", beat(gateway.clone()));
    for share in 0..tellers() {
        roles.start("gateway", tell(gateway.clone(), (share, tellers())));
    }
    Ok(routes(gateway))
}

/// Serves the picture of a stopped directory.
pub(super) fn alone(layers: &LayerArguments, read_only: bool) -> ExitCode {
    if !read_only {
        return launch::needs_all("gateway", "--read-only serves the picture of a stopped one");
    }
    launch::run(layers, None, async |config| {
        let server = Server::bind(config.http.listen).await?;
        let ground = Ground::open(config)?;
        let mut roles = Roles::new()?;
        let pages = Map::of(&ground.config.city)?.pages(&ground.config)?;
        let router = start(&mut roles, &ground, (pages, true))?;
        tracing::info!("showing http://{}/api/v1/cases", server.address());
        roles.start("http", server.serve(router, roles.stop()));
        Ok(roles.until_stopped().await)
    })
}
