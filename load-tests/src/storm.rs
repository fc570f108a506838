//! A storm: every page returns at once, first with nothing and then from where it stood.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use liandong::telemetry::Stopwatch;
use serde::Serialize;

use crate::Failure;
use crate::board::Board;
use crate::cores::Cores;
use crate::glass::{Pages, all_live, lay_cases};
use crate::server::{Server, binary};
use crate::signals::Maker;

/// Options of the storm.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Pages that return at once.
    #[arg(long, default_value_t = 1_000)]
    pages: usize,
    /// Cases on the view.
    #[arg(long, default_value_t = 5_000)]
    cases: u64,
    /// The server's binary; by default the one beside this.
    #[arg(long)]
    server: Option<PathBuf>,
}

/// The printed line.
#[derive(Debug, Serialize)]
struct Line {
    bench: &'static str,
    pages: usize,
    cases: u64,
    /// With nothing: until the last is live.
    snapshot_ms: u128,
    snapshot_cpu_seconds: f64,
    /// Snapshot pages sent to all, and made.
    snapshot_pages_sent: u64,
    snapshot_pages_made: f64,
    snapshot_pages_a_view: u64,
    /// From where they stood: until the last is live.
    tail_ms: u128,
    tail_cpu_seconds: f64,
    tail_snapshot_pages_sent: u64,
    server_rss_mb: u64,
    held: bool,
}

/// How one return went.
#[derive(Debug)]
struct Returned {
    took_ms: u128,
    cpu_seconds: f64,
    pages_sent: u64,
    board: Arc<Board>,
    pages: Pages,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> Result<(String, bool), Failure> {
    let cores = Cores::share()?;
    let folder = tempfile::tempdir()?;
    let places = [("LIANDONG_GATEWAY__FOLLOWERS_MAX", (options.pages * 2 + 8).to_string())];
    let program = binary(options.server.clone())?;
    let server = Server::start(&program, folder.path(), &places, cores.server).await?;
    lay_cases(&server.address, &mut Maker::new(1, "s"), (0, options.cases)).await?;
    let made_before = server.metric("gateway_snapshot_pages_total").await?;
    let hello = "{\"page\":\"wall\"}".to_owned();
    let hellos = vec![hello; options.pages];
    let first = come(&server, &hellos).await?;
    let made = server.metric("gateway_snapshot_pages_total").await? - made_before;
    let a_view = first.board.page(0)?.snapshot_pages;
    let hellos = first.board.pages().map(|page| page.hello_again()).collect::<Vec<_>>();
    drop(first.pages);
    let second = come(&server, &hellos).await?;
    let line = Line {
        bench: "storm",
        pages: options.pages,
        cases: options.cases,
        snapshot_ms: first.took_ms,
        snapshot_cpu_seconds: first.cpu_seconds,
        snapshot_pages_sent: first.pages_sent,
        snapshot_pages_made: made,
        snapshot_pages_a_view: a_view,
        tail_ms: second.took_ms,
        tail_cpu_seconds: second.cpu_seconds,
        tail_snapshot_pages_sent: second.pages_sent,
        server_rss_mb: server.usage()?.rss / 1_048_576,
        held: second.pages_sent == 0 && once(made, a_view),
    };
    let held = line.held;
    Ok((serde_json::to_string(&line)?, held))
}

/// Whether each page of the view was made once.
#[expect(clippy::cast_precision_loss, reason = "a few dozen pages")]
fn once(made: f64, a_view: u64) -> bool {
    (made - a_view as f64).abs() < 0.5
}

/// Every page says hello at once; until the last of them is live.
async fn come(server: &Server, hellos: &[String]) -> Result<Returned, Failure> {
    let board = Arc::new(Board::new(hellos.len())?);
    let (before, began) = (server.usage()?, Stopwatch::start());
    let pages = Pages::open_at_once(&server.address, hellos, &board).await?;
    all_live(&board).await?;
    let took_ms = began.elapsed().as_millis();
    let cpu_seconds = server.usage()?.cpu_seconds - before.cpu_seconds;
    let pages_sent = board.pages().map(|page| page.snapshot_pages).sum();
    Ok(Returned { took_ms, cpu_seconds, pages_sent, board, pages })
}
