//! What the readers of the changes still need: retention passes nobody.
//!
//! Readers do not know each other. Each says how far it will never read again; who removes asks
//! how far that is true of all. Processes of a cluster say so in a folder that they share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::{Partition, Position};

/// How far each reader is done with a partition's changes. Cloning shares it.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    done: Arc<Mutex<BTreeMap<Partition, BTreeMap<String, Position>>>>,
    folder: Option<Arc<Path>>,
}

impl Needs {
    /// Those of all processes that share `folder`, which is made where it is new.
    ///
    /// # Errors
    /// Where the folder cannot be made.
    pub fn shared(folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { done: Arc::default(), folder: Some(folder.into()) })
    }

    /// `reader` will read nothing at or before `through` again. Whoever begins to read says so
    /// before the first is removed, with [`Position::START`] where it needs all there is.
    pub fn done(&self, reader: &'static str, partition: Partition, through: Position) {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let before = done.entry(partition).or_default().insert(reader.to_owned(), through);
        drop(done);
        if let Some(path) = self.path(reader, partition)
            && before != Some(through)
            && let Err(error) = replace(&path, through)
        {
            // What was said before stays: it needs more, not less.
            tracing::warn!(reader, %partition, %error, "what is still needed is not told");
        }
    }

    fn path(&self, reader: &str, partition: Partition) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!("{partition}-{reader}")))
    }

    /// What no reader needs any more; nothing where nobody has said so, or it cannot be read.
    #[must_use]
    pub fn all_done(&self, partition: Partition) -> Position {
        let own = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = own.get(&partition).cloned().unwrap_or_default();
        drop(own);
        if let Some(folder) = &self.folder {
            match others(folder, partition) {
                Ok(others) => all.extend(others),
                Err(error) => {
                    tracing::warn!(%partition, %error, "what is still needed is not known");
                    return Position::START;
                }
            }
        }
        all.into_values().min().unwrap_or(Position::START)
    }
}

/// What is said in `folder` of `partition`.
fn others(folder: &Path, partition: Partition) -> std::io::Result<BTreeMap<String, Position>> {
    let mut said = BTreeMap::new();
    for file in std::fs::read_dir(folder)? {
        let file = file?;
        let name = file.file_name().to_string_lossy().into_owned();
        let reader = name.strip_prefix(&format!("{partition}-"));
        let Some(reader) = reader.filter(|reader| !reader.contains('.')) else { continue };
        let through = std::fs::read_to_string(file.path())?.trim().parse();
        // What is unreadable needs everything.
        said.insert(reader.to_owned(), through.unwrap_or(Position::START));
    }
    Ok(said)
}

/// Whole or not at all; a loss at a power cut only keeps more.
fn replace(path: &Path, through: Position) -> std::io::Result<()> {
    let beside = path.with_extension(std::process::id().to_string());
    std::fs::write(&beside, format!("{through}\n"))?;
    std::fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Partition = Partition(1);

    #[test]
    fn what_one_reader_needs_nobody_removes() {
        let (needs, other) = (Needs::default(), Partition(2));
        assert_eq!(needs.all_done(ONE), Position::START);
        needs.done("processor", ONE, Position::new(9, 0));
        needs.done("outbound", ONE, Position::new(4, 1));
        needs.clone().done("gateway", other, Position::new(70, 0));
        assert_eq!(needs.all_done(ONE), Position::new(4, 1));
        needs.done("outbound", ONE, Position::new(12, 0));
        assert_eq!(needs.all_done(ONE), Position::new(9, 0));
    }

    #[test]
    fn what_another_process_needs_nobody_removes_either() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = [(); 2].map(|()| Needs::shared(folder.path()).unwrap());
        one.done("processor", ONE, Position::new(9, 0));
        other.done("outbound", ONE, Position::new(4, 1));
        other.done("gateway", Partition(11), Position::new(1, 0));
        assert_eq!(one.all_done(ONE), Position::new(4, 1));
        assert_eq!(other.all_done(ONE), Position::new(4, 1));
        other.done("outbound", ONE, Position::new(40, 0));
        assert_eq!(one.all_done(ONE), Position::new(9, 0));
        std::fs::write(folder.path().join("1-gateway"), "nonsense").unwrap();
        assert_eq!(one.all_done(ONE), Position::START);
    }
}
