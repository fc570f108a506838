//! `demo`: every role and the city's players, in one process.

use std::process::ExitCode;
use std::sync::Arc;

use crate::config::{CityConfig, CityProfile};
use crate::simulate::World;
use crate::simulate::demo::{DemoOptions, run as play};

use super::arguments::LayerArguments;
use super::map::Map;
use super::roles::Roles;
use super::run::misused;
use super::server::on_this_machine;
use super::{all, launch};

/// The profile of the demonstration, where none is named.
const PROFILE: &str = "demo";

/// Plays until asked to stop, or for the time the options give.
pub(super) fn run(layers: &LayerArguments, options: DemoOptions) -> ExitCode {
    launch::run(layers, Some(PROFILE), async |config| {
        let CityConfig { profile: CityProfile::Liaoyang, seed, .. } = config.city else {
            return Ok(misused(&"the demonstration plays in the city \"liaoyang\" only"));
        };
        let world = Arc::new(World::generate(seed));
        let mut roles = Roles::new()?;
        let map = Map::from(&*world);
        let (ground, address) =
            all::start(&mut roles, (layers, Some(PROFILE)), (config, map)).await?;
        let (stop, url) = (roles.stop(), format!("http://{}", on_this_machine(address)));
        roles.start_leading("demo", async move {
            let config = &ground.config;
            let known = (&*config.playbook, &config.partitions.counties);
            play(options, (&url, world), known, stop).await
        });
        Ok(roles.until_stopped().await)
    })
}
