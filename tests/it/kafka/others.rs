//! A partition's changes in memory, told to others on a real broker.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::executor::block_on;
use jsonschema::Validator;
use liandong::domain::{
    Change, ChangeRange, Digest, Order, Partition, Placed, Position, Timestamp,
};
use liandong::journal::kafka::{ForeignFound, ForeignWriter, KafkaOptions};
use liandong::journal::{Journal, MemoryJournal, Needs, Topic};
use liandong::outbound::{PublicParts, run_public};
use liandong::shutdown::{Running, Stopper, stop_pair};
use liandong::telemetry::{Clock, Metrics};
use liandong::wire::change_v1;
use liandong::wire::projection::Projection;
use serde_json::Value;

use super::foreign::all;
use crate::schemas::held::document;

/// Whose changes they are.
pub(crate) const P: Partition = Partition(1);

/// Changes, and who tells of them.
pub(crate) struct City {
    pub(crate) options: KafkaOptions,
    pub(crate) journal: Arc<MemoryJournal>,
    pub(crate) metrics: Metrics,
    pub(crate) needs: Needs,
    next: u64,
}

/// A road under way; it ends when this is dropped.
pub(crate) struct Telling {
    stopper: Stopper,
    running: Running,
}

impl Telling {
    pub(crate) async fn end(self) {
        self.stopper.stop();
        assert!(self.running.join().await);
    }
}

impl City {
    pub(crate) fn new(options: KafkaOptions) -> Self {
        let journal = Arc::new(MemoryJournal::new(Clock::manual(Timestamp(1_000_000))));
        let metrics = Metrics::new().unwrap();
        Self { options, journal, metrics, needs: Needs::default(), next: 1 }
    }

    pub(crate) fn parts(&self) -> PublicParts {
        PublicParts {
            journal: Arc::clone(&self.journal) as Arc<dyn Journal>,
            options: self.options.clone(),
            writer: Arc::new(ForeignWriter::open(&self.options).unwrap()),
            needs: self.needs.clone(),
            plane: Projection::new(41.0, 123.0),
            metrics: self.metrics.clone(),
        }
    }

    pub(crate) fn tell(&self) -> Telling {
        let (stopper, stop) = stop_pair();
        let mut running = Running::default();
        let parts = self.parts();
        running.spawn("outbound", async move { run_public(parts, P, stop).await.unwrap() });
        Telling { stopper, running }
    }

    /// Publishes a range of one entry with these changes and orders.
    pub(crate) fn publish(&mut self, changes: Vec<Change>, orders: Vec<Order>) -> Position {
        let from = if self.next == 1 { Position::START } else { Position::new(self.next - 1, 0) };
        let position = Position::new(self.next, 0);
        self.next += 1;
        self.publish_range((from, position), changes, orders);
        position
    }

    /// Publishes a range from and to where it says.
    pub(crate) fn publish_range(
        &self,
        (from, to): (Position, Position),
        changes: Vec<Change>,
        orders: Vec<Order>,
    ) {
        let at = Timestamp(1_782_865_800_000);
        let placed = (0..).zip(changes);
        let placed = placed.map(|(index, change)| Placed { position: to, at, index, change });
        let range = ChangeRange {
            partition: P,
            epoch: self.journal.epoch(),
            from,
            to,
            at,
            speaker: 1,
            core: 1,
            digest: Digest::default(),
            elsewhere: false,
            changes: placed.collect(),
            orders,
        };
        let bytes = change_v1::encode(&range).unwrap();
        let appended = self.journal.append(Topic::Changes, P, vec![bytes]);
        block_on(appended.durable()).unwrap();
    }

    /// Every record of a topic's partition, those that say something held to its schema.
    pub(crate) fn read(&self, topic: &str) -> Vec<ForeignFound> {
        let found = all(&self.options, topic, P.0);
        let schema = schema(topic);
        for record in found.iter().filter_map(|found| found.record.value.as_ref()) {
            hold(&schema, record);
        }
        found
    }

    /// As [`City::read`], once there are `count` or more.
    pub(crate) async fn until(&self, topic: &str, count: usize) -> Vec<ForeignFound> {
        for _ in 0..200 {
            let found = self.read(topic);
            if count <= found.iter().filter(|found| is_said(found)).count() {
                return found.into_iter().filter(is_said).collect();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{topic} has no {count} records");
    }
}

/// Whether a record is more than a mark.
pub(crate) fn is_said(found: &ForeignFound) -> bool {
    key(found) != "mark"
}

pub(crate) fn key(found: &ForeignFound) -> String {
    String::from_utf8(found.record.key.clone().unwrap().to_vec()).unwrap()
}

pub(crate) fn said(found: &ForeignFound) -> Value {
    let value = found.record.value.as_ref();
    value.map_or(Value::Null, |bytes| serde_json::from_slice(bytes).unwrap())
}

/// The last of each key, as a compacted topic keeps it.
pub(crate) fn compacted(found: &[ForeignFound]) -> BTreeMap<String, Value> {
    let mut rows = BTreeMap::new();
    for found in found.iter().filter(|found| is_said(found)) {
        match said(found) {
            Value::Null => rows.remove(&key(found)),
            row => rows.insert(key(found), row),
        };
    }
    rows
}

/// What a topic's records must be.
pub(crate) fn schema(topic: &str) -> Validator {
    jsonschema::draft202012::new(&document(&format!("{topic}.json"))).unwrap()
}

pub(crate) fn hold(schema: &Validator, value: &[u8]) {
    let value: Value = serde_json::from_slice(value).unwrap();
    let faults: Vec<_> = schema.iter_errors(&value).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{value}\nis not as its schema says: {faults:#?}");
}
