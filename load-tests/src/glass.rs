//! Pages before a server, each read by a task of its own, and signals that change what they show.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use liandong::domain::Position;
use liandong::telemetry::Stopwatch;
use tokio::task::JoinHandle;

use crate::Failure;
use crate::board::{Board, Sent};
use crate::http::Connection;
use crate::page::Page;
use crate::signals::Maker;

/// How long the last page may take to be live, and the last change to be seen.
const WITHIN: Duration = Duration::from_secs(30);
/// Signals of one request while cases are laid.
const LAID_AT_ONCE: u64 = 500;

/// Signals of the last change, and how many spots lie between them: a lattice over the whole city.
const LAST: u64 = 64;
const LAST_APART: u64 = 315;

/// Pages that are read until they are dropped.
#[derive(Debug)]
pub(crate) struct Pages(Vec<JoinHandle<()>>);

impl Drop for Pages {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

impl Pages {
    /// Opens a page for each of `hellos`, one after the other, on the board's pages from 0 on.
    pub(crate) async fn open(
        address: &str,
        hellos: &[String],
        board: &Arc<Board>,
    ) -> Result<Self, Failure> {
        let mut pages = Self(Vec::with_capacity(hellos.len()));
        for (number, hello) in hellos.iter().enumerate() {
            pages.read(Page::open(address, hello).await?, number, board);
        }
        Ok(pages)
    }

    /// Opens all of them at once.
    pub(crate) async fn open_at_once(
        address: &str,
        hellos: &[String],
        board: &Arc<Board>,
    ) -> Result<Self, Failure> {
        let opening = hellos.iter().map(|hello| Page::open(address, hello));
        let opened = futures::future::try_join_all(opening).await?;
        let mut pages = Self(Vec::with_capacity(opened.len()));
        for (number, page) in opened.into_iter().enumerate() {
            pages.read(page, number, board);
        }
        Ok(pages)
    }

    /// Reads `page` as the board's page `number`.
    fn read(&mut self, mut page: Page, number: usize, board: &Arc<Board>) {
        let board = Arc::clone(board);
        #[expect(clippy::disallowed_methods, reason = "aborted when the pages are dropped")]
        self.0.push(tokio::spawn(async move {
            let ended = loop {
                let read = page.read(|frame| {
                    let now = board.now_us();
                    board.page(number)?.take(frame, now);
                    Ok(())
                });
                if let Err(why) = read.await {
                    break why;
                }
            };
            warn(&format!("page {number}: {ended}"));
        }));
    }
}

#[expect(clippy::print_stderr, reason = "faults of a bench go to stderr")]
fn warn(what: &str) {
    eprintln!("{what}");
}

/// Waits until `done`; fails with `words` where that takes too long.
pub(crate) async fn until(
    words: &str,
    done: impl Fn() -> Result<bool, Failure>,
) -> Result<(), Failure> {
    let waited = Stopwatch::start();
    while !done()? {
        if WITHIN < waited.elapsed() {
            return Err(format!("{words}: not within {} s", WITHIN.as_secs()).into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Waits until every page is live in all it will be shown.
pub(crate) async fn all_live(board: &Board) -> Result<(), Failure> {
    until("every page is live", || Ok(board.pages().all(|page| page.is_live()))).await
}

/// Lays `cases` open cases, one on each spot from `first` on.
pub(crate) async fn lay_cases(
    address: &str,
    maker: &mut Maker,
    (first, cases): (u64, u64),
) -> Result<(), Failure> {
    let mut connection = Connection::open(address).await?;
    let end = first + cases;
    let mut spot = first;
    while spot < end {
        let until = end.min(spot + LAID_AT_ONCE);
        let batch: Vec<String> = (spot..until).map(|at| maker.signal_at(at).json).collect();
        let body = Bytes::from(format!("[{}]", batch.join(",")));
        let reply = connection.post("/api/v1/signals?feed=signal", None, body).await?;
        if reply.status != 202 {
            let why = String::from_utf8_lossy(&reply.body).into_owned();
            return Err(format!("laying cases: {} {why}", reply.status).into());
        }
        spot = until;
    }
    // Followers start at the journal's end; give the picture a moment to reach it.
    tokio::time::sleep(Duration::from_secs(2)).await;
    Ok(())
}

/// One last change all over the city; returns where it stands in each partition it fell to. Who
/// stands there has seen whatever was sent before.
pub(crate) async fn change_last(
    address: &str,
    maker: &mut Maker,
) -> Result<Vec<(u16, Position)>, Failure> {
    let mut connection = Connection::open(address).await?;
    let batch: Vec<String> = (0..LAST).map(|at| maker.signal_at(at * LAST_APART).json).collect();
    let body = Bytes::from(format!("[{}]", batch.join(",")));
    let reply = connection.post("/api/v1/signals?feed=signal", None, body).await?;
    let mut places = BTreeMap::new();
    for Sent { partition, position, .. } in Sent::of(&reply.body, 0)? {
        let place = places.entry(partition).or_insert(position);
        *place = position.max(*place);
    }
    if places.is_empty() {
        Err("nobody took the last change".into())
    } else {
        Ok(places.into_iter().collect())
    }
}

/// Changes at a steady rate, `each` so many new cases on spots of their own: so none can be told
/// together with another of its kind, and a page that counts them knows whether it has them all.
/// Returns how many cases that were.
pub(crate) async fn change(
    address: &str,
    board: &Board,
    (rate, seconds, each): (u64, u64, u64),
    maker: &mut Maker,
) -> Result<u64, Failure> {
    let mut connection = Connection::open(address).await?;
    let (start, total) = (board.now_us(), rate * seconds);
    for number in 0..total {
        let due = start + number * 1_000_000 / rate;
        let early = due.saturating_sub(board.now_us());
        tokio::time::sleep(Duration::from_micros(early)).await;
        let cases: Vec<String> =
            (number * each..(number + 1) * each).map(|at| maker.signal_at(at).json).collect();
        let body = Bytes::from(format!("[{}]", cases.join(",")));
        let reply = connection.post("/api/v1/signals?feed=signal", None, body).await?;
        if reply.status != 202 {
            let why = String::from_utf8_lossy(&reply.body).into_owned();
            return Err(format!("a change: {} {why}", reply.status).into());
        }
        board.sent(&Sent::of(&reply.body, due)?);
    }
    Ok(total * each)
}
