//! What is known to this process and shown nowhere.

use std::fmt;
use std::path::Path;

/// A password or a key: neither printed nor logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// What `text` says.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// What a file says, without the line's end that editors leave.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        match text.trim_end_matches(['\r', '\n']) {
            "" => Err("the file is empty".to_owned()),
            text => Ok(Self::new(text)),
        }
    }

    /// The secret itself, for whom it opens a door.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
