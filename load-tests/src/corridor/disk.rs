//! What the disk alone does meanwhile: a small append and its fsync, again and again.
//!
//! The server waits for fsyncs, and machines share disks. A stall that this sees, too, is the
//! disk's.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use hdrhistogram::Histogram;
use liandong::telemetry::Stopwatch;

use crate::Failure;

/// Between two looks: seldom enough to cost the server nothing that could be measured.
const EVERY: Duration = Duration::from_millis(50);
const BYTES: usize = 4_096;

/// A thread that measures until it is told to stop.
#[derive(Debug)]
pub(crate) struct Disk {
    over: Arc<AtomicBool>,
    looking: JoinHandle<Result<Histogram<u64>, Failure>>,
}

impl Disk {
    /// Begins to measure on a file of its own in `folder`.
    pub(crate) fn look_at(folder: &Path) -> Result<Self, Failure> {
        let file = File::create(folder.join("disk-probe"))?;
        let over = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&over);
        let looking = std::thread::spawn(move || look(file, &told));
        Ok(Self { over, looking })
    }

    /// How long each fsync took, in microseconds.
    pub(crate) fn seen(self) -> Result<Histogram<u64>, Failure> {
        self.over.store(true, Ordering::Release);
        self.looking.join().map_err(|_| "the look at the disk panicked")?
    }
}

fn look(mut file: File, over: &AtomicBool) -> Result<Histogram<u64>, Failure> {
    let mut took = Histogram::new(3)?;
    while !over.load(Ordering::Acquire) {
        let began = Stopwatch::start();
        file.write_all(&[0; BYTES])?;
        file.sync_data()?;
        took.record(u64::try_from(began.elapsed().as_micros())?)?;
        std::thread::sleep(EVERY);
    }
    Ok(took)
}
