//! Cities with random limits and random holidays, for the law of clocks.

use std::sync::LazyLock;

use liandong::config::{Layers, load};
use liandong::domain::time::DAY_MS;
use liandong::domain::{Calendar, CentreLimits, KindCode, Limit, LimitUnit, Playbook};
use proptest::prelude::*;

use super::slow::Cards;
use crate::small_city::{self, DAWN};

static KINDS: LazyLock<Playbook> =
    LazyLock::new(|| Playbook::clone(&load(&Layers::default()).unwrap().config.playbook));

/// One item of a kind, and how long everything may take.
#[derive(Debug, Clone)]
pub(super) struct City {
    pub(super) kind: &'static str,
    pub(super) calendar: Calendar,
    pub(super) cards: Cards,
    pub(super) response: Limit,
    pub(super) handle: Limit,
    pub(super) dispatch: Limit,
    pub(super) verify: Limit,
    pub(super) check: Limit,
    pub(super) reply: Limit,
}

impl City {
    /// Whether rework has only what was left.
    pub(super) fn is_cumulative(&self) -> bool {
        self.kind == "facility_fault"
    }

    /// Whether what is late by far gets its card of itself.
    pub(super) fn gives_cards(&self) -> bool {
        self.kind == "safety_hazard"
    }

    /// Its rules, as the core is told.
    pub(super) fn rules(&self) -> Playbook {
        let mut rules = small_city::playbook(2);
        rules.kinds.clone_from(&KINDS.kinds);
        let item = rules.items.get_mut(&small_city::item("G01001")).unwrap();
        item.kind = KindCode::of(self.kind);
        (item.response, item.handle) = (self.response, self.handle);
        rules.calendar = self.calendar.clone();
        rules.limits = CentreLimits {
            reply: self.reply,
            dispatch: self.dispatch,
            verify: self.verify,
            check: self.check,
            yellow_permille: u32::try_from(self.cards.yellow).unwrap(),
            red_permille: u32::try_from(self.cards.red).unwrap(),
            ..CentreLimits::default()
        };
        rules
    }
}

fn limits() -> impl Strategy<Value = Limit> {
    use LimitUnit::{Days, Hours, Minutes, WorkingDays, WorkingHours};
    let all = [
        (30, Minutes),
        (4, Hours),
        (2, Days),
        (9, Days),
        (1, WorkingHours),
        (5, WorkingHours),
        (1, WorkingDays),
        (3, WorkingDays),
        (7, WorkingDays),
    ];
    prop::sample::select(all.to_vec()).prop_map(|(amount, unit)| Limit { amount, unit })
}

/// China's plain week, with holidays and 补班 among the next two months.
fn calendars() -> impl Strategy<Value = Calendar> {
    let first = DAWN.0.div_euclid(DAY_MS);
    prop::collection::btree_map(first..first + 60, any::<bool>(), 0..24)
        .prop_map(|exceptions| Calendar { exceptions, ..Calendar::default() })
}

prop_compose! {
    pub(super) fn cities()(
        kind in prop::sample::select(vec!["city_event", "facility_fault", "safety_hazard"]),
        calendar in calendars(),
        yellow in prop::sample::select(vec![0, 1_200, 1_500]),
        red in prop::sample::select(vec![0, 1_700, 2_000]),
        (response, handle, dispatch) in (limits(), limits(), limits()),
        (verify, check, reply) in (limits(), limits(), limits()),
    ) -> City {
        let cards = Cards { yellow, red };
        City { kind, calendar, cards, response, handle, dispatch, verify, check, reply }
    }
}
