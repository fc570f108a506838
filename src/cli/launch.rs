//! Launching a process: configuration, log, threads; and how it ends.

use std::error::Error;
use std::process::ExitCode;

use crate::config::Config;
use crate::telemetry::logs;

use super::arguments::LayerArguments;
use super::run::{broken, misused};

/// What can go wrong before the roles run: said, and the process ends.
pub(super) type Failure = Box<dyn Error + Send + Sync>;

/// Loads the configuration (over `profile` where none is named), sets up the log and runs `work`.
pub(super) fn run(
    layers: &LayerArguments,
    profile: Option<&str>,
    work: impl AsyncFnOnce(Config) -> Result<ExitCode, Failure>,
) -> ExitCode {
    let config = match layers.load(profile) {
        Ok(sound) => sound.config,
        Err(faults) => return broken(&faults),
    };
    if let Err(error) = logs::init(&config.log) {
        return broken(&error);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return broken(&error),
    };
    let code = runtime.block_on(work(config)).unwrap_or_else(|failure| broken(&failure));
    // Every role has ended or had its time: nothing that lingers may hold the process.
    runtime.shutdown_background();
    code
}

/// On the embedded journal the roles live in one process; says so, and what a role can do alone.
pub(super) fn needs_all(role: &str, alone: &str) -> ExitCode {
    misused(&format!(
        "on the embedded journal one process owns the data directory, so `{role}` cannot run \
         beside the other roles: use `liandong all`; {alone}"
    ))
}
