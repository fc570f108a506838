//! What a crew says of its order, one thing after the other, as its page would.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::domain::{OrderStamp, Unit, UnitStatus, Verb};

/// What the crew says next; none where it has no order, or is done.
pub(super) fn next(unit: &Unit) -> Option<Verb> {
    let order = unit.assignment?;
    let stamp = |stamp| Some(Verb::Stamp { unit: unit.id, case: order.case, stamp });
    match next_stamp(unit) {
        Some(OrderStamp::Done) if order.arrived_at.is_none() => {
            Some(Verb::ReportStatus { unit: unit.id, status: UnitStatus::OnScene, grid: None })
        }
        next => next.and_then(stamp),
    }
}

fn next_stamp(unit: &Unit) -> Option<OrderStamp> {
    use OrderStamp::{Accepted, Delivered, Displayed, Done};
    let all = [Delivered, Displayed, Accepted, Done];
    let order = unit.assignment?;
    all.into_iter().find(|stamp| !order.has(*stamp))
}

/// How long that takes, milliseconds: a page stamps at once, people look, and drive.
pub(super) fn delay_ms(random: &mut ChaCha8Rng, unit: &Unit) -> i64 {
    match next_stamp(unit) {
        Some(OrderStamp::Delivered) => random.random_range(50..400),
        Some(OrderStamp::Displayed) => random.random_range(300..3_000),
        Some(OrderStamp::Accepted) => random.random_range(1_000..9_000),
        Some(OrderStamp::Done) | None => random.random_range(4_000..15_000),
    }
}
