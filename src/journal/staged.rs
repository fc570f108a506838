//! Writing a large file so that nobody else's fsync waits for it.
//!
//! A filesystem that keeps data in order (ext4) lets the fsync of one file wait for what another
//! has written and not yet synced: tens of megabytes of a snapshot would hold up a commit of the
//! journal for as long as the disk takes for all of them. So they are made durable piece by piece.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// What a commit waits for at the most.
const PIECE_BYTES: usize = 512 * 1_024;
/// What follows the name of a file that is not whole yet, and a number.
pub(super) const UNFINISHED: char = '#';

/// Writes `bytes` under `path`, beside it first: it is there whole and durable, or not at all.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut staged = path.as_os_str().to_owned();
    staged.push(format!("{UNFINISHED}1"));
    let mut file = File::create(&staged)?;
    for piece in bytes.chunks(PIECE_BYTES) {
        file.write_all(piece)?;
        file.sync_data()?;
    }
    fs::rename(&staged, path)?;
    // The names are durable once their folders are; the folder itself may be new.
    for folder in [Some(folder), folder.parent()].into_iter().flatten() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_than_a_piece_is_whole_and_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new/name");
        let bytes = b"pieces ".repeat(PIECE_BYTES / 3);
        write(&path, &bytes).unwrap();
        write(&path, &bytes[1..]).unwrap();
        assert_eq!(fs::read(&path).unwrap(), &bytes[1..]);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
