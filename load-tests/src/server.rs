//! The server under test: a real `liandong` on loopback, in a folder of its own.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use liandong::telemetry::Stopwatch;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use crate::Failure;
use crate::http::Connection;
use crate::usage::{self, Usage};

/// How long a server may take to be ready, a recovery included.
const READY_WITHIN: Duration = Duration::from_mins(1);

/// One running server.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    name: String,
    /// Where it listens, host:port.
    pub(crate) address: String,
}

/// The server's binary: beside this one, unless named.
pub(crate) fn binary(named: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let beside = std::env::current_exe()?.with_file_name("liandong");
    let path = named.unwrap_or(beside);
    if path.is_file() { Ok(path) } else { Err(format!("{} is missing", path.display()).into()) }
}

/// A port nobody listens on now.
pub(crate) fn free_port() -> Result<u16, Failure> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A command that runs `binary` on `core` only, where one is named.
pub(crate) fn pinned(binary: &Path, core: Option<u32>) -> Command {
    let Some(core) = core else { return Command::new(binary) };
    let mut command = Command::new("taskset");
    command.arg("--cpu-list").arg(core.to_string()).arg(binary);
    command
}

/// What is to be run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Launch<'a> {
    pub(crate) binary: &'a Path,
    /// Where its log goes.
    pub(crate) folder: &'a Path,
    /// The subcommand.
    pub(crate) words: &'a [&'a str],
    /// What it is called, and its log.
    pub(crate) name: &'a str,
    /// Settings beside those of every run.
    pub(crate) extra: &'a [(&'a str, String)],
    /// The core it is kept to, where that is one.
    pub(crate) core: Option<u32>,
}

impl Launch<'_> {
    /// Starts it, and waits for nothing.
    pub(crate) fn spawn(&self, address: &str) -> Result<Server, Failure> {
        let log = self.folder.join(format!("{}.log", self.name));
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
        let child = pinned(self.binary, self.core)
            .args(self.words)
            .env("LIANDONG_PROFILE", "demo")
            .env("LIANDONG_DATA_DIR", self.folder.join("data"))
            .env("LIANDONG_HTTP__LISTEN", address)
            .envs(self.extra.iter().map(|(key, value)| (*key, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        Ok(Server { child, name: self.name.to_owned(), address: address.to_owned() })
    }
}

impl Server {
    /// Starts `liandong all` on the data under `folder`, on one core where one is named, and waits
    /// until it is ready.
    pub(crate) async fn start(
        binary: &Path,
        folder: &Path,
        extra: &[(&str, String)],
        core: Option<u32>,
    ) -> Result<Self, Failure> {
        let address = format!("127.0.0.1:{}", free_port()?);
        Self::start_at(&address, (binary, folder), extra, core).await
    }

    /// As [`Server::start`], at an address where one was before.
    pub(crate) async fn start_at(
        address: &str,
        (binary, folder): (&Path, &Path),
        extra: &[(&str, String)],
        core: Option<u32>,
    ) -> Result<Self, Failure> {
        let (words, name, extra) = (&["all"][..], "server", extra.to_vec());
        let mut server =
            Launch { binary, folder, words, name, extra: &extra, core }.spawn(address)?;
        server.ready().await?;
        Ok(server)
    }

    /// Waits until it says that it is ready.
    pub(crate) async fn ready(&mut self) -> Result<(), Failure> {
        let waited = Stopwatch::start();
        while waited.elapsed() < READY_WITHIN {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("{} ended with {status}; see its log", self.name).into());
            }
            if let Ok(mut connection) = Connection::open(&self.address).await
                && connection.get("/readyz", None).await.is_ok_and(|reply| reply.status == 200)
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err(format!("{} was not ready within a minute; see its log", self.name).into())
    }

    /// Whether it has not ended.
    pub(crate) fn lives(&mut self) -> Result<bool, Failure> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// Sends it a signal: to stand still, to go on, or to end as it likes.
    pub(crate) fn signal(&self, signal: Signal) -> Result<(), Failure> {
        let pid = self.child.id().ok_or("the server has ended")?;
        let pid = Pid::from_raw(i32::try_from(pid)?).ok_or("no such process")?;
        Ok(kill_process(pid, signal)?)
    }

    /// Ends it at once, as a power cut would end the process (SIGKILL).
    pub(crate) async fn kill(&mut self) -> Result<(), Failure> {
        self.child.kill().await?;
        Ok(())
    }

    /// Asks it to end (SIGTERM), and waits until it has.
    pub(crate) async fn end(mut self) -> Result<(), Failure> {
        self.signal(Signal::TERM)?;
        match tokio::time::timeout(READY_WITHIN, self.child.wait()).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(_) => Err(format!("{} did not end well; see its log", self.name).into()),
            Err(_) => Err(format!("{} did not end within a minute", self.name).into()),
        }
    }

    /// What it has used so far.
    pub(crate) fn usage(&self) -> Result<Usage, Failure> {
        usage::of(self.child.id().ok_or("the server has ended")?)
    }

    /// Sum over the labels of one of its metrics.
    pub(crate) async fn metric(&self, name: &str) -> Result<f64, Failure> {
        let reply = Connection::open(&self.address).await?.get("/metrics", None).await?;
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        let named =
            |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '{']));
        let values = text.lines().filter(named).filter_map(|line| line.rsplit(' ').next());
        Ok(values.map(str::parse::<f64>).sum::<Result<f64, _>>()?)
    }
}
