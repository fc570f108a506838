//! The role `outbound`: in `all`, alone on a cluster, or alone to deliver what is there.

use std::process::ExitCode;
use std::sync::Arc;

use futures::future::TryFutureExt as _;

use crate::background;
use crate::config::JournalKind;
use crate::domain::Partition;
use crate::journal::Topic;
use crate::outbound::{
    Cursors, OutboundParts, Receiver, Road, Webhook, run, run_owned, run_until_end,
};
use crate::shutdown::{Stop, stop_pair};

use super::arguments::LayerArguments;
use super::foreign::Others;
use super::ground::{Followed, Ground};
use super::launch::{self, Failure};
use super::roles::Roles;
use super::run::{misused, print};
use super::watched;

/// What it reads. What leaves may gather for a moment: nobody's page waits for it.
const FOLLOWED: Followed = Followed::patiently(&[Topic::Changes, Topic::DeadLetters]);

/// What a road to `receiver` works with; its cursors lie in `folder` of the role's own.
fn parts(ground: &Ground, folder: &str, receiver: Receiver) -> Result<OutboundParts, Failure> {
    let directory = match ground.config.journal.kind {
        JournalKind::Local | JournalKind::Kafka => ground.config.outbound_dir(),
        // A journal in memory begins anew each time, and so does who reads it.
        JournalKind::Memory => {
            std::env::temp_dir().join(format!("liandong-outbound-{}", std::process::id()))
        }
    };
    Ok(OutboundParts {
        journal: Arc::clone(&ground.journal),
        cursors: Cursors::open(&directory.join(folder))?,
        needs: ground.needs.clone(),
        receiver,
    })
}

/// The road of orders; none where they stay in the changes.
fn orders(ground: &Ground) -> Result<Option<OutboundParts>, Failure> {
    let webhook = Webhook::new(&ground.config.outbound, &ground.metrics)?;
    webhook.map(|webhook| parts(ground, "", Receiver::Field(Box::new(webhook)))).transpose()
}

/// The road between partitions.
fn arrivals(ground: &Ground) -> Result<OutboundParts, Failure> {
    let all = ground.config.partitions.all();
    parts(ground, "arrivals", Receiver::Partitions(all))
}

/// Starts the roads of the partitions it owns: for orders, none where they stay in the changes; for
/// what is said to other partitions; and on a cluster those for others.
pub(super) fn start(roles: &mut Roles, ground: &Ground) -> Result<(), Failure> {
    let own = [orders(ground)?, Some(arrivals(ground)?)];
    let others = Others::of(ground)?;
    if own[0].is_none() {
        tracing::info!("outbound.orders_url is empty: orders stay in the changes");
    }
    let partitions = ground.config.partitions.all();
    let ownership = ground.ownership(("outbound", Topic::Changes), partitions)?;
    let road = move |partition, stop| -> Road<Failure> {
        Box::pin(everything((own.clone(), others.clone()), partition, stop))
    };
    roles.start("outbound", run_owned(ownership, road, roles.stop()));
    Ok(())
}

/// All that leaves of one partition.
async fn everything(
    (own, others): ([Option<OutboundParts>; 2], Option<Others>),
    partition: Partition,
    stop: Stop,
) -> Result<(), Failure> {
    let beside = stop.clone();
    let own = own.into_iter().flatten().map(|parts| run(parts, partition, stop.clone()));
    let own = futures::future::try_join_all(own).map_ok(drop).map_err(Failure::from);
    let others = async move {
        match others {
            Some(others) => others.tell(partition, beside).await,
            None => Ok(()),
        }
    };
    futures::future::try_join(own, others).await.map(drop)
}

/// On a cluster, one of several outbounds; elsewhere it delivers what a stopped directory holds.
pub(super) fn alone(layers: &LayerArguments, until_end: bool) -> ExitCode {
    if !until_end {
        // Before there are threads: they all give way to the city's own road.
        background::give_way_a_little();
    }
    launch::run(layers, None, async |config| {
        if !until_end && config.journal.kind != JournalKind::Kafka {
            let alone = "--until-end delivers what is pending";
            return Ok(launch::needs_all("outbound", alone));
        }
        if !until_end {
            return watched::alone(config, FOLLOWED, start).await;
        }
        let ground = Ground::open_for(config, FOLLOWED)?;
        let Some(parts) = orders(&ground)? else {
            return Ok(misused(&"outbound.orders_url is empty: there is nowhere to deliver to"));
        };
        let (_stopper, stop) = stop_pair();
        let mut orders = 0;
        for partition in ground.config.partitions.all() {
            orders += run_until_end(parts.clone(), partition, stop.clone()).await?;
        }
        Ok(print(&format!("{orders} orders were delivered")))
    })
}
