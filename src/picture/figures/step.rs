//! A step of a case, taken into its life: what is so afterwards, and which clocks run.

use crate::domain::time::HOUR_MS;
use crate::domain::{Case, CaseState, Playbook, StageClock, Timestamp, VerbCode};

use super::figures::Moved;
use super::keys::{Keys, Slot};
use super::life::{Lets, Life, Phase, Running};
use super::parts::Share;

/// How long before it is due a case is said to be late soon, in natural time …
const SOON_MS: i64 = HOUR_MS;
/// … and in working time.
const SOON_WORKING_MS: i64 = 4 * HOUR_MS;

/// What the board and other lives say of a step.
#[derive(Debug)]
pub(super) struct News {
    /// The rows it counts in now.
    pub(super) keys: Keys,
    /// Whose it is now.
    pub(super) lead: Slot,
    /// What its stage lets be asked, where it stands on another now.
    pub(super) lets: Option<Lets>,
    /// What who was called or told has done, where that counts.
    pub(super) shares: Option<Vec<Share>>,
    /// When the first citizen asked about it.
    pub(super) citizen_at: Option<Timestamp>,
}

impl Life {
    /// Takes a step: notes what it says, and lets the clocks run that the row has.
    pub(super) fn take(&mut self, moved: Moved<'_>, news: News) {
        let Moved { rules, case, step, .. } = moved;
        let closed = self.closed;
        self.keys = news.keys;
        self.note(case, step, news.lead);
        self.lets = news.lets.unwrap_or(self.lets);
        self.note_reverting(closed, step);
        if let Some(shares) = news.shares {
            self.rare_mut().shares = shares;
        }
        self.citizen_at = news.citizen_at;
        self.run(rules, case, step.at);
    }

    fn run(&mut self, rules: &Playbook, case: &Case, at: Timestamp) {
        let clock = case.clock.filter(|_| self.is_open());
        if case.state == CaseState::Reported
            && let Some(clock) = clock
            && self.accept.is_none_or(|(since, _)| since == clock.since)
        {
            self.accept = Some((clock.since, clock.due));
        }
        let running = clock.filter(|_| case.state != CaseState::Suspended);
        self.running = running.map(|clock| match self.running {
            Some(known) if (known.since, known.due) == (clock.since, clock.due) => known,
            _ => Running { since: clock.since, due: clock.due, soon: soon(rules, clock) },
        });
        let paused_late = case.pause.as_ref().is_some_and(|pause| pause.left_ms < 0);
        let late = case.state == CaseState::Suspended && paused_late;
        self.phase = if late { Phase::Late } else { Phase::Calm };
        self.cross(at);
    }
}

impl Lets {
    /// What the stage of a case lets be asked.
    pub(super) fn of(rules: &Playbook, case: &Case) -> Self {
        let kind = rules.kind(case.kind);
        let Some((_, stage)) = kind.stage(case.stage, case.state) else { return Self::default() };
        let has = |verb| stage.moves.iter().any(|a_move| a_move.verb == verb);
        Self { dispatch: has(VerbCode::Dispatch), accept: has(VerbCode::Accept) }
    }
}

/// After which moment a stage has less than an hour left, or four working hours.
fn soon(rules: &Playbook, clock: StageClock) -> Timestamp {
    if !clock.unit.is_working() {
        return clock.due.plus_ms(SOON_MS.saturating_neg());
    }
    let whole = rules.calendar.passed(clock.unit, clock.since, clock.due);
    if whole < SOON_WORKING_MS {
        return clock.since.plus_ms(-1);
    }
    // The last moment with four hours left: over midday that is the end of the pause.
    let past = whole.saturating_sub(SOON_WORKING_MS).saturating_add(1);
    rules.calendar.after_ms(clock.since, clock.unit, past).plus_ms(-1)
}
