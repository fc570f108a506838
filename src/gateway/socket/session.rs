//! One page's connection, from its hello to its close.
//!
//! It pulls: what is new lies at the hub, encoded, and a page takes it when it can. Nothing is
//! queued for a page but what its own socket holds.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt as _, SinkExt as _, StreamExt as _};
use tokio::sync::watch;

use crate::domain::{CaseId, CommandId, Partition, Position};
use crate::telemetry::Stopwatch;
use crate::wire::pages::CommandBody;
use crate::wire::rows::PageKind;
use crate::wire::socket_v1::{Live, Present, Said, TurnedAway, Welcome, frame};

use super::super::command;
use super::super::fanout::Found;
use super::super::gateway::Gateway;
use super::beat::Beaten;
use super::channel::Encoding;
use super::close::Ended;
use super::hello::{Admitted, admit};
use super::hubs::Seat;

/// How long a page has to say hello.
const HELLO_WITHIN: Duration = Duration::from_secs(5);
/// How long a write may take before the page counts as gone.
const WRITTEN_WITHIN: Duration = Duration::from_secs(10);
/// Deltas taken from a channel at once.
const FRAMES_MAX: usize = 64;
/// Commands of one page under way at once; more wait unread.
const COMMANDS_MAX: usize = 16;
/// Resyncs within [`RESYNCS_WITHIN`] after which a page is too slow.
const RESYNCS_MAX: usize = 3;
const RESYNCS_WITHIN: Duration = Duration::from_mins(1);

/// Serves a page until it leaves, and says why it ended.
pub(super) async fn run(gateway: Gateway, mut socket: WebSocket, address: IpAddr) {
    let ended = match greet(&gateway, &mut socket, address).await {
        Ok(mut session) => {
            let ended = session.serve(&mut socket).await;
            session.leave();
            ended
        }
        Err(ended) => ended,
    };
    gateway.parts.metrics.gateway_closed_total.with_label_values(&[ended.label()]).inc();
    if let Some(farewell) = ended.farewell() {
        // Who does not read its farewell has left already.
        drop(tokio::time::timeout(WRITTEN_WITHIN, socket.send(farewell)).await);
    }
}

async fn greet(
    gateway: &Gateway,
    socket: &mut WebSocket,
    address: IpAddr,
) -> Result<Session, Ended> {
    let mut stop = gateway.parts.stop.clone();
    let first = tokio::select! {
        () = stop.asked() => return Err(Ended::Stopping),
        first = tokio::time::timeout(HELLO_WITHIN, said(socket)) => {
            first.map_err(|_| Ended::Silent)??
        }
    };
    let admitted = admit(gateway, address, &first)?;
    Ok(Session::new(gateway, admitted, address))
}

/// The next text a page says.
async fn said(socket: &mut WebSocket) -> Result<Utf8Bytes, Ended> {
    loop {
        match socket.recv().await {
            Some(Ok(Message::Text(text))) => return Ok(text),
            Some(Ok(Message::Binary(_))) => {
                return Err(Ended::Unreadable("frames are text".to_owned()));
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Ended::Left),
        }
    }
}

/// The answer to a command under way.
type Answering = BoxFuture<'static, String>;

/// One page.
struct Session {
    gateway: Gateway,
    number: u64,
    admitted: Admitted,
    address: IpAddr,
    seat: Seat,
    /// Where it stands in each partition.
    through: BTreeMap<Partition, Position>,
    figures: BTreeMap<Partition, u64>,
    looking: Option<CaseId>,
    seen_there: Vec<String>,
    commands: FuturesUnordered<Answering>,
    resyncs: Vec<Stopwatch>,
}

impl Session {
    fn new(gateway: &Gateway, admitted: Admitted, address: IpAddr) -> Self {
        let frames_max = gateway.parts.config.gateway.tail_ranges_max;
        let reached = || {
            let counties = gateway.counties.iter();
            counties.map(|(partition, county)| (*partition, county.reached().0)).collect()
        };
        let clock = &gateway.parts.clock;
        let seat = gateway.hubs.sit(admitted.view.clone(), reached, (frames_max, clock));
        Self {
            number: gateway.next_session(),
            gateway: gateway.clone(),
            admitted,
            address,
            seat,
            through: BTreeMap::new(),
            figures: BTreeMap::new(),
            looking: None,
            seen_there: Vec::new(),
            commands: FuturesUnordered::new(),
            resyncs: Vec::new(),
        }
    }

    fn leave(&mut self) {
        self.turn_to(None);
    }

    async fn serve(&mut self, socket: &mut WebSocket) -> Ended {
        match self.talk(socket).await {
            Ok(never) => match never {},
            Err(ended) => ended,
        }
    }

    async fn talk(&mut self, socket: &mut WebSocket) -> Result<std::convert::Infallible, Ended> {
        let mut pulse = self.seat.hub.pulse();
        let mut beats = self.gateway.beats.subscribe();
        let mut presence = self.gateway.presence.moved();
        let mut stop = self.gateway.parts.stop.clone();
        self.welcome(socket).await?;
        for partition in self.admitted.partitions.clone() {
            self.begin(socket, partition).await?;
        }
        self.deliver(socket).await?;
        loop {
            let may_ask = self.commands.len() < COMMANDS_MAX;
            tokio::select! {
                () = stop.asked() => return Err(Ended::Stopping),
                text = said(socket), if may_ask => self.hear(&text?)?,
                moved = pulse.changed() => {
                    moved.map_err(|_| Ended::Stopping)?;
                    self.deliver(socket).await?;
                }
                beaten = next_beat(&mut beats) => {
                    let beaten = beaten?;
                    self.beat(socket, &beaten).await?;
                }
                Some(answer) = self.commands.next(), if !self.commands.is_empty() => {
                    feed(socket, answer.into()).await?;
                    flush(socket).await?;
                }
                moved = presence.changed(), if self.looking.is_some() => {
                    moved.map_err(|_| Ended::Stopping)?;
                    self.tell_presence(socket).await?;
                }
            }
        }
    }

    async fn welcome(&mut self, socket: &mut WebSocket) -> Result<(), Ended> {
        let Admitted { visitor, view, partitions, .. } = &self.admitted;
        let parts = &self.gateway.parts;
        let welcome = Welcome {
            build: env!("CARGO_PKG_VERSION"),
            epoch: parts.journal.epoch().to_string(),
            now: parts.clock.now(),
            session: self.number,
            city: &parts.config.city.name,
            page: view.page,
            account: visitor.account(),
            role: visitor.role(),
            partitions,
        };
        feed(socket, framed("hello", &welcome)?).await
    }

    /// A partition's beginning: the tail where the page can go on, its rows otherwise.
    async fn begin(&mut self, socket: &mut WebSocket, partition: Partition) -> Result<(), Ended> {
        let since = self.admitted.since.get(&partition).copied();
        let reached = self.gateway.county(partition).map_err(broken)?.reached();
        if let Some(since) = since
            && let Some(channel) = self.seat.hub.channel(partition)
            && channel.frames.count_after(since).is_some()
        {
            self.through.insert(partition, since);
            let live = self.live(partition, (since, reached.1), "tail");
            return feed(socket, framed("live", &live)?).await;
        }
        self.send_rows(socket, partition, "snapshot").await
    }

    async fn send_rows(
        &mut self,
        socket: &mut WebSocket,
        partition: Partition,
        how: &'static str,
    ) -> Result<(), Ended> {
        let gateway = self.gateway.clone();
        let hub = Arc::clone(&self.seat.hub);
        let channel = hub.channel(partition).ok_or(Ended::OtherEpoch)?;
        let county = gateway.county(partition).map_err(broken)?;
        let encoding = Encoding {
            view: &hub.view,
            plane: &gateway.projection,
            metrics: &gateway.parts.metrics,
        };
        let snapshot = channel.snapshot(county, encoding).await.map_err(broken)?;
        for page in &snapshot.pages {
            feed(socket, page.clone()).await?;
            flush(socket).await?;
        }
        self.through.insert(partition, snapshot.through);
        let live = self.live(partition, (snapshot.through, snapshot.at), how);
        feed(socket, framed("live", &live)?).await
    }

    fn live(
        &self,
        partition: Partition,
        (through, at): (Position, crate::domain::Timestamp),
        how: &'static str,
    ) -> Live {
        let through = format!("{}:{through}", self.gateway.parts.journal.epoch());
        Live { partition, through, at, how }
    }

    /// Sends what the channels have beyond where the page stands, and flushes once.
    async fn deliver(&mut self, socket: &mut WebSocket) -> Result<(), Ended> {
        let hub = Arc::clone(&self.seat.hub);
        for partition in self.admitted.partitions.clone() {
            let Some(channel) = hub.channel(partition) else { continue };
            let mut through = self.through.get(&partition).copied().unwrap_or_default();
            loop {
                match channel.frames.after(through, FRAMES_MAX) {
                    Found::Lines(lines) if lines.is_empty() => break,
                    Found::Lines(lines) => {
                        for line in &lines {
                            feed(socket, line.what.clone()).await?;
                            through = line.place;
                        }
                    }
                    Found::Behind => {
                        self.resync(socket, partition).await?;
                        through = self.through.get(&partition).copied().unwrap_or_default();
                    }
                }
            }
            self.through.insert(partition, through);
        }
        flush(socket).await
    }

    /// A page that fell behind what is kept gets the rows anew; one that does so again and again
    /// is told to come back later.
    async fn resync(&mut self, socket: &mut WebSocket, partition: Partition) -> Result<(), Ended> {
        self.gateway.parts.metrics.gateway_resyncs_total.inc();
        self.resyncs.retain(|resync| resync.elapsed() < RESYNCS_WITHIN);
        self.resyncs.push(Stopwatch::start());
        if RESYNCS_MAX <= self.resyncs.len() {
            return Err(Ended::Slow);
        }
        self.send_rows(socket, partition, "resync").await
    }

    async fn beat(&mut self, socket: &mut WebSocket, beaten: &Beaten) -> Result<(), Ended> {
        for partition in &self.admitted.partitions {
            let Some((number, text)) = beaten.figures.get(partition) else { continue };
            if self.figures.insert(*partition, *number) != Some(*number) {
                feed(socket, text.clone()).await?;
            }
        }
        feed(socket, beaten.beat.clone()).await?;
        flush(socket).await
    }

    fn hear(&mut self, text: &str) -> Result<(), Ended> {
        match Said::read(text).map_err(|error| Ended::Unreadable(error.to_string()))? {
            Said::Hello(_) => Err(Ended::Unreadable("hello is said once".to_owned())),
            Said::Command(body) => self.ask(*body),
            Said::Looking(looking) => {
                let seen = looking.case.filter(|case| self.sees(*case));
                self.turn_to(seen);
                Ok(())
            }
        }
    }

    fn ask(&mut self, body: CommandBody) -> Result<(), Ended> {
        if self.admitted.view.page != PageKind::Desk {
            return Err(Ended::Unreadable("a wall asks nothing".to_owned()));
        }
        let (gateway, visitor) = (self.gateway.clone(), self.admitted.visitor.clone());
        let (address, id) = (self.address, body.id);
        let answering = async move { answered(&gateway, (&visitor, address), id, body).await };
        self.commands.push(answering.boxed());
        Ok(())
    }

    /// Whether the page shows `case`.
    fn sees(&self, case: CaseId) -> bool {
        let shown = self.admitted.partitions.contains(&case.partition);
        let county = self.gateway.county(case.partition);
        shown
            && county.is_ok_and(|county| {
                let case = county.look(|rows| rows.cases.get(&case).cloned());
                self.admitted.view.shows_any(case.as_deref())
            })
    }

    fn turn_to(&mut self, case: Option<CaseId>) {
        let account = self.admitted.visitor.account().unwrap_or("-");
        self.gateway.presence.turn((self.number, account), self.looking, case);
        self.looking = case;
        self.seen_there.clear();
    }

    async fn tell_presence(&mut self, socket: &mut WebSocket) -> Result<(), Ended> {
        let Some(case) = self.looking else { return Ok(()) };
        let accounts = self.gateway.presence.at(case);
        if accounts == self.seen_there {
            return Ok(());
        }
        self.seen_there.clone_from(&accounts);
        feed(socket, framed("present", &Present { case, accounts })?).await?;
        flush(socket).await
    }
}

/// Journals a command and says where, or why not.
async fn answered(
    gateway: &Gateway,
    (visitor, address): (&crate::access::Visitor, IpAddr),
    id: Option<CommandId>,
    body: CommandBody,
) -> String {
    let answer = match command::journal(gateway, (visitor, address), body).await {
        Ok(receipt) => frame("journalled", &receipt),
        Err(problem) => frame("turned_away", &TurnedAway { command: id, problem: &problem }),
    };
    answer.unwrap_or_default()
}

async fn next_beat(beats: &mut watch::Receiver<Arc<Beaten>>) -> Result<Arc<Beaten>, Ended> {
    beats.changed().await.map_err(|_| Ended::Stopping)?;
    Ok(Arc::clone(&beats.borrow_and_update()))
}

fn framed<T: serde::Serialize>(kind: &str, body: &T) -> Result<Utf8Bytes, Ended> {
    frame(kind, body).map(Utf8Bytes::from).map_err(broken)
}

fn broken(why: impl std::fmt::Debug) -> Ended {
    Ended::Broken(format!("{why:?}"))
}

async fn feed(socket: &mut WebSocket, text: Utf8Bytes) -> Result<(), Ended> {
    written(socket.feed(Message::Text(text))).await
}

async fn flush(socket: &mut WebSocket) -> Result<(), Ended> {
    written(socket.flush()).await
}

/// Waits for a write, but not for ever: a page that takes nothing is gone.
async fn written(write: impl Future<Output = Result<(), axum::Error>>) -> Result<(), Ended> {
    match tokio::time::timeout(WRITTEN_WITHIN, write).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Ended::Left),
        Err(_) => Err(Ended::Slow),
    }
}
