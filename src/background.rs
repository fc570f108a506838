//! Threads for what can wait: they go on where nothing else wants the machine.
//!
//! Keeping a picture or a snapshot takes a core for seconds. Beside the live fold and the tellers,
//! on few cores, that would stand in every page's way; so the scheduler is told that it can wait.

use std::io;
use std::thread::{Builder, JoinHandle};

/// The most that a thread can give way. It is passed on to the threads that it starts, and cannot
/// be taken back.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 19;

/// How much a role gives way that no page waits for, and that others do wait for.
#[cfg(target_os = "linux")]
const A_LITTLE: i32 = 5;

/// The calling thread gives way a little from here on, and so do the threads that it starts.
pub fn give_way_a_little() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(A_LITTLE) {
        tracing::debug!(%error, "a role does not give way");
    }
}

/// Does `work` on a thread of its own, called `name`, that gives way to all others.
///
/// # Errors
/// Where the machine has no thread left.
pub fn run<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    Builder::new().name(name.to_owned()).spawn(move || {
        give_way();
        work()
    })
}

/// On Linux niceness is a thread's own; elsewhere it is the process's, and is left alone.
#[cfg(target_os = "linux")]
fn give_way() {
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "a thread in the background does not give way");
    }
}

#[cfg(not(target_os = "linux"))]
fn give_way() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_the_thread_itself_gives_way_and_what_it_starts() {
        let niceness = || rustix::process::nice(0).unwrap();
        let before = niceness();
        let inner = move || std::thread::spawn(niceness).join().unwrap();
        let seen = run("waits", move || (niceness(), inner())).unwrap();
        let wanted = (before + NICENESS).min(19);
        assert_eq!(seen.join().unwrap(), (wanted, wanted));
        assert_eq!(niceness(), before);
    }
}
