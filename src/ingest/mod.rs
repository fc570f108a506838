//! Takes signals in: parse, place, seal, journal.
//!
//! **Invariant, acknowledged means durable.** A sender is told of a signal only once it is in the
//! journal. **No person is identified:** what a camera says has no field for one, free text is
//! masked before anything else sees it, and what was written leaves this room sealed.

mod admit;
mod batch;
mod cameras;
mod dead_letters;
pub mod evidence;
#[cfg(feature = "kafka")]
mod from_kafka;
mod http;
mod intake;
mod lexicon;
mod meanings;
mod numbers;
mod places;
mod plates;
mod pressure;
mod run;
mod scrub;
mod tokens;
mod video;

pub use admit::{Admission, Admitted, Route, source_key};
pub use cameras::Cameras;
#[cfg(feature = "kafka")]
pub use from_kafka::{read_feeds, take_record};
pub use http::routes;
pub use intake::{Ingest, IngestParts, Sender, Taken};
pub use places::{Found, Places, holds};
pub use run::{IngestError, run};
pub use scrub::{Keep, scrub};
pub use video::{Episodes, Watcher, watch_rules};

pub use crate::wire::projection::Projection;
