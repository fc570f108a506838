//! The processes of one city on a cluster: each by its name, started, ended and asked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use liandong::journal::Topic;
use liandong::journal::kafka::{KafkaJournal, KafkaOptions};
use liandong::telemetry::Clock;
use rustix::process::Signal;
use tokio::process::Command;

use crate::Failure;
use crate::server::{Launch, Server, free_port};
use crate::usage::Usage;

/// One process, and what it is told to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Role {
    pub(crate) name: &'static str,
    words: &'static [&'static str],
}

impl Role {
    pub(crate) const ALL: Self = Self { name: "all", words: &["all"] };
    pub(crate) const INGEST: Self = Self { name: "ingest", words: &["ingest"] };
    pub(crate) const OUTBOUND: Self = Self { name: "outbound", words: &["outbound"] };
    pub(crate) const GATEWAYS: [Self; 2] = [
        Self { name: "gateway-1", words: &["gateway"] },
        Self { name: "gateway-2", words: &["gateway"] },
    ];
    /// They share the partitions.
    pub(crate) const PROCESSORS: [Self; 2] = [
        Self { name: "processor-1", words: &["processor"] },
        Self { name: "processor-2", words: &["processor"] },
    ];
    /// They share the partitions, follow those of the others, and speak where those fall silent.
    pub(crate) const STANDBYS: [Self; 3] = [
        Self { name: "standby-1", words: &["processor", "--standby", "1"] },
        Self { name: "standby-2", words: &["processor", "--standby", "2"] },
        Self { name: "standby-3", words: &["processor", "--standby", "3"] },
    ];
}

/// Where a city's topics are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct On<'a> {
    /// Addresses of brokers, with commas between.
    pub(crate) brokers: &'a str,
    /// Copies of each partition.
    pub(crate) replicas: u16,
    /// What the topics' names begin with.
    pub(crate) prefix: &'a str,
}

/// A city's processes.
#[derive(Debug)]
pub(crate) struct Centre {
    program: PathBuf,
    folder: PathBuf,
    settings: Vec<(&'static str, String)>,
    cluster: KafkaOptions,
    addresses: BTreeMap<&'static str, String>,
    running: BTreeMap<&'static str, Server>,
}

impl Centre {
    /// A city of whom nobody runs yet, in `folder`; its topics are made.
    pub(crate) async fn found(
        (program, folder): (&Path, &Path),
        On { brokers, replicas, prefix }: On<'_>,
        extra: &[(&'static str, String)],
    ) -> Result<Self, Failure> {
        let cluster = KafkaOptions::new(brokers, prefix);
        let mut settings = vec![
            ("LIANDONG_JOURNAL__KIND", "kafka".to_owned()),
            ("LIANDONG_JOURNAL__BROKERS", brokers.to_owned()),
            ("LIANDONG_JOURNAL__TOPIC_PREFIX", prefix.to_owned()),
        ];
        settings.extend_from_slice(extra);
        let told = Command::new(program)
            .args(["topics", "apply", "--replicas", &replicas.to_string()])
            .env("LIANDONG_PROFILE", "demo")
            .envs(settings.iter().map(|(key, value)| (*key, value)))
            .output()
            .await?;
        if !told.status.success() {
            return Err(String::from_utf8_lossy(&told.stderr).into_owned().into());
        }
        let (addresses, running) = Default::default();
        let (program, folder) = (program.to_owned(), folder.to_owned());
        Ok(Self { program, folder, settings, cluster, addresses, running })
    }

    /// Starts `role`, at the address where it was before, and waits for nothing.
    pub(crate) fn spawn(&mut self, role: Role) -> Result<(), Failure> {
        let address = match self.addresses.get(role.name) {
            Some(address) => address.clone(),
            None => format!("127.0.0.1:{}", free_port()?),
        };
        let launch = Launch {
            binary: &self.program,
            folder: &self.folder,
            words: role.words,
            name: role.name,
            extra: &self.settings,
            core: None,
        };
        let server = launch.spawn(&address)?;
        self.addresses.insert(role.name, address);
        self.running.insert(role.name, server);
        Ok(())
    }

    /// Starts `role` and waits until it is ready.
    pub(crate) async fn start(&mut self, role: Role) -> Result<(), Failure> {
        self.spawn(role)?;
        self.ready(role).await
    }

    /// Waits until `role`, which was started, is ready.
    pub(crate) async fn ready(&mut self, role: Role) -> Result<(), Failure> {
        self.running.get_mut(role.name).ok_or(role.name)?.ready().await
    }

    /// Ends `role` at once (SIGKILL). What it has used is gone with it.
    pub(crate) async fn kill(&mut self, role: Role) -> Result<(), Failure> {
        self.running.remove(role.name).ok_or(role.name)?.kill().await
    }

    /// Asks `role` to end (SIGTERM), and waits until it has.
    pub(crate) async fn end(&mut self, role: Role) -> Result<(), Failure> {
        self.running.remove(role.name).ok_or(role.name)?.end().await
    }

    /// Makes `role` stand still (SIGSTOP) or go on (SIGCONT).
    pub(crate) fn signal(&self, role: Role, signal: Signal) -> Result<(), Failure> {
        self.running.get(role.name).ok_or(role.name)?.signal(signal)
    }

    /// Whether `role` was started and has neither been ended nor ended itself.
    pub(crate) fn runs(&mut self, role: Role) -> Result<bool, Failure> {
        self.running.get_mut(role.name).map_or(Ok(false), Server::lives)
    }

    /// Where `role` listens, or did.
    pub(crate) fn address(&self, role: Role) -> Result<String, Failure> {
        Ok(self.addresses.get(role.name).ok_or(role.name)?.clone())
    }

    /// What all of them have used together.
    pub(crate) fn usage(&self) -> Result<Usage, Failure> {
        self.running.values().try_fold(Usage::default(), |sum, server| {
            let one = server.usage()?;
            let (cpu_seconds, rss) = (sum.cpu_seconds + one.cpu_seconds, sum.rss + one.rss);
            Ok(Usage { cpu_seconds, rss })
        })
    }

    /// CPU seconds of each.
    pub(crate) fn cpu_seconds(&self) -> Result<BTreeMap<&'static str, f64>, Failure> {
        let each = self.running.iter();
        each.map(|(name, server)| Ok((*name, server.usage()?.cpu_seconds))).collect()
    }

    /// Sum over all processes and labels of a metric.
    pub(crate) async fn metric(&self, name: &str) -> Result<f64, Failure> {
        let mut sum = 0.0;
        for server in self.running.values() {
            sum += server.metric(name).await?;
        }
        Ok(sum)
    }

    /// Which cluster, and whose topics.
    pub(crate) fn cluster(&self) -> &KafkaOptions {
        &self.cluster
    }
}

/// The journal, as a process of its own reads it. Blocks.
pub(crate) fn open_journal(cluster: &KafkaOptions) -> Result<Arc<KafkaJournal>, Failure> {
    let read = [Topic::Journal, Topic::Changes, Topic::Quarantine];
    Ok(KafkaJournal::open(cluster, &read, Clock::System)?)
}
