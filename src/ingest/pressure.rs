//! Back-pressure: how much may be under way at once. Who finds it full is told to come again.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::wire::problem::{Problem, ProblemKind};

/// Kilobytes of bodies held in memory at once.
const BODIES_KB_MAX: usize = 256 * 1_024;

/// What may be under way at once. Cloning shares it.
#[derive(Debug, Clone)]
pub(super) struct Pressure {
    signals: Room,
    detections: Room,
    bodies: Room,
}

/// Room for so many, and no more.
#[derive(Debug, Clone)]
struct Room {
    places: Arc<Semaphore>,
    size: usize,
}

/// A place taken; dropping it gives it back.
pub(super) type Place = OwnedSemaphorePermit;

impl Pressure {
    pub(super) fn new(signals_max: usize, detections_max: usize) -> Self {
        Self {
            signals: Room::new(signals_max),
            detections: Room::new(detections_max),
            bodies: Room::new(BODIES_KB_MAX),
        }
    }

    /// Room for `count` signals until they are durable.
    pub(super) fn signals(&self, count: usize) -> Result<Place, Problem> {
        self.signals.take(count)
    }

    /// Room for `count` detections until they are durable.
    pub(super) fn detections(&self, count: usize) -> Result<Place, Problem> {
        self.detections.take(count)
    }

    /// Room for a body of `bytes`.
    pub(super) fn body(&self, bytes: usize) -> Result<Place, Problem> {
        self.bodies.take(bytes.div_ceil(1_024))
    }
}

impl Room {
    fn new(size: usize) -> Self {
        let size = size.min(Semaphore::MAX_PERMITS);
        Self { places: Arc::new(Semaphore::new(size)), size }
    }

    /// More than the whole room takes all of it, so that one large batch is never impossible.
    fn take(&self, count: usize) -> Result<Place, Problem> {
        let count = u32::try_from(count.clamp(1, self.size.max(1))).unwrap_or(u32::MAX);
        Arc::clone(&self.places).try_acquire_many_owned(count).map_err(|_| {
            let why = "more is waiting for its commit than may; nothing of this was taken";
            Problem::new(ProblemKind::Overloaded, why)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_room_turns_away_until_a_place_is_given_back() {
        let pressure = Pressure::new(3, 1);
        let held = pressure.signals(2).unwrap();
        assert_eq!(pressure.signals(2).unwrap_err().kind, ProblemKind::Overloaded);
        let last = pressure.signals(1).unwrap();
        assert!(pressure.detections(1).is_ok(), "detections have a room of their own");
        drop((held, last));
        assert!(pressure.signals(1_000).is_ok(), "a batch larger than the room takes all of it");
    }
}
