//! Those who report: citizens, grid workers, the hotline and the cameras, at their own pace.

use std::time::Duration;

use tokio::sync::mpsc;

use crate::shutdown::Stop;
use crate::simulate::{DayOptions, Scenario, World, day};
use crate::telemetry::Clock;

use super::api::{Api, ApiError};

/// Hours that are played before another day is made.
const HOURS: u32 = 6;

/// How lively the city is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) seed: u64,
    pub(super) matters_an_hour: u32,
    pub(super) scenario: Scenario,
}

/// Posts until asked to stop; tells `sent` of each post, and each fault.
pub(super) async fn report(
    api: Api,
    (world, pace): (std::sync::Arc<World>, Pace),
    sent: mpsc::Sender<Result<(), ApiError>>,
    mut stop: Stop,
) {
    let mut round = 0;
    while !stop.is_asked() {
        let start = Clock::System.now();
        let options = DayOptions {
            // A seed of its own for each start, so that no report repeats an earlier one.
            seed: pace.seed ^ (start.0.unsigned_abs() << 8) ^ round,
            start,
            hours: HOURS,
            even_hourly: Some(pace.matters_an_hour),
            scenario: pace.scenario,
            ..DayOptions::of_seed(pace.seed, start)
        };
        let (posts, _) = day(&world, &options);
        for post in posts {
            let wait = post.at.ms_since(Clock::System.now());
            let wait = Duration::from_millis(u64::try_from(wait).unwrap_or(0));
            if stop.rest(wait).await {
                return;
            }
            let posted = api.post_signal(post.feed, post.json).await;
            // A full view misses a line, nothing else.
            drop(sent.try_send(posted));
        }
        round += 1;
    }
}
