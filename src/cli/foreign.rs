//! Roads to and from others over Kafka: feeds by topic, and the topics that they read.

#[cfg(not(feature = "kafka"))]
mod here {
    use std::convert::Infallible;

    use crate::cli::ground::Ground;
    use crate::cli::launch::Failure;
    use crate::cli::roles::Roles;
    use crate::domain::Partition;
    use crate::ingest::Ingest;
    use crate::shutdown::Stop;

    /// This build has no Kafka, so nobody to tell.
    #[derive(Debug, Clone)]
    pub(in crate::cli) struct Others(Infallible);

    impl Others {
        #[expect(clippy::unnecessary_wraps, reason = "with Kafka it may fail")]
        pub(in crate::cli) fn of(_: &Ground) -> Result<Option<Self>, Failure> {
            Ok(None)
        }

        #[expect(clippy::unused_async, reason = "with Kafka there is much to wait for")]
        pub(in crate::cli) async fn tell(self, _: Partition, _: Stop) -> Result<(), Failure> {
            match self.0 {}
        }
    }

    /// This build has no Kafka, so no journal there.
    pub(in crate::cli) fn read_feeds(_: &mut Roles, _: &Ground, _: &Ingest) {}
}

#[cfg(feature = "kafka")]
mod here {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::runtime::Handle;

    use crate::cli::cluster::options;
    use crate::cli::ground::Ground;
    use crate::cli::launch::Failure;
    use crate::cli::map::projection;
    use crate::cli::roles::Roles;
    use crate::config::JournalKind;
    use crate::domain::Partition;
    use crate::ingest::Ingest;
    use crate::journal::kafka::ForeignWriter;
    use crate::outbound::{PublicError, PublicParts, run_letters, run_public};
    use crate::shutdown::Stop;

    /// Between two tries where the cluster does not answer.
    const AGAIN_AFTER: Duration = Duration::from_secs(1);

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

    /// Those who read our topics.
    #[derive(Debug, Clone)]
    pub(in crate::cli) struct Others(PublicParts);

    impl Others {
        /// None where nobody is told.
        pub(in crate::cli) fn of(ground: &Ground) -> Result<Option<Self>, Failure> {
            let config = &ground.config;
            if config.journal.kind != JournalKind::Kafka || !config.outbound.public_topics {
                return Ok(None);
            }
            let options = options(config);
            Ok(Some(Self(PublicParts {
                journal: Arc::clone(&ground.journal),
                writer: Arc::new(ForeignWriter::open(&options)?),
                options,
                needs: ground.needs.clone(),
                plane: projection(&config.city),
                metrics: ground.metrics.clone(),
            })))
        }

        /// Tells them of one partition until asked to stop; with the city's own, of dead letters.
        pub(in crate::cli) async fn tell(
            self,
            partition: Partition,
            stop: Stop,
        ) -> Result<(), Failure> {
            let changes = again(&stop, || run_public(self.0.clone(), partition, stop.clone()));
            let letters = async {
                if partition == Partition::CITY {
                    return again(&stop, || run_letters(self.0.clone(), stop.clone())).await;
                }
                Ok(())
            };
            futures::future::try_join(changes, letters).await?;
            Ok(())
        }
    }

    /// Does `work` anew where the cluster was away.
    async fn again<F: Future<Output = Result<(), PublicError>>>(
        stop: &Stop,
        work: impl Fn() -> F,
    ) -> Result<(), PublicError> {
        loop {
            match work().await {
                Err(PublicError::Journal(error)) if error.passes() && !stop.is_asked() => {
                    tracing::warn!(%error, "others cannot be told for now");
                    tokio::time::sleep(AGAIN_AFTER).await;
                }
                ended => return ended,
            }
        }
    }
}

pub(super) use here::{Others, read_feeds};
