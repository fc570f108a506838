//! The brokers of a run: started by `dev/kafka/broker.sh` in a folder of their own.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::{Failure, usage};

/// The first port that is tried; below those that the kernel gives to whoever connects.
const PORT_MIN: u16 = 20_000;
/// Ports of one run: ten a node.
const PORTS: u16 = 30;
/// Runs that find room.
const ROOMS: u16 = 400;

/// Running brokers; they end when this is dropped.
#[derive(Debug)]
pub(crate) struct Brokers {
    folder: tempfile::TempDir,
    port: u16,
    nodes: u16,
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

impl Brokers {
    /// Starts so many, 1 or 3, and waits until they answer.
    pub(crate) async fn start(nodes: u16) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        // The jars are shared, and fetched where they are missing; the rest is this run's own.
        let jars = project().join("scratch/kafka/libs");
        std::fs::create_dir_all(&jars)?;
        std::os::unix::fs::symlink(jars.canonicalize()?, folder.path().join("libs"))?;
        let brokers = Self { folder, port: free_ports()?, nodes };
        brokers.start_again().await?;
        Ok(brokers)
    }

    /// Their addresses, with commas between.
    pub(crate) fn addresses(&self) -> String {
        let port = |node| self.port + 10 * node;
        let all = (0..self.nodes).map(|node| format!("127.0.0.1:{}", port(node)));
        all.collect::<Vec<_>>().join(",")
    }

    /// How many there are.
    pub(crate) fn nodes(&self) -> u16 {
        self.nodes
    }

    /// CPU seconds of all that run.
    pub(crate) async fn cpu_seconds(&self) -> Result<f64, Failure> {
        let mut sum = 0.0;
        for node in 1..=self.nodes {
            let pid = self.script(&["node-pid", &node.to_string()]).await?;
            sum += usage::of(pid.trim().parse()?)?.cpu_seconds;
        }
        Ok(sum)
    }

    /// Ends them all, in order.
    pub(crate) async fn stop(&self) -> Result<(), Failure> {
        self.script(&["stop"]).await.map(drop)
    }

    /// Starts them on what they have.
    pub(crate) async fn start_again(&self) -> Result<(), Failure> {
        self.script(&[if self.nodes == 1 { "start" } else { "cluster" }]).await.map(drop)
    }

    /// Kills one of three (SIGKILL).
    pub(crate) async fn kill_node(&self, node: u16) -> Result<(), Failure> {
        self.script(&["node-kill", &node.to_string()]).await.map(drop)
    }

    /// Starts one of three on what it has.
    pub(crate) async fn start_node(&self, node: u16) -> Result<(), Failure> {
        self.script(&["node-start", &node.to_string()]).await.map(drop)
    }

    /// What the script says, where it does as it is told.
    async fn script(&self, words: &[&str]) -> Result<String, Failure> {
        let told = Command::from(self.command(words)).output().await?;
        if told.status.success() {
            return Ok(String::from_utf8_lossy(&told.stdout).into_owned());
        }
        let why = String::from_utf8_lossy(&told.stderr).into_owned();
        Err(format!("broker.sh {}: {why}", words.join(" ")).into())
    }

    fn command(&self, words: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(project().join("dev/kafka/broker.sh"));
        command
            .args(words)
            .env("KAFKA_DIR", self.folder.path())
            .env("KAFKA_PORT", self.port.to_string())
            .env("KAFKA_NODES", self.nodes.to_string())
            .stdin(Stdio::null());
        command
    }
}

impl Drop for Brokers {
    fn drop(&mut self) {
        drop(self.command(&["stop"]).output());
    }
}

/// Ports that nobody listens on now: runs beside each other begin to look at places of their own.
fn free_ports() -> Result<u16, Failure> {
    let first = u16::try_from(std::process::id() % u32::from(ROOMS))?;
    let free = |base: &u16| {
        (*base..*base + PORTS).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok())
    };
    let bases = (0..ROOMS).map(|room| PORT_MIN + (first + room) % ROOMS * PORTS);
    bases.into_iter().find(free).ok_or_else(|| "no ports are free for brokers".into())
}
