//! The slow count: every fact by its definition, from the whole history of each case.

use liandong::domain::trade::{Card, Satisfaction};
use liandong::domain::{
    Case, CaseState, Channel, Happened, KindCode, OrgCode, PrivacyClass, Reply, Ticket, Timestamp,
    VerbCode,
};
use liandong::picture::figures::{Fact as F, Gauge as G, Span as S};

use super::count_kinds::Out;
use super::history::{History, Moved};

pub(super) const HOUR: i64 = 3_600_000;
pub(super) const MONTH: i64 = 30 * 24 * HOUR;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Thing {
    Fact(F, Timestamp),
    Gauge(G),
    Span(S, Timestamp, i64),
}

/// One count, and the row it belongs to.
#[derive(Debug, Clone)]
pub(super) struct Counted {
    pub(super) thing: Thing,
    pub(super) org: Option<OrgCode>,
    /// Whether it counts for its organisation, and in other rows.
    pub(super) rows: (bool, bool),
    pub(super) count: i64,
    pub(super) case: Case,
    pub(super) channel: Option<Channel>,
}

impl Counted {
    pub(super) fn is_closed_room(&self) -> bool {
        matches!(self.case.privacy, PrivacyClass::Restricted | PrivacyClass::Staff)
    }
}

/// Something that stands.
#[derive(Debug, Clone)]
pub(super) struct Stands {
    pub(super) at: Timestamp,
    pub(super) order: usize,
    pub(super) org: Option<OrgCode>,
    pub(super) late: bool,
}

/// A step that said so: which, when, whose.
pub(super) type Said = (usize, Timestamp, Option<OrgCode>);

/// One case's road.
pub(super) struct Road<'a> {
    pub(super) history: &'a History,
    pub(super) moves: &'a [Moved],
    pub(super) last: &'a Case,
}

/// Everything that counts as of the history's now.
pub(super) fn count(history: &History) -> Vec<Counted> {
    let mut all = Vec::new();
    for moves in history.cases.values() {
        let last = moves.last().unwrap().row.as_ref();
        if last.purpose.is_real() {
            Road { history, moves, last }.count(&mut all);
        }
    }
    for rows in history.tickets.values() {
        let (_, ticket) = rows.last().unwrap();
        if ticket.purpose.is_real() {
            count_ticket(history, ticket, &mut all);
        }
    }
    all
}

fn waits(row: &Case) -> bool {
    matches!(row.state, CaseState::Reported | CaseState::Verifying)
}

pub(super) fn closed(row: &Case) -> bool {
    matches!(row.state, CaseState::Closed | CaseState::Evaluated)
}

fn done(row: &Case) -> bool {
    row.state == CaseState::Handled || closed(row)
}

fn late(row: &Case, now: Timestamp) -> bool {
    match row.state {
        CaseState::Suspended => row.pause.as_ref().is_some_and(|pause| pause.left_ms < 0),
        _ => !row.state.is_ended() && row.clock.is_some_and(|clock| clock.due < now),
    }
}

impl Road<'_> {
    /// The last time that `did` was so, and no row since is `undone`.
    fn stands(
        &self,
        did: impl Fn(&Case, &Moved) -> bool,
        undone: impl Fn(&Case) -> bool,
    ) -> Option<Stands> {
        let at = (1..self.moves.len()).rev().find(|at| {
            let before = self.moves[*at - 1].row.as_ref();
            did(before, &self.moves[*at])
        })?;
        let (before, moved) = (&self.moves[at - 1].row, &self.moves[at]);
        let since = self.moves[at + 1..].iter();
        if since.into_iter().any(|later| undone(&later.row)) || undone(&moved.row) {
            return None;
        }
        Some(Stands {
            at: moved.at,
            order: moved.order,
            org: moved.row.lead.clone().or_else(|| before.lead.clone()),
            late: late(before, moved.at),
        })
    }

    /// The last step that says so, whatever came after.
    pub(super) fn said(&self, what: impl Fn(&Happened) -> bool) -> Option<Said> {
        let at = (0..self.moves.len()).rev().find(|at| what(&self.moves[*at].what))?;
        let before = at.checked_sub(1).and_then(|at| self.moves[at].row.lead.clone());
        Some((at, self.moves[at].at, self.moves[at].row.lead.clone().or(before)))
    }

    /// Until when the centre had to accept it, as of move `at`.
    fn accept_due(&self, at: usize) -> Option<Timestamp> {
        let mut due: Option<(Timestamp, Timestamp)> = None;
        let mut waited = false;
        for moved in &self.moves[..=at] {
            if waits(&moved.row) && !waited {
                due = None;
            }
            waited = waits(&moved.row);
            if let Some(clock) = moved.row.clock
                && moved.row.state == CaseState::Reported
                && due.is_none_or(|(since, _)| since == clock.since)
            {
                due = Some((clock.since, clock.due));
            }
        }
        due.map(|(_, due)| due)
    }

    fn accepted(&self) -> Option<Stands> {
        let void = |row: &Case| matches!(row.state, CaseState::Cancelled | CaseState::SelfCleared);
        let did =
            |before: &Case, moved: &Moved| waits(before) && !waits(&moved.row) && !void(&moved.row);
        let at = (1..self.moves.len())
            .rev()
            .find(|at| did(&self.moves[*at - 1].row, &self.moves[*at]))?;
        let stands = self.stands(did, waits)?;
        let late = self.accept_due(at - 1).is_some_and(|due| due < stands.at);
        Some(Stands { late, ..stands })
    }

    pub(super) fn closed(&self, handled: Option<&Stands>) -> Option<Stands> {
        let did = |before: &Case, moved: &Moved| !before.state.is_ended() && closed(&moved.row);
        let stands = self.stands(did, |row| !closed(row))?;
        let late = stands.late || handled.is_some_and(|handled| handled.late);
        Some(Stands { late, ..stands })
    }

    fn filed(&self) -> Option<(Timestamp, bool)> {
        let filed = self.last.filed_at?;
        let before = |at: usize| at.checked_sub(1).and_then(|at| self.moves[at].row.filed_at);
        let changed =
            (0..self.moves.len()).rev().find(|at| self.moves[*at].row.filed_at != before(*at));
        let due = changed?.checked_sub(1).and_then(|at| self.accept_due(at));
        let stands = !matches!(self.last.state, CaseState::Merged | CaseState::Rejected);
        stands.then_some((filed, due.is_some_and(|due| due < filed)))
    }

    fn count(&self, all: &mut Vec<Counted>) {
        let (row, lead) = (self.last, self.last.lead.clone());
        let arrived = self.moves.iter().any(|it| matches!(it.what, Happened::Arrived { .. }));
        let begun = (!arrived).then_some(row.opened_at);
        let mut out = Out { all, row, channel: row.channel };
        out.fact(F::Opened, begun, &lead);
        out.fact(F::Heard, begun.filter(|_| row.channel.is_some()), &lead);
        let filed = self.filed();
        let filed_at = filed.map(|(at, _)| at);
        out.fact(F::Filed, filed_at, &lead);
        out.fact(F::FiledInTime, filed.filter(|(_, late)| !late).map(|(at, _)| at), &lead);
        let merged = row.ended_at.filter(|_| row.state == CaseState::Merged);
        out.fact(F::Merged, merged, &lead);

        let to_dispatch = |row: &Case| waits(row) || row.state == CaseState::Filed;
        let to_sign = |row: &Case| to_dispatch(row) || row.state == CaseState::Dispatched;
        let is = |what: fn(&Happened) -> bool| move |_: &Case, moved: &Moved| what(&moved.what);
        let accepted = self.accepted();
        let sent = is(|what| matches!(what, Happened::Dispatched { .. }));
        let dispatched = self.stands(sent, to_dispatch);
        let signed = self.stands(is(|what| *what == Happened::Accepted), to_sign);
        let handled = self.stands(
            |before, moved| !before.state.is_ended() && !done(before) && done(&moved.row),
            |row| !done(row),
        );
        let checked = self.stands(
            |before, moved| {
                let left = before.state == CaseState::Handled && moved.row.state != before.state;
                left && (!moved.row.state.is_ended() || closed(&moved.row))
            },
            |row| row.state == CaseState::Handled,
        );
        let ended = self.closed(handled.as_ref());
        out.stands((F::Accepted, F::AcceptedInTime), accepted.as_ref());
        out.stands((F::Dispatched, F::DispatchedInTime), dispatched.as_ref());
        let returned = row.counters.returns != 0;
        let again = dispatched.as_ref().filter(|_| returned);
        out.fact(F::DispatchedAgain, again.map(|it| it.at), &again.and_then(|it| it.org.clone()));
        out.stands((F::Signed, F::SignedInTime), signed.as_ref());
        out.stands((F::Handled, F::HandledInTime), handled.as_ref());
        out.stands((F::Checked, F::CheckedInTime), checked.as_ref());
        out.stands((F::Closed, F::ClosedInTime), ended.as_ref());
        let reworked = self.said(|what| matches!(what, Happened::CheckFailed { .. }));
        let extended = self.said(|what| matches!(what, Happened::Extended { .. }));
        let alone = self.said(|what| matches!(what, Happened::SelfHandled { .. }));
        out.said(F::Reworked, reworked);
        out.said(F::Extended, extended);
        out.said(F::SelfHandled, alone.filter(|_| filed.is_some()));
        let back = ended.as_ref().filter(|closed| self.came_back(closed));
        out.fact(F::Recurred, back.map(|it| it.at), &back.and_then(|it| it.org.clone()));
        let own_eyes = [Channel::Grid, Channel::Video, Channel::Sensor];
        let own = row.channel.is_some_and(|channel| own_eyes.contains(&channel));
        let asked = self.citizen_asked(handled.as_ref());
        out.fact(F::Proactive, filed_at.filter(|_| own && !asked), &lead);

        let at = |stands: &Option<Stands>| stands.as_ref().map(|it| it.at);
        let worked_on = at(&signed).or(row.dispatched_at);
        let from_filing = row.filed_at.filter(|_| dispatched.is_some());
        out.span(S::Accept, Some(row.opened_at), accepted.as_ref());
        out.span(S::Dispatch, from_filing, dispatched.as_ref());
        out.span(S::Sign, row.dispatched_at, signed.as_ref());
        out.span(S::Handle, worked_on, handled.as_ref());
        out.span(S::Check, at(&handled), checked.as_ref());
        out.span(S::Whole, Some(row.opened_at), handled.as_ref());

        self.count_cards(&mut out);
        self.count_kind(&mut out, (filed_at, begun), (&accepted, &signed, &handled, &ended));
        self.count_orders(&mut out);
        if !self.history.left.contains_key(&row.id) {
            self.count_now(&mut out, handled.as_ref());
        }
    }

    /// Whether the same item was filed near by after it was closed, opened within 30 days.
    fn came_back(&self, closed: &Stands) -> bool {
        let at_closing = self.moves.iter().find(|it| it.order == closed.order).unwrap();
        let spot = |row: &Case| row.item.zip(row.place.point);
        let Some((item, point)) = spot(&at_closing.row) else { return false };
        let gone = self.history.left.get(&self.last.id).map_or(usize::MAX, |(order, _)| *order);
        let radius = u64::from(self.history.rules.fusion.radius_dm);
        let others = self.history.cases.values().filter(|it| it[0].row.purpose.is_real());
        others.into_iter().any(|moves| {
            (0..moves.len()).any(|at| {
                let before = at.checked_sub(1).and_then(|at| moves[at].row.filed_at);
                let (row, order) = (&moves[at].row, moves[at].order);
                let filed = row.filed_at.is_some() && row.filed_at != before;
                let age = row.opened_at.ms_since(closed.at);
                let near = spot(row).is_some_and(|(other, there)| {
                    other == item && there.distance_dm(point) <= radius
                });
                let after = closed.order < order && order < gone && row.id != self.last.id;
                filed && near && after && (0..=MONTH).contains(&age)
            })
        })
    }

    /// Whether a citizen asked about it before it was handled.
    fn citizen_asked(&self, handled: Option<&Stands>) -> bool {
        use Channel::{Business, Hotline, Petition, Police110, PublicApp};
        let rows = self.history.tickets.values().map(|rows| &rows.last().unwrap().1);
        let here = rows.filter(|it| it.case == self.last.id && it.purpose.is_real());
        let citizens = [PublicApp, Hotline, Police110, Petition, Business];
        let asked = here.filter(|it| citizens.contains(&it.channel)).map(|it| it.admitted_at);
        match (asked.min(), handled) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(asked), Some(handled)) => asked < handled.at,
        }
    }

    fn count_now(&self, out: &mut Out<'_>, handled: Option<&Stands>) {
        let (row, now) = (self.last, self.history.now);
        let open = !row.state.is_ended();
        let late = late(row, now);
        let card = |card| open && row.supervision.as_ref().is_some_and(|it| it.card == card);
        let kind = self.history.rules.kind(row.kind);
        let stage = kind.stage(row.stage, row.state).map(|(_, stage)| stage);
        let lets = |verb| stage.is_some_and(|it| it.moves.iter().any(|it| it.verb == verb));
        let handling = matches!(row.state, CaseState::Handling | CaseState::Suspended);
        let to_dispatch = late && lets(VerbCode::Dispatch);
        let of = |kind| row.kind == KindCode::of(kind);
        let accept_due = self.accept_due(self.moves.len() - 1);
        let so = [
            (G::Open, open),
            (G::Overdue, late),
            (G::Soon, open && !late && self.is_soon()),
            (G::Suspended, row.state == CaseState::Suspended),
            (G::Plain, card(Card::Plain)),
            (G::Yellow, card(Card::Yellow)),
            (G::Red, card(Card::Red)),
            (G::AcceptOverdue, waits(row) && accept_due.is_some_and(|due| due < now)),
            (G::DispatchOverdue, to_dispatch),
            (G::DispatchOverdueAgain, to_dispatch && row.counters.returns != 0),
            (G::SignOverdue, late && lets(VerbCode::Accept)),
            (G::HandleOverdue, late && handling),
            (G::CheckOverdue, late && row.state == CaseState::Handled),
            (
                G::CloseOverdue,
                open && row.filed_at.is_some() && (late || handled.is_some_and(|it| it.late)),
            ),
            (G::DisputeGravest, of("dispute") && open && row.colour == Some(0)),
            (G::DisputeTouchOverdue, of("dispute") && late && lets(VerbCode::Accept)),
            (G::HazardOverdue, of("safety_hazard") && late && handling),
        ];
        for (gauge, _) in so.into_iter().filter(|(_, stands)| *stands) {
            out.put(Thing::Gauge(gauge), (row.lead.clone(), (true, true)), 1);
        }
    }

    /// Less than an hour is left of its stage, or four working hours.
    fn is_soon(&self) -> bool {
        let Some(clock) = self.last.clock.filter(|_| self.last.state != CaseState::Suspended)
        else {
            return false;
        };
        let (now, calendar) = (self.history.now, &self.history.rules.calendar);
        let least = if clock.unit.is_working() { 4 * HOUR } else { HOUR };
        calendar.passed(clock.unit, now, clock.due) < least
    }
}

fn count_ticket(history: &History, ticket: &Ticket, all: &mut Vec<Counted>) {
    let Some(moves) = history.cases.get(&ticket.case) else { return };
    let row = moves.last().unwrap().row.as_ref();
    let arrived = moves.iter().any(|it| matches!(it.what, Happened::Arrived { .. }));
    let (lead, now) = (row.lead.clone(), history.now);
    let mut out = Out { all, row, channel: Some(ticket.channel) };
    let admitted = Some(ticket.admitted_at).filter(|_| !arrived);
    out.fact(F::TicketAdmitted, admitted, &lead);
    out.fact(F::TicketExcluded, ticket.exclusion.as_ref().map(|it| it.at), &lead);
    if ticket.exclusion.is_some() || ticket.reply == Reply::NotOwed {
        return;
    }
    let rules = &history.rules;
    let due = rules.calendar.after(ticket.admitted_at, rules.limits.contact);
    let replied = match ticket.reply {
        Reply::Given { at, .. } => Some(at),
        Reply::NotOwed | Reply::Owed { .. } => None,
    };
    let contacted = [ticket.contacted_at, replied].into_iter().flatten().min();
    out.fact(F::Contacted, contacted, &lead);
    out.fact(F::ContactedInTime, contacted.filter(|at| *at <= due), &lead);
    if contacted.is_none() && due < now && !history.left.contains_key(&row.id) {
        out.put(Thing::Gauge(G::ContactOverdue), (lead.clone(), (true, true)), 1);
    }
    let Some(visit) = ticket.visit.as_deref() else { return };
    let so = |stands: bool| stands.then_some(visit.at);
    let good = [Satisfaction::Satisfied, Satisfaction::FairlySatisfied];
    out.fact(F::Visited, so(true), &lead);
    out.fact(F::Solved, so(visit.resolved), &lead);
    out.fact(F::Answered, so(visit.satisfaction != Satisfaction::NotSaid), &lead);
    out.fact(F::Satisfied, so(good.contains(&visit.satisfaction)), &lead);
}
