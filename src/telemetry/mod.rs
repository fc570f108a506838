//! What the system says of itself: metrics, logs, and the only clock.

mod health;
pub mod logs;
mod maker;
mod metrics;
mod stage;
mod stopwatch;

pub use health::Health;
pub use maker::Registered;
pub use metrics::Metrics;
pub use stage::Stage;
pub use stopwatch::{Clock, Stopwatch};
