//! Version 1 of how the archive is stored: blocks of cases, and what tells which segments count.

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::domain::{Case, Epoch, Position, Step, Ticket, Timestamp};

use super::error::WireError;
use super::versioned;

const FORMAT: &str = "archive_v1";
const VERSION: u8 = 1;

/// A case as it left memory. Words stay sealed: whoever destroys a ticket's key erases them here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archived {
    /// Its last row, with its stamps.
    pub row: Case,
    /// Its tickets.
    pub tickets: Vec<Ticket>,
    /// What happened to it, oldest first.
    pub timeline: Vec<Arc<Step>>,
    /// The entry that let it leave: with the journal's epoch its name for ever.
    pub position: Position,
    /// When that was.
    pub at: Timestamp,
}

/// One segment, and where its blocks lie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentHead {
    /// Counts from 1 within the partition. What is written anew goes on under the first's number.
    pub number: u32,
    /// Cases in it.
    pub cases: u32,
    /// When the newest of them left memory.
    pub newest_at: Timestamp,
    /// How long each block is, in bytes.
    pub blocks: Vec<u32>,
    /// The beginning of its bytes' BLAKE3: what it is named by, and held to.
    pub digest: u64,
}

/// What of a partition is archived. A segment that is not in it does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// Which manifest of its partition this is: it stands in its name, and counts from 1.
    #[serde(skip)]
    pub generation: u64,
    /// The journal's incarnation of `through`.
    pub epoch: Epoch,
    /// Every case that left at or before this position of the journal is in a segment.
    pub through: Position,
    /// The number of the last segment.
    pub last: u32,
    /// The segments, oldest first.
    pub segments: Vec<SegmentHead>,
    /// Objects that a reader of the manifest before may still be reading.
    pub replaced: Vec<String>,
}

/// The stored form of a block.
///
/// # Errors
/// Where a value cannot be represented; none of ours is.
pub fn encode_block(cases: &[Archived]) -> Result<Bytes, WireError> {
    versioned::encode(FORMAT, VERSION, &cases)
}

/// The cases of a block.
///
/// # Errors
/// Where the bytes are not of this version, or damaged.
pub fn decode_block(bytes: &[u8]) -> Result<Vec<Archived>, WireError> {
    versioned::decode(FORMAT, VERSION, bytes)
}

/// The stored form of a manifest.
///
/// # Errors
/// Where a value cannot be represented; none of ours is.
pub fn encode(value: &Manifest) -> Result<Bytes, WireError> {
    versioned::encode(FORMAT, VERSION, value)
}

/// The value of a stored form.
///
/// # Errors
/// Where the bytes are not of this version, or damaged.
pub fn decode(bytes: &[u8]) -> Result<Manifest, WireError> {
    versioned::decode(FORMAT, VERSION, bytes)
}
