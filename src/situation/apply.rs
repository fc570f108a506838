//! One entry in, what became true out: the only road by which the situation changes.

use crate::domain::{Change, Entry, Position, Timestamp};

use super::{Effects, Situation, adoption, clocks, linkage, registers, restate, trade};

/// The number of this core: raised with any change of its behaviour (golden digests hold it).
pub const CORE: u32 = if cfg!(feature = "next-core") { NUMBER + 1 } else { NUMBER };
const NUMBER: u32 = 5;

/// Applies `entry`, which the journal took at `at` and keeps at `position`. Positions rise; an
/// entry at or before the situation's own position was applied already and is passed over, and
/// so is everything while another core decides ([`Situation::is_ours`]).
///
/// `effects` is emptied first: a caller keeps one and saves the allocations.
pub fn apply(
    situation: &mut Situation,
    effects: &mut Effects,
    (position, at): (Position, Timestamp),
    entry: Entry,
) {
    effects.begin(situation.partition, position);
    if position <= situation.position || !situation.is_ours() {
        return;
    }
    situation.position = position;
    situation.now = situation.now.max(at);
    match entry {
        Entry::Signal(signal) => trade::hear(situation, effects, signal),
        Entry::Command(command) => trade::answer(situation, effects, &command),
        Entry::Tick => clocks::tick(situation, effects),
        Entry::Adopt(playbook) => adoption::adopt(situation, effects, *playbook),
        Entry::Core(core) => {
            situation.core = core;
            effects.change(Change::CoreSet { core });
        }
        Entry::Restate => restate::restate(situation, effects),
        Entry::Arrival(arrival) => linkage::arrive(situation, effects, &arrival),
        Entry::Receipt { case, became } => linkage::receipt(situation, effects, (case, became)),
        Entry::Adoption(said) => adoption::consider(situation, effects, *said),
        Entry::Sheet(said) => registers::consider(situation, effects, &said),
    }
    let caused = (position, &effects.changes, &effects.orders);
    situation.digest = situation.digest.then(&caused);
}
