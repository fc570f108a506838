//! One page's connection, from its hello to its close.
//!
//! News is brought by the tellers; the page's own task listens, answers, sends rows, and goes on
//! with a page whose socket did not take all it was given.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt as _, StreamExt as _};
use tokio::sync::OwnedSemaphorePermit;

use crate::access::Whence;
use crate::domain::{CaseId, CommandId, Partition, Position, Timestamp};
use crate::telemetry::Stopwatch;
use crate::wire::pages::CommandBody;
use crate::wire::rows::PageKind;
use crate::wire::socket_v1::{How, Live, Present, Said, Standpoint, Told, TurnedAway, Welcome};

use super::super::command;
use super::super::gateway::Gateway;
use super::channel::{Channel, Encoding};
use super::close::Ended;
use super::ear::Ear;
use super::hello::{Admitted, admit};
use super::hubs::{Seat, SessionId};
use super::outbox::{Outbox, text_frame};
use super::tell::news;

/// How long a page has to say hello.
const HELLO_WITHIN: Duration = Duration::from_secs(5);
/// How long a page waits for a server that has just started.
const READY_WITHIN: Duration = Duration::from_secs(8);
/// Commands of one page under way at once; more wait unread.
const COMMANDS_MAX: usize = 16;
/// Resyncs within [`RESYNCS_WITHIN`] after which a page is too slow.
const RESYNCS_MAX: usize = 3;
const RESYNCS_WITHIN: Duration = Duration::from_mins(1);

/// Serves the page of `outbox` until it leaves, and says why it ended; its place is then free.
pub(super) async fn run(
    gateway: Gateway,
    outbox: Arc<Outbox>,
    (early, whence): (Vec<u8>, Whence),
    place: Option<OwnedSemaphorePermit>,
) {
    let mut ear = Ear::new(Arc::clone(&outbox), early);
    // A greeting holds much for a moment, and the page's task as much as its largest moment.
    let greeted = match &place {
        Some(_) => greet(&gateway, (&outbox, &mut ear), whence).boxed().await,
        None => Err(Ended::Full),
    };
    let ended = match greeted {
        Ok(mut session) => {
            let ended = session.serve(&mut ear).await;
            session.turn_to(None);
            ended
        }
        Err(ended) => ended,
    };
    gateway.parts.metrics.gateway_closed_total.with_label_values(&[ended.label()]).inc();
    ear.say_farewell(&ended).boxed().await;
}

/// Hears the hello, and sends the page what there is to see.
async fn greet(
    gateway: &Gateway,
    (outbox, ear): (&Arc<Outbox>, &mut Ear),
    whence: Whence,
) -> Result<Session, Ended> {
    let mut stop = gateway.parts.stop.clone();
    let first = tokio::select! {
        () = stop.asked() => return Err(Ended::Stopping),
        first = tokio::time::timeout(HELLO_WITHIN, ear.said()) => {
            first.map_err(|_| Ended::Silent)??
        }
    };
    let admitted = admit(gateway, whence, &first)?;
    tokio::select! {
        () = stop.asked() => return Err(Ended::Stopping),
        ready = tokio::time::timeout(READY_WITHIN, gateway.until_ready()) => {
            ready.map_err(|_| Ended::Starting)?;
        }
    }
    let mut session = Session::new(gateway, (admitted, Arc::clone(outbox)), whence);
    session.welcome()?;
    for partition in session.admitted.partitions.clone() {
        session.begin(partition).await?;
    }
    session.catch_up().await?;
    Ok(session)
}

/// The answer to a command under way.
type Answering = BoxFuture<'static, Bytes>;

/// One page.
struct Session {
    gateway: Gateway,
    number: SessionId,
    admitted: Admitted,
    whence: Whence,
    outbox: Arc<Outbox>,
    seat: Seat,
    looking: Option<CaseId>,
    seen_there: Vec<String>,
    commands: FuturesUnordered<Answering>,
    resyncs: Vec<Stopwatch>,
}

impl Session {
    fn new(gateway: &Gateway, (admitted, outbox): (Admitted, Arc<Outbox>), whence: Whence) -> Self {
        let number = gateway.next_session();
        let frames_max = gateway.parts.config.gateway.tail_ranges_max;
        let reached = || {
            let counties = gateway.counties.iter();
            counties.map(|(partition, county)| (*partition, county.reached().0)).collect()
        };
        let page = (admitted.view.clone(), number, Arc::clone(&outbox));
        let seat = gateway.hubs.sit(page, reached, (frames_max, &gateway.parts.clock));
        Self {
            gateway: gateway.clone(),
            number,
            admitted,
            whence,
            outbox,
            seat,
            looking: None,
            seen_there: Vec::new(),
            commands: FuturesUnordered::new(),
            resyncs: Vec::new(),
        }
    }

    async fn serve(&mut self, ear: &mut Ear) -> Ended {
        match self.talk(ear).await {
            Ok(never) => match never {},
            Err(ended) => ended,
        }
    }

    async fn talk(&mut self, ear: &mut Ear) -> Result<std::convert::Infallible, Ended> {
        let mut presence = self.gateway.presence.moved();
        let mut stop = self.gateway.parts.stop.clone();
        let outbox = Arc::clone(&self.outbox);
        loop {
            let may_ask = self.commands.len() < COMMANDS_MAX;
            tokio::select! {
                () = stop.asked() => return Err(Ended::Stopping),
                text = ear.said(), if may_ask => self.hear(&text?)?,
                () = outbox.needed() => self.catch_up().boxed().await?,
                Some(answer) = self.commands.next(), if !self.commands.is_empty() => {
                    outbox.send(answer);
                }
                moved = presence.changed(), if self.looking.is_some() => {
                    moved.map_err(|_| Ended::Stopping)?;
                    self.tell_presence()?;
                }
            }
        }
    }

    fn welcome(&self) -> Result<(), Ended> {
        let Admitted { visitor, view, partitions, .. } = &self.admitted;
        let parts = &self.gateway.parts;
        let welcome = Welcome {
            build: env!("CARGO_PKG_VERSION"),
            epoch: parts.journal.epoch(),
            now: parts.clock.now(),
            session: self.number,
            city: &parts.config.city.name,
            page: view.page,
            account: visitor.account(),
            role: visitor.role(),
            partitions,
        };
        self.say(&Told::Hello(welcome))
    }

    /// A partition's beginning: the tail where the page can go on, its rows otherwise.
    async fn begin(&mut self, partition: Partition) -> Result<(), Ended> {
        let since = self.admitted.since.get(&partition).copied();
        let reached = self.gateway.county(partition).map_err(broken)?.reached();
        if since.is_some_and(|since| reached.0 < since) {
            // All that was ever shown is durable: who saw more saw another journal.
            return Err(Ended::OtherEpoch);
        }
        if let Some(since) = since
            && let Some(channel) = self.seat.hub.channel(partition)
            && channel.frames.count_after(since).is_some()
        {
            return self.live((partition, How::Tail), (since, reached.1));
        }
        self.send_rows(partition, How::Snapshot).await
    }

    async fn send_rows(&mut self, partition: Partition, how: How) -> Result<(), Ended> {
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
            self.outbox.send(page.clone());
        }
        self.live((partition, how), (snapshot.through, snapshot.at))?;
        self.outbox.emptied().await
    }

    /// From here on the partition is live.
    fn live(
        &self,
        (partition, how): (Partition, How),
        (through, at): (Position, Timestamp),
    ) -> Result<(), Ended> {
        self.outbox.open().stands(partition, through);
        let through = Standpoint(format!("{}:{through}", self.gateway.parts.journal.epoch()));
        self.say(&Told::Live(Live { partition, through, at, how }))
    }

    fn say(&self, told: &Told<'_>) -> Result<(), Ended> {
        self.outbox.send(text_frame(told.frame().map_err(broken)?));
        Ok(())
    }

    /// Goes on where the page stands until it has all there is; then the tellers bring the rest.
    async fn catch_up(&mut self) -> Result<(), Ended> {
        if self.outbox.is_given_up() {
            return Err(Ended::Silent);
        }
        let mut fell_behind = false;
        loop {
            self.outbox.emptied().await?;
            let behind = {
                let mut open = self.outbox.open();
                let next = news(&self.seat.hub, &open.through, &self.seat.hub.newest());
                open.held = next.cut;
                if 0 < next.frames {
                    open.through.clone_from(&next.to);
                    self.outbox.send_in(&mut open, next.bytes);
                }
                match next.behind {
                    None if next.cut => continue,
                    None => return Ok(()),
                    Some(partition) => partition,
                }
            };
            // One stall is one, however many partitions it was too long for.
            if !fell_behind && !self.was_restated(behind) {
                fell_behind = true;
                self.note_resync()?;
            }
            self.gateway.parts.metrics.gateway_resyncs_total.inc();
            self.send_rows(behind, How::Resync).await?;
        }
    }

    /// Whether the page needs rows anew because all of them were said again, and not because it is
    /// slow.
    fn was_restated(&self, partition: Partition) -> bool {
        let through = self.outbox.open().through_of(partition);
        let restated = self.seat.hub.channel(partition).map(Channel::restated);
        through < restated
    }

    /// A page that falls behind what is kept gets the rows anew; one that does so again and again
    /// is told to come back later.
    fn note_resync(&mut self) -> Result<(), Ended> {
        self.resyncs.retain(|resync| resync.elapsed() < RESYNCS_WITHIN);
        self.resyncs.push(Stopwatch::start());
        if self.resyncs.len() < RESYNCS_MAX { Ok(()) } else { Err(Ended::Slow) }
    }

    fn hear(&mut self, text: &str) -> Result<(), Ended> {
        match Said::read(text).map_err(|error| Ended::Unreadable(error.to_string()))? {
            Said::Hello(_) => Err(Ended::Unreadable("hello is said once".to_owned())),
            Said::Command(body) => self.ask(*body),
            Said::Looking(looking) => {
                let seen = looking.case.filter(|case| self.may_look() && self.sees(*case));
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
        let (whence, id) = (self.whence, body.id);
        let answering = async move { answered(&gateway, (&visitor, whence), id, body).await };
        self.commands.push(answering.boxed());
        Ok(())
    }

    /// Whether it counts as looking, and is told who else does: staff at a desk, who have names.
    /// What others say of it is passed over.
    fn may_look(&self) -> bool {
        let Admitted { visitor, view, .. } = &self.admitted;
        view.page == PageKind::Desk && visitor.account().is_some()
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
        let account = self.admitted.visitor.account().unwrap_or_default();
        self.gateway.presence.turn((self.number, account), self.looking, case);
        self.looking = case;
        self.seen_there.clear();
    }

    fn tell_presence(&mut self) -> Result<(), Ended> {
        let Some(case) = self.looking else { return Ok(()) };
        // It may have gone out of sight since: then it is no longer looked at from here.
        if !self.sees(case) {
            self.turn_to(None);
            return Ok(());
        }
        let accounts = self.gateway.presence.at(case);
        if accounts == self.seen_there {
            return Ok(());
        }
        self.seen_there.clone_from(&accounts);
        self.say(&Told::Present(Present { case, accounts }))
    }
}

/// Journals a command and says where, or why not.
async fn answered(
    gateway: &Gateway,
    (visitor, whence): (&crate::access::Visitor, Whence),
    id: Option<CommandId>,
    body: CommandBody,
) -> Bytes {
    let answer = match command::journal(gateway, (visitor, whence), body).await {
        Ok(receipt) => Told::Journalled(receipt).frame(),
        Err(problem) => {
            Told::TurnedAway(TurnedAway { command: id, problem: problem.written() }).frame()
        }
    };
    text_frame(answer.unwrap_or_default())
}

fn broken(why: impl std::fmt::Debug) -> Ended {
    Ended::Broken(format!("{why:?}"))
}
