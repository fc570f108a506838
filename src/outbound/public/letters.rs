//! The dead letters of ingest, as others read them.

use std::time::Duration;

use crate::domain::{Partition, Position};
use crate::journal::kafka::{ForeignReader, Met};
use crate::journal::{JournalError, Stored, Topic};
use crate::shutdown::Stop;
use crate::telemetry::Stopwatch;
use crate::wire::dead_letter_v2;
use crate::wire::public::{DEAD_LETTERS, Envelope, Mark, Outgoing, Place, PublicLetter, place_of};

use super::road::{PublicError, PublicParts};

/// Letters told at once.
const LETTERS_MAX: usize = 256;
/// Records at the topic's end that are asked how far it is.
const LAST_RECORDS: u64 = 64;
/// How long they may take to come.
const END_WITHIN: Duration = Duration::from_secs(15);
/// The only partition.
const ONLY: Partition = Partition::CITY;

/// Tells others of dead letters until asked to stop.
///
/// # Errors
/// Where the journal or the cluster is broken.
pub async fn run_letters(parts: PublicParts, mut stop: Stop) -> Result<(), PublicError> {
    let mut end = parts.journal.end(Topic::DeadLetters, ONLY);
    let asking = parts.clone();
    let begun = tokio::task::spawn_blocking(move || begin(&asking));
    let mut cursor = begun.await.map_err(|_| JournalError::Closed)??;
    while !stop.is_asked() {
        end.mark_unchanged();
        let after = cursor.read.max(parts.journal.start(Topic::DeadLetters, ONLY));
        let page = parts.journal.read(Topic::DeadLetters, ONLY, after, LETTERS_MAX)?;
        if let Some(last) = page.last() {
            let envelope = Envelope::new(&parts.options.prefix, ONLY, cursor);
            let letters = page.iter().filter_map(|stored| told(&envelope, stored).transpose());
            let letters = letters.collect::<Result<Vec<_>, _>>()?;
            if !parts.write(ONLY, letters, &mut stop).await? {
                break;
            }
            cursor = Mark { read: last.position, told: last.position, ..cursor };
            continue;
        }
        tokio::select! {
            changed = end.changed() => if changed.is_err() { break },
            () = stop.asked() => break,
        }
    }
    Ok(())
}

/// How far everything has left: as far as the newest letter that its last records are made of.
/// Blocks.
fn begin(parts: &PublicParts) -> Result<Mark, PublicError> {
    let epoch = parts.journal.epoch();
    let mut cursor = Mark { epoch, ..Mark::default() };
    let source = Envelope::new(&parts.options.prefix, ONLY, cursor).source;
    let (low, next) = ForeignReader::ends(&parts.options, DEAD_LETTERS, ONLY.0)?;
    if low == next {
        return Ok(cursor);
    }
    let from = next.saturating_sub(LAST_RECORDS).max(low);
    let reader = ForeignReader::from(&parts.options, (DEAD_LETTERS, ONLY.0), from)?;
    let waited = Stopwatch::start();
    // Letters are written in order, so what the newest is made of has left, and all before it.
    while waited.elapsed() < END_WITHIN {
        match reader.next(Duration::from_millis(100)) {
            Met::Record(found) => {
                let header = |name: &str| found.record.header(name);
                let place = place_of(&source, header);
                let read = place.map_or(Position::START, |place| place.position);
                cursor.read = cursor.read.max(read);
                cursor.told = cursor.read;
            }
            Met::End => return Ok(cursor),
            Met::Nothing => {}
        }
    }
    Err(JournalError::Storage(format!("Kafka: the end of {DEAD_LETTERS} does not come")).into())
}

/// A letter as others read it; none where it cannot be read.
fn told(envelope: &Envelope, stored: &Stored) -> Result<Option<Outgoing>, PublicError> {
    let letter = match dead_letter_v2::decode(&stored.bytes) {
        Ok(letter) => letter,
        Err(error) => {
            tracing::error!(%error, position = %stored.position, "a dead letter cannot be read");
            return Ok(None);
        }
    };
    let place = Place { position: stored.position, index: 0 };
    Ok(Some(envelope.letter((place, stored.at), &PublicLetter::from(letter))?))
}
