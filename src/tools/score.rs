//! Scores: what a threshold would merge and recall, before anything is shipped.

use super::fit::Samples;
use super::links::Links;
use crate::domain::FusionRules;

/// The best member of each report, with its points.
pub(super) fn best(
    rules: &FusionRules,
    samples: &Samples,
    topics: &[i32],
) -> Vec<Option<(i32, usize)>> {
    let mut best: Vec<Option<(i32, usize)>> = vec![None; topics.len()];
    for sample in 0..samples.len() {
        let column = samples.columns.get(sample).copied().map_or(0, usize::from);
        let report = samples.report[sample] as usize;
        let bins = rules.tables.iter().zip(samples.bins_of(sample));
        let points = bins.fold(topics[report], |sum, (table, bin)| {
            sum + i32::from(table.points(column, usize::from(*bin)))
        });
        // Members come newest first, so the first of equals is the most recent.
        if best[report].is_none_or(|(known, _)| known < points) {
            best[report] = Some((points, samples.against[sample] as usize));
        }
    }
    best
}

/// The outcome of one threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Outcome {
    pub(super) recall: f64,
    pub(super) merged: f64,
    pub(super) largest: usize,
}

/// Joins each report to its best member's case from `threshold` on; counts reports in `range`.
#[expect(clippy::cast_precision_loss, reason = "counts of reports are far below 2^52")]
pub(super) fn outcome(
    best: &[Option<(i32, usize)>],
    links: &Links,
    (threshold, members_max): (i32, u32),
    range: std::ops::Range<usize>,
) -> Outcome {
    let mut case: Vec<usize> = (0..best.len()).collect();
    let mut size = vec![1_u32; best.len()];
    let mut merged = 0_usize;
    for (report, found) in best.iter().enumerate() {
        let Some((_, member)) = found.filter(|(points, _)| threshold <= *points) else { continue };
        let home = case[member];
        if size[home] < members_max {
            size[home] += 1;
            case[report] = home;
            merged += usize::from(range.contains(&report));
        }
    }
    let counted = links
        .pairs
        .iter()
        .filter(|(later, earlier)| range.contains(later) && range.contains(earlier));
    let (mut all, mut hit) = (0_usize, 0_usize);
    for (later, earlier) in counted {
        all += 1;
        hit += usize::from(case[*later] == case[*earlier]);
    }
    Outcome {
        recall: hit as f64 / all.max(1) as f64,
        merged: merged as f64 / range.len().max(1) as f64,
        largest: size.into_iter().max().map_or(0, |size| size as usize),
    }
}
