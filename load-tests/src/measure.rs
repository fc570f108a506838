//! What a corridor run counts, shared by its parts.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, PoisonError};

use hdrhistogram::Histogram;
use liandong::telemetry::Stopwatch;

use crate::Failure;

/// When each signal under way ought to have been sent, in microseconds of the run.
pub(crate) type UnderWay = Arc<Mutex<HashMap<String, u64>>>;

/// What the run counts, shared by its parts.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) clock: Stopwatch,
    pub(crate) under_way: UnderWay,
    pub(crate) seen: Mutex<Histogram<u64>>,
    /// As `seen`, since the last line of progress.
    pub(crate) lately: Mutex<Histogram<u64>>,
    pub(crate) acknowledged: Mutex<Histogram<u64>>,
    pub(crate) refused: AtomicU64,
    pub(crate) durable: AtomicU64,
    pub(crate) shed: AtomicU64,
    pub(crate) over: AtomicBool,
}

impl Run {
    pub(crate) fn new() -> Result<Self, Failure> {
        Ok(Self {
            clock: Stopwatch::start(),
            under_way: UnderWay::default(),
            seen: Mutex::new(Histogram::new(3)?),
            lately: Mutex::new(Histogram::new(3)?),
            acknowledged: Mutex::new(Histogram::new(3)?),
            refused: AtomicU64::new(0),
            durable: AtomicU64::new(0),
            shed: AtomicU64::new(0),
            over: AtomicBool::new(false),
        })
    }

    pub(crate) fn now_us(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Notes that a signal ought to be sent at `due`.
    pub(crate) fn sets_out(&self, id: &str, due: u64) {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.insert(id.to_owned(), due);
    }

    /// Notes that a signal was seen `took` microseconds after it ought to have been sent.
    pub(crate) fn was_seen(&self, took: u64) -> Result<(), Failure> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).record(took)?;
        self.lately.lock().unwrap_or_else(PoisonError::into_inner).record(took)?;
        Ok(())
    }

    /// What was seen since this was last asked.
    pub(crate) fn take_lately(&self) -> Histogram<u64> {
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = lately.clone();
        lately.reset();
        taken
    }

    pub(crate) fn waiting(&self) -> usize {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
