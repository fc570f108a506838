//! The key file: replaced as a whole, so that a crash leaves the old one or the new one. Only its
//! owner may read it.
//!
//! Layout: `LDVAULT4`, the match key (32 bytes), the contact key (32), then prefix (8,
//! big-endian), depth (1) and seed (16) of each subtree, then the BLAKE3 of all before (32).
//! Vaults of before are laid out alike, with seeds of 32 bytes, and stay what they are, or nothing
//! would open or compare any more: in `LDVAULT3` the tree grows by BLAKE3, in `LDVAULT2` by single
//! bits besides, and its match key hashes as it did. `LDVAULT1` had no contact key; it is read, and
//! the next writing makes it the second.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
#[cfg(unix)]
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::match_key::MatchKey;
use super::tree::{Growth, Node, Seed, Tree};

const FOURTH: &[u8; 8] = b"LDVAULT4";
const THIRD: &[u8; 8] = b"LDVAULT3";
const SECOND: &[u8; 8] = b"LDVAULT2";
const FIRST: &[u8; 8] = b"LDVAULT1";
/// Bytes of a subtree's prefix and depth.
const NODE_BYTES: usize = 9;
const SUM_BYTES: usize = 32;

/// What the file holds.
pub(super) struct Keys {
    pub(super) match_key: MatchKey,
    /// What opens contacts that came sealed.
    pub(super) contact_key: Seed,
    pub(super) tree: Tree,
}

/// What a file of any version holds.
pub(super) enum Kept {
    /// Everything.
    Whole(Keys),
    /// All but the contact key, which it was written before.
    Before(MatchKey, Tree),
}

/// Reads the file; none where there is none yet.
pub(super) fn read(path: &Path) -> io::Result<Option<Kept>> {
    match fs::read(path) {
        Ok(bytes) => parse(&bytes)
            .map(Some)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the key file is damaged")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn parse(bytes: &[u8]) -> Option<Kept> {
    let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(SUM_BYTES)?)?;
    if blake3::hash(body).as_bytes() != sum {
        return None;
    }
    if let Some(keys) = body.strip_prefix(FIRST) {
        let (match_key, subtrees) = keys.split_first_chunk::<32>()?;
        let match_key = MatchKey::of_before(*match_key);
        return Some(Kept::Before(match_key, tree(Growth::First, subtrees)?));
    }
    let (layout, keys) = body.split_first_chunk::<8>()?;
    let growth = [Growth::First, Growth::Second, Growth::Third]
        .into_iter()
        .find(|growth| layout_of(*growth) == layout)?;
    let (match_key, keys) = keys.split_first_chunk::<32>()?;
    let (contact_key, subtrees) = keys.split_first_chunk::<32>()?;
    let match_key = match growth {
        Growth::First => MatchKey::of_before(*match_key),
        Growth::Second | Growth::Third => MatchKey::new(*match_key),
    };
    let tree = tree(growth, subtrees)?;
    Some(Kept::Whole(Keys { match_key, contact_key: *contact_key, tree }))
}

/// What the file of a tree that grows so begins with.
fn layout_of(growth: Growth) -> &'static [u8; 8] {
    match growth {
        Growth::First => SECOND,
        Growth::Second => THIRD,
        Growth::Third => FOURTH,
    }
}

fn tree(growth: Growth, subtrees: &[u8]) -> Option<Tree> {
    let mut whole = BTreeMap::new();
    for subtree in subtrees.chunks(NODE_BYTES + growth.seed_bytes()) {
        let (prefix, rest) = subtree.split_first_chunk::<8>()?;
        let (depth, bytes) = rest.split_first()?;
        if !growth.reach(*depth) {
            return None;
        }
        let mut seed = Seed::default();
        seed.get_mut(..growth.seed_bytes())
            .filter(|it| it.len() == bytes.len())?
            .copy_from_slice(bytes);
        let node = Node { prefix: u64::from_be_bytes(*prefix), depth: *depth };
        whole.insert(node, seed);
    }
    Some(Tree::from_subtrees(growth, whole))
}

/// Replaces the file: written beside it, fsynced, renamed, and the rename fsynced.
pub(super) fn replace(path: &Path, keys: &Keys) -> io::Result<()> {
    let growth = keys.tree.growth();
    let mut bytes = layout_of(growth).to_vec();
    bytes.extend_from_slice(&keys.match_key.seed());
    bytes.extend_from_slice(&keys.contact_key);
    for (node, seed) in keys.tree.subtrees() {
        bytes.extend_from_slice(&node.prefix.to_be_bytes());
        bytes.push(node.depth);
        bytes.extend(seed.iter().take(growth.seed_bytes()));
    }
    let sum = blake3::hash(&bytes);
    bytes.extend_from_slice(sum.as_bytes());

    let beside = unfinished(path);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(&beside)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    File::open(folder)?.sync_all()
}

fn unfinished(path: &Path) -> PathBuf {
    path.with_extension("new")
}

/// Removes what a crash left beside the file: it may hold keys that were destroyed since.
pub(super) fn remove_unfinished(path: &Path) -> io::Result<()> {
    match fs::remove_file(unfinished(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::KeyId;

    #[test]
    fn a_file_of_each_layout_is_read_as_it_was_written() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("keys");
        for (growth, layout) in
            [(Growth::First, SECOND), (Growth::Second, THIRD), (Growth::Third, FOURTH)]
        {
            let match_key = match growth {
                Growth::First => MatchKey::of_before([1; 32]),
                Growth::Second | Growth::Third => MatchKey::new([1; 32]),
            };
            let mut seed = Seed::default();
            seed.iter_mut().take(growth.seed_bytes()).for_each(|byte| *byte = 7);
            let root = BTreeMap::from([(Node { prefix: 0, depth: 0 }, seed)]);
            let mut tree = Tree::from_subtrees(growth, root);
            assert!(tree.puncture(KeyId(5)));
            let keys = Keys { match_key, contact_key: [2; 32], tree };
            replace(&file, &keys).unwrap();
            assert!(fs::read(&file).unwrap().starts_with(layout));
            let Some(Kept::Whole(read)) = read(&file).unwrap() else { panic!("not whole") };
            assert!(read.tree == keys.tree && read.match_key == keys.match_key, "{growth:?}");
            assert_eq!(read.contact_key, keys.contact_key);
            assert!(read.tree.key(KeyId(5)).is_none() && read.tree.key(KeyId(6)).is_some());
        }
    }
}
