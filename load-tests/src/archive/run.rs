//! Writing them as archivers do, indexing and searching them as gateways do.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use liandong::archive::{Index, Segments};
use liandong::domain::{Epoch, Partition};
use liandong::telemetry::Stopwatch;
use liandong::vault::Vault;
use serde_json::json;

use super::{asks, made};
use crate::{Failure, usage};

pub(super) const PARTITIONS: u16 = 8;
const EPOCH: Epoch = Epoch(1);
/// Cases archived at once: what the archiver gathers at the most.
const BATCH: u64 = 1_024;

/// How much of a city, and how it is asked.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Closed cases: three years of this city are about 2 million.
    #[arg(long, default_value_t = 3_000_000)]
    pub(super) cases: u64,
    /// Days they were opened in.
    #[arg(long, default_value_t = 1_096)]
    pub(super) days: u64,
    /// Searches of each sort.
    #[arg(long, default_value_t = 200)]
    pub(super) searches: u64,
    /// Where they are written, on a disk; a new folder of it, removed at the end.
    #[arg(long, default_value = "target")]
    under: PathBuf,
}

/// Measures.
pub(crate) fn run(options: &Options) -> Result<(String, bool), Failure> {
    let folder = tempfile::tempdir_in(&options.under)?;
    let vault = Arc::new(Vault::ephemeral([7; 32]));
    let began = Stopwatch::start();
    let archived = write(options, folder.path(), &vault)?;
    let write_seconds = began.elapsed().as_secs_f64();
    let segment_bytes = bytes_under(&folder.path().join("archive"))?;

    let directory = folder.path().join("index");
    let partitions: BTreeSet<_> = (0..PARTITIONS).map(Partition).collect();
    let open = || Index::open(&directory, Segments::open(folder.path())?, Arc::clone(&vault));
    let began = Stopwatch::start();
    let index = open()?;
    let indexed = index.catch_up(&partitions)?;
    let index_seconds = began.elapsed().as_secs_f64();
    drop(index);

    // As a gateway that starts finds it.
    let before = usage::of(std::process::id())?.rss;
    let began = Stopwatch::start();
    let index = open()?;
    let found = index.catch_up(&partitions)?;
    let open_seconds = began.elapsed().as_secs_f64();
    let asks = asks::all(&index, options)?;
    let rss = usage::of(std::process::id())?.rss;
    let line = json!({
        "run": "archive",
        "cases": archived,
        "found": found.found,
        "write_seconds": write_seconds,
        "index_seconds": index_seconds,
        "open_seconds": open_seconds,
        "segment_bytes": segment_bytes,
        "segment_bytes_a_case": segment_bytes / archived.max(1),
        "index_bytes": bytes_under(&directory)?,
        "index_bytes_a_case": bytes_under(&directory)? / archived.max(1),
        "rss_before_search": before,
        "rss_after_search": rss,
        "searches": asks,
    });
    let whole = archived == options.cases && found.found == archived && indexed.cases == archived;
    Ok((line.to_string(), whole && asks::all_found_something(&asks)))
}

/// Writes all cases as the archivers do; how many they are.
fn write(options: &Options, folder: &Path, vault: &Vault) -> Result<u64, Failure> {
    let segments = Segments::open(folder)?;
    let city = made::City::new(options, vault)?;
    let mut archived = 0;
    for partition in (0..PARTITIONS).map(Partition) {
        let mut manifest = segments.manifest(partition)?;
        let mut cases = city.closed_in(partition).peekable();
        while cases.peek().is_some() {
            let batch: Vec<_> = cases.by_ref().take(usize::try_from(BATCH)?).collect();
            let Some(to) = batch.last().map(|case| case.position) else { break };
            let count = segments.append((partition, &mut manifest), (EPOCH, to), batch)?;
            archived += u64::try_from(count)?;
        }
    }
    Ok(archived)
}

fn bytes_under(folder: &Path) -> Result<u64, Failure> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let is_folder = entry.file_type()?.is_dir();
        bytes += if is_folder { bytes_under(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}
