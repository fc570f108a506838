//! `assess`: runs files of reports through ingest, a journal and the core, as they came in.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::{
    CaseId, Change, Digest, Entry, FusionRules, Journalled, Playbook, SourceKey, Timestamp,
};
use crate::ingest::source_key;
use crate::journal::{Journal, LocalJournal, LocalOptions, MemoryJournal};
use crate::situation::{Effects, Situation, apply};
use crate::telemetry::{Clock, Stopwatch};
use crate::wire::feeds::Feed;

use super::calibrate::day;
use super::hours::{self, PARTITION};
use super::links::{self, Links};
use super::reports::{self, Report, Reports, ToolError};

/// Rules as they are shipped for Open311 files.
const RULES: &str = include_str!("../../config/playbooks/open311.toml");
/// How far to either side, and in which steps, `--sweep` moves the threshold.
const SWEEP_REACH: i32 = 20;
const SWEEP_STEP: usize = 4;

/// What `assess` is asked.
#[derive(Debug, Clone, clap::Args)]
pub struct Assess {
    /// Files of reports, JSON lines, gzipped or not.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The format of the files.
    #[arg(long, value_parser = ["open311"], default_value = "open311")]
    pub feed: String,
    /// Where to write which report ended in which case: `signal_id,incident_id`.
    #[arg(long)]
    pub assignments: Option<PathBuf>,
    /// Fusion rules as `calibrate` writes them; the shipped ones where absent.
    #[arg(long, value_name = "FILE")]
    pub playbook: Option<PathBuf>,
    /// Keep the journal here; a run that broke off is continued. In memory where absent.
    #[arg(long, value_name = "DIR")]
    pub journal: Option<PathBuf>,
    /// Leave out reports before this day (YYYY-MM-DD, UTC).
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// Leave out reports from this day on (YYYY-MM-DD, UTC).
    #[arg(long, value_name = "DAY")]
    pub until: Option<String>,
    /// Also print a table over thresholds, each held fixed.
    #[arg(long)]
    pub sweep: bool,
    /// Labelled pairs for the table's recall: a CSV with `child_id` and `parent_id`.
    #[arg(long, value_name = "FILE")]
    pub links: Option<PathBuf>,
}

/// What a run came to.
struct Outcome {
    /// The case each report ended in.
    cases: BTreeMap<SourceKey, CaseId>,
    situation: Situation,
    seconds: f64,
}

/// Runs it, telling `out` how it went.
///
/// # Errors
/// Where a file or the journal cannot be read or written.
pub fn run(asked: &Assess, out: &mut impl Write) -> Result<(), ToolError> {
    let told = |error: std::io::Error| ToolError::Asked(error.to_string());
    let whole = Stopwatch::start();
    let mut reports = reports::read(&asked.files)?;
    keep(&mut reports, asked)?;
    let items = reports::catalogue(&reports);
    let fusion = rules(asked.playbook.as_deref())?.keyed(|word| reports::extractor().word(word));
    let playbook = Playbook { version: 1, items, fusion, ..Playbook::default() };

    let clock = Clock::manual(Timestamp::MIN);
    let journal = open(asked.journal.as_deref(), &clock)?;
    let resumed = hours::write(journal.as_ref(), &clock, (&playbook, &reports.list))?;
    let entries = hours::read(journal.as_ref())?;
    let many = entries.len();
    let again = asked.sweep.then(|| entries.clone());
    let outcome = fold(entries, &playbook, None);
    let seconds = whole.elapsed().as_secs_f64();

    if let Some(path) = &asked.assignments {
        write_assignments(path, &reports.list, &outcome)?;
    }
    let (rate, all) = (rate(many, outcome.seconds), rate(many, seconds));
    let joined = reports.list.len().saturating_sub(outcome.situation.cases().count());
    writeln!(
        out,
        "reports {}  refused {}  cases {}  joined {:.4}  resumed after record {resumed}\n\
         entries {many}  apply {:.3} s  {rate:.0} entries/s  with parsing {seconds:.2} s  \
         {all:.0} entries/s\nchanges {}  situation {}",
        reports.list.len(),
        reports.refused,
        outcome.situation.cases().count(),
        share(joined, reports.list.len()),
        outcome.seconds,
        outcome.situation.digest(),
        Digest::of(&outcome.situation),
    )
    .map_err(told)?;
    if let Some(entries) = again {
        let links = asked.links.as_deref().map(|path| links::read(path, &reports.list));
        sweep(out, &playbook, (&entries, &reports.list, links.transpose()?.as_ref()))
            .map_err(told)?;
    }
    Ok(())
}

fn keep(reports: &mut Reports, asked: &Assess) -> Result<(), ToolError> {
    let from = asked.from.as_deref().map(day).transpose()?;
    let until = asked.until.as_deref().map(day).transpose()?;
    reports.list.retain(|report| {
        from.is_none_or(|day| day <= report.at) && until.is_none_or(|day| report.at < day)
    });
    Ok(())
}

fn rules(path: Option<&Path>) -> Result<FusionRules, ToolError> {
    let text = path
        .map(|path| std::fs::read_to_string(path).map_err(|error| ToolError::file(path, error)));
    let text = text.transpose()?;
    let rules: FusionRules = toml::from_str(text.as_deref().unwrap_or(RULES))
        .map_err(|error| ToolError::Asked(format!("the rules: {error}")))?;
    match rules.faults().as_slice() {
        [] => Ok(rules),
        faults => Err(ToolError::Asked(format!("the rules: {}", faults.join("; ")))),
    }
}

fn open(path: Option<&Path>, clock: &Clock) -> Result<Arc<dyn Journal>, ToolError> {
    let Some(path) = path else { return Ok(Arc::new(MemoryJournal::new(clock.clone()))) };
    LocalJournal::open(path, LocalOptions::default(), clock.clone(), None)
        .map(|journal| -> Arc<dyn Journal> { journal })
        .map_err(|error| ToolError::file(path, error))
}

/// Folds all entries on this thread; with `threshold`, at that one and without the budget.
fn fold(entries: Vec<Journalled>, playbook: &Playbook, threshold: Option<i32>) -> Outcome {
    let fixed = threshold.map(|attach| {
        let fusion = FusionRules { attach, budget: None, ..playbook.fusion.clone() };
        Box::new(Playbook { fusion, ..playbook.clone() })
    });
    let mut situation = Situation::new(PARTITION);
    let mut effects = Effects::default();
    let mut joined = Vec::with_capacity(entries.len());
    let watch = Stopwatch::start();
    for Journalled { position, at, entry } in entries {
        let entry = match (entry, &fixed) {
            (Entry::Adopt(_), Some(fixed)) => Entry::Adopt(fixed.clone()),
            (entry, _) => entry,
        };
        apply(&mut situation, &mut effects, (position, at), entry);
        for change in &effects.changes {
            if let Change::TicketMoved { ticket } = change {
                joined.push((ticket.source, ticket.case));
            }
        }
    }
    let seconds = watch.elapsed().as_secs_f64();
    Outcome { cases: joined.into_iter().collect(), situation, seconds }
}

fn write_assignments(path: &Path, reports: &[Report], outcome: &Outcome) -> Result<(), ToolError> {
    let fault = |error: &dyn std::fmt::Display| ToolError::file(path, error);
    let mut rows = csv::Writer::from_path(path).map_err(|error| fault(&error))?;
    rows.write_record(["signal_id", "incident_id"]).map_err(|error| fault(&error))?;
    for report in reports {
        let Some(case) = outcome.cases.get(&source_key(Feed::Open311, &report.id)) else {
            continue;
        };
        rows.write_record([&report.id, &case.to_string()]).map_err(|error| fault(&error))?;
    }
    rows.flush().map_err(|error| fault(&error))
}

fn sweep(
    out: &mut impl Write,
    playbook: &Playbook,
    (entries, reports, links): (&[Journalled], &[Report], Option<&Links>),
) -> std::io::Result<()> {
    writeln!(out, "threshold  merged  recall")?;
    let attach = playbook.fusion.attach;
    for threshold in (attach - SWEEP_REACH..=attach + SWEEP_REACH).step_by(SWEEP_STEP) {
        let outcome = fold(entries.to_vec(), playbook, Some(threshold));
        let joined = reports.len().saturating_sub(outcome.situation.cases().count());
        let merged = share(joined, reports.len());
        let recall = links.map_or_else(
            || "-".to_owned(),
            |links| format!("{:.4}", recall(&outcome, reports, links)),
        );
        writeln!(out, "{threshold:9}  {merged:.4}  {recall}")?;
    }
    Ok(())
}

/// The share of linked pairs that ended in one case.
fn recall(outcome: &Outcome, reports: &[Report], links: &Links) -> f64 {
    let case = |at: usize| {
        reports.get(at).and_then(|report| outcome.cases.get(&source_key(Feed::Open311, &report.id)))
    };
    let hit = links
        .pairs
        .iter()
        .filter(|(later, earlier)| case(*later).is_some() && case(*later) == case(*earlier));
    share(hit.count(), links.pairs.len())
}

#[expect(clippy::cast_precision_loss, reason = "counts of reports are far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts of entries are far below 2^52")]
fn rate(many: usize, seconds: f64) -> f64 {
    many as f64 / seconds.max(1e-9)
}
