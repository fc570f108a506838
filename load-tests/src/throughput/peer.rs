//! The peer: Kafka Streams with `peers/Fuse.java`, exactly once, on a persistent store.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use super::half::{Begun, Half};
use super::topic::{self, Counting};
use crate::warm::Warm;
use crate::{Failure, usage};

/// A peer that is compiled, with its jars.
#[derive(Debug)]
pub(super) struct Peer {
    classes: tempfile::TempDir,
    jars: PathBuf,
    heap: String,
}

/// What it reads, how, and as whom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) brokers: &'a str,
    pub(super) topic: &'a str,
    pub(super) reports: u64,
    pub(super) caching: bool,
    pub(super) round: usize,
}

impl Peer {
    /// Fetches the jars where they are missing, and compiles.
    pub(super) async fn make(heap: &str) -> Result<Self, Failure> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
        let jars = here.join("../../scratch/peers/libs");
        if !jars.join(".whole").is_file() {
            let to = format!("-DoutputDirectory={}", jars.display());
            let pom = here.join("pom.xml");
            let words = ["-q", "-B", "dependency:copy-dependencies", &to, "-f"];
            told(Command::new("mvn").args(words).arg(pom)).await?;
            std::fs::write(jars.join(".whole"), b"")?;
        }
        let jars = jars.canonicalize()?;
        let classes = tempfile::tempdir()?;
        let mut compiling = Command::new("javac");
        compiling.arg("-cp").arg(jars.join("*")).arg("-d").arg(classes.path());
        told(compiling.arg(here.join("Fuse.java"))).await?;
        Ok(Self { classes, jars, heap: heap.to_owned() })
    }

    /// Runs it over all reports, and measures the second half.
    pub(super) async fn measure(&self, run: Run<'_>, warm: Warm) -> Result<Half, Failure> {
        let Run { brokers, topic, reports, caching, round } = run;
        let store = tempfile::tempdir()?;
        let name = format!("peer-{round}-{caching}");
        let out = format!("{name}-out");
        topic::make(brokers, &out).await?;
        let path = format!("{}/*:{}", self.jars.display(), self.classes.path().display());
        let mut process = Command::new("java")
            .args([&format!("-Xms{0}", self.heap), &format!("-Xmx{0}", self.heap)])
            .args(["-cp", &path, "Fuse", brokers, &name])
            .arg(store.path())
            .args([topic, &out, &caching.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let pid = process.id().ok_or("the peer has ended")?;
        let brokers = brokers.to_owned();
        let half =
            tokio::task::spawn_blocking(move || count(pid, (&brokers, &out), (reports, warm)));
        let half = half.await?;
        process.kill().await?;
        half
    }
}

/// Counts what it puts out: the second half is measured, on warm memory.
fn count(
    pid: u32,
    (brokers, out): (&str, &str),
    (reports, warm): (u64, Warm),
) -> Result<Half, Failure> {
    let mut counting = Counting::begin(brokers, out)?;
    counting.until(reports / 2)?;
    let _giving = warm.give()?;
    let begun = Begun::at(usage::of(pid)?);
    counting.until(reports)?;
    Ok(begun.end(usage::of(pid)?, reports - reports / 2))
}

async fn told(command: &mut Command) -> Result<(), Failure> {
    let told = command.output().await?;
    if told.status.success() {
        return Ok(());
    }
    let why = [told.stdout, told.stderr].concat();
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&why)).into())
}
