//! The role `canary`, in `all`: the tokens before the door is built, the canaries once it is open.

use std::net::SocketAddr;
use std::time::Duration;

use crate::canary::{Pass, Settings, run};
use crate::config::Config;
use crate::domain::{Item, PrivacyClass};

use super::ground::Ground;
use super::launch::Failure;
use super::roles::Roles;
use super::server::on_this_machine;

/// The canary's pass, known to the door that is built of `config`; none where none is sent.
pub(super) fn pass(config: &mut Config) -> Result<Option<Pass>, Failure> {
    if config.canary.every_s.is_none() {
        return Ok(None);
    }
    let pass = Pass::new().map_err(|error| error.to_string())?;
    config.access.extend(pass.rows());
    Ok(Some(pass))
}

/// Starts it against the server at `address`.
pub(super) fn start(
    roles: &mut Roles,
    ground: &Ground,
    (pass, address): (Option<Pass>, SocketAddr),
) {
    let config = &ground.config;
    let (Some(pass), Some(every_s)) = (pass, config.canary.every_s) else { return };
    let open = |item: &&Item| item.privacy == PrivacyClass::None;
    let Some(item) = config.playbook.items.values().find(open) else {
        tracing::warn!("no item of the catalogue is open: no canary is sent");
        return;
    };
    let settings = Settings {
        url: format!("http://{}", on_this_machine(address)),
        pass,
        every: Duration::from_secs(every_s),
        item: item.code.to_string(),
        place: (config.city.lat0, config.city.lon0),
        metrics: ground.metrics.clone(),
        clock: ground.clock.clone(),
    };
    roles.start("canary", run(settings, roles.stop()));
}
