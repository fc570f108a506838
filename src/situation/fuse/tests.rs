//! What fusion promises, on small made-up reports.

use super::members::Members;
use super::{Fusion, Judgement, Sighting};
use crate::domain::time::{DAY_MS, MINUTE_MS};
use crate::domain::{
    CaseId, Evidence, Feature, FusionBudget, FusionRules, Hint, Partition, Place, Point, Tag,
    TagKind, TicketId, Timestamp,
};

const T0: Timestamp = Timestamp(1_700_000_000_000);

fn case(number: u64) -> CaseId {
    CaseId { partition: Partition(1), number }
}

fn ticket(number: u64) -> TicketId {
    TicketId { partition: Partition(1), number }
}

/// A small room: reports come in, each joins or opens a case of its own number.
struct Room {
    fusion: Fusion,
    rules: FusionRules,
    tickets: u64,
    may_attach: bool,
}

impl Room {
    fn new() -> Self {
        let rules = FusionRules::default();
        Self { fusion: Fusion::default(), rules, tickets: 0, may_attach: true }
    }

    fn report(&mut self, x_dm: i32, at: Timestamp, evidence: &Evidence) -> (CaseId, Judgement) {
        self.tickets += 1;
        let seen = Sighting {
            ticket: ticket(self.tickets),
            item: None,
            may_attach: self.may_attach,
            place: Place { point: Some(Point { x_dm, y_dm: 0 }), grid: None },
            observed_at: at,
            evidence: evidence.clone(),
        };
        let judgement = self.fusion.judge(&self.rules, at, &seen);
        let joined = judgement.attach.as_ref().map_or(case(self.tickets), |found| found.case);
        self.fusion.remember(&self.rules, seen, joined);
        (joined, judgement)
    }
}

fn words(words: &[u32]) -> Evidence {
    Evidence { words: words.to_vec(), tags: Vec::new() }
}

#[test]
fn the_same_words_at_the_same_spot_join_with_reasons_that_add_up() {
    let mut room = Room::new();
    room.report(0, T0, &words(&[1, 2, 3]));
    let (joined, judgement) = room.report(20, T0.plus_ms(MINUTE_MS), &words(&[1, 2, 3]));
    assert_eq!(joined, case(1));
    let likeness = judgement.attach.unwrap();
    assert_eq!(likeness.against, ticket(1));
    let sum: i32 = likeness.reasons.iter().map(|reason| i32::from(reason.points)).sum();
    assert_eq!(sum, likeness.points);
    assert!(likeness.reasons.iter().any(|reason| reason.feature == Feature::Words));
}

#[test]
fn far_or_old_members_are_not_compared() {
    let mut room = Room::new();
    room.report(0, T0, &words(&[1, 2, 3]));
    assert_eq!(room.report(5_000, T0, &words(&[1, 2, 3])).1, Judgement::default());
    let late = T0.plus_ms(61 * DAY_MS);
    assert_eq!(room.report(0, late, &words(&[1, 2, 3])).1, Judgement::default());
}

#[test]
fn neighbours_across_a_cell_border_are_found() {
    let mut room = Room::new();
    room.report(-1, T0, &words(&[1, 2, 3]));
    assert_eq!(room.report(1, T0, &words(&[1, 2, 3])).0, case(1));
}

#[test]
fn two_cars_in_one_street_stay_apart() {
    let marked =
        |value| Evidence { words: vec![1, 2, 3], tags: vec![Tag { kind: TagKind::Mark, value }] };
    let mut room = Room::new();
    room.report(0, T0, &marked(7));
    assert_eq!(room.report(150, T0.plus_ms(DAY_MS), &marked(8)).0, case(2));
    assert_eq!(room.report(150, T0.plus_ms(DAY_MS), &marked(7)).0, case(1));
}

#[test]
fn a_closed_case_is_only_hinted_at() {
    let mut room = Room::new();
    room.report(0, T0, &words(&[1, 2, 3]));
    room.fusion.end_case(case(1));
    let (joined, judgement) = room.report(0, T0, &words(&[1, 2, 3]));
    assert_eq!(joined, case(2));
    let hints: Vec<_> = judgement.suggestions.iter().map(|hint| (hint.case, hint.hint)).collect();
    assert_eq!(hints, [(case(1), Hint::Reopen)]);

    room.fusion.forget_case(case(1));
    let (joined, judgement) = room.report(0, T0, &words(&[1, 2, 3]));
    assert_eq!((joined, judgement.suggestions.len()), (case(2), 0));
}

#[test]
fn a_dispute_is_only_ever_suggested() {
    let mut room = Room::new();
    room.may_attach = false;
    room.report(0, T0, &words(&[1, 2, 3]));
    let (joined, judgement) = room.report(0, T0, &words(&[1, 2, 3]));
    assert_eq!(joined, case(2));
    assert_eq!(judgement.suggestions.first().unwrap().hint, Hint::Join);
}

#[test]
fn a_full_case_takes_no_more() {
    let mut room = Room::new();
    let mut cases: Vec<u64> = Vec::new();
    for _ in 0..100 {
        cases.push(room.report(0, T0, &words(&[1, 2, 3])).0.number);
    }
    let in_first = cases.iter().filter(|number| **number == 1).count();
    assert_eq!(in_first, 40);
    assert!(cases.iter().all(|number| cases.iter().filter(|other| *other == number).count() <= 40));
}

#[test]
fn a_split_member_draws_reports_to_its_new_case() {
    let mut room = Room::new();
    room.report(0, T0, &words(&[1, 2, 3]));
    room.fusion.relocate(ticket(1), case(77));
    assert_eq!(room.report(0, T0, &words(&[1, 2, 3])).0, case(77));
}

#[test]
fn old_members_leave_nothing_behind() {
    let mut room = Room::new();
    for report in 0..50 {
        room.report(report * 700, T0, &words(&[1, 2, 3]));
    }
    room.fusion.forget_old(&room.rules, T0.plus_ms(61 * DAY_MS));
    assert_eq!(room.fusion.members, Members::default());
}

#[test]
fn what_has_no_point_is_compared_within_its_grid_only() {
    let mut fusion = Fusion::default();
    let rules = FusionRules { attach: 25, ..FusionRules::default() };
    let grid = |code: &str| Place { point: None, grid: Some(code.parse().unwrap()) };
    let mut seen = Sighting {
        ticket: ticket(1),
        item: None,
        may_attach: true,
        place: grid("211002016001003"),
        observed_at: T0,
        evidence: words(&[1, 2, 3]),
    };
    fusion.remember(&rules, seen.clone(), case(1));
    seen.ticket = ticket(2);
    assert!(fusion.judge(&rules, T0, &seen).attach.is_some());
    seen.place = grid("211002016001004");
    assert_eq!(fusion.judge(&rules, T0, &seen), Judgement::default());
}

#[test]
fn the_budget_holds_the_joined_share() {
    let mut room = Room::new();
    let budget = FusionBudget { share_ppm: 200_000, gain_micropoints: 200_000, reach: 200 };
    room.rules.budget = Some(budget);
    let mut joined = 0;
    for report in 0..3_000_i32 {
        let spot = report.wrapping_mul(7_919).rem_euclid(40) * 130;
        let at = T0.plus_ms(i64::from(report) * 10 * MINUTE_MS);
        let word = u32::try_from(report.wrapping_mul(31).rem_euclid(11)).unwrap();
        joined += i32::from(room.report(spot, at, &words(&[word, 50])).1.attach.is_some());
    }
    assert!((450..=750).contains(&joined), "of 3,000: {joined}");
}
