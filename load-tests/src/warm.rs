//! Memory that a virtual machine's host has given already.
//!
//! Where a machine gives its free memory back to its host (free page reporting, every two seconds),
//! the first touch of a page costs twenty times what clearing it costs, and who grows pays for it:
//! no property of what is compared. So pages that were touched are held, and given back while a
//! side is measured: what it grows into is these.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use memmap2::MmapMut;

use crate::Failure;

/// What is given back at a time, in bytes.
const PIECE: usize = 32 * 1_024 * 1_024;
/// How far apart two pieces are given back: 640 MB a second, more than any side grows by.
const EACH: Duration = Duration::from_millis(50);
/// A page, which is touched once.
const PAGE: usize = 4_096;

/// Memory that is held, and touched.
#[derive(Debug)]
pub(crate) struct Warm(Vec<MmapMut>);

/// Memory that is being given back, until all of it is gone or this is dropped.
#[derive(Debug)]
pub(crate) struct Giving {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Warm {
    /// Takes so many megabytes; a gigabyte may take some seconds. Blocks.
    pub(crate) fn take(megabytes: usize) -> Result<Self, Failure> {
        let pieces = (megabytes * 1_024 * 1_024).div_ceil(PIECE);
        (0..pieces).map(|_| touched()).collect::<Result<_, _>>().map(Self)
    }

    /// Gives it back to the machine, piece by piece.
    pub(crate) fn give(self) -> Result<Giving, Failure> {
        let stop = Arc::new(AtomicBool::new(false));
        let (asked, Self(mut held)) = (Arc::clone(&stop), self);
        let thread = std::thread::Builder::new().name("warm".to_owned()).spawn(move || {
            while !asked.load(Ordering::Acquire) && held.pop().is_some() {
                std::thread::sleep(EACH);
            }
        })?;
        Ok(Giving { stop, thread: Some(thread) })
    }
}

fn touched() -> Result<MmapMut, Failure> {
    let mut piece = MmapMut::map_anon(PIECE)?;
    // Where there are no huge pages, small ones do.
    #[cfg(target_os = "linux")]
    drop(piece.advise(memmap2::Advice::HugePage));
    piece.iter_mut().step_by(PAGE).for_each(|byte| *byte = 1);
    Ok(piece)
}

impl Drop for Giving {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(Err(_)) = self.thread.take().map(JoinHandle::join) {
            tell("the thread that gives memory back panicked");
        }
    }
}

#[expect(clippy::print_stderr, reason = "a fault of the yardstick, not of what is measured")]
fn tell(what: &str) {
    eprintln!("{what}");
}
