//! Hearing a signal: each is answered once, and heard once however often it is sent.

use crate::domain::{Change, Signal, SignalKind, SourceKey, TicketId};

use super::super::count::add;
use super::super::sources::TicketNumber;
use super::super::{Effects, Situation, senders};
use super::{episode, report, urge};

/// Hears `signal`, or answers that it was heard before.
pub(in crate::situation) fn hear(
    situation: &mut Situation,
    effects: &mut Effects,
    signal: Box<Signal>,
) {
    let (now, source) = (situation.now, signal.source);
    let becomes = report::ticket_for(situation, &signal);
    let ticket = becomes.or_else(|| spoken_of(situation, signal.kind));
    if let Err(earlier) = situation.sources.remember(now, source, TicketNumber::of(ticket)) {
        if signal.purpose.is_real() {
            add(&mut situation.count.note().repeated);
        }
        say(effects, source, earlier.within(situation.partition), true);
        return;
    }
    match (signal.kind, ticket) {
        (SignalKind::New, Some(ticket)) => report::report(situation, effects, (ticket, signal)),
        (SignalKind::New, None) => add(&mut situation.count.note().video_refused),
        (SignalKind::Urge { .. }, Some(ticket)) => urge::heard(situation, effects, ticket),
        (SignalKind::Withdraw { .. }, Some(ticket)) => {
            senders::withdraw(situation, effects, ticket);
        }
        (SignalKind::EpisodeUpdated { hits, .. }, Some(ticket)) => {
            episode::goes_on(situation, effects, (ticket, hits));
        }
        (SignalKind::EpisodeEnded { hits, .. }, Some(ticket)) => {
            episode::ended(situation, effects, (ticket, hits));
        }
        // Nobody here knows what it speaks of; the answer says so.
        (
            SignalKind::Urge { .. }
            | SignalKind::Withdraw { .. }
            | SignalKind::EpisodeUpdated { .. }
            | SignalKind::EpisodeEnded { .. },
            None,
        ) => {}
    }
    say(effects, source, ticket, false);
}

/// The ticket an earlier signal became, where this one speaks of an earlier one.
fn spoken_of(situation: &Situation, kind: SignalKind) -> Option<TicketId> {
    match kind {
        SignalKind::New => None,
        SignalKind::Urge { about }
        | SignalKind::Withdraw { about }
        | SignalKind::EpisodeUpdated { about, .. }
        | SignalKind::EpisodeEnded { about, .. } => {
            let ticket = situation.sources.get(about)?.within(situation.partition)?;
            situation.ticket(ticket).map(|ticket| ticket.id)
        }
    }
}

fn say(effects: &mut Effects, source: SourceKey, ticket: Option<TicketId>, repeated: bool) {
    effects.change(Change::SignalAnswered { source, ticket, repeated });
}
