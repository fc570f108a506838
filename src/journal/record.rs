//! A record: entries that became durable together, as they lie in storage.
//!
//! Layout: version byte, append time (8), number of entries (4), then each entry's length (4) and
//! bytes, then the first 8 bytes of the BLAKE3 of all before. Numbers are big-endian.

use std::cmp::Ordering;

use bytes::{BufMut, Bytes, BytesMut};

use crate::domain::{Position, Timestamp};

use super::traits::Stored;

const VERSION: u8 = 1;
const HEAD_BYTES: usize = 13;
const SUM_BYTES: usize = 8;
/// What the allocation and the handle of one entry take beside its bytes.
const ENTRY_OVERHEAD_BYTES: usize = 64;

/// Entries that became durable together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// Its offset.
    pub(super) offset: u64,
    /// When the journal took it.
    pub(super) at: Timestamp,
    /// Its entries, at least one.
    pub(super) entries: Vec<Bytes>,
}

impl Record {
    /// The position of its last entry.
    pub(super) fn last(&self) -> Position {
        let index = u32::try_from(self.entries.len().saturating_sub(1)).unwrap_or(u32::MAX);
        Position::new(self.offset, index)
    }

    /// The bytes it takes in memory.
    pub(super) fn weight(&self) -> usize {
        self.bytes_len().saturating_add(self.entries.len().saturating_mul(ENTRY_OVERHEAD_BYTES))
    }

    fn bytes_len(&self) -> usize {
        self.entries.iter().map(Bytes::len).sum()
    }

    /// Its entries after `after`, where they stand.
    pub(super) fn after(&self, after: Position) -> impl ExactSizeIterator<Item = Stored> + '_ {
        let skipped = match self.offset.cmp(&after.offset) {
            Ordering::Greater => 0,
            Ordering::Equal => {
                usize::try_from(after.index).map_or(usize::MAX, |it| it.saturating_add(1))
            }
            Ordering::Less => usize::MAX,
        };
        self.entries.iter().enumerate().skip(skipped).map(|(index, bytes)| {
            let position = Position::new(self.offset, u32::try_from(index).unwrap_or(u32::MAX));
            Stored { position, at: self.at, bytes: bytes.clone() }
        })
    }

    /// The stored form.
    pub(super) fn encode(&self) -> Bytes {
        let framed = self.bytes_len() + 4 * self.entries.len();
        let mut bytes = BytesMut::with_capacity(HEAD_BYTES + framed + SUM_BYTES);
        bytes.put_u8(VERSION);
        bytes.put_i64(self.at.0);
        bytes.put_u32(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
        for entry in &self.entries {
            bytes.put_u32(u32::try_from(entry.len()).unwrap_or(u32::MAX));
            bytes.put_slice(entry);
        }
        let sum = checksum(&bytes);
        bytes.put_slice(&sum);
        bytes.freeze()
    }

    /// The record of a stored form, or what is wrong with it.
    pub(super) fn decode(offset: u64, bytes: &Bytes) -> Result<Self, String> {
        let body_len = bytes.len().checked_sub(SUM_BYTES).ok_or("it is too short")?;
        let (body, sum) = bytes.split_at(body_len);
        if checksum(body) != sum {
            return Err("its checksum is wrong".to_owned());
        }
        let mut reader = Reader { body, whole: bytes };
        let [version] = reader.array()?;
        if version != VERSION {
            return Err(format!("it has version {version}; this build reads {VERSION}"));
        }
        let at = Timestamp(i64::from_be_bytes(reader.array()?));
        let count = usize::try_from(u32::from_be_bytes(reader.array()?)).unwrap_or(usize::MAX);
        // Each takes four bytes at least, whatever the count says.
        let mut entries = Vec::with_capacity(count.min(reader.body.len() / 4));
        for _ in 0..count {
            let length = u32::from_be_bytes(reader.array()?);
            entries.push(reader.entry(usize::try_from(length).unwrap_or(usize::MAX))?);
        }
        Ok(Self { offset, at, entries })
    }
}

fn checksum(bytes: &[u8]) -> [u8; SUM_BYTES] {
    let mut sum = [0; SUM_BYTES];
    blake3::Hasher::new().update(bytes).finalize_xof().fill(&mut sum);
    sum
}

/// What is wrong with a record that is cut short.
const SHORT: &str = "it ends too early";

/// Takes bytes from the front of a body. An entry shares those of the whole; nothing is copied.
struct Reader<'a> {
    body: &'a [u8],
    whole: &'a Bytes,
}

impl Reader<'_> {
    fn entry(&mut self, length: usize) -> Result<Bytes, String> {
        let (entry, rest) = self.body.split_at_checked(length).ok_or(SHORT)?;
        self.body = rest;
        Ok(self.whole.slice_ref(entry))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (taken, rest) = self.body.split_first_chunk().ok_or(SHORT)?;
        self.body = rest;
        Ok(*taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        let entries = vec![Bytes::from_static(b"one"), Bytes::new(), Bytes::from_static(b"three")];
        Record { offset: 7, at: Timestamp(42), entries }
    }

    #[test]
    fn a_record_survives_its_stored_form() {
        assert_eq!(Record::decode(7, &record().encode()).unwrap(), record());
        assert_eq!(record().last(), Position::new(7, 2));
    }

    #[test]
    fn entries_after_a_position_stand_where_they_stood() {
        let after = |offset, index| {
            let found = record();
            let positions: Vec<_> =
                found.after(Position::new(offset, index)).map(|one| one.position.index).collect();
            positions
        };
        assert_eq!(after(6, 9), [0, 1, 2]);
        assert_eq!(after(7, 0), [1, 2]);
        assert!(after(7, 2).is_empty() && after(7, u32::MAX).is_empty() && after(8, 0).is_empty());
    }

    #[test]
    fn any_flipped_bit_is_noticed() {
        let stored = record().encode();
        for at in 0..stored.len() {
            let mut flipped = stored.to_vec();
            flipped[at] ^= 1;
            assert!(Record::decode(7, &Bytes::from(flipped)).is_err(), "byte {at}");
        }
        assert!(Record::decode(7, &stored.slice(..4)).is_err());
    }
}
