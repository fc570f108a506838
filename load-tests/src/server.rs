//! The server under test: a real `liandong all` on loopback, in a folder of its own.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use liandong::telemetry::Stopwatch;
use tokio::process::{Child, Command};

use crate::Failure;
use crate::http::Connection;

/// How long a server may take to be ready, a recovery included.
const READY_WITHIN: Duration = Duration::from_mins(1);

/// One running server.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
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

impl Server {
    /// Starts `liandong all` on the data under `folder` and waits until it is ready.
    pub(crate) async fn start(
        binary: &Path,
        folder: &Path,
        extra: &[(&str, String)],
    ) -> Result<Self, Failure> {
        let address = format!("127.0.0.1:{}", free_port()?);
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(folder.join("server.log"))?;
        let child = Command::new(binary)
            .args(["all", "--profile", "demo"])
            .env("LIANDONG_DATA_DIR", folder.join("data"))
            .env("LIANDONG_HTTP__LISTEN", &address)
            .envs(extra.iter().map(|(key, value)| (*key, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        let mut server = Self { child, address };
        server.ready().await?;
        Ok(server)
    }

    async fn ready(&mut self) -> Result<(), Failure> {
        let waited = Stopwatch::start();
        while waited.elapsed() < READY_WITHIN {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("the server ended with {status}; see server.log").into());
            }
            if let Ok(mut connection) = Connection::open(&self.address).await
                && connection.get("/readyz", None).await.is_ok_and(|reply| reply.status == 200)
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err("the server was not ready within a minute; see server.log".into())
    }

    /// Ends it at once, as a power cut would end the process (SIGKILL).
    pub(crate) async fn kill(&mut self) -> Result<(), Failure> {
        self.child.kill().await?;
        Ok(())
    }

    /// User and system time it has used, in seconds, and its resident memory in bytes.
    pub(crate) fn usage(&self) -> Option<(f64, u64)> {
        let pid = self.child.id()?;
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
        let number = |at: usize| fields.get(at)?.parse::<u32>().ok().map(f64::from);
        // Clock ticks of 10 ms and pages of 4 KiB, as on every Linux this runs on.
        let seconds = (number(11)? + number(12)?) / 100.0;
        let pages: u64 = fields.get(21)?.parse().ok()?;
        Some((seconds, pages * 4_096))
    }
}
