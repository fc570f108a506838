//! The search: how much the corridor carries, one rate after the other on one warm server.

use serde::Serialize;

use super::run::{Line, Options, Step, measure, open, tell};
use crate::Failure;

/// Rates that are tried, signals a second.
pub(super) const RATES: [u64; 9] =
    [5_000, 7_000, 10_000, 13_000, 16_000, 20_000, 25_000, 32_000, 40_000];
/// Seconds at the first rate that count for nothing: caches fill, tables grow.
const WARM_SECONDS: u64 = 10;

/// The printed line.
#[derive(Debug, Serialize)]
struct Found {
    bench: &'static str,
    p99_ms_max: u64,
    seconds_a_step: u64,
    /// The highest rate that was held; 0 where the first was not.
    highest_held: u64,
    /// Whether even the last rate was held: the search should go on.
    all_held: bool,
    steps: Vec<Line>,
    held: bool,
}

/// Raises the rate until it is no longer held.
pub(super) async fn run(options: &Options) -> Result<(String, bool), Failure> {
    let mut rates = options.rates.clone();
    rates.sort_unstable();
    let first = *rates.first().ok_or("a search needs rates")?;
    let (seconds, p99_ms) = (options.seconds.unwrap_or(30), options.p99_ms.unwrap_or(100));
    let mut room = open(options).await?;
    let warm = Step { rate: first, seconds: WARM_SECONDS, p99_ms };
    tell(&format!("warming at {first} signals/s"));
    measure(options, &mut room, warm).await?;
    let mut steps = Vec::new();
    for rate in rates {
        tell(&format!("{rate} signals/s for {seconds} s"));
        let line = measure(options, &mut room, Step { rate, seconds, p99_ms }).await?;
        let held = line.held;
        steps.push(line);
        if !held {
            break;
        }
    }
    let highest_held = steps.iter().filter(|step| step.held).map(|step| step.rate).max();
    let found = Found {
        bench: "corridor-search",
        p99_ms_max: p99_ms,
        seconds_a_step: seconds,
        highest_held: highest_held.unwrap_or(0),
        all_held: steps.iter().all(|step| step.held),
        steps,
        held: highest_held.is_some(),
    };
    let held = found.held;
    Ok((serde_json::to_string(&found)?, held))
}
