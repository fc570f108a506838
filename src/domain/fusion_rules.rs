//! How reports are fused into cases: windows, thresholds and points, all integers.
//!
//! A likeness is a sum of points, one table for each thing compared. 16 points are a factor e of
//! odds, so 11 double them. A table has a row for each *column* of the comparison: which groups of
//! items the report and the member belong to (two abandoned vehicles are compared by other rules
//! than two complaints of no known item).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::id::ItemCode;
use super::ticket::Feature;
use super::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};

/// How reports are fused.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FusionRules {
    /// Points at which a report joins a case by itself.
    pub attach: i32,
    /// Points at which a likeness is shown to a person.
    pub suggest: i32,
    /// How old a member may be and still be compared.
    pub window_ms: i64,
    /// How far a member may be and still be compared.
    pub radius_dm: u32,
    /// What counts as the same spot when neighbours are counted.
    pub crowd_radius_dm: u32,
    /// Members a case may have and still be joined by fusion.
    pub members_max: u32,
    /// Holds the share of reports that join a case, where a city wants it held.
    pub budget: Option<FusionBudget>,
    /// The group of each item; an item not named is of the last group.
    pub groups: BTreeMap<ItemCode, u8>,
    /// `columns[group of the report][group of the member]`: which row of each table counts.
    pub columns: Vec<Vec<u8>>,
    /// Points for words of the report: some matters are reported twice more often than others.
    /// Common words only, as people write them; [`FusionRules::keyed`] makes topics of them.
    #[serde(default)]
    pub topic_words: BTreeMap<String, i16>,
    /// The same by the words' keyed hashes, ascending: what the core compares.
    #[serde(default)]
    pub topics: Vec<(u32, i16)>,
    /// What is compared.
    pub tables: Vec<FusionTable>,
}

/// Points for one thing that is compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FusionTable {
    /// What is compared.
    pub feature: Feature,
    /// Where one bin ends and the next begins, ascending, in the feature's unit (time in seconds,
    /// distance in decimetres, words in thousandths, ranks and crowds in reports). Tags have none.
    #[serde(default)]
    pub edges: Vec<i64>,
    /// `points[column][bin]`. Tags have four bins: conflict, neither side, one side, same. Words
    /// begin with "a side has none"; distance and rank end with "unknown".
    pub points: Vec<Vec<i16>>,
}

/// The controller: the attach threshold moves so that the share of reports joined stays put.
///
/// It is pure integral feedback: a joined report raises the threshold by `gain × (1 − share)`, any
/// other lowers it by `gain × share`. So over any stretch the joined share differs from the budget
/// by no more than the threshold's movement divided by the gain and the number of reports.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FusionBudget {
    /// The share of reports that may join a case, in millionths.
    pub share_ppm: u32,
    /// Millionths of a point per report.
    pub gain_micropoints: u32,
    /// How far the threshold may move from `attach`, in points.
    pub reach: i32,
}

impl FusionTable {
    /// The bin of `value`: how many edges are at or below it.
    #[must_use]
    pub fn bin(&self, value: i64) -> usize {
        self.edges.partition_point(|edge| *edge <= value)
    }

    /// The points of `bin` in `column`; 0 where the table says nothing.
    #[must_use]
    pub fn points(&self, column: usize, bin: usize) -> i16 {
        self.points.get(column).and_then(|row| row.get(bin)).copied().unwrap_or(0)
    }

    /// How many bins this feature has, given the edges.
    #[must_use]
    pub fn bins(&self) -> usize {
        let extra = match self.feature {
            Feature::Words | Feature::Distance | Feature::Rank => 2,
            Feature::Time | Feature::Crowd | Feature::Length => 1,
            Feature::Topic => 0,
            Feature::Item
            | Feature::Mark
            | Feature::Make
            | Feature::Colour
            | Feature::Body
            | Feature::Street
            | Feature::House
            | Feature::Ordinal
            | Feature::Grid => 4,
        };
        self.edges.len().saturating_add(extra)
    }
}

impl FusionRules {
    /// The group of an item: the last one where the item is unknown or not named.
    #[must_use]
    pub fn group_of(&self, item: Option<ItemCode>) -> u8 {
        let last = u8::try_from(self.columns.len().saturating_sub(1)).unwrap_or(0);
        item.and_then(|item| self.groups.get(&item).copied()).unwrap_or(last)
    }

    /// Which row of the tables counts between a report and a member of these groups.
    #[must_use]
    pub fn column(&self, report: u8, member: u8) -> usize {
        let row = self.columns.get(usize::from(report));
        row.and_then(|row| row.get(usize::from(member))).copied().map_or(0, usize::from)
    }

    /// These rules with their topic words hashed as the city's evidence is. Rules whose words were
    /// not hashed still work, without topics.
    #[must_use]
    pub fn keyed(mut self, hash: impl Fn(&str) -> u32) -> Self {
        let hashed: BTreeMap<u32, i16> =
            self.topic_words.iter().map(|(word, points)| (hash(word), *points)).collect();
        self.topics = hashed.into_iter().collect();
        self
    }

    /// The points of `word` as a topic; 0 for most words.
    #[must_use]
    pub fn topic_points(&self, word: u32) -> i16 {
        let found = self.topics.binary_search_by_key(&word, |(topic, _)| *topic);
        found.ok().and_then(|at| self.topics.get(at)).map_or(0, |(_, points)| *points)
    }

    /// What is wrong with these rules, in words for whoever wrote them; empty where sound.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let groups = self.columns.len();
        if self.columns.iter().any(|row| row.len() != groups) {
            faults.push(format!("columns: {groups} rows need {groups} numbers each"));
        }
        if let Some((item, group)) =
            self.groups.iter().find(|(_, group)| groups <= usize::from(**group))
        {
            faults.push(format!("groups: {item} is of group {group}, but columns has {groups}"));
        }
        if self.attach < self.suggest {
            faults.push("suggest: must not be above attach".to_owned());
        }
        if self.window_ms <= 0 || self.radius_dm == 0 {
            faults.push("window_ms, radius_dm: must be above 0".to_owned());
        }
        let columns = self
            .columns
            .iter()
            .flatten()
            .max()
            .map_or(0, |last| usize::from(*last).saturating_add(1));
        for table in &self.tables {
            let named = format!("tables: {:?}", table.feature).to_lowercase();
            if !table.edges.is_sorted() {
                faults.push(format!("{named}: edges must ascend"));
            }
            let bins = table.bins();
            if table.points.len() != columns || table.points.iter().any(|row| row.len() != bins) {
                faults.push(format!("{named}: points needs {columns} rows of {bins} numbers"));
            }
        }
        faults
    }
}

impl Default for FusionRules {
    /// Plain rules for a city without labelled pairs: one group, near in place, time and words.
    fn default() -> Self {
        Self {
            attach: 40,
            suggest: 20,
            window_ms: 60 * DAY_MS,
            radius_dm: 2_000,
            crowd_radius_dm: 500,
            members_max: 40,
            budget: None,
            groups: BTreeMap::new(),
            columns: vec![vec![0]],
            topic_words: BTreeMap::new(),
            topics: Vec::new(),
            tables: vec![
                plain(Feature::Item, &[], &[-60, 0, -5, 20]),
                plain(Feature::Time, &PLAIN_TIME_S, &[16, 14, 8, 4, -4, -16, -40]),
                plain(Feature::Distance, &[50, 200, 500, 1_000], &[20, 16, 6, -12, -30, -16]),
                plain(Feature::Words, &[1, 200, 450, 700], &[-4, -12, -2, 8, 18, 28]),
                plain(Feature::Mark, &[], &[-30, 0, -2, 24]),
                plain(Feature::Ordinal, &[], &[-30, 0, 0, 4]),
            ],
        }
    }
}

const PLAIN_TIME_S: [i64; 6] = [
    10 * MINUTE_MS / SECOND_MS,
    HOUR_MS / SECOND_MS,
    6 * HOUR_MS / SECOND_MS,
    DAY_MS / SECOND_MS,
    3 * DAY_MS / SECOND_MS,
    14 * DAY_MS / SECOND_MS,
];

fn plain(feature: Feature, edges: &[i64], points: &[i16]) -> FusionTable {
    FusionTable { feature, edges: edges.to_vec(), points: vec![points.to_vec()] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_rules_are_sound() {
        assert_eq!(FusionRules::default().faults(), Vec::<String>::new());
    }

    #[test]
    fn a_table_of_the_wrong_width_is_named() {
        let mut rules = FusionRules::default();
        rules.tables.get_mut(1).unwrap().points.first_mut().unwrap().pop();
        assert_eq!(rules.faults(), ["tables: time: points needs 1 rows of 7 numbers"]);
    }

    #[test]
    fn topic_words_count_once_they_are_hashed() {
        let topic_words = BTreeMap::from([("tree".to_owned(), 7), ("bus".to_owned(), -3)]);
        let rules = FusionRules { topic_words, ..FusionRules::default() };
        let length = |word: &str| u32::try_from(word.len()).unwrap();
        assert_eq!(rules.clone().topic_points(4), 0);
        let rules = rules.keyed(length);
        assert_eq!(
            (rules.topic_points(4), rules.topic_points(3), rules.topic_points(5)),
            (7, -3, 0)
        );
    }

    #[test]
    fn an_item_not_named_is_of_the_last_group() {
        let columns = vec![vec![0, 1], vec![1, 2]];
        let groups = BTreeMap::from([("G01020".parse().unwrap(), 0)]);
        let rules = FusionRules { groups, columns, ..FusionRules::default() };
        assert_eq!(rules.group_of("G01020".parse().ok()), 0);
        assert_eq!(rules.group_of("G01021".parse().ok()), 1);
        assert_eq!(rules.group_of(None), 1);
        assert_eq!(rules.column(1, 0), 1);
    }
}
