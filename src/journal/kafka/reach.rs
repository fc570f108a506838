//! Whether the cluster can be spoken to at all; and if not, why.
//!
//! The library tries again for ever, which is right while a city runs and wrong at a start: a wrong
//! password is told at once, and what may yet come is waited for within a bound.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use crate::telemetry::Stopwatch;

use super::super::traits::JournalError;
use super::client::{ANSWER_WITHIN, KafkaOptions, broken};

/// One try.
const TRY_WITHIN: Duration = Duration::from_millis(500);

/// What the library last said of why it cannot.
#[derive(Debug, Default)]
struct Heard(Mutex<Option<Reason>>);

#[derive(Debug, Clone)]
struct Reason {
    why: String,
    /// Whether it will be the same next time.
    lasting: bool,
}

impl ClientContext for Heard {
    fn error(&self, error: KafkaError, reason: &str) {
        use RDKafkaErrorCode::{AllBrokersDown, Authentication, SSL, SaslAuthenticationFailed};
        let code = error.rdkafka_error_code();
        let lasting =
            code.is_some_and(|it| [Authentication, SaslAuthenticationFailed, SSL].contains(&it));
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = heard.as_ref().is_some_and(|known| known.lasting);
        // That all are down says less than why one of them was.
        if lasting || !(known || (code == Some(AllBrokersDown) && heard.is_some())) {
            let why = match code {
                // A listener that is spoken to wrongly hangs up without a word.
                Some(AllBrokersDown) => {
                    format!("{reason}: do they speak as journal.security says?")
                }
                _ => reason.to_owned(),
            };
            *heard = Some(Reason { why, lasting });
        }
    }
}

impl ConsumerContext for Heard {}

/// Waits until a broker answers.
///
/// # Errors
/// At once where none ever will: a password or a certificate is refused. After [`ANSWER_WITHIN`]
/// where none did.
pub(super) fn reach(options: &KafkaOptions) -> Result<(), JournalError> {
    let asking: BaseConsumer<Heard> =
        options.consumer().create_with_context(Heard::default()).map_err(|error| broken(&error))?;
    let (meta, watch) = (options.meta(), Stopwatch::start());
    loop {
        let Err(error) = asking.fetch_metadata(Some(&meta), TRY_WITHIN) else { return Ok(()) };
        // What the context hears comes by polling.
        while asking.poll(Duration::ZERO).is_some() {}
        let heard = asking.context().0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let lasting = heard.as_ref().is_some_and(|reason| reason.lasting);
        if lasting || ANSWER_WITHIN < watch.elapsed() {
            let why = heard.map_or_else(|| error.to_string(), |reason| reason.why);
            let brokers = &options.brokers;
            return Err(JournalError::Storage(format!("Kafka at {brokers}: {why}")));
        }
    }
}
