//! Answering a command: asked once it is decided, asked again it gets the same answer.
//!
//! **Invariant, no orphan.** Each command entry has exactly one `CommandAnswered`.

use crate::domain::{CaseId, Change, Command, Outcome, Refusal, Verb};

use super::super::answers::Answer;
use super::super::count::add;
use super::super::why::Asked;
use super::super::{Effects, Situation};
use super::{
    accept, assign, cancel, check, dispatch, file, handled, merge, reject, reopen, reply, roles,
    split, stamp, unit, unmerge, urge, verify,
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
    match verb {
        Verb::AskVerify { case }
        | Verb::VerifyYes { case }
        | Verb::VerifyNo { case, .. }
        | Verb::File { case, .. }
        | Verb::Reject { case, .. }
        | Verb::Merge { case, .. }
        | Verb::Unmerge { case }
        | Verb::Split { case, .. }
        | Verb::Decline { case, .. }
        | Verb::Dispatch { case, .. }
        | Verb::Assign { case, .. }
        | Verb::Release { case, .. }
        | Verb::Accept { case }
        | Verb::Return { case, .. }
        | Verb::Handled { case, .. }
        | Verb::CheckPass { case }
        | Verb::CheckFail { case, .. }
        | Verb::Reopen { case, .. }
        | Verb::Cancel { case, .. }
        | Verb::Urge { case } => Some(*case),
        Verb::Reply { ticket, .. } => situation.ticket(*ticket).map(|ticket| ticket.case),
        Verb::Enrol { .. } | Verb::ReportStatus { .. } | Verb::Stamp { .. } => None,
    }
}

/// Does what is asked, or says why not and leaves no trace.
fn ask(situation: &mut Situation, effects: &mut Effects, command: &Command) -> Result<(), Refusal> {
    if !roles::may_ask(command.actor.role, &command.verb) {
        return Err(Refusal::RoleMayNot);
    }
    has_not_moved(situation, command)?;

    let asked = Asked { now: situation.now, command };
    match &command.verb {
        Verb::AskVerify { case } => verify::ask(situation, effects, asked, *case),
        Verb::VerifyYes { case } => verify::yes(situation, effects, asked, *case),
        Verb::VerifyNo { case, reason } => verify::no(situation, effects, asked, (*case, *reason)),
        Verb::File { case, item } => file::file(situation, effects, asked, (*case, *item)),
        Verb::Reject { case, reason } => {
            reject::reject(situation, effects, asked, (*case, *reason))
        }
        Verb::Merge { case, into } => merge::merge(situation, effects, asked, (*case, *into)),
        Verb::Unmerge { case } => unmerge::unmerge(situation, effects, asked, *case),
        Verb::Split { case, tickets } => split::split(situation, effects, asked, (*case, tickets)),
        Verb::Decline { case, to } => merge::decline(situation, effects, asked, (*case, *to)),
        Verb::Dispatch { case, lead, assists, units } => {
            let sending = dispatch::Sending { case: *case, lead: lead.as_ref(), assists, units };
            dispatch::dispatch(situation, effects, asked, sending)
        }
        Verb::Assign { case, unit } => assign::assign(situation, effects, asked, (*case, *unit)),
        Verb::Release { case, unit } => assign::release(situation, effects, asked, (*case, *unit)),
        Verb::Accept { case } => accept::accept(situation, effects, asked, *case),
        Verb::Return { case, reason } => {
            accept::give_back(situation, effects, asked, (*case, *reason))
        }
        Verb::Handled { case, note } => {
            handled::handled(situation, effects, asked, (*case, note.as_ref()))
        }
        Verb::CheckPass { case } => check::pass(situation, effects, asked, *case),
        Verb::CheckFail { case, reason } => {
            check::fail(situation, effects, asked, (*case, *reason))
        }
        Verb::Reply { ticket, text } => {
            reply::reply(situation, effects, asked, (*ticket, text.as_ref()))
        }
        Verb::Reopen { case, reason } => {
            reopen::reopen(situation, effects, asked, (*case, *reason))
        }
        Verb::Cancel { case, reason, second } => {
            cancel::cancel(situation, effects, asked, (*case, *reason, second))
        }
        Verb::Urge { case } => urge::urge(situation, effects, asked, *case),
        Verb::Enrol { unit, name, org } => {
            unit::enrol(situation, effects, asked, (*unit, name, org))
        }
        Verb::ReportStatus { unit, status, grid } => {
            unit::report_status(situation, effects, asked, (*unit, *status, *grid))
        }
        Verb::Stamp { unit, case, stamp } => {
            stamp::stamp(situation, effects, asked, (*unit, *case, *stamp))
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
