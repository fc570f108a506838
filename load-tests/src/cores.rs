//! One core for the server, another for what loads it: so that a ratio compares like with like.

use crate::Failure;

/// Where the two run; nowhere in particular on a machine with one core.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cores {
    /// The server's.
    pub(crate) server: Option<u32>,
}

impl Cores {
    /// Keeps this process to the second core and leaves the first to the server.
    pub(crate) fn share() -> Result<Self, Failure> {
        if std::thread::available_parallelism()?.get() < 2 {
            return Ok(Self::default());
        }
        let pid = std::process::id().to_string();
        let told = std::process::Command::new("taskset")
            .args(["--all-tasks", "--cpu-list", "--pid", "1", &pid])
            .output()?;
        if !told.status.success() {
            return Err(String::from_utf8_lossy(&told.stderr).into_owned().into());
        }
        Ok(Self { server: Some(0) })
    }
}
