//! Fan-out: many pages on one view, every change to each of them, beside a bare writer to as many
//! raw sockets.
//!
//! Server and writer run on one core in turn, the pages on the other; both are asked for as many
//! frames of one size, as often, in writes of as many frames. The ratio of frames per CPU-second
//! is then what everything beside the kernel's own work costs.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::Args;
use hdrhistogram::Histogram;
use serde::Serialize;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::Child;

use crate::board::Board;
use crate::cores::Cores;
use crate::glass::{Pages, all_live, change, until};
use crate::page::Page;
use crate::server::{Server, binary, pinned};
use crate::signals::Maker;
use crate::{Failure, ms, usage};

/// What every page says.
const HELLO: &str = "{\"page\":\"desk\",\"token\":\"demo-shift-leader\"}";

/// A setting of the server, by environment.
type Setting = (&'static str, String);

/// Options of the fan-out.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Pages on the view.
    #[arg(long, default_value_t = 2_000)]
    pages: usize,
    /// Changes a second.
    #[arg(long, default_value_t = 50)]
    rate: u64,
    /// Seconds to measure, and again for the bare writer.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// p99 that must be held, milliseconds.
    #[arg(long, default_value_t = 50)]
    p99_ms: u64,
    /// Frames per CPU-second that must be reached, as a part of the bare writer's.
    #[arg(long, default_value_t = 0.6)]
    ratio: f64,
    /// Memory a page may take, KiB.
    #[arg(long, default_value_t = 8.0)]
    page_kb: f64,
    /// The server's binary; by default the one beside this.
    #[arg(long)]
    server: Option<PathBuf>,
}

/// The printed line.
#[derive(Debug, Serialize)]
struct Line {
    bench: &'static str,
    pages: usize,
    rate: u64,
    seconds: u64,
    changes: u64,
    frame_bytes: u64,
    frames_delivered: u64,
    frames_a_write: f64,
    /// Pages that missed a change or saw one out of order.
    pages_short: usize,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    server_cpu_seconds: f64,
    frames_a_cpu_second: f64,
    raw_p99_ms: f64,
    raw_cpu_seconds: f64,
    raw_frames_a_cpu_second: f64,
    ratio: f64,
    page_kb: f64,
    held: bool,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> Result<(String, bool), Failure> {
    let cores = Cores::share()?;
    let served = serve(&options, cores).await?;
    let raw = write_raw(&options, &served, cores).await?;
    let line = line(&options, &served, &raw);
    let held = line.held;
    Ok((serde_json::to_string(&line)?, held))
}

/// What the server did.
#[derive(Debug)]
struct Served {
    changes: u64,
    frames: u64,
    bytes: u64,
    frames_a_write: f64,
    pages_short: usize,
    took: Histogram<u64>,
    cpu_seconds: f64,
    page_kb: f64,
}

/// A server, and the pages before it.
struct Room {
    _folder: tempfile::TempDir,
    server: Server,
    board: Arc<Board>,
    _pages: Pages,
    page_kb: f64,
}

/// Starts a server and opens the pages, all live.
async fn open(options: &Options, cores: Cores, extra: &[Setting]) -> Result<Room, Failure> {
    let folder = tempfile::tempdir()?;
    let places = ("LIANDONG_GATEWAY__FOLLOWERS_MAX", (options.pages + 8).to_string());
    let settings = [&[places], extra].concat();
    let program = binary(options.server.clone())?;
    let server = Server::start(&program, folder.path(), &settings, cores.server).await?;
    // The first page opens the view; what that takes is not the others'.
    let first = Arc::new(Board::new(1)?);
    let _first = Pages::open(&server.address, &[HELLO.to_owned()], &first).await?;
    all_live(&first).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let bare = server.usage()?;
    let board = Arc::new(Board::new(options.pages)?);
    let hellos = vec![HELLO.to_owned(); options.pages];
    let pages = Pages::open(&server.address, &hellos, &board).await?;
    all_live(&board).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let page_kb = kb_each(server.usage()?.rss.saturating_sub(bare.rss), options.pages);
    Ok(Room { _folder: folder, server, board, _pages: pages, page_kb })
}

async fn serve(options: &Options, cores: Cores) -> Result<Served, Failure> {
    // Freed memory goes back at once here, so that pages cannot hide in what the start left over.
    let returning = ("MIMALLOC_PURGE_DELAY", "0".to_owned());
    let page_kb = open(options, cores, &[returning]).await?.page_kb;
    let Room { server, board, .. } = &open(options, cores, &[]).await?;
    let before = server.usage()?;
    let wrote = writes(server).await?;
    let load = (options.rate, options.seconds, 1);
    let changes = change(&server.address, board, load, &mut Maker::new(1, "f")).await?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    until("every page has every change", || {
        board.settle()?;
        Ok(board.waiting() == 0)
    })
    .await?;
    let after = server.usage()?;
    let wrote_after = writes(server).await?;
    let short = |page: &crate::board::Sights| page.cases != changes || page.gaps != 0;
    let pages_short = board.pages().filter(|page| short(page)).count();
    Ok(Served {
        changes,
        frames: board.pages().map(|page| page.frames).sum(),
        bytes: board.pages().map(|page| page.bytes).sum(),
        frames_a_write: (wrote_after.0 - wrote.0) / (wrote_after.1 - wrote.1).max(1.0),
        pages_short,
        took: board.took(),
        cpu_seconds: after.cpu_seconds - before.cpu_seconds,
        page_kb,
    })
}

/// Frames sent so far, and writes.
async fn writes(server: &Server) -> Result<(f64, f64), Failure> {
    let frames = server.metric("gateway_frames_sent_total").await?;
    Ok((frames, server.metric("gateway_writes_total").await?))
}

/// What the bare writer did.
#[derive(Debug)]
struct Wrote {
    frames: u64,
    took: Histogram<u64>,
    cpu_seconds: f64,
}

async fn write_raw(options: &Options, served: &Served, cores: Cores) -> Result<Wrote, Failure> {
    let bytes = served.bytes / served.frames.max(1);
    let (mut writer, address) = start_writer(options.pages, bytes, cores).await?;
    let tally = Arc::new(Tally::new(options.rate)?);
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..options.pages {
        let page = Page::connect(&address).await?;
        readers.spawn(read_raw(page, Arc::clone(&tally)));
    }
    let mut control = TcpStream::connect(&address).await?;
    control.set_nodelay(true)?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let pid = writer.id().ok_or("the bare writer has ended")?;
    let before = usage::of(pid)?;
    tally.ask(&mut control, (served.changes, served.frames_a_write)).await?;
    let expected = served.changes * u64::try_from(options.pages)?;
    until(
        "every raw page has every frame",
        || Ok(expected <= tally.frames.load(Ordering::Acquire)),
    )
    .await?;
    let after = usage::of(pid)?;
    drop(control);
    writer.wait().await?;
    let took = tally.took.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Wrote { frames: expected, took, cpu_seconds: after.cpu_seconds - before.cpu_seconds })
}

async fn start_writer(pages: usize, bytes: u64, cores: Cores) -> Result<(Child, String), Failure> {
    let this: &Path = &std::env::current_exe()?;
    let mut writer = pinned(this, cores.server)
        .args(["raw-writer", "--pages", &pages.to_string(), "--bytes", &bytes.to_string()])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let out = writer.stdout.take().ok_or("the bare writer says nothing")?;
    let port = BufReader::new(out).lines().next_line().await?.ok_or("the bare writer ended")?;
    Ok((writer, format!("127.0.0.1:{port}")))
}

/// What the raw pages read.
#[derive(Debug)]
struct Tally {
    /// When the first frame was due, and how long after it the next, in microseconds.
    start: AtomicU64,
    every_us: u64,
    board: Board,
    frames: AtomicU64,
    took: Mutex<Histogram<u64>>,
}

impl Tally {
    fn new(rate: u64) -> Result<Self, Failure> {
        Ok(Self {
            start: AtomicU64::new(0),
            every_us: 1_000_000 / rate,
            board: Board::new(0)?,
            frames: AtomicU64::new(0),
            took: Mutex::new(Histogram::new(3)?),
        })
    }

    /// Asks for `frames` at the server's rate, as many in a write as the server's had on average.
    async fn ask(
        &self,
        control: &mut TcpStream,
        (frames, a_write): (u64, f64),
    ) -> Result<(), Failure> {
        self.start.store(self.board.now_us(), Ordering::Release);
        let (mut asked, mut due) = (0, 0.0);
        while asked < frames {
            due += a_write.max(1.0);
            let more = (floor(due) - asked).min(frames - asked);
            asked += more;
            let early = self.due(asked - 1).saturating_sub(self.board.now_us());
            tokio::time::sleep(Duration::from_micros(early)).await;
            control.write_all(&[u8::try_from(more)?]).await?;
        }
        Ok(())
    }

    fn due(&self, frame: u64) -> u64 {
        self.start.load(Ordering::Acquire) + frame * self.every_us
    }
}

async fn read_raw(mut page: Page, tally: Arc<Tally>) {
    let mut read = 0;
    let mut note = || {
        let took = tally.board.now_us().saturating_sub(tally.due(read));
        read += 1;
        tally.took.lock().unwrap_or_else(PoisonError::into_inner).record(took)?;
        tally.frames.fetch_add(1, Ordering::AcqRel);
        Ok(())
    };
    // It ends when the writer hangs up.
    while page.read(|_| note()).await.is_ok() {}
}

#[expect(clippy::cast_precision_loss, reason = "counts of a run of minutes")]
fn line(options: &Options, served: &Served, raw: &Wrote) -> Line {
    let a_cpu_second = |frames: u64, seconds: f64| frames as f64 / seconds.max(0.01);
    let ours = a_cpu_second(served.frames, served.cpu_seconds);
    let bare = a_cpu_second(raw.frames, raw.cpu_seconds);
    let (p99_ms, ratio) = (ms(&served.took, 0.99), ours / bare);
    let held = served.pages_short == 0
        && p99_ms <= options.p99_ms as f64
        && options.ratio <= ratio
        && served.page_kb <= options.page_kb;
    Line {
        bench: "fanout",
        pages: options.pages,
        rate: options.rate,
        seconds: options.seconds,
        changes: served.changes,
        frame_bytes: served.bytes / served.frames.max(1),
        frames_delivered: served.frames,
        frames_a_write: served.frames_a_write,
        pages_short: served.pages_short,
        p50_ms: ms(&served.took, 0.5),
        p99_ms,
        max_ms: ms(&served.took, 1.0),
        server_cpu_seconds: served.cpu_seconds,
        frames_a_cpu_second: ours,
        raw_p99_ms: ms(&raw.took, 0.99),
        raw_cpu_seconds: raw.cpu_seconds,
        raw_frames_a_cpu_second: bare,
        ratio,
        page_kb: served.page_kb,
        held,
    }
}

#[expect(clippy::cast_precision_loss, reason = "memory of this machine")]
fn kb_each(bytes: u64, pages: usize) -> f64 {
    bytes as f64 / 1_024.0 / pages.max(1) as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of frames")]
fn floor(frames: f64) -> u64 {
    frames as u64
}
