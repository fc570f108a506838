//! Threads for what can wait: they go on where nothing else wants the machine.
//!
//! Keeping a picture or a snapshot takes a core for seconds. Beside the live fold and the tellers,
//! on few cores, that would stand in every page's way; so the scheduler is told that it can wait.

use std::io;
use std::thread::{Builder, JoinHandle};

/// How much a thread gives way: niceness, of which 19 is the most. It is passed on to the threads
/// that it starts, and cannot be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivesWay {
    /// What must keep up in the long run, and can wait for now.
    Some = 10,
    /// What may take as long as it takes.
    Most = 19,
}

/// Does `work` on a thread of its own, called `name`, that gives way to all others.
///
/// # Errors
/// Where the machine has no thread left.
pub fn run<T: Send + 'static>(
    name: &str,
    gives_way: GivesWay,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    Builder::new().name(name.to_owned()).spawn(move || {
        give_way(gives_way);
        work()
    })
}

/// On Linux niceness is a thread's own; elsewhere it is the process's, and is left alone.
#[cfg(target_os = "linux")]
fn give_way(gives_way: GivesWay) {
    if let Err(error) = rustix::process::nice(gives_way as i32) {
        tracing::debug!(%error, "a thread in the background does not give way");
    }
}

#[cfg(not(target_os = "linux"))]
fn give_way(_: GivesWay) {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_the_thread_itself_gives_way_and_what_it_starts() {
        let niceness = || rustix::process::nice(0).unwrap();
        let before = niceness();
        let inner = move || std::thread::spawn(niceness).join().unwrap();
        let seen = run("waits", GivesWay::Some, move || (niceness(), inner())).unwrap();
        let wanted = (before + 10).min(19);
        assert_eq!(seen.join().unwrap(), (wanted, wanted));
        assert_eq!(niceness(), before);
    }
}
