//! Signals and commands for a city whose processes come and go: who sends comes back.

use std::time::Duration;

use tokio::task::JoinSet;

use crate::Failure;
use crate::loading::{self, Acknowledged, Pace};
use crate::signals::Maker;

/// How long who was cut off waits before it comes back.
const AGAIN_AFTER: Duration = Duration::from_millis(100);

/// Senders that go on until they are dropped.
#[derive(Debug, Default)]
pub(crate) struct Load {
    work: JoinSet<()>,
    /// What they were promised.
    pub(crate) acknowledged: Acknowledged,
}

impl Load {
    /// So many more connections send signals to `address`.
    pub(crate) fn signals(&mut self, address: &str, senders: u64, pace: Pace) {
        for sender in 0..senders {
            let (address, acknowledged) = (address.to_owned(), self.acknowledged.clone());
            self.work.spawn(async move {
                for life in 0_u64.. {
                    // Ids of their own: what a life had sent and not heard of may be there.
                    let maker = Maker::new(sender << 32 | life, &format!("s{sender}l{life}"));
                    let (address, acknowledged) = (address.clone(), acknowledged.clone());
                    gone(loading::send_signals(address, (maker, pace), acknowledged).await).await;
                }
            });
        }
    }

    /// So many more connections move cases along by the gateways at `addresses`, in turn.
    pub(crate) fn commands(&mut self, addresses: &[String], senders: u64, pace: Pace) {
        for (sender, address) in (0..senders).zip(addresses.iter().cycle()) {
            let (address, acknowledged) = (address.clone(), self.acknowledged.clone());
            self.work.spawn(async move {
                for life in 0_u64.. {
                    let seed = 1 << 48 | sender << 32 | life;
                    let (address, acknowledged) = (address.clone(), acknowledged.clone());
                    gone(loading::send_commands(address, (seed, pace), acknowledged).await).await;
                }
            });
        }
    }

    /// Ends the sending; what is under way is cut off.
    pub(crate) async fn end(&mut self) {
        self.work.shutdown().await;
    }
}

/// A connection is gone, as it must be where a process is killed.
async fn gone(ended: Result<(), Failure>) {
    drop(ended);
    tokio::time::sleep(AGAIN_AFTER).await;
}
