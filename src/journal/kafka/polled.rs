//! A producer, and the thread on which it hears what became of its records.
//!
//! The library's own (`ThreadedProducer`) waits a tenth of a second at a time, of which the last
//! part of a millisecond passes with looking at the clock: a hundredth of a core, in each process.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, Producer as _, ProducerContext, PurgeConfig};

use super::super::traits::JournalError;
use super::client::broken;

/// How long it waits at a time; what comes meanwhile is heard at once.
const WAIT: Duration = Duration::from_secs(1);

/// A producer that hears by itself. Once it is dropped, what is not delivered is heard to be lost.
pub(super) struct Polled<C: ProducerContext + 'static> {
    producer: Arc<BaseProducer<C>>,
    ended: Arc<AtomicBool>,
}

impl<C: ProducerContext + 'static> Polled<C> {
    /// A producer of these settings.
    pub(super) fn create(settings: &ClientConfig, context: C) -> Result<Self, JournalError> {
        let producer: BaseProducer<C> =
            settings.create_with_context(context).map_err(|error| broken(&error))?;
        let (producer, ended) = (Arc::new(producer), Arc::new(AtomicBool::new(false)));
        let (its, until) = (Arc::clone(&producer), Arc::clone(&ended));
        let hearing = move || {
            while !until.load(Ordering::Acquire) {
                its.poll(WAIT);
            }
        };
        std::thread::Builder::new()
            .name("producer-polls".to_owned())
            .spawn(hearing)
            .map_err(|error| JournalError::Storage(error.to_string()))?;
        Ok(Self { producer, ended })
    }
}

impl<C: ProducerContext + 'static> Deref for Polled<C> {
    type Target = BaseProducer<C>;

    fn deref(&self) -> &Self::Target {
        &self.producer
    }
}

impl<C: ProducerContext + 'static> Drop for Polled<C> {
    /// Waits for nobody: the thread hears of what is lost, and ends within its wait.
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Release);
        self.producer.purge(PurgeConfig::default().queue().inflight());
    }
}
