//! What a corridor leads through: one process, or one a role on a cluster.

#[cfg(feature = "kafka")]
use std::collections::BTreeMap;

use crate::Failure;
use crate::server::Server;
use crate::usage::Usage;

/// A city that runs.
#[derive(Debug)]
pub(super) enum City {
    /// `liandong all` on the embedded journal.
    One(Box<Server>),
    /// On a cluster.
    #[cfg(feature = "kafka")]
    Cluster(Box<super::kafka::OnCluster>),
}

impl City {
    /// Where signals are sent.
    pub(super) fn signals(&self) -> &str {
        match self {
            Self::One(server) => &server.address,
            #[cfg(feature = "kafka")]
            Self::Cluster(on) => &on.signals,
        }
    }

    /// Where pages are opened.
    pub(super) fn pages(&self) -> &str {
        match self {
            Self::One(server) => &server.address,
            #[cfg(feature = "kafka")]
            Self::Cluster(on) => &on.pages,
        }
    }

    /// Sum over processes and labels of a metric.
    pub(super) async fn metric(&self, name: &str) -> Result<f64, Failure> {
        match self {
            Self::One(server) => server.metric(name).await,
            #[cfg(feature = "kafka")]
            Self::Cluster(on) => on.centre.metric(name).await,
        }
    }

    /// What all processes have used.
    pub(super) fn usage(&self) -> Result<Usage, Failure> {
        match self {
            Self::One(server) => server.usage(),
            #[cfg(feature = "kafka")]
            Self::Cluster(on) => on.centre.usage(),
        }
    }

    /// CPU seconds of each process on a cluster.
    #[cfg(feature = "kafka")]
    pub(super) fn cpu_seconds(&self) -> Result<BTreeMap<&'static str, f64>, Failure> {
        match self {
            Self::One(server) => Ok([("all", server.usage()?.cpu_seconds)].into()),
            Self::Cluster(on) => on.centre.cpu_seconds(),
        }
    }
}
