//! The yardstick: a bare writer of shared bytes to raw sockets, and nothing else.
//!
//! No protocol, no state, no bookkeeping: what it spends is what the kernel asks for a write, so
//! no server of frames to sockets can be much cheaper. It runs in a process of its own, where its
//! CPU time is counted as the server's is.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use clap::Args;

use crate::Failure;

/// Options of the writer, given by the run that starts it.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Pages that will connect.
    #[arg(long)]
    pages: usize,
    /// Bytes of a frame, without its header.
    #[arg(long)]
    bytes: u16,
}

/// Says its port, takes the pages and a control connection, and for each byte `n` that comes over
/// it writes `n` frames to every page in one write each; ends with the control connection.
#[expect(clippy::print_stdout, reason = "the port is what the run waits for")]
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    let mut pages = Vec::with_capacity(options.pages);
    while pages.len() < options.pages {
        let (page, _) = listener.accept()?;
        page.set_nodelay(true)?;
        pages.push(page);
    }
    let (mut control, _) = listener.accept()?;
    let mut asked = [0];
    while control.read(&mut asked)? == 1 {
        write_all(&mut pages, &frames(usize::from(asked[0]), options.bytes))?;
    }
    Ok(())
}

fn write_all(pages: &mut [TcpStream], frames: &[u8]) -> Result<(), Failure> {
    for page in pages {
        page.write_all(frames)?;
    }
    Ok(())
}

/// So many text frames, one behind the other.
fn frames(count: usize, bytes: u16) -> Vec<u8> {
    let mut one = vec![0x81, 126];
    one.extend_from_slice(&bytes.to_be_bytes());
    one.resize(one.len() + usize::from(bytes), b'x');
    one.repeat(count)
}
