//! The room that things happen to: brokers, every role in processes of its own, load and a reader.

use std::path::{Path, PathBuf};
use std::time::Duration;

use liandong::telemetry::Stopwatch;
use rand_chacha::ChaCha8Rng;

use crate::Failure;
use crate::cluster::{Brokers, Centre, Load, On, Reader, Role};
use crate::loading::{self, Pace};
use crate::orders::Received;

/// Partitions of the demo's city beside its own.
pub(super) const COUNTIES: u16 = 7;
/// Connections that send signals, and commands.
const SENDERS: u64 = 3;
const COMMANDERS: u64 = 2;
/// How fast they are: chaos is no measure of speed, and two cores carry all of it.
const SIGNALS: Pace = Pace { spots: 20_000, rest: Duration::from_millis(25) };
const COMMANDS: Pace = Pace { spots: 20_000, rest: Duration::from_millis(10) };
/// Entries between two snapshots: often enough that kills fall into one.
const SNAPSHOT_EVERY: u64 = 2_000;
/// Between two looks at whether a process has ended by itself.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Everything of one scene.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) centre: Centre,
    pub(super) load: Load,
    pub(super) reader: Reader,
    pub(super) received: Received,
    pub(super) random: ChaCha8Rng,
    /// Who ought to run; who ends by itself is started again, and counted.
    pub(super) expected: Vec<Role>,
    pub(super) ended_themselves: u64,
    pub(super) brokers: Brokers,
    pub(super) folder: tempfile::TempDir,
}

/// Every role, and so many processors.
fn roles(processors: usize) -> Vec<Role> {
    let processors = Role::STANDBYS.into_iter().take(processors);
    let others = [Role::INGEST, Role::GATEWAYS[0], Role::GATEWAYS[1], Role::OUTBOUND];
    processors.chain(others).collect()
}

impl Room {
    /// Starts so many brokers and processors, and the load.
    pub(super) async fn open(
        program: &Path,
        (nodes, processors): (u16, usize),
        random: ChaCha8Rng,
    ) -> Result<Self, Failure> {
        let brokers = Brokers::start(nodes).await?;
        let folder = tempfile::tempdir()?;
        let received = Received::default();
        let settings = [
            ("LIANDONG_OUTBOUND__ORDERS_URL", received.listen().await?),
            ("LIANDONG_PROCESSOR__SNAPSHOT_EVERY_ENTRIES", SNAPSHOT_EVERY.to_string()),
            ("LIANDONG_LOG__LEVEL", "info".to_owned()),
        ];
        let at = brokers.addresses();
        let on = On { brokers: &at, replicas: brokers.nodes(), prefix: "chaos" };
        let mut centre = Centre::found((program, folder.path()), on, &settings).await?;
        let expected = roles(processors);
        for role in &expected {
            centre.start(*role).await?;
        }
        let reader = Reader::open(centre.cluster(), COUNTIES)?;
        let (load, ended_themselves) = (Load::default(), 0);
        let mut room = Self {
            centre,
            load,
            reader,
            received,
            random,
            expected,
            ended_themselves,
            brokers,
            folder,
        };
        room.begin_load().await?;
        Ok(room)
    }

    async fn begin_load(&mut self) -> Result<(), Failure> {
        let gateways =
            [self.centre.address(Role::GATEWAYS[0])?, self.centre.address(Role::GATEWAYS[1])?];
        loading::enrol(&gateways[0], COUNTIES, &self.load.acknowledged).await?;
        self.load.signals(&self.centre.address(Role::INGEST)?, SENDERS, SIGNALS);
        self.load.commands(&gateways, COMMANDERS, COMMANDS);
        Ok(())
    }

    /// Lets `time` pass, and starts again who has ended by itself.
    pub(super) async fn pass(&mut self, time: Duration) -> Result<(), Failure> {
        let waited = Stopwatch::start();
        while waited.elapsed() < time {
            let left = time.saturating_sub(waited.elapsed());
            tokio::time::sleep(left.min(LOOK_EVERY)).await;
            self.look_after()?;
        }
        Ok(())
    }

    /// As an orchestrator does. What ends by itself though nobody killed it is told.
    pub(super) fn look_after(&mut self) -> Result<(), Failure> {
        for role in self.expected.clone() {
            if !self.centre.runs(role)? {
                tell(&format!("{} has ended by itself; started again", role.name));
                self.ended_themselves += 1;
                self.centre.spawn(role)?;
            }
        }
        Ok(())
    }

    /// Copies the processes' logs.
    pub(super) fn keep_logs(&self, to: &Path) -> Result<(), Failure> {
        std::fs::create_dir_all(to)?;
        for log in logs(self.folder.path())? {
            std::fs::copy(&log, to.join(log.file_name().unwrap_or_default()))?;
        }
        Ok(())
    }

    /// How often `words` stand in the processes' logs.
    pub(super) fn logged(&self, words: &str) -> Result<usize, Failure> {
        let mut count = 0;
        for log in logs(self.folder.path())? {
            count += std::fs::read_to_string(log)?.matches(words).count();
        }
        Ok(count)
    }
}

/// The logs of a folder.
fn logs(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut logs = Vec::new();
    for found in std::fs::read_dir(folder)? {
        let path = found?.path();
        if path.extension().is_some_and(|extension| extension == "log") {
            logs.push(path);
        }
    }
    Ok(logs)
}

#[expect(clippy::print_stderr, reason = "progress goes to stderr")]
pub(super) fn tell(what: &str) {
    eprintln!("{what}");
}
