//! Stopping in order: one signal that every role hears, and one list of what was started.

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long roles have to finish once asked to stop.
pub const GRACE: Duration = Duration::from_secs(10);

/// Heard by every role; cheap to clone.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

/// Asks every role to stop; dropping it asks too.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// A stop signal and who may give it.
#[must_use]
pub fn stop_pair() -> (Stopper, Stop) {
    let (sender, receiver) = watch::channel(false);
    (Stopper(sender), Stop(receiver))
}

impl Stopper {
    /// Asks every role to stop.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Whether it was asked.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Waits until it is asked.
    pub async fn asked(&mut self) {
        // An error means the stopper is gone, which asks too.
        drop(self.0.wait_for(|asked| *asked).await);
    }

    /// Waits so long, or until it is asked; whether it was.
    pub async fn rest(&mut self, pause: Duration) -> bool {
        tokio::time::timeout(pause, self.asked()).await.is_ok()
    }
}

/// What was started, by name; everything spawned is joined here.
#[derive(Debug, Default)]
pub struct Running(JoinSet<&'static str>);

impl Running {
    /// Starts `role` under a name.
    pub fn spawn(&mut self, name: &'static str, role: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(async move {
            role.await;
            tracing::debug!(role = name, "role ended");
            name
        });
    }

    /// Starts blocking work under a name, on a thread of its own.
    pub fn spawn_blocking(&mut self, name: &'static str, work: impl FnOnce() + Send + 'static) {
        self.0.spawn_blocking(move || {
            work();
            tracing::debug!(role = name, "role ended");
            name
        });
    }

    /// Waits for the first to end, whatever the reason; none where nothing runs.
    pub async fn first_ended(&mut self) -> Option<Result<&'static str, tokio::task::JoinError>> {
        self.0.join_next().await
    }

    /// Waits for all to end, [`GRACE`] at most; says whether all did.
    pub async fn join(mut self) -> bool {
        let all = async { while self.0.join_next().await.is_some() {} };
        tokio::time::timeout(GRACE, all).await.is_ok()
    }
}
