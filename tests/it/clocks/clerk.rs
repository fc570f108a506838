//! What must be so of one case, by `domain.md` 4.1 to 4.5: its clerk hears each entry and keeps the
//! slow clocks.

use liandong::domain::time::{DAY_MS, MINUTE_MS};
use liandong::domain::trade::{ClockMark, Urgency};
use liandong::domain::{CaseState, LimitUnit, Timestamp};

use super::city::City;
use super::slow::{Slow, Time, after, length};

/// What can be asked of it, and how much time that is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    AskVerify,
    VerifyYes,
    File,
    Dispatch,
    Accept,
    Return,
    Reassign,
    Suspend { days: i64 },
    Resume,
    Extend { minutes: i64 },
    Allow,
    Deny,
    Hurry(Urgency),
    Handled,
    CheckFail,
    Urge,
}

/// The case as the clerk knows it.
#[derive(Debug)]
pub(super) struct Clerk<'a> {
    pub(super) city: &'a City,
    pub(super) state: CaseState,
    /// The clock of where it stands.
    pub(super) clock: Slow,
    /// The one behind: acceptance runs on while it is verified, handling while another is to take
    /// it over; while it is suspended handling stands still.
    pub(super) behind: Option<Slow>,
    pub(super) reply_due: Timestamp,
    pub(super) reply_late: bool,
    pub(super) red: bool,
    urgency: Urgency,
    dispatched_at: Timestamp,
    used_ms: i64,
    pub(super) wish: Option<Timestamp>,
    verifications: u8,
    returns: u8,
    extensions: u8,
}

impl<'a> Clerk<'a> {
    /// It was reported.
    pub(super) fn reported(city: &'a City, now: Timestamp) -> Self {
        let limit = length(&city.calendar, city.response);
        let (time, ms) = length(&city.calendar, city.reply);
        Self {
            city,
            state: CaseState::Reported,
            clock: Slow::since((&city.calendar, city.cards), now, limit),
            behind: None,
            reply_due: after(&city.calendar, time, now, ms),
            reply_late: false,
            red: false,
            urgency: Urgency::Normal,
            dispatched_at: now,
            used_ms: 0,
            wish: None,
            verifications: 0,
            returns: 0,
            extensions: 0,
        }
    }

    /// What may be asked now, as the tables of the trade say it.
    pub(super) fn may(&self, deed: Deed, now: Timestamp) -> bool {
        use CaseState as S;
        let at = |state| self.state == state;
        match deed {
            Deed::AskVerify => at(S::Reported) && self.verifications < 2,
            Deed::VerifyYes => at(S::Verifying),
            Deed::File => at(S::Reported),
            Deed::Dispatch => at(S::Filed),
            Deed::Accept => at(S::Dispatched),
            Deed::Return => at(S::Dispatched) && self.returns < 2 && now <= self.clock.due,
            Deed::Reassign => at(S::Dispatched) || at(S::Handling),
            Deed::Suspend { .. } | Deed::Handled => at(S::Handling),
            Deed::Resume => at(S::Suspended),
            Deed::Extend { .. } => {
                let free = self.wish.is_none() && self.extensions < 2 && !self.red;
                at(S::Handling) && free && now <= self.clock.due
            }
            Deed::Allow | Deed::Deny => at(S::Handling) && self.wish.is_some(),
            Deed::Hurry(_) | Deed::Urge => true,
            Deed::CheckFail => at(S::Handled),
        }
    }

    /// It was done.
    pub(super) fn hear(&mut self, deed: Deed, now: Timestamp) {
        let city = self.city;
        let by = (&city.calendar, city.cards);
        match deed {
            Deed::AskVerify => {
                self.verifications += 1;
                let verify = self.stage(CaseState::Verifying, now);
                self.behind = Some(std::mem::replace(&mut self.clock, verify));
                self.state = CaseState::Verifying;
            }
            Deed::VerifyYes => self.back_to(CaseState::Reported),
            Deed::File => self.come(CaseState::Filed, now),
            Deed::Dispatch => {
                self.dispatched_at = now;
                self.come(CaseState::Dispatched, now);
            }
            Deed::Accept if self.behind.is_some() => self.back_to(CaseState::Handling),
            Deed::Accept => self.come(CaseState::Handling, self.dispatched_at),
            Deed::Return => {
                self.returns += 1;
                self.come(CaseState::Filed, now);
            }
            Deed::Reassign => {
                let sent = self.stage(CaseState::Dispatched, now);
                let before = std::mem::replace(&mut self.clock, sent);
                if self.state == CaseState::Handling {
                    self.behind = Some(before);
                }
                (self.state, self.wish) = (CaseState::Dispatched, None);
            }
            Deed::Suspend { days } => {
                let review = Slow::since(by, now, (Time::Natural, days * DAY_MS));
                let mut stands = std::mem::replace(&mut self.clock, review);
                stands.pause(now);
                self.behind = Some(stands);
                (self.state, self.wish) = (CaseState::Suspended, None);
            }
            Deed::Resume => {
                self.back_to(CaseState::Handling);
                self.clock.resume(by, now);
            }
            Deed::Extend { minutes } => self.wish = Some(self.until(minutes)),
            Deed::Allow => {
                self.extensions += 1;
                self.clock.extend(by, self.wish.take().unwrap());
            }
            Deed::Deny => self.wish = None,
            Deed::Hurry(urgency) => self.hurry(urgency),
            Deed::Handled => {
                self.used_ms += self.clock.ran(&city.calendar, now);
                self.wish = None;
                self.come(CaseState::Handled, now);
            }
            Deed::CheckFail => self.come(CaseState::Handling, now),
            Deed::Urge => {}
        }
    }

    /// Until when so much more time would be.
    pub(super) fn until(&self, minutes: i64) -> Timestamp {
        self.clock.due.plus_ms(minutes * MINUTE_MS)
    }

    fn come(&mut self, state: CaseState, since: Timestamp) {
        self.clock = self.stage(state, since);
        (self.state, self.behind) = (state, None);
    }

    fn back_to(&mut self, state: CaseState) {
        self.clock = self.behind.take().unwrap();
        self.state = state;
    }

    fn stage(&self, state: CaseState, since: Timestamp) -> Slow {
        Slow::since((&self.city.calendar, self.city.cards), since, self.limit(state))
    }

    /// How long such a stage may last: as soon as the case is urgent; of rework, where it counts
    /// together, what was left.
    fn limit(&self, state: CaseState) -> (Time, i64) {
        let city = self.city;
        let limit = match state {
            CaseState::Reported | CaseState::Dispatched => city.response,
            CaseState::Verifying => city.verify,
            CaseState::Filed => city.dispatch,
            CaseState::Handling => city.handle,
            _ => city.check,
        };
        let (time, ms) = length(&city.calendar, limit);
        let share = match self.urgency {
            Urgency::Normal => ms,
            Urgency::Urgent => ms / 2,
            Urgency::VeryUrgent => ms / 4,
        };
        let counts = state == CaseState::Handling && city.is_cumulative();
        (time, if counts { (share - self.used_ms).max(0) } else { share })
    }

    /// Both its clocks are measured anew; the day of a review stays.
    fn hurry(&mut self, urgency: Urgency) {
        if self.urgency == urgency {
            return;
        }
        self.urgency = urgency;
        let by = (&self.city.calendar, self.city.cards);
        if self.state != CaseState::Suspended {
            let (_, ms) = self.limit(self.state);
            self.clock.remeasure(by, ms);
        }
        let of = if self.state == CaseState::Verifying {
            CaseState::Reported
        } else {
            CaseState::Handling
        };
        let (_, ms) = self.limit(of);
        if let Some(behind) = &mut self.behind {
            behind.remeasure(by, ms);
        }
    }

    /// A tick looks at the clocks: what is told of each.
    pub(super) fn tick(&mut self, now: Timestamp) -> (Vec<ClockMark>, Vec<ClockMark>) {
        let suspended = self.state == CaseState::Suspended;
        let behind = self.behind.as_mut().filter(|_| !suspended);
        let behind = behind.map(|clock| clock.look(now)).unwrap_or_default();
        let told = self.clock.look(now);
        let red = told.iter().chain(&behind).any(|mark| *mark == ClockMark::Red);
        if red && self.city.gives_cards() {
            self.red = true;
            self.wish = None;
        }
        self.reply_late |= self.reply_due < now;
        (told, behind)
    }
}

/// The time of a unit, as a clerk names it.
pub(super) fn time_of(unit: LimitUnit) -> Time {
    match unit {
        LimitUnit::Minutes | LimitUnit::Hours | LimitUnit::Days => Time::Natural,
        LimitUnit::WorkingHours | LimitUnit::WorkingDays => Time::Working,
    }
}
