//! `calibrate`: fits the points of fusion to pairs a city labelled, and writes the rules.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use crate::domain::{CaseId, Feature, FusionRules, Partition, TicketId, Timestamp};
use crate::ingest::evidence::words_in_clear;
use crate::situation::fuse::{Fusion, Sighting};

use super::fit::{self, Fitted, Samples};
use super::links::{self, Links};
use super::reports::{self, Report, ToolError};
use super::{score, topics};

/// The rules' shape: windows, edges, groups and columns, without points.
const SHAPE: &str = include_str!("../../config/playbooks/open311-shape.toml");
/// Points for another item than the member's: a policy, where the labels say nothing.
const ITEM_POLICY: [i16; 4] = [-40, -8, -12, 0];

/// What `calibrate` is asked.
#[derive(Debug, Clone, clap::Args)]
pub struct Calibrate {
    /// Files of Open311 reports, JSON lines, gzipped or not.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Labelled pairs: a CSV with the columns `child_id` and `parent_id`.
    #[arg(long)]
    pub links: PathBuf,
    /// Where the rules are written.
    #[arg(long)]
    pub out: PathBuf,
    /// Learn from reports before this day only (YYYY-MM-DD); the rest is judged.
    #[arg(long)]
    pub until: Option<String>,
    /// The shape to fill: windows, groups, columns and edges; the built-in one where absent.
    #[arg(long)]
    pub shape: Option<PathBuf>,
    /// The share of reports that may join a case, in millionths.
    #[arg(long, default_value_t = 97_300)]
    pub share_ppm: u32,
}

/// Runs it, telling `out` how it goes.
///
/// # Errors
/// Where a file cannot be read or written, or holds nothing to learn from.
pub fn run(asked: &Calibrate, out: &mut impl Write) -> Result<(), ToolError> {
    let told = |error: std::io::Error| ToolError::Asked(error.to_string());
    let mut rules = shape(asked)?;
    let read = reports::read(&asked.files)?;
    let links = links::read(&asked.links, &read.list)?;
    let until = asked.until.as_deref().map(day).transpose()?;
    let learn = read.list.partition_point(|report| until.is_none_or(|day| report.at < day));
    let refused = read.refused;
    writeln!(out, "reports {} refused {refused} links {}", read.list.len(), links.pairs.len())
        .map_err(told)?;

    let all = samples(&rules, &read.list, &links);
    let known = before(&all, learn);
    let pairs = known.same.iter().filter(|same| **same).count();
    writeln!(out, "learning from {learn} reports, {} pairs, {pairs} linked", known.len())
        .map_err(told)?;
    if pairs == 0 {
        return Err(ToolError::Asked("no linked pair to learn from".to_owned()));
    }
    let columns = columns_of(&rules);
    let mut trouble = None;
    let fitted = fit::fit(&rules.tables, columns, &known, |step, loss| {
        trouble = trouble.take().or(writeln!(out, "step {step} loss {loss:.1}").err());
    });
    trouble.map_or(Ok(()), |error| Err(told(error)))?;
    fill(&mut rules, &fitted);
    let words: Vec<Vec<String>> =
        read.list.iter().map(|report| words_in_clear(&report.text)).collect();
    rules.topic_words = topics::fit(&fitted, &known, words.get(..learn).unwrap_or(&words));
    let topic_points = topic_points(&rules.topic_words, &words);
    let best = score::best(&rules, &all, &topic_points);
    settle(&mut rules, &best, learn, asked.share_ppm);
    table(out, &rules, (&best, &links, learn)).map_err(told)?;
    let text = toml::to_string(&rules).map_err(|error| ToolError::file(&asked.out, error))?;
    std::fs::write(&asked.out, text).map_err(|error| ToolError::file(&asked.out, error))
}

fn shape(asked: &Calibrate) -> Result<FusionRules, ToolError> {
    let read = |path: &PathBuf| {
        std::fs::read_to_string(path).map_err(|error| ToolError::file(path, error))
    };
    let text = asked.shape.as_ref().map(read).transpose()?;
    let text = text.as_deref().unwrap_or(SHAPE);
    toml::from_str(text).map_err(|error| ToolError::Asked(format!("the shape: {error}")))
}

/// The start of a day, UTC.
pub(super) fn day(text: &str) -> Result<Timestamp, ToolError> {
    let at: Result<jiff::Timestamp, _> = format!("{text}T00:00:00Z").parse();
    at.map(|at| Timestamp(at.as_millisecond())).map_err(|error| {
        ToolError::Asked(format!("{text:?} is no day such as 2015-01-01: {error}"))
    })
}

fn columns_of(rules: &FusionRules) -> usize {
    rules.columns.iter().flatten().max().map_or(1, |last| usize::from(*last) + 1)
}

/// Every comparison that fusion would make, were each report to open its own case.
fn samples(rules: &FusionRules, reports: &[Report], links: &Links) -> Samples {
    let mut fusion = Fusion::default();
    let mut samples = Samples { tables: rules.tables.len(), ..Samples::default() };
    for (at, report) in reports.iter().enumerate() {
        let number = u64::try_from(at).unwrap_or(u64::MAX);
        let seen = Sighting {
            ticket: TicketId { partition: Partition(1), number },
            item: report.item,
            may_attach: true,
            place: report.place,
            observed_at: report.at,
            evidence: report.evidence.clone(),
        };
        fusion.forget_old(rules, report.at);
        for found in fusion.comparisons(rules, &seen) {
            let against = u32::try_from(found.against.number).unwrap_or(u32::MAX);
            samples.columns.push(u8::try_from(found.column).unwrap_or(u8::MAX));
            samples.bins.extend_from_slice(&found.bins);
            samples.report.push(u32::try_from(at).unwrap_or(u32::MAX));
            samples.against.push(against);
            samples.same.push(links.same(at, against as usize));
        }
        fusion.remember(rules, seen, CaseId { partition: Partition(1), number });
    }
    samples
}

/// The samples of the first `reports` reports.
fn before(all: &Samples, reports: usize) -> Samples {
    let end = all.report.partition_point(|report| (*report as usize) < reports);
    Samples {
        tables: all.tables,
        columns: all.columns[..end].to_vec(),
        bins: all.bins[..end * all.tables].to_vec(),
        report: all.report[..end].to_vec(),
        against: all.against[..end].to_vec(),
        same: all.same[..end].to_vec(),
    }
}

/// Writes the fitted points into the rules; a table whose points the shape gives keeps them.
fn fill(rules: &mut FusionRules, fitted: &Fitted) {
    let last = rules.columns.last().and_then(|row| row.last()).copied().map_or(0, usize::from);
    for (at, table) in rules.tables.iter_mut().enumerate() {
        if !table.points.is_empty() {
            continue;
        }
        let rows = fitted.points(at).into_iter();
        table.points = if table.feature == Feature::Item {
            let base = fitted.base_points();
            rows.enumerate().map(|(column, row)| item_row(&row, base, column == last)).collect()
        } else {
            rows.map(|row| row.into_iter().map(points).collect()).collect()
        };
    }
}

/// The item's row of a column: what every pair of it begins with, and the policy where the labels
/// know no items.
fn item_row(row: &[f64], base: f64, by_policy: bool) -> Vec<i16> {
    let every = points(row.iter().sum::<f64>() + base);
    let policy = if by_policy { ITEM_POLICY } else { [0; 4] };
    policy.map(|extra| every + extra).to_vec()
}

#[expect(clippy::cast_possible_truncation, reason = "points are small; a float cast saturates")]
fn points(value: f64) -> i16 {
    value.round() as i16
}

fn topic_points(topics: &BTreeMap<String, i16>, words: &[Vec<String>]) -> Vec<i32> {
    let of = |words: &Vec<String>| {
        words.iter().filter_map(|word| topics.get(word)).map(|points| i32::from(*points)).sum()
    };
    words.iter().map(of).collect()
}

/// Sets the thresholds: where the last third of what was learnt from merges its share.
fn settle(rules: &mut FusionRules, best: &[Option<(i32, usize)>], learn: usize, share_ppm: u32) {
    let recent = best.get(learn - learn / 3..learn).unwrap_or(best);
    let mut points: Vec<i32> =
        recent.iter().map(|found| found.map_or(i32::MIN, |(points, _)| points)).collect();
    points.sort_unstable_by(|a, b| b.cmp(a));
    let kept = recent.len() * share_ppm as usize / 1_000_000;
    rules.attach = points.get(kept).copied().unwrap_or(0);
    rules.suggest = rules.attach - 16;
    if let Some(budget) = &mut rules.budget {
        budget.share_ppm = share_ppm;
    }
}

/// Recall and merged over thresholds, for what was learnt from and for the rest.
fn table(
    out: &mut impl Write,
    rules: &FusionRules,
    (best, links, learn): (&[Option<(i32, usize)>], &Links, usize),
) -> std::io::Result<()> {
    writeln!(out, "topics {}  attach {}", rules.topic_words.len(), rules.attach)?;
    writeln!(out, "threshold  learnt: recall merged largest   held out: recall merged")?;
    for threshold in (rules.attach - 20..=rules.attach + 20).step_by(4) {
        let at = (threshold, rules.members_max);
        let learnt = score::outcome(best, links, at, 0..learn);
        let rest = score::outcome(best, links, at, learn..best.len());
        writeln!(
            out,
            "{threshold:9}          {:.4} {:.4} {:7}             {:.4} {:.4}",
            learnt.recall, learnt.merged, learnt.largest, rest.recall, rest.merged
        )?;
    }
    Ok(())
}
