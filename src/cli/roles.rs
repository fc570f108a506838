//! The roles of one process: started by name, stopped together, and what ended them.

use std::fmt::Display;
use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::shutdown::{Running, Stop, Stopper, stop_pair};

/// Roles that run, and the means to stop them.
#[derive(Debug)]
pub(super) struct Roles {
    running: Running,
    stopper: Stopper,
    stop: Stop,
    broke: Arc<AtomicBool>,
}

impl Roles {
    /// None yet.
    pub(super) fn new() -> Self {
        let (stopper, stop) = stop_pair();
        Self { running: Running::default(), stopper, stop, broke: Arc::default() }
    }

    /// What each of them listens to.
    pub(super) fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Starts a role. Where it breaks, that is told, and the process ends.
    pub(super) fn start<E: Display + Send + 'static>(
        &mut self,
        role: &'static str,
        run: impl Future<Output = Result<(), E>> + Send + 'static,
    ) {
        let broke = Arc::clone(&self.broke);
        self.running.spawn(role, async move { note(role, run.await, &broke) });
    }

    /// Starts a role that works on a thread of its own.
    pub(super) fn start_blocking<E: Display + Send + 'static>(
        &mut self,
        role: &'static str,
        run: impl FnOnce() -> Result<(), E> + Send + 'static,
    ) {
        let broke = Arc::clone(&self.broke);
        self.running.spawn_blocking(role, move || note(role, run(), &broke));
    }

    /// Waits until someone asks to stop, or a role ends by itself; then stops them all. A second
    /// Ctrl-C ends the process at once.
    pub(super) async fn until_stopped(mut self) -> ExitCode {
        let (mut interrupt, mut terminate) = match signals() {
            Ok(signals) => signals,
            Err(error) => return super::run::broken(&error),
        };
        tokio::select! {
            _ = interrupt.recv() => tracing::info!("stopping; a second Ctrl-C ends at once"),
            _ = terminate.recv() => tracing::info!("stopping"),
            ended = self.running.first_ended() => self.ended_early(ended),
        }
        self.stopper.stop();
        let ended_well = tokio::select! {
            all = self.running.join() => all,
            _ = interrupt.recv() => false,
        };
        if !ended_well {
            tracing::warn!("not every role ended in time; what is acknowledged is durable");
        }
        if self.broke.load(Ordering::Acquire) || !ended_well {
            return ExitCode::FAILURE;
        }
        ExitCode::SUCCESS
    }

    fn ended_early(&self, ended: Option<Result<&'static str, tokio::task::JoinError>>) {
        self.broke.store(true, Ordering::Release);
        match ended {
            Some(Ok(role)) => tracing::error!(role, "a role ended, so the process ends"),
            Some(Err(error)) => tracing::error!(%error, "a role panicked, so the process ends"),
            None => tracing::error!("nothing runs"),
        }
    }
}

fn note<E: Display>(role: &'static str, result: Result<(), E>, broke: &AtomicBool) {
    if let Err(error) = result {
        broke.store(true, Ordering::Release);
        tracing::error!(role, %error, "a role broke");
    }
}

fn signals() -> std::io::Result<(Signal, Signal)> {
    Ok((signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
}
