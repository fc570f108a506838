//! Writing a large file so that nobody else's fsync waits for it.
//!
//! A filesystem that keeps data in order (ext4) lets the fsync of one file wait for what another
//! has written and not yet synced: tens of megabytes of a snapshot would hold up a commit of the
//! journal for as long as the disk takes for all of them. So they are made durable piece by piece.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What a commit waits for at the most.
const PIECE_BYTES: usize = 512 * 1_024;
/// What follows the name of a file that is not whole yet, and a number.
const UNFINISHED: char = '#';

/// Writes `bytes` under `path`, beside it first: it is there whole and durable, or not at all.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    publish(path, bytes, |staged| fs::rename(staged, path))
}

/// As [`write`], where nothing is there yet; false where something is.
pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    // A link, unlike a renaming, never takes the place of another.
    let link = |staged: &Path| fs::hard_link(staged, path).and_then(|()| fs::remove_file(staged));
    match publish(path, bytes, link) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        published => published.map(|()| true),
    }
}

fn publish(
    path: &Path,
    bytes: &[u8],
    name: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut staged = path.as_os_str().to_owned();
    // In a directory that processes share, two may write the same at once.
    let mut number = [0; 4];
    getrandom::fill(&mut number).map_err(io::Error::other)?;
    staged.push(format!("{UNFINISHED}{}", u32::from_be_bytes(number)));
    let staged = PathBuf::from(staged);
    if let Err(error) = write_all(&staged, bytes).and_then(|()| name(&staged)) {
        // What a full disk has cut short would only keep it full.
        drop(fs::remove_file(&staged));
        return Err(error);
    }
    // The names are durable once their folders are; the folder itself may be new.
    for folder in [Some(folder), folder.parent()].into_iter().flatten() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn write_all(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    for piece in bytes.chunks(PIECE_BYTES) {
        file.write_all(piece)?;
        file.sync_data()?;
    }
    Ok(())
}

/// Removes what is not whole in `folder`, under the names that `unwanted` picks.
pub(super) fn remove_unfinished(folder: &Path, unwanted: impl Fn(&str) -> bool) -> io::Result<()> {
    let files = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        files => files?,
    };
    for file in files {
        let path = file?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.as_deref().and_then(|name| name.split_once(UNFINISHED));
        if name.is_some_and(|(name, _)| unwanted(name)) {
            fs::remove_file(path)?;
        }
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

    #[test]
    fn what_is_created_takes_nobody_s_place() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new/name");
        assert!(create(&path, b"first").unwrap());
        assert!(!create(&path, b"second").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
