//! The life of a case: what of its history stands, so that what it counts for follows.
//!
//! A step is noted when it happens and forgotten when it is undone: a returned case was not
//! dispatched, one whose check failed not handled, a reopened one not closed.

use serde::{Deserialize, Serialize};

use crate::domain::trade::Card;
use crate::domain::{Case, CaseState, Channel, Happened, KindCode, Step, StepCode, Timestamp};

use super::keys::{Keys, Slot};
use super::marks::Stood;
use super::near::BACK_WITHIN_MS;
use super::parts::{Issued, Rare, Rated};

/// A certificate's application was held against the lawful list.
const CHECKED_LIST: StepCode = StepCode::of("check_list");
/// Within which a certificate counts as issued at once.
const AT_ONCE_MS: i64 = crate::domain::time::HOUR_MS;

/// Kinds that have figures of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Sort {
    Other,
    Dispute,
    Whistle,
    Hazard,
    Warning,
    Wish,
    Form,
    Notice,
    Certificate,
}

/// A stage's time as it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Running {
    pub(super) since: Timestamp,
    /// After this moment it will soon be late.
    pub(super) soon: Timestamp,
    /// After this one it is.
    pub(super) due: Timestamp,
}

/// How far a stage's time has run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Phase {
    Calm,
    Soon,
    Late,
}

/// What a stage lets be asked, as far as figures ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Lets {
    pub(super) dispatch: bool,
    pub(super) accept: bool,
}

/// What figures remember of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, true or not")]
pub(super) struct Life {
    pub(super) keys: Keys,
    pub(super) sort: Sort,
    pub(super) state: CaseState,
    pub(super) lets: Lets,
    pub(super) channel: Option<Channel>,
    /// Whether it came from another partition, which counted how it began.
    pub(super) arrived: bool,
    pub(super) lead: Slot,
    pub(super) opened_at: Timestamp,
    pub(super) filed_at: Option<Timestamp>,
    pub(super) filed_late: bool,
    pub(super) sent_at: Option<Timestamp>,
    /// The centre's time to accept it, which verifying does not stop: since when, until when.
    pub(super) accept: Option<(Timestamp, Timestamp)>,
    pub(super) accept_late: bool,
    pub(super) running: Option<Running>,
    pub(super) phase: Phase,
    /// The moment at which it is next looked at: no later than time makes a difference.
    pub(super) looked_at: Option<Timestamp>,
    pub(super) accepted: Option<Stood>,
    pub(super) dispatched: Option<Stood>,
    pub(super) signed: Option<Stood>,
    pub(super) handled: Option<Stood>,
    pub(super) checked: Option<Stood>,
    pub(super) closed: Option<Stood>,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) reworked: Option<(Timestamp, Slot)>,
    pub(super) extended: Option<(Timestamp, Slot)>,
    pub(super) self_handled: Option<(Timestamp, Slot)>,
    pub(super) returned: bool,
    pub(super) card: Option<Card>,
    /// Whether it is of the gravest colour.
    pub(super) gravest: bool,
    /// When the first citizen asked about it.
    pub(super) citizen_at: Option<Timestamp>,
    /// Whether the same matter came back after it was closed.
    pub(super) recurred: bool,
    pub(super) rare: Option<Box<Rare>>,
}

/// What a ticket counts by of its case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Whose {
    pub(super) keys: Keys,
    pub(super) lead: Slot,
    pub(super) arrived: bool,
}

/// What else follows of a life: seen before and after a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outline {
    pub(super) whose: Whose,
    pub(super) filed_at: Option<Timestamp>,
    pub(super) closed: Option<Stood>,
    pub(super) citizen_at: Option<Timestamp>,
    pub(super) has_rare: bool,
}

impl Life {
    pub(super) fn whose(&self) -> Whose {
        Whose { keys: self.keys, lead: self.lead, arrived: self.arrived }
    }

    pub(super) fn outline(&self) -> Outline {
        let Self { filed_at, closed, citizen_at, .. } = *self;
        let has_rare = self.rare.is_some();
        Outline { whose: self.whose(), filed_at, closed, citizen_at, has_rare }
    }

    /// A copy, but for what few cases have.
    pub(super) fn without_rare(&self) -> Self {
        Self { rare: None, ..*self }
    }

    /// A case first heard of.
    pub(super) fn begun(case: &Case, keys: Keys) -> Self {
        Self {
            keys,
            sort: Sort::of(case.kind),
            // Before any stage: nothing that its first row shows was come to from another.
            state: CaseState::Merged,
            lets: Lets::default(),
            channel: case.channel,
            arrived: false,
            lead: Slot::NONE,
            opened_at: case.opened_at,
            filed_at: None,
            filed_late: false,
            sent_at: None,
            accept: None,
            accept_late: false,
            running: None,
            phase: Phase::Calm,
            looked_at: None,
            accepted: None,
            dispatched: None,
            signed: None,
            handled: None,
            checked: None,
            closed: None,
            ended_at: None,
            reworked: None,
            extended: None,
            self_handled: None,
            returned: false,
            card: None,
            gravest: false,
            citizen_at: None,
            recurred: false,
            rare: None,
        }
    }

    pub(super) fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Whether it is open.
    pub(super) fn is_open(&self) -> bool {
        !self.state.is_ended()
    }

    pub(super) fn is_closed(&self) -> bool {
        is_closed(self.state)
    }

    pub(super) fn is_waiting(&self) -> bool {
        is_waiting(self.state)
    }

    pub(super) fn is_closed_within_hour(&self) -> bool {
        self.closed.is_some_and(|closed| closed.at.ms_since(self.opened_at) <= AT_ONCE_MS)
    }

    /// Notes a step: `lead` is whose the case is now. Clocks follow ([`super::figures`]).
    pub(super) fn note(&mut self, case: &Case, step: &Step, lead: Slot) {
        let (at, was) = (step.at, self.state);
        let late = self.phase == Phase::Late;
        let whose = if lead == Slot::NONE { self.lead } else { lead };
        self.state = case.state;
        self.lead = lead;
        self.sort = Sort::of(case.kind);
        self.returned = 0 < case.counters.returns;
        self.sent_at = case.dispatched_at;
        self.gravest = case.colour == Some(0);
        self.ended_at = case.ended_at;
        let stood = Stood { at, org: whose, late };
        self.note_accepting(was, stood);
        if self.filed_at != case.filed_at {
            self.filed_at = case.filed_at;
            let due = self.accept.map(|(_, due)| due);
            self.filed_late = due.zip(case.filed_at).is_some_and(|(due, filed)| due < filed);
        }
        self.note_handling(was, stood, &step.what);
        self.note_words(case, step, whose);
    }

    fn note_accepting(&mut self, was: CaseState, stood: Stood) {
        match (is_waiting(was), self.is_waiting()) {
            (true, false) if !is_void(self.state) => {
                let late = self.accept_late;
                self.accepted = Some(Stood { late, ..stood });
            }
            (false, true) => {
                self.accepted = None;
                self.accept = None;
                self.accept_late = false;
            }
            (true, _) | (false, false) => {}
        }
    }

    fn note_handling(&mut self, was: CaseState, stood: Stood, what: &Happened) {
        let state = self.state;
        let to_dispatch = is_waiting(state) || state == CaseState::Filed;
        if matches!(what, Happened::Dispatched { .. }) {
            self.dispatched = Some(stood);
        } else if to_dispatch {
            self.dispatched = None;
        }
        if *what == Happened::Accepted {
            self.signed = Some(stood);
        } else if to_dispatch || state == CaseState::Dispatched {
            self.signed = None;
        }
        if !is_done(state) {
            self.handled = None;
        } else if self.handled.is_none() && was_open(was) {
            self.handled = Some(stood);
        }
        if state == CaseState::Handled {
            self.checked = None;
        } else if was == CaseState::Handled && (self.is_open() || self.is_closed()) {
            self.checked = Some(stood);
        }
        let closed = self.closed;
        if !self.is_closed() {
            self.closed = None;
        } else if self.closed.is_none() && was_open(was) {
            let late = stood.late || self.handled.is_some_and(|handled| handled.late);
            self.closed = Some(Stood { late, ..stood });
        }
        self.recurred &= self.closed == closed;
    }

    /// What only the step itself says.
    fn note_words(&mut self, case: &Case, step: &Step, whose: Slot) {
        let at = step.at;
        let what = &step.what;
        if matches!(what, Happened::CheckFailed { .. }) {
            self.reworked = Some((at, whose));
        } else if matches!(what, Happened::Extended { .. }) {
            self.extended = Some((at, whose));
        } else if matches!(what, Happened::SelfHandled { .. }) {
            self.self_handled = Some((at, whose));
        } else if matches!(what, Happened::Arrived { .. }) {
            self.arrived = true;
        } else if let Happened::Supervised { card } = what {
            let issued = Issued { at, org: whose, cleared: false };
            *self.rare_mut().card_mut(*card) = Some(issued);
        } else if matches!(what, Happened::SupervisionCancelled { .. }) {
            if let Some(card) = self.card
                && let Some(issued) = self.rare_mut().card_mut(card)
            {
                issued.cleared = true;
            }
        } else if let Happened::Rated { rating, resolved } = what {
            let rated = Rated { at, points: *rating, solved: *resolved };
            self.rare_mut().rated = Some(rated);
        }
        self.card = case.supervision.as_ref().map(|supervision| supervision.card);
        if self.sort == Sort::Certificate {
            let lawful_at = case.stamps.get(&CHECKED_LIST).copied();
            if lawful_at.is_some() {
                self.rare_mut().lawful_at = lawful_at;
            }
        }
    }

    /// A settled dispute is taken up again; `closed` is when it was, before the step.
    pub(super) fn note_reverting(&mut self, closed: Option<Stood>, step: &Step) {
        let Happened::Reopened { .. } = step.what else { return };
        let soon = |closed: &Stood| step.at.ms_since(closed.at) <= BACK_WITHIN_MS;
        if self.sort == Sort::Dispute
            && let Some(closed) = closed.filter(soon)
        {
            self.rare_mut().reverted = Some((step.at, closed.org));
        }
    }

    /// When time next makes a difference.
    pub(super) fn crossing(&self) -> Option<Timestamp> {
        let accept = self.accept.filter(|_| self.is_waiting() && !self.accept_late);
        let running = self.running.filter(|_| self.is_open());
        let stage = running.and_then(|running| match self.phase {
            Phase::Calm => Some(running.soon.min(running.due)),
            Phase::Soon => Some(running.due),
            Phase::Late => None,
        });
        [accept.map(|(_, due)| due), stage].into_iter().flatten().min()
    }

    /// It is `now`: what is due before is late.
    pub(super) fn cross(&mut self, now: Timestamp) {
        self.accept_late = self.accept.is_some_and(|(_, due)| due < now);
        if let Some(running) = self.running {
            self.phase = if running.due < now {
                Phase::Late
            } else if running.soon < now {
                Phase::Soon
            } else {
                Phase::Calm
            };
        }
    }
}

impl Sort {
    pub(super) fn of(kind: KindCode) -> Self {
        const KINDS: [(KindCode, Sort); 8] = [
            (KindCode::of("dispute"), Sort::Dispute),
            (KindCode::WHISTLE, Sort::Whistle),
            (KindCode::of("safety_hazard"), Sort::Hazard),
            (KindCode::of("warning"), Sort::Warning),
            (KindCode::of("micro_wish"), Sort::Wish),
            (KindCode::of("form_task"), Sort::Form),
            (KindCode::of("notice"), Sort::Notice),
            (KindCode::of("certificate"), Sort::Certificate),
        ];
        let found = KINDS.iter().find(|(code, _)| *code == kind);
        found.map_or(Self::Other, |(_, sort)| *sort)
    }
}

/// The centre has not decided yet.
fn is_waiting(state: CaseState) -> bool {
    matches!(state, CaseState::Reported | CaseState::Verifying)
}

fn is_done(state: CaseState) -> bool {
    state == CaseState::Handled || is_closed(state)
}

fn is_closed(state: CaseState) -> bool {
    matches!(state, CaseState::Closed | CaseState::Evaluated)
}

/// It ended without anybody having decided what it asks for.
fn is_void(state: CaseState) -> bool {
    matches!(state, CaseState::Cancelled | CaseState::SelfCleared)
}

fn was_open(state: CaseState) -> bool {
    !state.is_ended()
}
