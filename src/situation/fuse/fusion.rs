//! The judgement itself: every near member is compared, the best one's case is joined.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use crate::domain::limits::{REASONS_MAX, SUGGESTIONS_MAX};
use crate::domain::{
    CaseId, Evidence, FusionRules, Hint, ItemCode, Place, Reason, Suggestion, TicketId, Timestamp,
};

use super::budget::Controller;
use super::compare::{Report, Stand, is_dear};
use super::members::{Member, Members};
use super::rarity::Rarity;

/// Members a report is compared with, the newest ones.
const NEAR_MAX: usize = 256;

/// A new report as fusion sees it.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// The ticket it becomes.
    pub ticket: TicketId,
    /// What it is about, where known.
    pub item: Option<ItemCode>,
    /// Whether its item may be joined automatically (`Item::may_attach`).
    pub may_attach: bool,
    /// Where it is.
    pub place: Place,
    /// When it was seen.
    pub observed_at: Timestamp,
    /// What may be compared.
    pub evidence: Evidence,
}

/// A likeness to a member of an open case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    /// The case.
    pub case: CaseId,
    /// The member.
    pub against: TicketId,
    /// The sum of all reasons.
    pub points: i32,
    /// The weightiest first.
    pub reasons: Vec<Reason>,
}

/// What fusion concludes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement {
    /// The case to join, where the points reach the attach threshold and the item permits.
    pub attach: Option<Likeness>,
    /// Likenesses for a person to decide, best first.
    pub suggestions: Vec<Suggestion>,
}

/// How a report stands to one member, before any points: what `calibrate` learns from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The member.
    pub against: TicketId,
    /// The row of each table that counts.
    pub column: usize,
    /// The bin of each table of the rules, in their order.
    pub bins: Vec<u8>,
}

/// Members of cases by place and time, and what the controller has seen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub struct Fusion {
    pub(super) members: Members,
    rarity: Rarity,
    controller: Controller,
}

/// A member that scored, and how well.
#[derive(Clone, Copy)]
struct Scored<'a> {
    points: i32,
    stand: Stand<'a>,
}

impl Fusion {
    /// Judges a new report against the members of open cases. Counts it for rarity and for the
    /// controller, but does not remember it as a member: see [`Fusion::remember`].
    pub fn judge(&mut self, rules: &FusionRules, now: Timestamp, seen: &Sighting) -> Judgement {
        self.forget_old(rules, now);
        self.rarity.count(&seen.evidence.words);
        let mut report = Report::new(rules, &self.rarity, seen);
        let stands = self.stands(rules, &mut report);
        let scored = self.scored(rules, &report, &stands);
        let judgement = self.conclude(rules, &report, &scored);
        if seen.may_attach {
            self.controller.judged(rules, judgement.attach.is_some());
        }
        judgement
    }

    /// How a new report stands to each near member. Counts it for rarity, as `judge` does.
    pub fn comparisons(&mut self, rules: &FusionRules, seen: &Sighting) -> Vec<Comparison> {
        self.rarity.count(&seen.evidence.words);
        let mut report = Report::new(rules, &self.rarity, seen);
        let stands = self.stands(rules, &mut report);
        let compared = stands.iter().map(|stand| {
            let bins = rules
                .tables
                .iter()
                .map(|table| u8::try_from(report.bin(table, stand)).unwrap_or(u8::MAX));
            Comparison {
                against: stand.near.member.ticket,
                column: stand.column,
                bins: bins.collect(),
            }
        });
        compared.collect()
    }

    /// Remembers a report as a member of `case`.
    pub fn remember(&mut self, rules: &FusionRules, seen: Sighting, case: CaseId) {
        let words = &seen.evidence.words;
        let weight =
            words.iter().fold(0_u32, |sum, word| sum.saturating_add(self.rarity.weight(*word)));
        let member = Member {
            point: seen.place.point,
            observed_at: seen.observed_at,
            ticket: seen.ticket,
            case,
            group: rules.group_of(seen.item),
            item: seen.item,
            weight,
            evidence: seen.evidence,
        };
        self.members.add(seen.place, rules.radius_dm, member);
    }

    /// A member now belongs to `case` (merge, unmerge, split).
    pub fn relocate(&mut self, ticket: TicketId, case: CaseId) {
        self.members.relocate(ticket, case);
    }

    /// The case ended: it is never joined again, only hinted at.
    pub fn end_case(&mut self, case: CaseId) {
        self.members.set_ended(case, true);
    }

    /// The case was reopened.
    pub fn reopen_case(&mut self, case: CaseId) {
        self.members.set_ended(case, false);
    }

    /// The case left the situation: nothing of it may be hinted at.
    pub fn forget_case(&mut self, case: CaseId) {
        self.members.forget_case(case);
    }

    /// Drops members too old for any window.
    pub fn forget_old(&mut self, rules: &FusionRules, now: Timestamp) {
        self.members.forget_before(now.plus_ms(rules.window_ms.saturating_neg()));
    }

    /// Where the attach threshold stands now, in millionths of a point.
    #[must_use]
    pub fn threshold_micropoints(&self, rules: &FusionRules) -> i64 {
        self.controller.threshold_micropoints(rules)
    }

    /// Reads what judging reports at `places` will read; says something of it. First where their
    /// neighbours lie, then the neighbours: within each pass nothing waits for anything before it.
    pub(in crate::situation) fn touch(
        &self,
        rules: &FusionRules,
        places: impl Iterator<Item = Place> + Clone,
    ) -> u64 {
        let radius_dm = rules.radius_dm;
        let squares = places.clone().map(|place| self.members.touch(place, radius_dm));
        let squares = squares.fold(0, |all, one| all ^ one);
        let members = places.map(|place| self.members.touch_members(place, radius_dm));
        members.fold(squares, |all, one| all ^ one)
    }

    /// The near members, newest first, each with its rank; completes the report's crowd.
    fn stands<'a>(&'a self, rules: &FusionRules, report: &mut Report<'_>) -> Vec<Stand<'a>> {
        let seen = report.seen;
        let reach = (rules.radius_dm, rules.window_ms);
        let mut near = self.members.near(seen.place, seen.observed_at, reach);
        near.sort_unstable_by_key(|near| Reverse((near.member.observed_at, near.member.ticket)));
        near.truncate(NEAR_MAX);
        let spot = u64::from(rules.crowd_radius_dm);
        let crowd = near.iter().filter(|near| near.distance_dm.is_some_and(|far| far <= spot));
        report.crowd = i64::try_from(crowd.count()).unwrap_or(i64::MAX);
        let mut later = 0_i64;
        let ranked = near.into_iter().map(|near| {
            let rank = (near.member.group == report.group).then_some(later);
            later = later.saturating_add(i64::from(rank.is_some()));
            Stand { near, rank, column: rules.column(report.group, near.member.group) }
        });
        ranked.collect()
    }

    /// The members that reach the lower threshold, the best first, then the most recent.
    fn scored<'a>(
        &self,
        rules: &FusionRules,
        report: &Report<'_>,
        stands: &[Stand<'a>],
    ) -> Vec<Scored<'a>> {
        let attach = self.controller.threshold_micropoints(rules).div_euclid(1_000_000);
        let floor = i32::try_from(attach).unwrap_or(rules.attach).min(rules.suggest);
        let mut best_of_dear: [Option<i32>; 16] = [None; 16];
        let mut scored = Vec::new();
        for stand in stands {
            let best = match best_of_dear.get_mut(stand.column) {
                Some(known) => *known.get_or_insert_with(|| dear_at_best(rules, stand.column)),
                None => dear_at_best(rules, stand.column),
            };
            if let Some(points) = report.points(rules, stand, (floor, best)) {
                scored.push(Scored { points, stand: *stand });
            }
        }
        // Stable: equal points stay newest first.
        scored.sort_by_key(|scored| Reverse(scored.points));
        scored
    }

    fn conclude(
        &self,
        rules: &FusionRules,
        report: &Report<'_>,
        scored: &[Scored<'_>],
    ) -> Judgement {
        let mut judgement = Judgement::default();
        let mut told: Vec<CaseId> = Vec::new();
        for Scored { points, stand } in scored {
            let member = stand.near.member;
            if told.contains(&member.case) {
                continue;
            }
            let Some(mark) = self.members.case(member.case) else { continue };
            let room = mark.joined < rules.members_max;
            let may_join = report.seen.may_attach && !mark.ended && room;
            let (case, against, points) = (member.case, member.ticket, *points);
            let admitted = judgement.attach.is_none() && self.controller.admits(rules, points);
            if may_join && admitted {
                let reasons = weightiest(rules, report, stand);
                judgement.attach = Some(Likeness { case, against, points, reasons });
            } else if rules.suggest <= points && judgement.suggestions.len() < SUGGESTIONS_MAX {
                let hint = if mark.ended { Hint::Reopen } else { Hint::Join };
                let reasons = weightiest(rules, report, stand);
                judgement.suggestions.push(Suggestion { case, against, hint, points, reasons });
            } else {
                break;
            }
            told.push(member.case);
        }
        judgement
    }
}

fn weightiest(rules: &FusionRules, report: &Report<'_>, stand: &Stand<'_>) -> Vec<Reason> {
    let mut reasons = report.reasons(rules, stand);
    reasons.truncate(REASONS_MAX);
    reasons
}

/// The most that words and tags can add in `column`.
fn dear_at_best(rules: &FusionRules, column: usize) -> i32 {
    rules.tables.iter().filter(|table| is_dear(table.feature)).fold(0, |sum, table| {
        let row = table.points.get(column).into_iter().flatten();
        sum.saturating_add(row.max().copied().map_or(0, i32::from))
    })
}
