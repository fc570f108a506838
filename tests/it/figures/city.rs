//! A small city of all kinds, for random lives of cases.

use std::sync::LazyLock;

use liandong::config::{Layers, load};
use liandong::domain::trade::StageLimit;
use liandong::domain::{Item, ItemCode, KindCode, Playbook, StageCode};

use crate::small_city;

/// Items of kinds that the small city has not.
const ITEMS: [(&str, &str); 6] = [
    ("G02001", "emergency"),
    ("G02002", "warning"),
    ("S01001", "service_request"),
    ("S02001", "certificate"),
    ("S03001", "business_request"),
    ("G07001", "security_lead"),
];

static RULES: LazyLock<Playbook> = LazyLock::new(|| {
    let mut kinds = load(&Layers::default()).unwrap().config.playbook.kinds.clone();
    // What is asked of this city is due when who asks says so.
    let asked = kinds.get_mut(&KindCode::of("service_request")).unwrap();
    asked.stages.get_mut(&StageCode::of("handling")).unwrap().limit = StageLimit::Signal;
    let mut rules = Playbook { kinds, ..small_city::playbook(1) };
    let like = rules.items.values().next().unwrap().clone();
    for (code, kind) in ITEMS {
        let code: ItemCode = small_city::item(code);
        rules.items.insert(code, Item { code, kind: KindCode::of(kind), ..like.clone() });
    }
    rules
});

/// The rules, of a version.
pub(super) fn rules(version: u32) -> Playbook {
    Playbook { version, ..RULES.clone() }
}
