//! Reporting: a new observation becomes a ticket, in an open case or a new one.
//!
//! Fusion judges; this module decides. A report joins the case that fusion would join where the
//! item permits it, the case is open and not full, and a drill stays among drills. Otherwise it
//! opens a case of its own, which carries the likenesses for a person to decide. From a camera
//! only an item with `video_ok` is taken, and a case seen by cameras alone waits for a person.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::limits::{
    CHANNELS_RAISE, OPEN_CASES_MAX, SUGGESTIONS_MAX, TICKETS_PER_CASE_MAX, TICKETS_RAISE,
};
use crate::domain::{
    AttachedBy, Attachment, Case, CaseId, Channel, Episode, Happened, Hint, ItemCode, Playbook,
    Purpose, Reply, Severity, Signal, SignalKind, StepCode, Suggestion, Ticket, TicketId,
};

use super::super::count::add;
use super::super::fuse::{Judgement, Likeness, Sighting};
use super::super::matter::Matter;
use super::super::why::Why;
use super::super::write::{keep_ticket, move_case, open_case};
use super::super::{Effects, Situation};

/// Stamped where a case became graver because many ask.
const RAISED: StepCode = StepCode::of("severity_raised");

/// Where a new ticket belongs.
enum Home {
    /// In the case it resembles.
    Joined(Likeness),
    /// In a case of its own.
    Own(Vec<Suggestion>),
    /// With its like, because the partition is full.
    Overflow(CaseId),
}

/// The number `signal` gets where it becomes a ticket; none where it speaks of another, or is of
/// a kind that no camera may report.
pub(super) fn ticket_for(situation: &Situation, signal: &Signal) -> Option<TicketId> {
    let number = situation.tickets_numbered.saturating_add(1);
    let is_new = signal.kind == SignalKind::New;
    let item = || signal.item.and_then(|item| situation.playbook.items.get(&item));
    let may = signal.channel != Channel::Video || item().is_some_and(|item| item.video_ok);
    (is_new && may).then_some(TicketId { partition: situation.partition, number })
}

/// Takes in `signal` as `id`, the ticket that [`ticket_for`] named.
pub(super) fn report(
    situation: &mut Situation,
    effects: &mut Effects,
    (id, mut signal): (TicketId, Box<Signal>),
) {
    situation.tickets_numbered = id.number;
    let item = signal.item.and_then(|item| situation.playbook.items.get(&item));
    let seen = Sighting {
        ticket: id,
        item: signal.item,
        may_attach: item.is_some_and(|item| situation.playbook.may_attach(item)),
        place: signal.place,
        observed_at: signal.observed_at,
        evidence: std::mem::take(&mut signal.evidence),
    };
    let judged = situation.fusion.judge(&situation.playbook.fusion, situation.now, &seen);
    let home = home_of(situation, &signal, judged);
    // A canary opens a case of its own each time, and teaches fusion nothing.
    let remember = !matches!(home, Home::Overflow(_)) && signal.purpose != Purpose::Canary;
    count_ticket(situation, &signal, &home);

    let case = take_in(situation, effects, (id, signal), home);
    if remember {
        situation.fusion.remember(&situation.playbook.fusion, seen, case);
    }
}

/// Decides where the ticket belongs; only counts what it could not do.
fn home_of(situation: &mut Situation, signal: &Signal, judged: Judgement) -> Home {
    let Judgement { attach, mut suggestions } = judged;
    suggestions.retain(|suggestion| {
        situation.case(suggestion.case).is_some_and(|case| case.purpose == signal.purpose)
    });
    if let Some(likeness) = attach
        && let Some(case) = situation.case(likeness.case)
        && takes_in(case)
        && case.purpose == signal.purpose
    {
        if !is_full(situation, likeness.case) {
            return Home::Joined(likeness);
        }
        if signal.purpose.is_real() {
            add(&mut situation.count.note().full);
        }
        let Likeness { case, against, points, reasons } = likeness;
        suggestions.insert(0, Suggestion { case, against, hint: Hint::Join, points, reasons });
    }
    if OPEN_CASES_MAX <= situation.open
        && let Some(case) = overflow_of(situation, signal)
    {
        return Home::Overflow(case);
    }
    suggestions.truncate(SUGGESTIONS_MAX);
    Home::Own(suggestions)
}

/// Whether tickets may still come to it: what is on its way elsewhere has left with those it had.
fn takes_in(case: &Case) -> bool {
    !case.state.is_ended() && case.handover.is_none()
}

fn is_full(situation: &Situation, case: CaseId) -> bool {
    TICKETS_PER_CASE_MAX <= situation.tickets_of(case).len()
}

/// The open case that takes in what has no room, where there is one with room of its own.
fn overflow_of(situation: &Situation, signal: &Signal) -> Option<CaseId> {
    let case = *situation.overflow.get(&overflow_key(situation, signal))?;
    let open = situation.case(case).is_some_and(takes_in);
    (open && !is_full(situation, case)).then_some(case)
}

/// Items the catalogue does not have wait together: a feed could invent any number of them.
fn overflow_key(situation: &Situation, signal: &Signal) -> (Option<ItemCode>, Purpose) {
    let known = signal.item.filter(|item| situation.playbook.items.contains_key(item));
    (known, signal.purpose)
}

fn count_ticket(situation: &mut Situation, signal: &Signal, home: &Home) {
    if !signal.purpose.is_real() {
        return;
    }
    let full = OPEN_CASES_MAX <= situation.open;
    let tally = situation.count.note();
    add(tally.tickets.entry(signal.channel).or_default());
    match home {
        Home::Joined(_) => add(&mut tally.fused),
        Home::Overflow(_) => add(&mut tally.overflowed),
        Home::Own(_) if full => add(&mut tally.overflowed),
        Home::Own(_) => {}
    }
}

/// Writes the ticket and its case.
fn take_in(
    situation: &mut Situation,
    effects: &mut Effects,
    (id, signal): (TicketId, Box<Signal>),
    home: Home,
) -> CaseId {
    match home {
        Home::Joined(Likeness { case, against, points, reasons }) => {
            let against = Some(against);
            let attachment = Attachment { by: AttachedBy::Fusion, against, points, reasons };
            join(situation, effects, (id, signal), (case, attachment));
            case
        }
        Home::Overflow(case) => {
            join(situation, effects, (id, signal), (case, alone(AttachedBy::Overflow)));
            case
        }
        Home::Own(suggestions) => open(situation, effects, (id, signal), suggestions),
    }
}

/// An attachment without reasons.
fn alone(by: AttachedBy) -> Attachment {
    Attachment { by, against: None, points: 0, reasons: Vec::new() }
}

fn join(
    situation: &mut Situation,
    effects: &mut Effects,
    (id, signal): (TicketId, Box<Signal>),
    (case, attachment): (CaseId, Attachment),
) {
    let why = Why::of_time(situation.now);
    let seen_by_camera = signal.channel == Channel::Video;
    let what = Happened::TicketJoined { ticket: id, points: attachment.points };
    let ticket = ticket(situation, (id, signal), (case, attachment));
    keep_ticket(situation, effects, ticket);
    if let Some(dossier) = situation.cases.get_mut(&case) {
        dossier.tickets.push(id);
    }
    move_case(situation, effects, why, (case, what), |row, _| {
        row.tickets = row.tickets.saturating_add(1);
        row.video_only &= seen_by_camera;
    });
    raise_severity(situation, effects, case);
}

/// What many ask about, or what is heard of on many channels, is graver than its item says: once,
/// by one step (`domain.md` 4.4).
fn raise_severity(situation: &mut Situation, effects: &mut Effects, case: CaseId) {
    let Some(row) = situation.case(case) else { return };
    let graver = match row.severity {
        Severity::Blue => Severity::Yellow,
        Severity::Yellow => Severity::Orange,
        Severity::Orange => Severity::Red,
        Severity::Red => return,
    };
    if row.stamps.contains_key(&RAISED) || !is_pressing(situation, row) {
        return;
    }
    let why = Why::of_time(situation.now);
    move_case(situation, effects, why, (case, Happened::SeverityRaised), |row, _| {
        row.severity = graver;
        row.stamps.insert(RAISED, why.now);
    });
}

fn is_pressing(situation: &Situation, row: &Case) -> bool {
    if TICKETS_RAISE <= row.tickets {
        return true;
    }
    let tickets = situation.tickets_of(row.id).iter();
    let channels: BTreeSet<Channel> =
        tickets.filter_map(|ticket| situation.ticket(*ticket)).map(|it| it.channel).collect();
    CHANNELS_RAISE <= channels.len()
}

fn open(
    situation: &mut Situation,
    effects: &mut Effects,
    (id, signal): (TicketId, Box<Signal>),
    suggestions: Vec<Suggestion>,
) -> CaseId {
    let why = Why::of_time(situation.now);
    let overflowing = OPEN_CASES_MAX <= situation.open;
    let matter = Matter {
        kind: None,
        item: signal.item,
        place: signal.place,
        suggestions,
        tickets: 1,
        video_only: signal.channel == Channel::Video,
        purpose: signal.purpose,
        channel: Some(signal.channel),
        origin: None,
        parent: None,
        promised: signal.due,
    };
    let row = situation.first_row(why.now, matter);
    let case = row.id;
    if overflowing {
        situation.overflow.insert(overflow_key(situation, &signal), case);
    }
    let by = if overflowing { AttachedBy::Overflow } else { AttachedBy::Opening };
    let ticket = ticket(situation, (id, signal), (case, alone(by)));
    keep_ticket(situation, effects, ticket);
    open_case(situation, effects, why, (row, vec![id]), Happened::Opened { ticket: id });
    case
}

/// The ticket's first row.
fn ticket(
    situation: &Situation,
    (id, signal): (TicketId, Box<Signal>),
    (case, attachment): (CaseId, Attachment),
) -> Arc<Ticket> {
    let now = situation.now;
    let Playbook { calendar, limits, .. } = situation.playbook.as_ref();
    let due = calendar.after(now, limits.reply);
    let by_camera = signal.channel == Channel::Video;
    let signal = *signal;
    Arc::new(Ticket {
        id,
        case,
        source: signal.source,
        external_id: signal.external_id,
        channel: signal.channel,
        item: signal.item,
        place: signal.place,
        observed_at: signal.observed_at,
        arrived_at: signal.arrived_at,
        admitted_at: now,
        reply: if signal.owes_reply { Reply::Owed { due, overdue: false } } else { Reply::NotOwed },
        attachment,
        urges: 0,
        withdrawn: false,
        episode: by_camera.then_some(Episode { hits: 1, over: false }),
        purpose: signal.purpose,
        words: signal.words,
        contacted_at: None,
        visit: None,
        exclusion: None,
        due: signal.due,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        Change, Entry, Evidence, Partition, Place, Position, SourceKey, Timestamp,
    };
    use crate::situation::apply;

    fn signal(source: u128) -> Signal {
        Signal {
            source: SourceKey(source),
            external_id: String::new(),
            channel: Channel::Grid,
            kind: SignalKind::New,
            item: "G01001".parse::<ItemCode>().ok(),
            place: Place::default(),
            observed_at: Timestamp(1),
            arrived_at: Timestamp(1),
            owes_reply: false,
            purpose: Purpose::Real,
            evidence: Evidence::default(),
            words: None,
            due: None,
        }
    }

    fn hear(situation: &mut Situation, source: u64) -> Vec<Change> {
        let mut effects = Effects::default();
        let at = (Position::new(source, 0), Timestamp(1));
        apply(situation, &mut effects, at, Entry::Signal(Box::new(signal(source.into()))));
        effects.changes
    }

    fn case_of(situation: &Situation, number: u64) -> (CaseId, AttachedBy) {
        let ticket = situation.ticket(TicketId { partition: Partition(3), number }).unwrap();
        (ticket.case, ticket.attachment.by)
    }

    #[test]
    fn a_full_partition_keeps_what_it_hears_in_one_case_of_its_like() {
        let mut situation = Situation::new(Partition(3));
        hear(&mut situation, 1);
        situation.open = OPEN_CASES_MAX;
        hear(&mut situation, 2);
        hear(&mut situation, 3);
        let (first, by) = case_of(&situation, 2);
        assert_eq!(by, AttachedBy::Overflow);
        assert_eq!(case_of(&situation, 3), (first, AttachedBy::Overflow));
        assert_ne!(case_of(&situation, 1).0, first);
        assert_eq!(situation.tally().overflowed, 2);
    }

    #[test]
    fn an_overflow_case_that_is_full_is_followed_by_another() {
        let mut situation = Situation::new(Partition(3));
        situation.open = OPEN_CASES_MAX;
        let most = u64::try_from(TICKETS_PER_CASE_MAX).unwrap();
        for source in 1..=most + 1 {
            hear(&mut situation, source);
        }
        assert_eq!(situation.cases.len(), 2);
        assert_eq!(situation.tickets_of(case_of(&situation, 1).0).len(), TICKETS_PER_CASE_MAX);
    }

    #[test]
    fn a_full_case_is_suggested_and_not_joined() {
        let mut situation = Situation::new(Partition(3));
        hear(&mut situation, 1);
        let (case, _) = case_of(&situation, 1);
        let against = TicketId { partition: Partition(3), number: 1 };
        let likeness = Likeness { case, against, points: 9, reasons: Vec::new() };
        let judged = || Judgement { attach: Some(likeness.clone()), suggestions: Vec::new() };

        let home = home_of(&mut situation, &signal(2), judged());
        assert!(matches!(home, Home::Joined(_)));
        let dossier = situation.cases.get_mut(&case).unwrap();
        dossier.tickets = vec![against; TICKETS_PER_CASE_MAX];
        let Home::Own(suggestions) = home_of(&mut situation, &signal(2), judged()) else {
            panic!("it joined a full case");
        };
        assert_eq!(suggestions.first().map(|like| (like.case, like.points)), Some((case, 9)));
        assert_eq!(situation.tally().full, 1);
    }

    #[test]
    fn a_drill_joins_nothing_real() {
        let mut situation = Situation::new(Partition(3));
        hear(&mut situation, 1);
        let (case, _) = case_of(&situation, 1);
        let against = TicketId { partition: Partition(3), number: 1 };
        let attach = Some(Likeness { case, against, points: 9, reasons: Vec::new() });
        let drill = Signal { purpose: Purpose::Drill, ..signal(2) };
        let home = home_of(&mut situation, &drill, Judgement { attach, suggestions: Vec::new() });
        assert!(matches!(home, Home::Own(suggestions) if suggestions.is_empty()));
    }
}
