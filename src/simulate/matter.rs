//! One matter, and how each person who reports it sees it.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::domain::time::{HOUR_MS, MINUTE_MS};
use crate::domain::{Point, Timestamp};

use super::templates::Template;
use super::words::{address, words};

/// Something that is wrong somewhere.
#[derive(Debug, Clone)]
pub(super) struct Matter {
    pub(super) number: u64,
    pub(super) template: Template,
    pub(super) point: Point,
    pub(super) community: String,
}

/// One person's report of a matter.
#[derive(Debug, Clone)]
pub(super) struct Report {
    pub(super) id: String,
    pub(super) at: Timestamp,
    pub(super) channel: &'static str,
    pub(super) item: Option<&'static str>,
    pub(super) point: Point,
    pub(super) address: String,
    pub(super) text: String,
}

/// The furthest a phone's fix is off, decimetres; most are much nearer.
const FIX_ERROR_DM: i32 = 400;
/// One citizen in this many names no item.
const UNNAMED_ONE_IN: u32 = 12;

impl Report {
    /// How the person who writes `id` at `at` reports `matter`.
    pub(super) fn of(
        random: &mut ChaCha8Rng,
        matter: &Matter,
        (id, at): (String, Timestamp),
        channel: &'static str,
    ) -> Self {
        let address = address(random, &matter.community);
        let text = words(random, &matter.template, &address);
        // The smaller of two draws: most fixes are good.
        let mut off = || {
            let mut draw = || random.random_range(0..=FIX_ERROR_DM);
            let error = draw().min(draw());
            if random.random() { error } else { -error }
        };
        let point = Point {
            x_dm: matter.point.x_dm.saturating_add(off()),
            y_dm: matter.point.y_dm.saturating_add(off()),
        };
        let unnamed = channel == "public_app" && random.random_ratio(1, UNNAMED_ONE_IN);
        let item = (!unnamed).then_some(matter.template.item);
        Self { id, at, channel, item, point, address, text }
    }
}

/// When `count` people report a matter that began at `at`: soon, or hours after.
pub(super) fn report_times(random: &mut ChaCha8Rng, at: Timestamp, count: usize) -> Vec<Timestamp> {
    let span = if random.random() { 20 * MINUTE_MS } else { 5 * HOUR_MS };
    (0..count)
        .map(|which| if which == 0 { at } else { at.plus_ms(random.random_range(0..span)) })
        .collect()
}

/// A channel by its share.
pub(super) fn channel_share(random: &mut ChaCha8Rng) -> &'static str {
    match random.random_range(0..100) {
        0..42 => "hotline",
        42..72 => "grid",
        72..96 => "public_app",
        96..98 => "police110",
        _ => "petition",
    }
}
