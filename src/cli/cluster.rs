//! `topics`: the journal's topics on a cluster; and that journal, where this build has it.

use std::process::ExitCode;

use clap::Subcommand;

use crate::config::Config;

use super::arguments::LayerArguments;
use super::ground::{Followed, GroundError};
use super::run::{broken, print};

/// `topics …`
#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum Topics {
    /// Shows the topics as they should be, and what the cluster has; changes nothing
    Plan,
    /// Makes the topics that are missing, and gives the journal an epoch where it has none; what is
    /// there is left as it is
    Apply {
        /// Copies of each partition, on as many brokers
        #[arg(long, default_value_t = 1)]
        replicas: i32,
    },
}

/// Shows the topics, or makes them.
pub(super) fn run(layers: &LayerArguments, what: Topics) -> ExitCode {
    let config = match layers.load(None) {
        Ok(sound) => sound.config,
        Err(faults) => return broken(&faults),
    };
    match here::topics(&config, what) {
        Ok(told) => print(&told),
        Err(error) => broken(&error),
    }
}

#[cfg(not(feature = "kafka"))]
mod here {
    use std::sync::Arc;

    use super::{Config, Followed, GroundError, Topics};
    use crate::journal::{Journal, Ownership, Topic};
    use crate::telemetry::{Clock, Metrics};

    pub(in crate::cli) fn journal(
        _: &Config,
        _: Followed,
        _: (Clock, Metrics),
    ) -> Result<Arc<dyn Journal>, GroundError> {
        Err(GroundError::NoKafka)
    }

    pub(in crate::cli) fn ownership(
        _: &Config,
        _: (&'static str, Topic),
        _: &Metrics,
    ) -> Result<Ownership, GroundError> {
        Err(GroundError::NoKafka)
    }

    pub(in crate::cli) fn topics(_: &Config, _: Topics) -> Result<String, GroundError> {
        Err(GroundError::NoKafka)
    }
}

#[cfg(feature = "kafka")]
mod here {
    use std::sync::Arc;

    use super::{Config, Followed, GroundError, Topics};
    use crate::config::GroupKind;
    use crate::domain::Partition;
    use crate::journal::kafka::{
        Group, GroupOptions, GroupProtocol, KafkaJournal, KafkaOptions, PartitionCounts, TopicPlan,
        TopicState, apply, plan,
    };
    use crate::journal::{Journal, Ownership, Topic};
    use crate::telemetry::{Clock, Metrics};

    pub(in crate::cli) fn journal(
        config: &Config,
        followed: Followed,
        (clock, metrics): (Clock, Metrics),
    ) -> Result<Arc<dyn Journal>, GroundError> {
        let of_config = KafkaOptions::of(&config.journal, Some(metrics));
        let Followed { topics, patient, city_only } = followed;
        let options = KafkaOptions { patient, city_only, ..of_config };
        let journal = KafkaJournal::open(&options, topics, clock);
        Ok(journal.map_err(GroundError::Cluster)?)
    }

    pub(in crate::cli) fn ownership(
        config: &Config,
        (role, topic): (&'static str, Topic),
        metrics: &Metrics,
    ) -> Result<Ownership, GroundError> {
        let protocol = match config.group.protocol {
            GroupKind::Auto => GroupProtocol::Auto,
            GroupKind::Consumer => GroupProtocol::Consumer,
            GroupKind::Classic => GroupProtocol::Classic,
        };
        let (session_ms, instance) = (config.group.session_ms, config.group.instance.clone());
        let member = GroupOptions { role, topic, protocol, session_ms, instance };
        let options = KafkaOptions::of(&config.journal, None);
        let group = Group::join(&options, member, metrics.clone());
        Ok(Ownership::by(group.map_err(GroundError::Cluster)?))
    }

    pub(in crate::cli) fn options(config: &Config) -> KafkaOptions {
        KafkaOptions::of(&config.journal, None)
    }

    /// As many partitions as the table of counties needs; of detections, as many as are set.
    fn counts(config: &Config) -> PartitionCounts {
        let highest = config.partitions.all().last().map(|Partition(number)| usize::from(*number));
        let of_counties = highest.unwrap_or(0).saturating_add(1);
        let count = |topic| match topic {
            Topic::Detections => usize::from(config.ingest.detection_partitions),
            _ => of_counties,
        };
        Topic::ALL.map(|topic| (topic, count(topic))).into()
    }

    /// Does what is asked, and gives what there is to be read.
    pub(in crate::cli) fn topics(config: &Config, what: Topics) -> Result<String, GroundError> {
        let (options, counts) = (KafkaOptions::of(&config.journal, None), counts(config));
        let plans = match what {
            Topics::Plan => plan(&options, &counts),
            Topics::Apply { replicas } => apply(&options, &counts, (replicas, Clock::System.now())),
        };
        let plans = plans.map_err(GroundError::Cluster)?;
        let made = matches!(what, Topics::Apply { .. });
        let told: Vec<_> = plans.iter().map(|topic| line(topic, made)).collect();
        Ok(told.join("\n"))
    }

    fn line(topic: &TopicPlan, made: bool) -> String {
        let TopicPlan { name, partitions, settings, state } = topic;
        let settings: Vec<_> =
            settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let state = match state {
            TopicState::Missing if made => "made".to_owned(),
            TopicState::Missing => "missing".to_owned(),
            TopicState::There { partitions: has } if has == partitions => "is there".to_owned(),
            TopicState::There { partitions: has } => format!("has {has} partitions: see to it"),
        };
        format!("{name:<28} {partitions:>3}  {state:<10} {}", settings.join(" "))
    }
}

#[cfg(feature = "kafka")]
pub(super) use here::options;
pub(super) use here::{journal, ownership};
