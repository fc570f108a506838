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
    leading: Option<&'static str>,
    interrupt: Signal,
    terminate: Signal,
}

impl Roles {
    /// None yet. From here on a signal to stop is heard, however long the start takes.
    ///
    /// # Errors
    /// Where the process may not hear signals.
    pub(super) fn new() -> std::io::Result<Self> {
        let (stopper, stop) = stop_pair();
        Ok(Self {
            running: Running::default(),
            stopper,
            stop,
            broke: Arc::default(),
            leading: None,
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
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

    /// Starts a role whose own good end is the process's.
    pub(super) fn start_leading<E: Display + Send + 'static>(
        &mut self,
        role: &'static str,
        run: impl Future<Output = Result<(), E>> + Send + 'static,
    ) {
        self.leading = Some(role);
        self.start(role, run);
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
        tokio::select! {
            _ = self.interrupt.recv() => tracing::info!("stopping; a second Ctrl-C ends at once"),
            _ = self.terminate.recv() => tracing::info!("stopping"),
            ended = self.running.first_ended() => match ended {
                Some(Ok(role)) if Some(role) == self.leading => {}
                ended => ended_early(&self.broke, ended),
            },
        }
        self.stopper.stop();
        let ended_well = tokio::select! {
            all = self.running.join() => all,
            _ = self.interrupt.recv() => false,
        };
        if !ended_well {
            tracing::warn!("not every role ended in time; what is acknowledged is durable");
        }
        if self.broke.load(Ordering::Acquire) || !ended_well {
            return ExitCode::FAILURE;
        }
        ExitCode::SUCCESS
    }
}

fn ended_early(broke: &AtomicBool, ended: Option<Result<&'static str, tokio::task::JoinError>>) {
    broke.store(true, Ordering::Release);
    match ended {
        Some(Ok(role)) => tracing::error!(role, "a role ended, so the process ends"),
        Some(Err(error)) => tracing::error!(%error, "a role panicked, so the process ends"),
        None => tracing::error!("nothing runs"),
    }
}

fn note<E: Display>(role: &'static str, result: Result<(), E>, broke: &AtomicBool) {
    if let Err(error) = result {
        broke.store(true, Ordering::Release);
        tracing::error!(role, %error, "a role broke");
    }
}
