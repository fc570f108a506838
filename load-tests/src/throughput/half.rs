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

impl Half {
    /// Both of two that do the same reports, one after the other.
    pub(super) fn and(self, other: Self) -> Self {
        let cpu_seconds = self.cpu_seconds + other.cpu_seconds;
        Self {
            reports: self.reports,
            seconds: self.seconds + other.seconds,
            cpu_seconds,
            a_cpu_second: a_cpu_second(self.reports, cpu_seconds),
            rss_mb: self.rss_mb.max(other.rss_mb),
        }
    }
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
    pub(super) fn end(&self, usage: Usage, reports: u64) -> Half {
        let cpu_seconds = usage.cpu_seconds - self.cpu_seconds;
        Half {
            reports,
            seconds: self.clock.elapsed().as_secs_f64(),
            cpu_seconds,
            a_cpu_second: a_cpu_second(reports, cpu_seconds),
            rss_mb: usage.rss / 1_048_576,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "reports of minutes")]
fn a_cpu_second(reports: u64, cpu_seconds: f64) -> f64 {
    reports as f64 / cpu_seconds.max(0.01)
}
