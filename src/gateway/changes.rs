//! `GET /api/v1/changes`: one partition's ranges as lines of JSON, from a position onwards.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, watch};

use crate::access::{Act, Turned};
use crate::domain::{Partition, Position};
use crate::journal::Topic;
use crate::shutdown::Stop;
use crate::wire::lines;

use super::asking::Asking;
use super::fanout::{Found, Line};
use super::follow::{RangeLine, joins, open_line};
use super::following::{Since, Standing, decode};
use super::gateway::Gateway;
use super::refused::Problem;

/// Lines a follower holds at once: more wait where they are.
const LINES_MAX: usize = 64;

/// Which changes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    partition: Partition,
    since: Option<String>,
}

/// Opens the stream.
pub(super) async fn stream(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(Asked { partition, since }) = asked.map_err(Problem::unreadable)?;
    visitor.may(Act::ReadRows)?;
    gateway.county(partition)?;
    if !gateway.door.reaches(&visitor, partition) || !visitor.reaches_counties() {
        return Err(Turned::OutsideScope.into());
    }
    let since = Since::read(since.as_deref())?;
    let followers = Arc::clone(&gateway.followers);
    let full = |_| Problem::full("every place of gateway.followers_max is taken");
    let permit = followers.try_acquire_owned().map_err(full)?;
    let searching = gateway.clone();
    let find = move || since.find(&*searching.parts.journal, partition);
    let standing = blocking(find).await??;
    let view = match visitor.may(Act::ReadRestricted) {
        Ok(()) => View::Whole,
        Err(_) => View::Open,
    };
    let end = gateway.county(partition)?.fanout.end();
    let stop = gateway.parts.stop.clone();
    let waiting = VecDeque::new();
    let follower =
        Follower { gateway, partition, view, standing, waiting, end, stop, _permit: permit };
    let body = Body::from_stream(futures::stream::unfold(follower, Follower::next));
    let mut response = body.into_response();
    let kind = HeaderValue::from_static("application/x-ndjson");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Runs what reads the disk where it delays nobody.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(Problem::broken)
}

/// What a follower may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Whole,
    Open,
}

impl View {
    fn of(self, line: &RangeLine) -> Bytes {
        match self {
            Self::Whole => line.whole.clone(),
            Self::Open => line.open.clone(),
        }
    }
}

/// One follower: where it stands, and what it was not yet given.
#[derive(Debug)]
struct Follower {
    gateway: Gateway,
    partition: Partition,
    view: View,
    standing: Standing,
    waiting: VecDeque<Bytes>,
    end: watch::Receiver<Position>,
    stop: Stop,
    _permit: OwnedSemaphorePermit,
}

impl Follower {
    /// The next line; none where the process stops, or the journal cannot be read.
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        loop {
            if self.stop.is_asked() {
                return None;
            }
            if let Some(bytes) = self.waiting.pop_front() {
                return Some((Ok(bytes), self));
            }
            self.end.borrow_and_update();
            let found = {
                let county = self.gateway.county(self.partition).ok()?;
                county.fanout.after(self.standing.cursor, LINES_MAX)
            };
            match found {
                Found::Lines(lines) if lines.is_empty() => {
                    tokio::select! {
                        () = self.stop.asked() => return None,
                        moved = self.end.changed() => moved.ok()?,
                    }
                }
                Found::Lines(lines) => lines.iter().for_each(|line| self.take(line)),
                Found::Behind => self.read_tail().await?,
            }
        }
    }

    /// Takes a line that joins on to what was given; any other is passed over.
    fn take(&mut self, line: &Line<RangeLine>) {
        self.standing.cursor = line.place;
        let line = &line.what;
        if joins(self.standing.through, (line.from, line.to)) {
            self.standing.through = self.standing.through.max(line.to);
            self.waiting.push_back(self.view.of(line));
        }
    }

    /// Reads what is no longer shared from the journal.
    async fn read_tail(&mut self) -> Option<()> {
        let (gateway, partition, cursor) =
            (self.gateway.clone(), self.partition, self.standing.cursor);
        match blocking(move || tail(&gateway, partition, cursor)).await {
            Ok(Ok(lines)) => lines.iter().for_each(|line| self.take(line)),
            Ok(Err(problem)) | Err(problem) => {
                tracing::warn!(?problem, "a follower's tail cannot be read");
                return None;
            }
        }
        Some(())
    }
}

/// The lines after `cursor`, read from the journal and encoded for one follower.
fn tail(
    gateway: &Gateway,
    partition: Partition,
    cursor: Position,
) -> Result<Vec<Line<RangeLine>>, Problem> {
    let county = gateway.county(partition)?;
    let found = gateway.parts.journal.read(Topic::Changes, partition, cursor, LINES_MAX)?;
    let mut read = Vec::with_capacity(found.len());
    for stored in found {
        let range = decode(&stored.bytes)?;
        let whole = lines::encode(&range).map_err(Problem::broken)?;
        let open = county.look(|rows| open_line(rows, &range, &whole));
        read.push(RangeLine { from: range.from, to: range.to, whole, open }.at(stored.position));
    }
    Ok(read)
}
