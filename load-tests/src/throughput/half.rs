//! The warm half of a run: what it took, in CPU and in time.

use liandong::telemetry::Stopwatch;
use serde::{Deserialize, Serialize};

use crate::usage::Usage;

/// What the second half of the reports took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Half {
    pub(crate) reports: u64,
    pub(crate) seconds: f64,
    pub(crate) cpu_seconds: f64,
    pub(crate) a_cpu_second: f64,
    pub(crate) rss_mb: u64,
}

/// Where the half begins.
#[derive(Debug)]
pub(super) struct Begun {
    clock: Stopwatch,
    cpu_seconds: f64,
}

impl Begun {
    pub(super) fn at(usage: Usage) -> Self {
        Self { clock: Stopwatch::start(), cpu_seconds: usage.cpu_seconds }
    }

    /// Where it ends, after so many reports.
    #[expect(clippy::cast_precision_loss, reason = "reports of minutes")]
    pub(super) fn end(&self, usage: Usage, reports: u64) -> Half {
        let cpu_seconds = usage.cpu_seconds - self.cpu_seconds;
        Half {
            reports,
            seconds: self.clock.elapsed().as_secs_f64(),
            cpu_seconds,
            a_cpu_second: reports as f64 / cpu_seconds.max(0.01),
            rss_mb: usage.rss / 1_048_576,
        }
    }
}
