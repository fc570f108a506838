//! The demonstration's loop: citizens report, players take their turns, the view tells.

use std::collections::{BTreeMap, VecDeque};
use std::io::{IsTerminal as _, Write as _, stdout};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::domain::{
    Change, ChangeRange, CommandId, GridCode, ItemCode, Partition, Playbook, Timestamp, Verb,
};
use crate::shutdown::{Running, Stop};
use crate::simulate::{Scenario, World};
use crate::telemetry::Clock;

use super::api::{Api, ApiError, Ask};
use super::citizens::{Pace, report};
use super::follow::follow;
use super::play::Table;
use super::screen::{Language, Screen};

/// How often players look whether it is their turn.
const BEAT: Duration = Duration::from_millis(250);
/// How often the status line is said.
const STATUS_BEATS: u64 = 20;
/// The city's own zone: Beijing time, minutes east of UTC.
const ZONE_MIN: i64 = 8 * 60;
/// What the loop takes in between two looks, at most.
const QUEUE: usize = 1_024;
/// Reports whose latency the status line is the median of.
const RECENT: usize = 50;

/// How the demonstration is played.
#[derive(Debug, Clone, clap::Args)]
pub struct DemoOptions {
    /// Decides everything that chance decides
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Matters that arise in an hour
    #[arg(long, default_value_t = 2_400, value_name = "N")]
    pub matters_an_hour: u32,
    /// What kind of day it is
    #[arg(long, value_enum, default_value = "ordinary")]
    pub scenario: Scenario,
    /// In which language the view speaks
    #[arg(long, value_enum, default_value = "zh")]
    pub lang: Language,
    /// Stop by itself after so many seconds
    #[arg(long, value_name = "SECONDS")]
    pub seconds: Option<u64>,
}

/// Why the demonstration ended.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The server was not to be had.
    #[error(transparent)]
    Api(#[from] ApiError),
}

/// Plays against the server at `url` until asked to stop, or for the time the options give.
///
/// # Errors
/// Where the server is not to be had at the start.
pub async fn run(
    options: DemoOptions,
    (url, world): (&str, Arc<World>),
    (playbook, counties): (&Playbook, &BTreeMap<GridCode, Partition>),
    mut stop: Stop,
) -> Result<(), DemoError> {
    let api = Api::new(url)?;
    let began = Clock::System.now();
    let mut table = Table::new(options.seed, began);
    table.offices.counties = counties.iter().map(|(county, it)| (*county, *it)).collect();
    enrol(&api, &mut table, &world, counties).await?;
    let screen = screen(&options, playbook);
    let mut running = Running::default();
    let (range_seen, mut ranges) = mpsc::channel::<ChangeRange>(QUEUE);
    let all = counties.values().copied().chain([Partition::CITY]);
    for partition in all {
        running.spawn("demo", follow(api.clone(), partition, range_seen.clone(), stop.clone()));
    }
    drop(range_seen);
    let (told, mut posted) = mpsc::channel(QUEUE);
    let pace = Pace {
        seed: options.seed,
        matters_an_hour: options.matters_an_hour,
        scenario: options.scenario,
    };
    running.spawn("demo", report(api.clone(), (world, pace), told, stop.clone()));
    let until = options.seconds.map(|seconds| {
        began.plus_ms(i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000))
    });
    let mut latency = Latency::default();
    let mut beat = tokio::time::interval(BEAT);
    let mut beats = 0_u64;
    loop {
        let now = Clock::System.now();
        if until.is_some_and(|until| until <= now) {
            break;
        }
        tokio::select! {
            () = stop.asked() => break,
            Some(range) = ranges.recv() => {
                if table.take(&range, now) {
                    latency.seen(&range, now);
                    print(&screen.lines(&range));
                }
            }
            Some(sent) = posted.recv() => match sent {
                Ok(()) => latency.sent += 1,
                Err(error) => print(&[format!("  !  {error}")]),
            },
            _ = beat.tick() => {
                beats += 1;
                for (token, ask) in table.due(now) {
                    if let Err(error) = api.ask(token, &ask).await {
                        print(&[format!("  !  {error}")]);
                    }
                }
                if beats.is_multiple_of(STATUS_BEATS) {
                    print(&[screen.status(&table.picture, (latency.sent, latency.recent()))]);
                }
            }
        }
    }
    Ok(())
}

fn screen(options: &DemoOptions, playbook: &Playbook) -> Screen {
    let name = |item: &crate::domain::Item| match options.lang {
        Language::Zh => item.name_zh.clone(),
        Language::En => item.name_en.clone(),
    };
    let items: BTreeMap<ItemCode, String> =
        playbook.items.iter().map(|(code, item)| (*code, name(item))).collect();
    Screen { language: options.lang, colour: stdout().is_terminal(), items, zone_min: ZONE_MIN }
}

/// Enters the world's crews into the registers, where an earlier run has not.
async fn enrol(
    api: &Api,
    table: &mut Table,
    world: &World,
    counties: &BTreeMap<GridCode, Partition>,
) -> Result<(), ApiError> {
    let known = api.units().await?;
    for unit in &world.units {
        table.crews.enter(unit.county, unit.id);
        let Some(partition) = counties.get(&unit.county) else { continue };
        if known.contains(&unit.id) {
            continue;
        }
        let ask = Ask {
            // The same id at every start: enrolling twice is answered once.
            id: CommandId(u128::from(unit.id.0) | 0x656e_726f_6c00_0000_0000_0000_0000_0000),
            expected_version: None,
            org: None,
            partition: Some(*partition),
            verb: Verb::Enrol { unit: unit.id, name: unit.name.clone(), org: unit.org.clone() },
            note: None,
            text: None,
        };
        api.ask("demo-system", &ask).await?;
    }
    Ok(())
}

/// How long reports take from their arrival to being seen here.
#[derive(Debug, Default)]
struct Latency {
    recent: VecDeque<i64>,
    sent: u64,
}

impl Latency {
    fn seen(&mut self, range: &ChangeRange, now: Timestamp) {
        for placed in &range.changes {
            let Change::TicketMoved { ticket } = &placed.change else { continue };
            if ticket.admitted_at == placed.at {
                self.recent.push_back(now.ms_since(ticket.arrived_at));
            }
        }
        while RECENT < self.recent.len() {
            self.recent.pop_front();
        }
    }

    /// The median of the latest.
    fn recent(&self) -> Option<i64> {
        let mut sorted: Vec<i64> = self.recent.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }
}

fn print(lines: &[String]) {
    let mut out = stdout().lock();
    for line in lines {
        // A closed terminal is no reason to end a city.
        drop(writeln!(out, "{line}"));
    }
}
