//! What a corridor run counts, shared by its parts.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use hdrhistogram::Histogram;

use crate::Failure;
use crate::board::Board;

/// What the run counts, shared by its parts.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) board: Arc<Board>,
    pub(crate) acknowledged: Mutex<Histogram<u64>>,
    pub(crate) refused: AtomicU64,
    pub(crate) durable: AtomicU64,
    pub(crate) shed: AtomicU64,
}

impl Run {
    /// A run before so many pages.
    pub(crate) fn new(pages: usize) -> Result<Self, Failure> {
        Ok(Self {
            board: Arc::new(Board::new(pages)?),
            acknowledged: Mutex::new(Histogram::new(3)?),
            refused: AtomicU64::new(0),
            durable: AtomicU64::new(0),
            shed: AtomicU64::new(0),
        })
    }
}
