//! Fitting topics: words of a report that tell whether its matter is often reported twice.

use std::collections::BTreeMap;

use super::fit::{Fitted, Samples};

/// Reports a word must stand in to become a topic: common words only, never names.
const REPORTS_MIN: u32 = 60;
/// How strictly a word's points are drawn to zero.
const STRICT: f64 = 50.0;
const PASSES: usize = 80;
/// Words of a report move together, so each takes a part of its step.
const STRIDE: f64 = 0.25;
/// Points below which a word is no topic.
const POINTS_MIN: f64 = 1.5;

/// Points of words, given what the tables already say. `words` holds each report's words.
#[expect(clippy::cast_possible_truncation, reason = "points are small")]
pub(super) fn fit(
    fitted: &Fitted,
    samples: &Samples,
    words: &[Vec<String>],
) -> BTreeMap<String, i16> {
    let (names, reports) = vocabulary(words);
    let mut active = Vec::new();
    let odds: Vec<f64> =
        (0..samples.len()).map(|sample| fitted.odds(samples, sample, &mut active)).collect();
    let mut beta = vec![0.0; names.len()];
    for _ in 0..PASSES {
        let offset: Vec<f64> =
            reports.iter().map(|words| words.iter().map(|word| beta[*word]).sum()).collect();
        let mut slope: Vec<f64> = beta.iter().map(|beta| STRICT * beta).collect();
        let mut bend = vec![STRICT; names.len()];
        let mut of_report = vec![(0.0, 0.0); reports.len()];
        for (sample, odds) in odds.iter().enumerate() {
            let report = samples.report[sample] as usize;
            let share = 1.0 / (1.0 + (-(odds + offset[report])).exp());
            of_report[report].0 += share - if samples.same[sample] { 1.0 } else { 0.0 };
            of_report[report].1 += share * (1.0 - share);
        }
        for (words, (error, curvature)) in reports.iter().zip(&of_report) {
            for word in words {
                slope[*word] += error;
                bend[*word] += curvature;
            }
        }
        for ((beta, slope), bend) in beta.iter_mut().zip(&slope).zip(&bend) {
            *beta -= STRIDE * slope / bend;
        }
    }
    let points = names.into_iter().zip(beta).map(|(name, beta)| (name, 16.0 * beta));
    points
        .filter(|(_, points)| POINTS_MIN <= points.abs())
        .map(|(name, points)| (name, points.round() as i16))
        .collect()
}

/// The common words, and which of them each report has.
fn vocabulary(words: &[Vec<String>]) -> (Vec<String>, Vec<Vec<usize>>) {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for word in words.iter().flatten() {
        *counts.entry(word).or_default() += 1;
    }
    counts.retain(|_, count| REPORTS_MIN <= *count);
    let names: Vec<String> = counts.keys().map(|word| (*word).to_owned()).collect();
    let at: BTreeMap<&str, usize> =
        counts.keys().enumerate().map(|(at, word)| (*word, at)).collect();
    let of = |words: &Vec<String>| {
        words.iter().filter_map(|word| at.get(word.as_str()).copied()).collect()
    };
    let reports = words.iter().map(of).collect();
    (names, reports)
}
