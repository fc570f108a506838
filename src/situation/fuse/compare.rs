//! Comparing a report with one member: which bin each feature falls in, what the bins add up to.

use crate::domain::{Feature, FusionRules, FusionTable, ItemCode, Reason, Tag, TagKind};

use super::fusion::Sighting;
use super::members::{Member, Near};
use super::rarity::Rarity;

/// What is the same for every member a report is compared with.
pub(super) struct Report<'a> {
    pub(super) seen: &'a Sighting,
    pub(super) group: u8,
    /// How rare each of its words is, beside `seen.evidence.words`.
    weights: Vec<u32>,
    pub(super) weight: u32,
    topic: i32,
    pub(super) crowd: i64,
}

/// One member as it stands to the report.
#[derive(Clone, Copy)]
pub(super) struct Stand<'a> {
    pub(super) near: Near<'a>,
    /// How many later members of the same group are near; none where the groups differ.
    pub(super) rank: Option<i64>,
    pub(super) column: usize,
}

impl<'a> Report<'a> {
    pub(super) fn new(rules: &FusionRules, rarity: &Rarity, seen: &'a Sighting) -> Self {
        let words = &seen.evidence.words;
        let weights: Vec<u32> = words.iter().map(|word| rarity.weight(*word)).collect();
        Self {
            seen,
            group: rules.group_of(seen.item),
            weight: weights.iter().fold(0, |sum, weight| sum.saturating_add(*weight)),
            weights,
            topic: words
                .iter()
                .fold(0, |sum, word| i32::from(rules.topic_points(*word)).saturating_add(sum)),
            crowd: 0,
        }
    }

    /// The bin of a table's feature between this report and a member.
    pub(super) fn bin(&self, table: &FusionTable, stand: &Stand<'_>) -> usize {
        let member = stand.near.member;
        match table.feature {
            Feature::Time => table.bin(self.age_s(member)),
            Feature::Distance => match stand.near.distance_dm {
                Some(distance) => table.bin(i64::try_from(distance).unwrap_or(i64::MAX)),
                None => table.bins().saturating_sub(1),
            },
            Feature::Words => match self.overlap(member) {
                Some(overlap) => table.bin(overlap).saturating_add(1),
                None => 0,
            },
            Feature::Rank => match stand.rank {
                Some(rank) => table.bin(rank),
                None => table.bins().saturating_sub(1),
            },
            Feature::Crowd => table.bin(self.crowd),
            Feature::Length => table.bin(self.length()),
            Feature::Item => items(self.seen.item, member.item),
            Feature::Mark => self.tags(member, TagKind::Mark),
            Feature::Make => self.tags(member, TagKind::Make),
            Feature::Colour => self.tags(member, TagKind::Colour),
            Feature::Body => self.tags(member, TagKind::Body),
            Feature::Street => self.tags(member, TagKind::Street),
            Feature::House => self.tags(member, TagKind::House),
            Feature::Ordinal => self.tags(member, TagKind::Ordinal),
            Feature::Topic | Feature::Grid => 1,
        }
    }

    /// The sum of all points, or none where it cannot reach `floor`: the dear comparisons (words
    /// and tags) come last and are passed over where even their best would not do.
    pub(super) fn points(
        &self,
        rules: &FusionRules,
        stand: &Stand<'_>,
        (floor, best_of_dear): (i32, i32),
    ) -> Option<i32> {
        let cheap = self.sum(rules, stand, self.topic, |feature| !is_dear(feature));
        if cheap.saturating_add(best_of_dear) < floor {
            return None;
        }
        let points = self.sum(rules, stand, cheap, is_dear);
        (floor <= points).then_some(points)
    }

    fn sum(
        &self,
        rules: &FusionRules,
        stand: &Stand<'_>,
        from: i32,
        counted: fn(Feature) -> bool,
    ) -> i32 {
        let tables = rules.tables.iter().filter(|table| counted(table.feature));
        tables.fold(from, |sum, table| {
            let points = table.points(stand.column, self.bin(table, stand));
            sum.saturating_add(i32::from(points))
        })
    }

    /// Every reason with points, the weightiest first.
    pub(super) fn reasons(&self, rules: &FusionRules, stand: &Stand<'_>) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = rules
            .tables
            .iter()
            .map(|table| Reason {
                feature: table.feature,
                points: table.points(stand.column, self.bin(table, stand)),
                found: self.found(table, stand),
            })
            .collect();
        let topic = i16::try_from(self.topic).unwrap_or(i16::MAX);
        reasons.push(Reason { feature: Feature::Topic, points: topic, found: 0 });
        reasons.retain(|reason| reason.points != 0);
        reasons.sort_by_key(|reason| {
            (std::cmp::Reverse(reason.points.unsigned_abs()), reason.feature)
        });
        reasons
    }

    /// What was found, in the feature's own unit: metres, seconds, per cent, counts; the bin of a
    /// tag; −1 for the unknown.
    fn found(&self, table: &FusionTable, stand: &Stand<'_>) -> i32 {
        let member = stand.near.member;
        let found = match table.feature {
            Feature::Time => self.age_s(member),
            Feature::Distance => match stand.near.distance_dm {
                Some(distance) => i64::try_from(distance / 10).unwrap_or(i64::MAX),
                None => -1,
            },
            Feature::Words => self.overlap(member).map_or(-1, |overlap| overlap / 10),
            Feature::Rank => stand.rank.unwrap_or(-1),
            Feature::Crowd => self.crowd,
            Feature::Length => self.length(),
            Feature::Item
            | Feature::Mark
            | Feature::Make
            | Feature::Colour
            | Feature::Body
            | Feature::Street
            | Feature::House
            | Feature::Ordinal
            | Feature::Topic
            | Feature::Grid => i64::try_from(self.bin(table, stand)).unwrap_or(0),
        };
        i32::try_from(found).unwrap_or(i32::MAX)
    }

    fn age_s(&self, member: &Member) -> i64 {
        self.seen.observed_at.ms_since(member.observed_at).saturating_abs() / 1_000
    }

    fn length(&self) -> i64 {
        i64::try_from(self.seen.evidence.words.len()).unwrap_or(i64::MAX)
    }

    /// The rarity of the words both use, in thousandths of the side that says less; none where a
    /// side has no words.
    fn overlap(&self, member: &Member) -> Option<i64> {
        let (ours, theirs) = (&self.seen.evidence.words, &member.evidence.words);
        if ours.is_empty() || theirs.is_empty() {
            return None;
        }
        let common = common_weight(ours, &self.weights, theirs);
        let less = self.weight.min(member.weight).max(16);
        let overlap = u64::from(common).saturating_mul(1_000).checked_div(u64::from(less))?;
        i64::try_from(overlap).ok()
    }

    fn tags(&self, member: &Member, kind: TagKind) -> usize {
        compare_tags(&self.seen.evidence.tags, &member.evidence.tags, kind)
    }
}

/// Conflict 0, neither 1, one side 2, same 3.
fn items(ours: Option<ItemCode>, theirs: Option<ItemCode>) -> usize {
    match (ours, theirs) {
        (None, None) => 1,
        (Some(_), None) | (None, Some(_)) => 2,
        (Some(ours), Some(theirs)) => {
            if ours == theirs {
                3
            } else {
                0
            }
        }
    }
}

/// As [`items`], over all tags of one kind: same where any value is shared.
fn compare_tags(ours: &[Tag], theirs: &[Tag], kind: TagKind) -> usize {
    let of_kind = |tag: &&Tag| tag.kind == kind;
    let has_ours = ours.iter().any(|tag| tag.kind == kind);
    let has_theirs = theirs.iter().any(|tag| tag.kind == kind);
    match (has_ours, has_theirs) {
        (false, false) => 1,
        (true, false) | (false, true) => 2,
        (true, true) => {
            if ours.iter().filter(of_kind).any(|tag| theirs.contains(tag)) {
                3
            } else {
                0
            }
        }
    }
}

/// The weights of the words both lists hold; both ascend.
fn common_weight(ours: &[u32], weights: &[u32], theirs: &[u32]) -> u32 {
    let mut theirs = theirs.iter();
    let mut next = theirs.next();
    let mut sum = 0_u32;
    for (word, weight) in ours.iter().zip(weights) {
        while next.is_some_and(|other| other < word) {
            next = theirs.next();
        }
        if next == Some(word) {
            sum = sum.saturating_add(*weight);
        }
    }
    sum
}

/// Whether comparing it costs more than a look at the two rows.
pub(super) fn is_dear(feature: Feature) -> bool {
    !matches!(
        feature,
        Feature::Item
            | Feature::Time
            | Feature::Distance
            | Feature::Rank
            | Feature::Crowd
            | Feature::Length
            | Feature::Topic
            | Feature::Grid
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_are_found_in_one_pass() {
        assert_eq!(common_weight(&[1, 4, 9], &[10, 20, 40], &[2, 4, 8, 9]), 60);
        assert_eq!(common_weight(&[1], &[10], &[]), 0);
    }

    #[test]
    fn tags_conflict_only_where_both_sides_speak() {
        let make = |value| Tag { kind: TagKind::Make, value };
        let colour = Tag { kind: TagKind::Colour, value: 1 };
        assert_eq!(compare_tags(&[make(1)], &[make(2)], TagKind::Make), 0);
        assert_eq!(compare_tags(&[colour], &[], TagKind::Make), 1);
        assert_eq!(compare_tags(&[make(1)], &[colour], TagKind::Make), 2);
        assert_eq!(compare_tags(&[make(1), make(3)], &[make(3)], TagKind::Make), 3);
    }
}
