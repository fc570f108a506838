//! Answering a command: asked once it is decided, asked again it gets the same answer.
//!
//! **Invariant, no orphan.** Each command entry has exactly one `CommandAnswered`.

use crate::domain::trade::Subject;
use crate::domain::{CaseId, Change, Command, Outcome, Refusal, Verb};

use super::super::answers::Answer;
use super::super::count::add;
use super::super::linkage::{self, Opening};
use super::super::why::Asked;
use super::super::{Effects, Situation, oversight, senders};
use super::{
    accept, assign, cancel, check, dispatch, file, handled, merge, reject, reopen, split, stamp,
    unit, unmerge, urge, verify,
};

/// Answers `command`.
pub(in crate::situation) fn answer(
    situation: &mut Situation,
    effects: &mut Effects,
    command: &Command,
) {
    if let Some(answer) = situation.answers.get(command.id) {
        say(effects, command, answer, true);
        return;
    }
    let case = case_of(situation, &command.verb);
    let real = case.and_then(|case| situation.case(case)).is_none_or(|case| case.purpose.is_real());
    let outcome = match ask(situation, effects, command) {
        Ok(()) => Outcome::Changed,
        Err(refusal) => Outcome::Refused(refusal),
    };
    if real {
        let tally = situation.count.note();
        add(match outcome {
            Outcome::Changed => &mut tally.commands_changed,
            Outcome::Refused(_) => &mut tally.commands_refused,
        });
    }
    let answer = Answer { case, outcome };
    situation.answers.remember(situation.now, command.id, answer);
    say(effects, command, answer, false);
}

fn say(effects: &mut Effects, command: &Command, answer: Answer, repeated: bool) {
    let Answer { case, outcome } = answer;
    effects.change(Change::CommandAnswered { command: command.id, case, outcome, repeated });
}

/// The case a verb is about, where it has one.
fn case_of(situation: &Situation, verb: &Verb) -> Option<CaseId> {
    match verb.subject() {
        Subject::Case(case) => Some(case),
        Subject::Ticket(ticket) => situation.ticket(ticket).map(|ticket| ticket.case),
        Subject::Unit(..) | Subject::Place(_) => None,
    }
}

/// Does what is asked, or says why not and leaves no trace.
#[expect(clippy::too_many_lines, reason = "a table: one arm a verb")]
fn ask(situation: &mut Situation, effects: &mut Effects, command: &Command) -> Result<(), Refusal> {
    has_not_moved(situation, command)?;
    let asked = Asked { now: situation.now, command };
    let (s, e) = (situation, effects);
    match &command.verb {
        Verb::AskVerify { case } => verify::ask(s, e, asked, *case),
        Verb::VerifyYes { case } => verify::yes(s, e, asked, *case),
        Verb::VerifyNo { case, reason } => verify::no(s, e, asked, (*case, *reason)),
        Verb::File { case, item } => file::file(s, e, asked, (*case, *item)),
        Verb::Reject { case, reason } => reject::reject(s, e, asked, (*case, *reason)),
        Verb::Merge { case, into } => merge::merge(s, e, asked, (*case, *into)),
        Verb::Unmerge { case } => unmerge::unmerge(s, e, asked, *case),
        Verb::Split { case, tickets } => split::split(s, e, asked, (*case, tickets)),
        Verb::Decline { case, to } => merge::decline(s, e, asked, (*case, *to)),
        Verb::Dispatch { case, lead, assists, units } => {
            let sending = dispatch::Sending { case: *case, lead: lead.as_ref(), assists, units };
            dispatch::dispatch(s, e, asked, sending)
        }
        Verb::Assign { case, unit } => assign::assign(s, e, asked, (*case, *unit)),
        Verb::Release { case, unit } => assign::release(s, e, asked, (*case, *unit)),
        Verb::Accept { case } => accept::accept(s, e, asked, *case),
        Verb::Return { case, reason } => accept::give_back(s, e, asked, (*case, *reason)),
        Verb::Handled { case, note } => handled::handled(s, e, asked, (*case, note.as_ref())),
        Verb::CheckPass { case } => check::pass(s, e, asked, *case),
        Verb::CheckFail { case, reason } => check::fail(s, e, asked, (*case, *reason)),
        Verb::Reopen { case, reason } => reopen::reopen(s, e, asked, (*case, *reason)),
        Verb::Cancel { case, reason, second } => {
            cancel::cancel(s, e, asked, (*case, *reason, second))
        }
        Verb::Urge { case } => urge::urge(s, e, asked, *case),

        Verb::Reply { ticket, text } => senders::reply(s, e, asked, (*ticket, text.as_ref())),
        Verb::Contact { ticket } => senders::contact(s, e, asked, *ticket),
        Verb::Visit { ticket, resolved, satisfaction } => {
            senders::visit(s, e, asked, (*ticket, *resolved, *satisfaction))
        }
        Verb::Exclude { ticket, reason, second } => {
            senders::exclude(s, e, asked, (*ticket, *reason, second))
        }

        Verb::Enrol { unit, name, org } => unit::enrol(s, e, asked, (*unit, name, org)),
        Verb::ReportStatus { unit, status, grid } => {
            unit::report_status(s, e, asked, (*unit, *status, *grid))
        }
        Verb::Stamp { unit, case, stamp } => stamp::stamp(s, e, asked, (*unit, *case, *stamp)),

        Verb::Extend { case, until, reason } => {
            oversight::extend(s, e, asked, (*case, *until, *reason))
        }
        Verb::AllowExtension { case } => oversight::allow(s, e, asked, *case),
        Verb::DenyExtension { case, reason } => oversight::deny(s, e, asked, (*case, *reason)),
        Verb::Suspend { case, reason, review_at, second } => {
            oversight::suspend(s, e, asked, (*case, *reason, (*review_at, second)))
        }
        Verb::Resume { case } => oversight::resume(s, e, asked, *case),
        Verb::Supervise { case, card } => oversight::supervise(s, e, asked, (*case, *card)),
        Verb::CancelSupervise { case, reason } => {
            oversight::cancel_supervise(s, e, asked, (*case, *reason))
        }
        Verb::Instruct { case, text } => oversight::instruct(s, e, asked, (*case, text.as_ref())),
        Verb::GradeColour { case, colour } => {
            oversight::grade_colour(s, e, asked, (*case, *colour))
        }
        Verb::SetUrgency { case, urgency, reason } => {
            oversight::set_urgency(s, e, asked, (*case, *urgency, *reason))
        }
        Verb::Rate { case, rating, resolved } => {
            oversight::rate(s, e, asked, (*case, *rating, *resolved))
        }

        Verb::SelfHandle { case, note } => {
            linkage::self_handle(s, e, asked, (*case, note.as_ref()))
        }
        Verb::Reassign { case, lead, reason } => {
            linkage::reassign(s, e, asked, (*case, lead, *reason))
        }
        Verb::Delegate { case, to, reason } => linkage::delegate(s, e, asked, (*case, to, *reason)),
        Verb::Raise { case, to, reason } => linkage::raise(s, e, asked, (*case, to, *reason)),
        Verb::Join { case, org } => linkage::join(s, e, asked, (*case, org)),
        Verb::Leave { case, org } => linkage::leave(s, e, asked, (*case, org)),
        Verb::PartDone { case, step, note } => {
            linkage::part_done(s, e, asked, (*case, *step, note.as_ref()))
        }
        Verb::Whistle { case, calls } => linkage::whistle(s, e, asked, (*case, calls)),
        Verb::JointSession { case, orgs } => linkage::joint_session(s, e, asked, (*case, orgs)),
        Verb::Rally { case, orgs, units } => linkage::rally(s, e, asked, (*case, orgs, units)),
        Verb::Claim { case } => linkage::claim(s, e, asked, *case),
        Verb::FanOut { case, orgs } => linkage::fan_out(s, e, asked, (*case, orgs)),
        Verb::Advance { case, step, reason, note } => {
            linkage::advance(s, e, asked, (*case, *step, (*reason, note.as_ref())))
        }
        Verb::HandOver { case, to, reason } => {
            linkage::hand_over(s, e, asked, (*case, *to, *reason))
        }
        Verb::Open { kind, item, place, orgs, note, about } => {
            let (note, about) = (note.as_ref(), *about);
            let opening = Opening { kind: *kind, item: *item, place: *place, orgs, note, about };
            linkage::open(s, e, asked, opening)
        }
    }
}

/// Whether the case is still as the asker saw it.
fn has_not_moved(situation: &Situation, command: &Command) -> Result<(), Refusal> {
    let Some(expected) = command.expected_version else { return Ok(()) };
    let case = case_of(situation, &command.verb).and_then(|case| situation.case(case));
    match case {
        Some(case) if case.version != expected => Err(Refusal::VersionMoved { now: case.version }),
        _ => Ok(()),
    }
}
