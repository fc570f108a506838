//! The first entries of an empty journal: which core decides, by which rules.

use crate::domain::{Entry, Partition, Playbook, Position};
use crate::journal::{Journal, Topic};
use crate::situation::CORE;
use crate::wire::entry_v1;

use super::speaker::ProcessorError;

/// Writes the core's number and the first playbook where the journal is empty. Two who begin at
/// once do no harm: the second playbook's version is not above the first's.
///
/// # Errors
/// Where the journal is broken.
pub fn begin_journal(
    journal: &dyn Journal,
    partition: Partition,
    playbook: &Playbook,
) -> Result<bool, ProcessorError> {
    if *journal.end(Topic::Journal, partition).borrow() != Position::START {
        return Ok(false);
    }
    let first = [Entry::Core(CORE), Entry::Adopt(Box::new(playbook.clone()))];
    let entries = first.iter().map(entry_v1::encode).collect::<Result<Vec<_>, _>>()?;
    journal.append(Topic::Journal, partition, entries).durable_blocking()?;
    Ok(true)
}
