//! A small city for tests of the core: a few items, and hands that write signals and commands.

use std::collections::BTreeMap;

use liandong::domain::{
    Actor, CentreLimits, Channel, Command, CommandId, Entry, Evidence, FusionRules, Item, ItemCode,
    KeyId, KindCode, Limit, LimitUnit, OrgCode, Place, Playbook, Point, Position, PrivacyClass,
    Purpose, Role, Sealed, Severity, Signal, SignalKind, SourceKey, Timestamp, Verb,
};
use liandong::situation::{Effects, Situation, apply};

/// When every test's first day begins.
pub(crate) const DAWN: Timestamp = Timestamp(1_790_000_000_000);

pub(crate) fn item(code: &str) -> ItemCode {
    code.parse().unwrap()
}

/// An item of `kind`, owned by `owner`: 30 minutes to be accepted, 24 hours to be handled.
fn entry(code: &str, kind: &str, owner: &str) -> Item {
    let restricted = kind == "dispute";
    Item {
        code: item(code),
        name_zh: code.into(),
        name_en: code.into(),
        severity: if kind == "safety_hazard" { Severity::Red } else { Severity::Blue },
        owner: OrgCode(owner.into()),
        response: Limit { amount: 30, unit: LimitUnit::Minutes },
        handle: hours(24),
        kind: KindCode::of(kind),
        video_ok: kind == "facility_fault",
        privacy: if restricted { PrivacyClass::Restricted } else { PrivacyClass::None },
        system: "EVENT".into(),
        patrol_dept: None,
        unlawful: false,
    }
}

/// So many natural hours.
fn hours(amount: u32) -> Limit {
    Limit { amount, unit: LimitUnit::Hours }
}

/// The small city's rules (`tests/scenarios/README.md`).
pub(crate) fn playbook(version: u32) -> Playbook {
    let items: BTreeMap<ItemCode, Item> = [
        entry("G01001", "city_event", "CG"),
        entry("G01002", "city_event", "CG"),
        entry("G03001", "facility_fault", "ZJ"),
        entry("G06001", "safety_hazard", "YJ"),
        entry("G08001", "dispute", "SF"),
    ]
    .into_iter()
    .map(|item| (item.code, item))
    .collect();
    let limits = CentreLimits {
        reply: hours(48),
        dispatch: hours(1),
        verify: hours(2),
        check: hours(24),
        ..CentreLimits::default()
    };
    Playbook { version, items, fusion: FusionRules::default(), limits, ..Playbook::default() }
}

/// A report of `item` at `at`, from the observation numbered `source`.
pub(crate) fn signal(source: u128, channel: Channel, item: Option<ItemCode>, at: Point) -> Signal {
    Signal {
        source: SourceKey(source),
        external_id: format!("S-{source}"),
        channel,
        kind: SignalKind::New,
        item,
        place: Place { point: Some(at), grid: "211002016001003".parse().ok() },
        observed_at: DAWN,
        arrived_at: DAWN,
        owes_reply: channel == Channel::Hotline,
        purpose: Purpose::Real,
        evidence: Evidence::default(),
        words: Some(sealed(&source.to_string())),
        due: None,
    }
}

/// Words that stand for sealed ones.
pub(crate) fn sealed(text: &str) -> Sealed {
    Sealed { key: KeyId(7), bytes: text.bytes().collect() }
}

/// Who asks.
pub(crate) fn actor(role: Role, org: &str) -> Actor {
    Actor { account: format!("{role:?}").to_lowercase(), role, org: OrgCode(org.into()) }
}

pub(crate) fn command(id: u128, actor: Actor, verb: Verb) -> Command {
    Command { id: CommandId(id), actor, expected_version: None, verb, arrived_at: DAWN }
}

/// A core with its journal's next place.
#[derive(Debug, Clone)]
pub(crate) struct Core {
    pub(crate) situation: Situation,
    pub(crate) effects: Effects,
    pub(crate) now: Timestamp,
    offset: u64,
}

impl Core {
    /// A core of county partition 3, with the small city's rules, at dawn.
    pub(crate) fn at_dawn() -> Self {
        let situation = Situation::new(liandong::domain::Partition(3));
        let effects = Effects::default();
        let mut core = Self { situation, effects, now: DAWN, offset: 0 };
        core.apply(Entry::Core(liandong::situation::CORE));
        core.apply(Entry::Adopt(Box::new(playbook(1))));
        core
    }

    /// Journals `entry` now, at the next place, and applies it.
    pub(crate) fn apply(&mut self, entry: Entry) -> &Effects {
        self.offset += 1;
        let at = (Position::new(self.offset, 0), self.now);
        apply(&mut self.situation, &mut self.effects, at, entry);
        &self.effects
    }
}
