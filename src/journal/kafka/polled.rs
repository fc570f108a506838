//! A producer, and the thread on which it hears what became of its records.
//!
//! The library's own (`ThreadedProducer`) waits a tenth of a second at a time, of which the last
//! part of a millisecond passes with looking at the clock: a hundredth of a core, in each process.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, ProducerContext};

use super::super::traits::JournalError;
use super::client::broken;

/// How long it waits at a time; what comes meanwhile is heard at once. The end waits for it.
const WAIT: Duration = Duration::from_millis(250);

/// A producer that hears by itself. Once it is dropped, what was not delivered is known to be lost.
pub(super) struct Polled<C: ProducerContext + 'static> {
    producer: Arc<BaseProducer<C>>,
    ended: Arc<AtomicBool>,
    hearing: Option<JoinHandle<()>>,
}

impl<C: ProducerContext + 'static> Polled<C> {
    /// A producer of these settings.
    pub(super) fn create(settings: &ClientConfig, context: C) -> Result<Self, JournalError> {
        let producer: BaseProducer<C> =
            settings.create_with_context(context).map_err(|error| broken(&error))?;
        let (producer, ended) = (Arc::new(producer), Arc::new(AtomicBool::new(false)));
        let (its, until) = (Arc::clone(&producer), Arc::clone(&ended));
        let hear = move || {
            while !until.load(Ordering::Acquire) {
                its.poll(WAIT);
            }
        };
        let hearing = std::thread::Builder::new()
            .name("producer-polls".to_owned())
            .spawn(hear)
            .map_err(|error| JournalError::Storage(error.to_string()))?;
        Ok(Self { producer, ended, hearing: Some(hearing) })
    }
}

impl<C: ProducerContext + 'static> Deref for Polled<C> {
    type Target = BaseProducer<C>;

    fn deref(&self) -> &Self::Target {
        &self.producer
    }
}

impl<C: ProducerContext + 'static> Drop for Polled<C> {
    /// Waits for the thread, so that the library's producer ends here: it tells of what is lost.
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Release);
        if let Some(Err(_)) = self.hearing.take().map(JoinHandle::join) {
            tracing::error!("the thread that hears of deliveries panicked");
        }
    }
}
