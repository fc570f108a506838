//! The role `outbound`: in `all`, or alone until it has delivered what is there.

use std::process::ExitCode;
use std::sync::Arc;

use crate::config::JournalKind;
use crate::outbound::{Cursors, OutboundParts, Webhook, run, run_until_end};
use crate::shutdown::stop_pair;

use super::arguments::LayerArguments;
use super::foreign;
use super::ground::Ground;
use super::launch::{self, Failure};
use super::roles::Roles;
use super::run::{misused, print};

fn parts(ground: &Ground) -> Result<OutboundParts, Failure> {
    let directory = match ground.config.journal.kind {
        JournalKind::Local | JournalKind::Kafka => ground.config.outbound_dir(),
        // A journal in memory begins anew each time, and so does who reads it.
        JournalKind::Memory => {
            std::env::temp_dir().join(format!("liandong-outbound-{}", std::process::id()))
        }
    };
    Ok(OutboundParts {
        journal: Arc::clone(&ground.journal),
        cursors: Cursors::open(&directory)?,
        needs: ground.needs.clone(),
        webhook: Webhook::new(&ground.config.outbound, &ground.metrics)?,
    })
}

/// Starts one road a partition for orders, none where they stay in the changes; and on a cluster
/// those for others.
pub(super) fn start(roles: &mut Roles, ground: &Ground) -> Result<(), Failure> {
    foreign::tell_others(roles, ground)?;
    if ground.config.outbound.orders_url.is_none() {
        tracing::info!("outbound.orders_url is empty: orders stay in the changes");
        return Ok(());
    }
    let parts = parts(ground)?;
    for partition in ground.config.partitions.all() {
        roles.start("outbound", run(parts.clone(), partition, roles.stop()));
    }
    Ok(())
}

/// Delivers what a stopped directory still holds.
pub(super) fn alone(layers: &LayerArguments, until_end: bool) -> ExitCode {
    if !until_end {
        return launch::needs_all("outbound", "--until-end delivers what is pending");
    }
    launch::run(layers, None, async |config| {
        if config.outbound.orders_url.is_none() {
            return Ok(misused(&"outbound.orders_url is empty: there is nowhere to deliver to"));
        }
        let ground = Ground::open(config)?;
        let parts = parts(&ground)?;
        let (_stopper, stop) = stop_pair();
        let mut orders = 0;
        for partition in ground.config.partitions.all() {
            orders += run_until_end(parts.clone(), partition, stop.clone()).await?;
        }
        Ok(print(&format!("{orders} orders were delivered")))
    })
}
