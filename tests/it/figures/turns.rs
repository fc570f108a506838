//! What a clerk is told, at random: how long until the next entry, and dice.

use proptest::prelude::*;

/// What the clerk is told of the next entry: the minutes until then, and dice.
pub(super) type Turn = (i64, u64);

/// The next turn: mostly at once, sometimes hours, days or a month later.
pub(super) fn turn() -> impl Strategy<Value = Turn> {
    let minutes = prop_oneof![
        100 => 0..4_i64,
        8 => 20..90_i64,
        4 => 300..2_000_i64,
        1 => Just(9 * 24 * 60),
        1 => Just(31 * 24 * 60 + 17)
    ];
    (minutes, any::<u64>())
}

/// So many turns.
pub(super) fn exactly(count: usize) -> impl Strategy<Value = Vec<Turn>> {
    proptest::collection::vec(turn(), count)
}

/// So many turns at most.
pub(super) fn turns(most: usize) -> impl Strategy<Value = Vec<Turn>> {
    proptest::collection::vec(turn(), 1..most)
}
