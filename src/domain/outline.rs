//! Outlines: the ground a grid covers, as a ring of points.

use serde::{Deserialize, Serialize};

use super::geo::{GridCode, Point};

/// Which layer of the city's grids an outline belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutlineKind {
    /// A county, town or community: what grids must fill. Its level is in its code.
    Area,
    /// A base grid 基础网格.
    Base,
    /// A special grid 专属网格 (a school, a plant): it wins over base and micro.
    Special,
    /// A micro-grid 微网格 within a base grid.
    Micro,
}

/// One grid and the ground it covers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Outline {
    /// Whose.
    pub code: GridCode,
    /// In which layer.
    pub kind: OutlineKind,
    /// Its corners in order; the last is joined to the first.
    pub ring: Vec<Point>,
}
