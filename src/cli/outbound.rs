//! The role `outbound`: in `all`, alone on a cluster, or alone to deliver what is there.

use std::process::ExitCode;
use std::sync::Arc;

use crate::background;
use crate::config::JournalKind;
use crate::domain::Partition;
use crate::journal::Topic;
use crate::outbound::{Cursors, OutboundParts, Road, Webhook, run, run_owned, run_until_end};
use crate::shutdown::{Stop, stop_pair};

use super::arguments::LayerArguments;
use super::foreign::Others;
use super::ground::Ground;
use super::launch::{self, Failure};
use super::roles::Roles;
use super::run::{misused, print};
use super::server::Server;
use super::watched;

/// The topics it reads. What leaves may gather for a moment: nobody's page waits for it.
const TOPICS: [Topic; 2] = [Topic::Changes, Topic::DeadLetters];

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

/// Starts the roads of the partitions it owns: for orders (which stay in the changes where nobody
/// takes them) and for what other partitions are told; and on a cluster those for others.
pub(super) fn start(roles: &mut Roles, ground: &Ground) -> Result<(), Failure> {
    let config = &ground.config;
    let own = parts(ground)?;
    let others = Others::of(ground)?;
    if config.outbound.orders_url.is_none() {
        tracing::info!("outbound.orders_url is empty: orders stay in the changes");
    }
    let ownership = ground.ownership(("outbound", Topic::Changes), config.partitions.all())?;
    let road = move |partition, stop| -> Road<Failure> {
        Box::pin(everything((own.clone(), others.clone()), partition, stop))
    };
    roles.start("outbound", run_owned(ownership, road, roles.stop()));
    Ok(())
}

/// All that leaves of one partition.
async fn everything(
    (parts, others): (OutboundParts, Option<Others>),
    partition: Partition,
    stop: Stop,
) -> Result<(), Failure> {
    let own = stop.clone();
    let orders = async move { Ok(run(parts, partition, own).await?) };
    let others = async move {
        match others {
            Some(others) => others.tell(partition, stop).await,
            None => Ok(()),
        }
    };
    futures::future::try_join(orders, others).await.map(|_| ())
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
            let mut roles = Roles::new()?;
            let server = Server::bind(config.http.listen).await?;
            let ground = Ground::open_patient(config, &TOPICS, &TOPICS)?;
            start(&mut roles, &ground)?;
            tracing::info!("figures at http://{}/metrics", server.address());
            roles.start("http", server.serve(watched::routes(&ground), roles.stop()));
            return Ok(roles.until_stopped().await);
        }
        if config.outbound.orders_url.is_none() {
            return Ok(misused(&"outbound.orders_url is empty: there is nowhere to deliver to"));
        }
        let ground = Ground::open_for(config, &TOPICS)?;
        let parts = parts(&ground)?;
        let (_stopper, stop) = stop_pair();
        let mut orders = 0;
        for partition in ground.config.partitions.all() {
            orders += run_until_end(parts.clone(), partition, stop.clone()).await?;
        }
        Ok(print(&format!("{orders} orders were delivered")))
    })
}
