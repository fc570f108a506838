//! A day of the city: matters arise, people report them, cameras look; all by seed.

use std::collections::BTreeMap;

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::domain::time::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::domain::{GridCode, Point, Timestamp};

use super::matter::{Matter, Report, channel_share, report_times};
use super::sent::{Sent, Truth, detection, hotline, signal, urge};
use super::templates::{FIRE, FLOOD, TEMPLATES, Template};
use super::world::World;

/// What kind of day it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Scenario {
    /// A day like any other.
    Ordinary,
    /// Few reports: a night, a holiday.
    Quiet,
    /// Two hours of rain over one county: waterlogging, twenty times the hotline.
    Storm,
    /// One fire, reported thirty times in ten minutes by many channels.
    Fire,
}

/// Which day is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayOptions {
    /// Decides everything that chance decides.
    pub seed: u64,
    /// When it begins.
    pub start: Timestamp,
    /// How long it lasts.
    pub hours: u32,
    /// Matters that arise in 24 ordinary hours.
    pub matters_a_day: u32,
    /// So many matters in every hour instead, whatever the time of day.
    pub even_hourly: Option<u32>,
    /// What kind of day it is.
    pub scenario: Scenario,
    /// Episodes that cameras see in 24 hours.
    pub episodes_a_day: u32,
}

impl DayOptions {
    /// An ordinary day at about Liaoyang's load: 1,900 hotline tickets and 1,850 patrol results a
    /// day (`domain.md` 3.4) make some 2,600 matters.
    #[must_use]
    pub fn of_seed(seed: u64, start: Timestamp) -> Self {
        let scenario = Scenario::Ordinary;
        Self {
            seed,
            start,
            hours: 24,
            matters_a_day: 2_600,
            even_hourly: None,
            scenario,
            episodes_a_day: 600,
        }
    }
}

/// Matters in each hour of the day, of 1,000: people report from seven to ten at night.
const RHYTHM: [u32; 24] =
    [8, 5, 4, 4, 6, 14, 28, 48, 74, 82, 76, 62, 44, 52, 70, 74, 68, 62, 58, 54, 48, 34, 18, 7];
/// Twenty times the hotline, in the storm's two hours.
const STORM_FACTOR: u32 = 20;
/// Reports of the one fire.
const FIRE_REPORTS: usize = 30;
/// One report in this many is asked about again.
const URGE_ONE_IN: u32 = 30;

/// A day's posts in the order of their moments, and which report was of which matter.
#[must_use]
pub fn day(world: &World, options: &DayOptions) -> (Vec<Sent>, Vec<Truth>) {
    let mut day = Day {
        random: ChaCha8Rng::seed_from_u64(options.seed ^ 0x0064_6179),
        world,
        options: *options,
        sent: Vec::new(),
        truths: Vec::new(),
        matters: 0,
        reports: 0,
    };
    for hour in 0..options.hours {
        day.ordinary_hour(hour);
    }
    match options.scenario {
        Scenario::Storm => day.storm(),
        Scenario::Fire => day.fire(),
        Scenario::Ordinary | Scenario::Quiet => {}
    }
    day.cameras();
    day.sent.sort_by(|one, other| (one.at, &one.json).cmp(&(other.at, &other.json)));
    (day.sent, day.truths)
}

struct Day<'a> {
    random: ChaCha8Rng,
    world: &'a World,
    options: DayOptions,
    sent: Vec<Sent>,
    truths: Vec<Truth>,
    matters: u64,
    reports: u64,
}

impl Day<'_> {
    fn end(&self) -> Timestamp {
        self.options.start.plus_ms(i64::from(self.options.hours) * HOUR_MS)
    }

    fn ordinary_hour(&mut self, hour: u32) {
        // 08:00 Beijing time is midnight UTC.
        let start = self.options.start.plus_ms(i64::from(hour) * HOUR_MS);
        let of_day = usize::try_from((start.0 / HOUR_MS + 8).rem_euclid(24)).unwrap_or(0);
        let share = RHYTHM.get(of_day).copied().unwrap_or(0);
        let quiet = if self.options.scenario == Scenario::Quiet { 4 } else { 1 };
        let by_rhythm = self.options.matters_a_day * share;
        let expected = self.options.even_hourly.map_or(by_rhythm, |hourly| hourly * 1_000) / quiet;
        let whole = expected / 1_000;
        let one_more = u32::from(self.random.random_range(0..1_000) < expected % 1_000);
        for _ in 0..whole + one_more {
            let at = start.plus_ms(self.random.random_range(0..HOUR_MS));
            let template = weighted(&mut self.random);
            let count = how_many(&mut self.random);
            self.matter(at, template, count, None);
        }
    }

    /// One matter somewhere (in `county`, where given), reported `count` times.
    fn matter(
        &mut self,
        at: Timestamp,
        template: Template,
        count: usize,
        county: Option<GridCode>,
    ) {
        let Some(matter) = self.arise(template, county) else { return };
        for at in report_times(&mut self.random, at, count) {
            if at < self.end() {
                self.report(&matter, at);
            }
        }
    }

    fn arise(&mut self, template: Template, county: Option<GridCode>) -> Option<Matter> {
        let communities: Vec<_> = self
            .world
            .communities
            .iter()
            .filter(|it| county.is_none_or(|county| county.holds(it.code)))
            .collect();
        let community = communities.choose(&mut self.random)?;
        self.matters += 1;
        let mut off = || self.random.random_range(-4_000..=4_000);
        let point = Point {
            x_dm: community.centre.x_dm.saturating_add(off()),
            y_dm: community.centre.y_dm.saturating_add(off()),
        };
        Some(Matter { number: self.matters, template, point, community: community.name.clone() })
    }

    fn report(&mut self, matter: &Matter, at: Timestamp) {
        self.reports += 1;
        let id = format!("s{}-{}", self.options.seed, self.reports);
        let channel = channel_share(&mut self.random);
        let report = Report::of(&mut self.random, matter, (id.clone(), at), channel);
        let post = if channel == "hotline" { hotline(&report) } else { signal(&report) };
        self.truths.push(Truth { id: post.id.clone(), feed: post.feed, matter: matter.number });
        let again = self.random.random_ratio(1, URGE_ONE_IN);
        self.sent.push(post);
        let later = at.plus_ms(self.random.random_range(HOUR_MS..6 * HOUR_MS));
        if again && later < self.end() {
            self.sent.push(urge(&report, later));
        }
    }

    /// Rain over one county in the second sixth of the day.
    fn storm(&mut self) {
        let county = self.world.units.choose(&mut self.random).map(|unit| unit.county);
        let start = self.options.start.plus_ms(i64::from(self.options.hours) * HOUR_MS / 6);
        let matters = self.options.matters_a_day * STORM_FACTOR / 240;
        for _ in 0..matters {
            let at = start.plus_ms(self.random.random_range(0..2 * HOUR_MS));
            let count = how_many(&mut self.random) + 1;
            self.matter(at, FLOOD, count, county);
        }
    }

    /// One fire a third into the day.
    fn fire(&mut self) {
        let at = self.options.start.plus_ms(i64::from(self.options.hours) * HOUR_MS / 3);
        let Some(matter) = self.arise(FIRE, None) else { return };
        for _ in 0..FIRE_REPORTS {
            let at = at.plus_ms(self.random.random_range(0..10 * MINUTE_MS));
            self.report(&matter, at);
        }
    }

    /// Episodes that cameras see: hits a second apart, a flicker here and there, then gone.
    fn cameras(&mut self) {
        let span = i64::from(self.options.hours) * HOUR_MS;
        let episodes = self.options.episodes_a_day * self.options.hours / 24;
        for _ in 0..episodes {
            let Some(camera) = self.world.cameras.choose(&mut self.random) else { return };
            let Some(item) = camera.items.choose(&mut self.random).copied() else { continue };
            let start = self.options.start.plus_ms(self.random.random_range(0..span));
            let looks: i64 = self.random.random_range(3..60);
            for look in 0..looks + 3 {
                let at = start.plus_ms(look * 2 * SECOND_MS);
                let flicker = self.random.random_ratio(1, 12);
                let present = look < looks && !flicker;
                if at < self.end() {
                    self.sent.push(detection((camera.id, item), at, present));
                }
            }
        }
    }
}

/// How many report one matter: most are reported once, a few by many.
fn how_many(random: &mut ChaCha8Rng) -> usize {
    match random.random_range(0..100) {
        0..72 => 1,
        72..88 => 2,
        88..95 => 3,
        _ => random.random_range(4..9),
    }
}

fn weighted(random: &mut ChaCha8Rng) -> Template {
    let weights = || TEMPLATES.iter().map(|template| template.weight);
    let mut left = random.random_range(0..weights().sum::<u64>());
    for template in &TEMPLATES {
        if left < template.weight {
            return *template;
        }
        left -= template.weight;
    }
    TEMPLATES[0]
}

/// How many reports each matter has, for those who hold fusion against the truth.
#[must_use]
pub fn sizes(truths: &[Truth]) -> BTreeMap<u64, usize> {
    let mut sizes = BTreeMap::new();
    for truth in truths {
        *sizes.entry(truth.matter).or_default() += 1;
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::Size;

    fn played(scenario: Scenario, seed: u64) -> (Vec<Sent>, Vec<Truth>) {
        let world = World::of_size(1, Size::SMALL);
        let start = Timestamp(1_790_000_000_000);
        day(&world, &DayOptions { scenario, hours: 6, ..DayOptions::of_seed(seed, start) })
    }

    #[test]
    fn the_same_seed_gives_the_same_day() {
        assert_eq!(played(Scenario::Storm, 5), played(Scenario::Storm, 5));
        assert_ne!(played(Scenario::Storm, 5), played(Scenario::Storm, 6));
    }

    #[test]
    fn scenarios_differ_as_they_say() {
        let count = |scenario| played(scenario, 5).1.len();
        let ordinary = count(Scenario::Ordinary);
        assert!(count(Scenario::Quiet) * 3 < ordinary, "a quiet day is quiet");
        assert!(ordinary * 3 / 2 < count(Scenario::Storm), "a storm is loud");
        let (_, truths) = played(Scenario::Fire, 5);
        let one_matter = sizes(&truths).into_values().max().unwrap();
        assert_eq!(one_matter, FIRE_REPORTS);
    }

    #[test]
    fn posts_come_in_order_and_every_report_has_its_truth() {
        let (sent, truths) = played(Scenario::Ordinary, 9);
        assert!(sent.windows(2).all(|pair| pair[0].at <= pair[1].at));
        let reports = sent.iter().filter(|post| post.truthful()).count();
        assert_eq!(reports, truths.len());
        assert!(sizes(&truths).values().any(|count| 1 < *count), "some matters are reported twice");
    }
}
