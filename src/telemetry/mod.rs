//! What the system says of itself: metrics, logs, and the only clock.

mod metrics;
mod stopwatch;

pub use metrics::{Metrics, Stage};
pub use stopwatch::{Clock, Stopwatch};
