//! A disk that is full: a file system of a few kilobytes over a folder, for who may mount one.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;

/// It is over the folder until this is dropped.
#[derive(Debug)]
pub(super) struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Covers `folder`; what lies there is seen again afterwards.
    pub(super) fn over(folder: &Path) -> Result<Self, Failure> {
        std::fs::create_dir_all(folder)?;
        let told = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=8k", "liandong-small-disk"])
            .arg(folder)
            .output()?;
        if told.status.success() {
            return Ok(Self(folder.to_owned()));
        }
        let why = String::from_utf8_lossy(&told.stderr).into_owned();
        Err(format!("a small disk wants the rights to mount one: {why}").into())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Who still has a file open on it keeps it; the folder's own files are seen at once.
        drop(Command::new("umount").arg("--lazy").arg(&self.0).output());
    }
}
