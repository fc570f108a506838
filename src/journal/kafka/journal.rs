//! A journal of the cluster, as every other journal is asked.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::executor::block_on;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::BaseConsumer;
use rdkafka::{Offset, TopicPartitionList};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::watch;

use crate::domain::{Epoch, Partition, Position, Timestamp};
use crate::telemetry::Clock;

use super::super::lane::{Found, Lanes};
use super::super::record::Record;
use super::super::traits::{Journal, JournalError, Pending, Stored, Topic};
use super::appending::Appending;
use super::client::{ANSWER_WITHIN, KafkaOptions, broken, watermarks};
use super::older::{Older, last_records};
use super::reach::reach;
use super::receipts::Receipts;
use super::tail::{Followed, Tail};
use super::topics::{epoch_of, partitions_of};

/// How long the question for the newest end may take: who asks it has others to look after.
const NEWEST_WITHIN: Duration = Duration::from_secs(1);
/// How far apart looks at what is new are best: while the partitions of one gathering come in.
const PACE: Duration = Duration::from_millis(2);
/// Bytes of records a lane keeps in memory for followers that keep up.
const LATEST_BYTES_MAX: usize = 8 * 1_024 * 1_024;

/// The journal of a cluster whose topics are made ([`super::apply`]).
pub struct KafkaJournal {
    options: KafkaOptions,
    epoch: Epoch,
    lanes: Lanes,
    appending: Appending,
    older: Older,
    tail: Tail,
    admin: AdminClient<DefaultClientContext>,
}

impl std::fmt::Debug for KafkaJournal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KafkaJournal").field("options", &self.options).finish_non_exhaustive()
    }
}

impl KafkaJournal {
    /// Opens the journal, and follows every partition of `topics`, but of those in
    /// [`KafkaOptions::city_only`]; of others only appends are served.
    ///
    /// # Errors
    /// Where the cluster cannot be reached, or the topics are not made.
    pub fn open(
        options: &KafkaOptions,
        topics: &[Topic],
        clock: Clock,
    ) -> Result<Arc<Self>, JournalError> {
        reach(options)?;
        let asking: BaseConsumer = options.consumer().create().map_err(|it| broken(&it))?;
        let epoch = epoch_of(options, &asking)?;
        let mut ids = Vec::new();
        for topic in topics {
            let partitions = partitions_of(options, &asking, *topic)?;
            let followed =
                |it: &Partition| !options.city_only.contains(topic) || *it == Partition::CITY;
            ids.extend(partitions.into_iter().filter(followed).map(|it| (*topic, it)));
        }
        let names: Vec<_> =
            ids.iter().map(|(topic, it)| (options.name(*topic), i32::from(it.0))).collect();
        let found: Vec<_> = ids.into_iter().zip(watermarks(&asking, &names)?).collect();
        let lasts = last_records(options, &asking, &found)?;
        let (lanes, older) = (Lanes::new(|_| LATEST_BYTES_MAX), Older::new(options));
        let followed = found.into_iter().map(|found| begin(&lanes, found, &lasts)).collect();
        let receipts = Arc::new(Receipts::default());
        let tail = Tail::begin(options, followed, &receipts)?;
        let appending = Appending::open(options, clock, receipts)?;
        let admin = options.client().create().map_err(|it| broken(&it))?;
        let options = options.clone();
        Ok(Arc::new(Self { options, epoch, lanes, appending, older, tail, admin }))
    }
}

/// A lane as the cluster has it now, with Kafka's offsets of the first record it keeps and of the
/// next it will get.
fn begin(
    lanes: &Lanes,
    (id, (low, next)): ((Topic, Partition), (i64, i64)),
    lasts: &BTreeMap<(Topic, Partition), Record>,
) -> Followed {
    // Kafka's offset of the first kept is ours of the last that is gone. How many entries that one
    // had nobody knows any more.
    let gone = u64::try_from(low).unwrap_or(0);
    let start = if gone == 0 { Position::START } else { Position::new(gone, 0) };
    let last = lasts.get(&id);
    let (end, at) = last.map_or((start, Timestamp::MIN), |last| (last.last(), last.at));
    Followed { id, lane: lanes.begin(id, (start, end), at), next, at }
}

impl Journal for KafkaJournal {
    fn append(&self, topic: Topic, partition: Partition, entries: Vec<Bytes>) -> Pending {
        self.appending.append((topic, partition), entries)
    }

    fn read(
        &self,
        topic: Topic,
        partition: Partition,
        after: Position,
        entries_max: usize,
    ) -> Result<Vec<Stored>, JournalError> {
        let lane = self.lanes.get(topic, partition);
        let removed = |start| JournalError::Removed { topic, partition, after, start };
        let end = match lane.find(after, entries_max) {
            Found::Latest(entries) => {
                self.older.let_go();
                return Ok(entries);
            }
            Found::Removed { start } => return Err(removed(start)),
            Found::Older { end } => end,
        };
        let (start, _) = lane.ends();
        let within = (start, after, end);
        let found = aside(|| self.older.read((topic, partition), within, entries_max));
        // Retention may have passed the reader meanwhile.
        let (start, _) = lane.ends();
        if after < start {
            return Err(removed(start));
        }
        found
    }

    fn end(&self, topic: Topic, partition: Partition) -> watch::Receiver<Position> {
        self.lanes.get(topic, partition).watch()
    }

    fn start(&self, topic: Topic, partition: Partition) -> Position {
        self.lanes.get(topic, partition).ends().0
    }

    fn remove_through(
        &self,
        topic: Topic,
        partition: Partition,
        through: Position,
    ) -> Result<(), JournalError> {
        let lane = self.lanes.get(topic, partition);
        let (start, _) = lane.ends();
        // Records before the one that `through` lies in are whole; that one may be. Of what has
        // left memory, nobody knows the last index.
        let before = Position::new(through.offset.saturating_sub(1), 0);
        let last = lane.whole_through(through).max(before);
        if last.offset <= start.offset {
            return Ok(());
        }
        // Readers are told before anything is gone.
        lane.remove_through(last);
        let mut removed = TopicPartitionList::new();
        let next = Offset::Offset(i64::try_from(last.offset).unwrap_or(i64::MAX));
        removed
            .add_partition_offset(&self.options.name(topic), i32::from(partition.0), next)
            .map_err(|error| broken(&error))?;
        let within = AdminOptions::new().operation_timeout(Some(ANSWER_WITHIN));
        let done = block_on(self.admin.delete_records(&removed, &within));
        done.map(|_| ()).map_err(|error| broken(&error))
    }

    fn newest_end(&self, topic: Topic, partition: Partition) -> Result<Position, JournalError> {
        let (name, number) = (self.options.name(topic), i32::from(partition.0));
        let asking = || self.admin.inner().fetch_watermarks(&name, number, NEWEST_WITHIN);
        let (low, next) = aside(asking).map_err(|error| broken(&error))?;
        let last = u64::try_from(next.max(low)).unwrap_or(0);
        Ok(if last == 0 { Position::START } else { Position::new(last, 0) })
    }

    fn pace(&self) -> Duration {
        PACE
    }

    fn epoch(&self) -> Epoch {
        self.epoch
    }
}

/// Does what may wait for a broker; where this is a thread of a runtime, others go on meanwhile.
fn aside<T>(work: impl FnOnce() -> T) -> T {
    let flavor = Handle::try_current().map(|handle| handle.runtime_flavor());
    match flavor {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

impl Drop for KafkaJournal {
    /// Lets what was appended become durable, within bounds.
    fn drop(&mut self) {
        self.appending.finish();
        self.tail.end();
    }
}
