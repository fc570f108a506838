//! The register of cameras: where each one looks.

use std::collections::BTreeMap;

use crate::domain::{CameraId, Place};

/// Where the city's cameras look. A camera absent here is refused.
#[derive(Debug, Clone, Default)]
pub struct Cameras(BTreeMap<CameraId, Place>);

impl Cameras {
    /// The place a camera looks at.
    #[must_use]
    pub fn place(&self, camera: CameraId) -> Option<Place> {
        self.0.get(&camera).copied()
    }
}

impl FromIterator<(CameraId, Place)> for Cameras {
    fn from_iter<I: IntoIterator<Item = (CameraId, Place)>>(cameras: I) -> Self {
        Self(cameras.into_iter().collect())
    }
}
