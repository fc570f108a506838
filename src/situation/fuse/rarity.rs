//! How rare a word is, by the reports seen so far: a bounded table of counts.
//!
//! Words share a slot where their hashes agree modulo the table's length; that only makes a rare
//! word look a little more common. When the counts have grown large they are all halved, so the
//! table follows a city's language over years.

use serde::{Deserialize, Serialize};

/// Slots of the table; a power of two.
const SLOTS: u32 = 1 << 16;
/// Reports after which the counts are halved.
const REPORTS_MAX: u32 = 1 << 21;
/// Reports assumed before the first, so that early words are not all equally common.
const REPORTS_ASSUMED: u32 = 1_000;
/// Sightings assumed of each word.
const SIGHTINGS_ASSUMED: u32 = 10;

/// Counts of words over the reports seen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub(super) struct Rarity {
    reports: u32,
    /// Empty until the first report.
    counts: Vec<u32>,
}

impl Rarity {
    /// Counts the words of one more report.
    pub(super) fn count(&mut self, words: &[u32]) {
        if self.counts.is_empty() {
            self.counts = vec![0; usize::try_from(SLOTS).unwrap_or(0)];
        }
        if REPORTS_MAX <= self.reports {
            self.reports >>= 1;
            self.counts.iter_mut().for_each(|count| *count >>= 1);
        }
        self.reports = self.reports.saturating_add(1);
        for word in words {
            if let Some(count) = self.counts.get_mut(slot(*word)) {
                *count = count.saturating_add(1);
            }
        }
    }

    /// How rare `word` is: log2 of (reports / reports with it), in sixteenths; 0 for the commonest.
    pub(super) fn weight(&self, word: u32) -> u32 {
        let count = self.counts.get(slot(word)).copied().unwrap_or(0);
        let reports = log2_sixteenths(self.reports.saturating_add(REPORTS_ASSUMED));
        reports.saturating_sub(log2_sixteenths(count.saturating_add(SIGHTINGS_ASSUMED)))
    }
}

fn slot(word: u32) -> usize {
    usize::try_from(word & (SLOTS.saturating_sub(1))).unwrap_or(0)
}

/// log2 of `value` in sixteenths, straight between powers of two; 0 for 0.
fn log2_sixteenths(value: u32) -> u32 {
    let Some(whole) = value.checked_ilog2() else { return 0 };
    let scaled = u64::from(value).wrapping_shl(4).wrapping_shr(whole);
    let part = u32::try_from(scaled & 15).unwrap_or(0);
    whole.saturating_mul(16).saturating_add(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_seen_often_weighs_less() {
        let mut rarity = Rarity::default();
        for report in 0..2_000_u32 {
            rarity.count(&[7, report.wrapping_add(100_000)]);
        }
        assert!(rarity.weight(7) < 16, "in every report: {}", rarity.weight(7));
        assert!(100 < rarity.weight(9), "never seen: {}", rarity.weight(9));
    }

    #[test]
    fn halving_keeps_what_is_rare_rare() {
        let mut rarity = Rarity { reports: REPORTS_MAX, counts: vec![REPORTS_MAX; 1 << 16] };
        rarity.count(&[]);
        assert!(rarity.counts.iter().all(|count| *count == REPORTS_MAX / 2));
        assert_eq!(rarity.weight(7), 0);
        assert_eq!(log2_sixteenths(1 << 20), 320);
        assert_eq!(log2_sixteenths(3), 24);
    }
}
