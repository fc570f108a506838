//! The ceiling: a client that reads every report and drops it.
//!
//! It runs in a process of its own, where its CPU time is counted as every other side's is.

use clap::Args;

use super::half::Begun;
use super::topic::Counting;
use crate::{Failure, usage};

/// Options of the client, given by the run that starts it.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Addresses of brokers.
    #[arg(long)]
    pub(super) brokers: String,
    /// What is read.
    #[arg(long)]
    pub(super) topic: String,
    /// How many reports it holds.
    #[arg(long)]
    pub(super) reports: u64,
}

/// Reads them all, and says what that took: all of them, for the library reads far ahead.
pub(crate) fn run(options: &Options) -> Result<(String, bool), Failure> {
    let begun = Begun::at(usage::of(std::process::id())?);
    Counting::begin(&options.brokers, &options.topic)?.until(options.reports)?;
    let whole = begun.end(usage::of(std::process::id())?, options.reports);
    Ok((serde_json::to_string(&whole)?, true))
}
