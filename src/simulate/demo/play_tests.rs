//! The players against the core itself, on virtual time and by seed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rand::SeedableRng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use super::onward::SEATS;
use super::play::Table;
use crate::config::{Layers, load};
use crate::domain::{
    Actor, ChangeRange, Channel, Command, Digest, Entry, Epoch, Evidence, GridCode, KindCode,
    OrgCode, Partition, Place, Placed, Playbook, Point, Position, Purpose, Signal, SignalKind,
    SourceKey, Timestamp,
};
use crate::situation::{CORE, Effects, Situation, apply};

const COUNTY: Partition = Partition(1);
const DAWN: Timestamp = Timestamp(1_790_000_000_000);
/// Beats of a quarter of a second, as the demonstration has them.
const BEATS: i64 = 4 * 60 * 40;
const BEAT_MS: i64 = 250;

struct Day {
    situation: Situation,
    effects: Effects,
    table: Table,
    now: Timestamp,
    refused: u64,
}

impl Day {
    fn begin(seed: u64, rules: &Playbook) -> Self {
        let mut table = Table::new(seed, DAWN);
        let county: GridCode = "211002".parse().unwrap();
        table.offices.counties = vec![(county, COUNTY)];
        let (situation, effects) = (Situation::new(COUNTY), Effects::default());
        let mut day = Self { situation, effects, table, now: DAWN, refused: 0 };
        day.take(Entry::Core(CORE));
        day.take(Entry::Adopt(Box::new(rules.clone())));
        day
    }

    fn take(&mut self, entry: Entry) {
        let from = self.situation.position();
        let to = Position::new(from.offset + 1, 0);
        apply(&mut self.situation, &mut self.effects, (to, self.now), entry);
        let changes = self.effects.changes.iter().enumerate().map(|(index, change)| Placed {
            position: to,
            at: self.now,
            index: u32::try_from(index).unwrap(),
            change: change.clone(),
        });
        let range = ChangeRange {
            partition: COUNTY,
            epoch: Epoch(1),
            from,
            to,
            at: self.now,
            speaker: 1,
            core: CORE,
            digest: Digest::default(),
            elsewhere: false,
            changes: changes.collect(),
            orders: Vec::new(),
        };
        self.table.take(&range, self.now);
    }

    fn beat(&mut self) {
        self.now = self.now.plus_ms(BEAT_MS);
        for (token, ask) in self.table.due(self.now) {
            let (role, _, fixed) = SEATS.iter().find(|(_, it, _)| *it == token).unwrap();
            let org = ask.org.clone().unwrap_or_else(|| OrgCode(fixed.unwrap().to_owned()));
            let before = self.situation.tally().commands_refused;
            self.take(Entry::Command(Box::new(Command {
                id: ask.id,
                actor: Actor { account: token.to_owned(), role: *role, org },
                expected_version: ask.expected_version,
                verb: ask.verb,
                arrived_at: self.now,
            })));
            self.refused += self.situation.tally().commands_refused - before;
        }
    }

    fn report(
        &mut self,
        source: u128,
        random: &mut ChaCha8Rng,
        items: &[Arc<crate::domain::Item>],
    ) {
        let item = items.choose(random).map(|item| item.code);
        let at = i32::try_from(source).unwrap();
        self.take(Entry::Signal(Box::new(Signal {
            source: SourceKey(source),
            external_id: String::new(),
            channel: Channel::Hotline,
            kind: SignalKind::New,
            item,
            place: Place {
                point: Some(Point { x_dm: at * 40_000, y_dm: 0 }),
                grid: "211002016001003".parse().ok(),
            },
            observed_at: self.now,
            arrived_at: self.now,
            owes_reply: true,
            purpose: Purpose::Real,
            evidence: Evidence::default(),
            words: None,
            due: None,
        })));
    }
}

#[test]
fn a_day_by_seed_takes_cases_of_every_kind_to_an_end() {
    let rules = load(&Layers::default()).unwrap().config.playbook;
    let rules = Playbook { version: 1, ..(*rules).clone() };
    let items: Vec<_> = rules.items.values().cloned().map(Arc::new).collect();
    for seed in 1..=2 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut day = Day::begin(seed, &rules);
        for beat in 0..BEATS {
            // Reports come in the first half; the second is theirs to end.
            if beat < BEATS / 2 && beat % 8 == 0 {
                day.report(u128::try_from(beat).unwrap(), &mut random, &items);
            }
            if beat % 4 == 0 {
                day.take(Entry::Tick);
            }
            day.beat();
        }
        ended_all(&day, &rules);
    }
}

/// Cases of every kind came to an end, and what was opened in the first half stands nowhere.
fn ended_all(day: &Day, rules: &Playbook) {
    let mut ended: BTreeMap<KindCode, u32> = BTreeMap::new();
    let mut stuck = BTreeSet::new();
    let early = DAWN.plus_ms(BEATS / 2 * BEAT_MS);
    for case in day.situation.cases() {
        if case.state.is_ended() {
            *ended.entry(case.kind).or_default() += 1;
        } else if case.opened_at < early {
            stuck.insert((case.kind, case.stage));
        }
    }
    let missing: Vec<_> = rules.kinds.keys().filter(|kind| !ended.contains_key(kind)).collect();
    assert!(missing.is_empty(), "no case of {missing:?} ended; {ended:?}, standing {stuck:?}");
    assert!(stuck.is_empty(), "they stand still: {stuck:?}");
    let changed = day.situation.tally().commands_changed;
    assert!(day.refused * 20 < changed, "{} refused, {changed} done", day.refused);
}
