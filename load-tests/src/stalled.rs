//! Stalled pages: some keep their connection and read nothing. The others must not notice, the
//! server must not pay, and who reads again must end with the picture that everybody has.
//!
//! Half of those that stall do so from the beginning, and are closed as too slow; half do so
//! towards the end, and are sent their rows anew. Loads without and with them take turns, each on
//! a new server, and medians are compared: one run is noise.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use liandong::telemetry::Stopwatch;
use serde::Serialize;

use crate::agree::differing;
use crate::board::Board;
use crate::cores::Cores;
use crate::glass::{Pages, all_live, change, change_last, until};
use crate::link::{Kind, Link, Wish};
use crate::server::{Server, binary};
use crate::signals::Maker;
use crate::{Failure, ms, usage};

/// What every page says: the fields of its hello.
const HELLO: &str = "\"page\":\"desk\",\"token\":\"demo-shift-leader\"";
/// Pages that read all the time and fold what they are told.
const WITNESSES: usize = 2;
/// Deltas of a partition that a page is given at once: what waits for a page are references to what
/// others were given, too, or at the worst so many deltas joined for it alone.
const FRAMES_MAX: u64 = 64;
/// How long before the end the later half stalls: too short to be closed, which takes 10 s.
const LATE: Duration = Duration::from_secs(8);
/// What the server counts those under that it closed as too slow.
const CLOSED_SLOW: &str = "gateway_closed_total{reason=\"slow\"}";
/// How long it takes to read what a socket holds.
const READ_WITHIN: Duration = Duration::from_secs(2);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Options of the stalled pages.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Pages on the view.
    #[arg(long, default_value_t = 1_000)]
    pages: usize,
    /// How many of a hundred stall.
    #[arg(long, default_value_t = 10)]
    stalled_percent: usize,
    /// Changes a second.
    #[arg(long, default_value_t = 50)]
    rate: u64,
    /// New cases of a change: large enough that a socket is soon full.
    #[arg(long, default_value_t = 4)]
    cases_a_change: u64,
    /// Seconds of each load.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Pairs of loads.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Deltas a partition that the server keeps for who falls behind.
    #[arg(long, default_value_t = 64)]
    tail: usize,
    /// What the p99 of those who read may become, as a multiple.
    #[arg(long, default_value_t = 1.5)]
    ratio: f64,
    /// The server's binary; by default the one beside this.
    #[arg(long)]
    server: Option<PathBuf>,
}

/// What a load came to.
#[derive(Debug, Default, Clone, Serialize)]
struct Half {
    cases: u64,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    /// The server's resident memory at its highest, and by how much what the kernel holds for all
    /// sockets grew.
    peak_kb: f64,
    kernel_kb: f64,
    /// Pages that read and missed a change, and deltas that did not follow on for any page.
    pages_short: usize,
    gaps: u64,
    frame_bytes: u64,
    /// Pages sent their rows anew while changes came: none that reads should be.
    resyncs_meanwhile: f64,
    #[serde(flatten)]
    roads: Option<Roads>,
}

/// How the stalled pages came back.
#[derive(Debug, Default, Clone, Serialize)]
struct Roads {
    /// Sent their rows anew; closed, and back with their `since`; never stuck.
    resynced: usize,
    closed: usize,
    never_stuck: usize,
    /// As the server counts it.
    server_resyncs: f64,
    server_closed_slow: f64,
    /// Not back among the others in time.
    lost: usize,
    digests_differ: usize,
}

/// The printed line.
#[derive(Debug, Serialize)]
struct Line {
    bench: &'static str,
    pages: usize,
    stalled: usize,
    rate: u64,
    seconds: u64,
    without_p99_ms: f64,
    with_p99_ms: f64,
    p99_ratio: f64,
    /// What a stalled page costs: of the server's memory, the most of that it may be, and of the
    /// kernel's.
    stalled_page_kb: f64,
    stalled_page_kb_max: f64,
    stalled_page_kernel_kb: f64,
    ever_stuck: usize,
    without: Vec<Half>,
    with: Vec<Half>,
    held: bool,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> Result<(String, bool), Failure> {
    let cores = Cores::share()?;
    let stalled = (options.pages * options.stalled_percent / 100).max(1);
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        without.push(half(&options, cores, (stalled, false)).await?);
        with.push(half(&options, cores, (stalled, true)).await?);
    }
    let line = line(&options, stalled, (without, with));
    let held = line.held;
    Ok((serde_json::to_string(&line)?, held))
}

/// A server, and the pages before it.
struct Room {
    _folder: tempfile::TempDir,
    server: Server,
    board: Arc<Board>,
    _pages: Pages,
    witnesses: Vec<Link>,
    stalled: Vec<Link>,
}

/// Starts a server and opens the pages, all live.
async fn open(options: &Options, cores: Cores, stalled: usize) -> Result<Room, Failure> {
    let folder = tempfile::tempdir()?;
    let settings = [
        // Who was closed comes back while its place is still held.
        ("LIANDONG_GATEWAY__FOLLOWERS_MAX", (options.pages * 2 + 8).to_string()),
        ("LIANDONG_GATEWAY__TAIL_RANGES_MAX", options.tail.to_string()),
        // Freed memory goes back at once, so that nothing can hide in what the start left over.
        ("MIMALLOC_PURGE_DELAY", "0".to_owned()),
    ];
    let program = binary(options.server.clone())?;
    let server = Server::start(&program, folder.path(), &settings, cores.server).await?;
    let link = |narrow| {
        let address = server.address.clone();
        move |seed| Link::open(&address, &Kind { hello: HELLO, narrow }, seed)
    };
    let witnesses: Vec<Link> = (0..).map(link(false)).take(WITNESSES).collect();
    let stalled: Vec<Link> = (100..).map(link(true)).take(stalled).collect();
    let healthy = options.pages - stalled.len();
    let board = Arc::new(Board::new(healthy)?);
    let hellos = vec![format!("{{{HELLO}}}"); healthy];
    let pages = Pages::open(&server.address, &hellos, &board).await?;
    all_live(&board).await?;
    let all = || witnesses.iter().chain(&stalled);
    until("every page is live", || Ok(all().all(Link::is_live))).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    Ok(Room { _folder: folder, server, board, _pages: pages, witnesses, stalled })
}

/// One load: the changes, and then the return of those who stalled. Where none is to stall, those
/// who would read on: so that what such pages cost anyway is in both halves.
async fn half(
    options: &Options,
    cores: Cores,
    (stalled, stall): (usize, bool),
) -> Result<Half, Failure> {
    let room = open(options, cores, stalled).await?;
    let mut maker = Maker::new(1, "t");
    let (cases, peak_kb, kernel_kb) = load(options, &room, (&mut maker, stall)).await?;
    let board = &room.board;
    let all_seen = until("every page that reads has every change", || {
        board.settle()?;
        Ok(board.waiting() == 0)
    });
    // Who misses one is counted below.
    drop(all_seen.await);
    let short = |page: &crate::board::Sights| page.cases != cases || page.gaps != 0;
    let pages_short = board.pages().filter(|page| short(page)).count();
    let took = board.took();
    let (frames, bytes) = board
        .pages()
        .fold((0, 0), |(frames, bytes), page| (frames + page.frames, bytes + page.bytes));
    let frame_bytes = bytes / frames.max(1);
    let resyncs_meanwhile = room.server.metric("gateway_resyncs_total").await?;
    let roads = if stall { Some(come_back(&room, &mut maker).await?) } else { None };
    let links = room.witnesses.iter().chain(&room.stalled);
    let gaps: u64 = links.map(|link| link.seen().counts.gaps).sum();
    let half = Half {
        cases,
        p50_ms: ms(&took, 0.5),
        p99_ms: ms(&took, 0.99),
        max_ms: ms(&took, 1.0),
        peak_kb,
        kernel_kb,
        pages_short,
        frame_bytes,
        resyncs_meanwhile,
        gaps: gaps + board.pages().map(|page| page.gaps).sum::<u64>(),
        roads,
    };
    tell(&serde_json::to_string(&half)?);
    Ok(half)
}

/// The changes, while pages stall; returns how many cases there were, the server's memory at its
/// highest, and by how much the kernel's grew.
async fn load(
    options: &Options,
    room: &Room,
    (maker, stall): (&mut Maker, bool),
) -> Result<(u64, f64, f64), Failure> {
    let kernel = usage::sockets()?;
    let (mut peak, clock) = (0, Stopwatch::start());
    let whole = Duration::from_secs(options.seconds);
    let stalled = if stall { &room.stalled[..] } else { &[] };
    let (early, late) = stalled.split_at(stalled.len().div_ceil(2));
    let late_at = whole.saturating_sub(LATE).max(whole / 2);
    wish_all(early, Wish::Rest);
    let load = (options.rate, options.seconds, options.cases_a_change);
    let load = change(&room.server.address, &room.board, load, maker);
    tokio::pin!(load);
    let changes = loop {
        tokio::select! {
            changes = &mut load => break changes?,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        peak = peak.max(room.server.usage()?.rss);
        if late_at <= clock.elapsed() {
            wish_all(late, Wish::Rest);
        }
    };
    let kernel = usage::sockets()?.saturating_sub(kernel);
    Ok((changes, kb(peak), kb(kernel)))
}

fn wish_all(pages: &[Link], wish: Wish) {
    for page in pages {
        page.wish(wish);
    }
}

/// Those who stalled read again, until they stand where the witnesses stand.
async fn come_back(room: &Room, maker: &mut Maker) -> Result<Roads, Failure> {
    let Room { server, stalled, witnesses, .. } = room;
    wish_all(stalled, Wish::Read);
    // What they are sent may still end with the word that they were too slow.
    tokio::time::sleep(READ_WITHIN).await;
    drop(until("every page is live again", || Ok(stalled.iter().all(Link::is_live))).await);
    let last = change_last(&server.address, maker).await?;
    let all: Vec<&Link> = witnesses.iter().chain(stalled).collect();
    let stand = || Ok(all.iter().all(|page| page.stands(&last)));
    drop(until("every page stands where all stand", stand).await);
    let mut roads = Roads {
        server_resyncs: server.metric("gateway_resyncs_total").await?,
        server_closed_slow: server.metric(CLOSED_SLOW).await?,
        lost: all.iter().filter(|page| !page.stands(&last)).count(),
        digests_differ: differing(&all, &last).await?,
        ..Roads::default()
    };
    for page in stalled {
        let counts = page.seen().counts;
        match (counts.cut, counts.resyncs) {
            (0, 0) => roads.never_stuck += 1,
            (0, _) => roads.resynced += 1,
            _ => roads.closed += 1,
        }
    }
    Ok(roads)
}

fn line(options: &Options, stalled: usize, (without, with): (Vec<Half>, Vec<Half>)) -> Line {
    let p99 = |halves: &[Half]| median(halves.iter().map(|half| half.p99_ms));
    let peak = |halves: &[Half]| median(halves.iter().map(|half| half.peak_kb));
    let kernel = |halves: &[Half]| median(halves.iter().map(|half| half.kernel_kb));
    let each = |with: f64, without: f64| (with - without) / count(stalled);
    let (without_p99_ms, with_p99_ms) = (p99(&without), p99(&with));
    let p99_ratio = with_p99_ms / without_p99_ms;
    let stalled_page_kb = each(peak(&with), peak(&without));
    let frames = with.iter().map(|half| kb(half.frame_bytes * FRAMES_MAX));
    let stalled_page_kb_max = frames.fold(0.0, f64::max);
    let roads = || with.iter().filter_map(|half| half.roads.as_ref());
    let ever_stuck = roads().map(|roads| roads.resynced + roads.closed).sum();
    let whole =
        |half: &Half| half.pages_short == 0 && half.gaps == 0 && half.resyncs_meanwhile < 0.5;
    let held = without.iter().chain(&with).all(whole)
        && roads().all(|roads| roads.lost == 0 && roads.digests_differ == 0)
        && 0 < ever_stuck
        && p99_ratio <= options.ratio
        && stalled_page_kb <= stalled_page_kb_max;
    Line {
        bench: "stalled",
        pages: options.pages,
        stalled,
        rate: options.rate,
        seconds: options.seconds,
        without_p99_ms,
        with_p99_ms,
        p99_ratio,
        stalled_page_kb,
        stalled_page_kb_max,
        stalled_page_kernel_kb: each(kernel(&with), kernel(&without)),
        ever_stuck,
        without,
        with,
        held,
    }
}

fn median(of: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = of.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

#[expect(clippy::cast_precision_loss, reason = "memory of this machine")]
fn kb(bytes: u64) -> f64 {
    bytes as f64 / 1_024.0
}

#[expect(clippy::cast_precision_loss, reason = "thousands of pages")]
fn count(pages: usize) -> f64 {
    pages as f64
}

#[expect(clippy::print_stderr, reason = "progress of a bench goes to stderr")]
fn tell(what: &str) {
    eprintln!("{what}");
}
