//! Roads to and from others over Kafka: feeds by topic, and the topics that they read.

#[cfg(not(feature = "kafka"))]
mod here {
    use crate::cli::ground::Ground;
    use crate::cli::launch::Failure;
    use crate::cli::roles::Roles;
    use crate::ingest::Ingest;

    /// This build has no Kafka, so no journal there.
    pub(in crate::cli) fn read_feeds(_: &mut Roles, _: &Ground, _: &Ingest) {}

    /// This build has no Kafka, so no journal there.
    pub(in crate::cli) fn tell_others(_: &mut Roles, _: &Ground) -> Result<(), Failure> {
        Ok(())
    }
}

#[cfg(feature = "kafka")]
mod here {
    use std::sync::Arc;

    use tokio::runtime::Handle;

    use crate::cli::cluster::options;
    use crate::cli::ground::Ground;
    use crate::cli::launch::Failure;
    use crate::cli::map::projection;
    use crate::cli::roles::Roles;
    use crate::config::JournalKind;
    use crate::ingest::Ingest;
    use crate::journal::kafka::ForeignWriter;
    use crate::outbound::{PublicParts, run_letters, run_public};

    /// Starts reading the feeds, on a thread of its own.
    pub(in crate::cli) fn read_feeds(roles: &mut Roles, ground: &Ground, ingest: &Ingest) {
        if ground.config.journal.kind != JournalKind::Kafka {
            return;
        }
        let (ingest, options) = (ingest.clone(), options(&ground.config));
        let (stop, runtime) = (roles.stop(), Handle::current());
        roles.start_blocking("ingest", move || {
            crate::ingest::read_feeds(&ingest, &options, (&stop, &runtime))
        });
    }

    /// Starts telling others: one road a partition, and one for dead letters.
    pub(in crate::cli) fn tell_others(roles: &mut Roles, ground: &Ground) -> Result<(), Failure> {
        let config = &ground.config;
        if config.journal.kind != JournalKind::Kafka || !config.outbound.public_topics {
            return Ok(());
        }
        let options = options(config);
        let parts = PublicParts {
            journal: Arc::clone(&ground.journal),
            writer: Arc::new(ForeignWriter::open(&options)?),
            options,
            needs: ground.needs.clone(),
            plane: projection(&config.city),
            metrics: ground.metrics.clone(),
        };
        for partition in config.partitions.all() {
            roles.start("outbound", run_public(parts.clone(), partition, roles.stop()));
        }
        roles.start("outbound", run_letters(parts, roles.stop()));
        Ok(())
    }
}

pub(super) use here::{read_feeds, tell_others};
