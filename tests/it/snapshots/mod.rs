//! Snapshots where they are kept: the laws of each place, and places that fail.

#[cfg(feature = "s3")]
mod bucket;
mod full_disk;
mod laws;
