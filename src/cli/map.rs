//! The city's map: outlines and cameras, generated from the seed or read from a file.

use std::collections::BTreeMap;

use crate::config::{CityConfig, CityProfile, Config};
use crate::domain::{CameraId, GridCode, Level, Organisation, Outline, OutlineKind, Point};
use crate::gateway::CityPages;
use crate::simulate::{World, place_names};
use crate::wire::WireError;
use crate::wire::city_v1::{KnownCity, catalog};
use crate::wire::outlines::{self, OutlinesError};
use crate::wire::projection::Projection;

/// Why there is no map.
#[derive(Debug, thiserror::Error)]
pub(super) enum MapError {
    /// The file cannot be read.
    #[error("city.outlines = {path}: {error}")]
    Io {
        /// Which.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// The file holds no outlines.
    #[error("city.outlines = {path}: {error}")]
    Outlines {
        /// Which.
        path: String,
        /// Why.
        error: OutlinesError,
    },
}

/// A city's map; empty where any place on earth is inside.
#[derive(Debug, Default)]
pub(super) struct Map {
    /// Counties, towns and communities.
    pub(super) areas: Vec<Outline>,
    /// Base, special and micro-grids.
    pub(super) grids: Vec<Outline>,
    /// Where cameras stand.
    pub(super) cameras: Vec<(CameraId, Point)>,
    /// What places are called.
    pub(super) names: BTreeMap<GridCode, String>,
}

impl Map {
    /// The map of a configured city.
    pub(super) fn of(city: &CityConfig) -> Result<Self, MapError> {
        match &city.profile {
            CityProfile::Open => Ok(Self::default()),
            CityProfile::Liaoyang => Ok(Self::from(&World::generate(city.seed))),
            CityProfile::File(file) => {
                let path = file.display().to_string();
                let bytes = std::fs::read(file)
                    .map_err(|error| MapError::Io { path: path.clone(), error })?;
                let plane = projection(city);
                let outlines = outlines::decode(&bytes, &plane)
                    .map_err(|error| MapError::Outlines { path, error })?;
                let (areas, grids) =
                    outlines.into_iter().partition(|it| it.kind == OutlineKind::Area);
                Ok(Self { areas, grids, ..Self::default() })
            }
        }
    }
}

impl Map {
    /// What pages read of the city.
    pub(super) fn pages(&self, config: &Config) -> Result<CityPages, WireError> {
        let known = KnownCity {
            name: &config.city.name,
            areas: &self.areas,
            names: &self.names,
            counties: &config.partitions.counties,
            plane: projection(&config.city),
            synthetic: config.city.profile == CityProfile::Liaoyang,
        };
        // Pages choose a lead among them: stations and branches of communities are too many.
        let listed = config.playbook.organisations.listed.values();
        let named = |it: &Organisation| (it.code.clone(), it.name_zh.clone());
        let orgs = listed.filter(|it| Level::Township <= it.level).map(named).collect();
        Ok(CityPages {
            city: known.city()?,
            outlines: known.outlines()?,
            catalog: catalog(&config.playbook.items, &orgs)?,
        })
    }
}

impl From<&World> for Map {
    fn from(world: &World) -> Self {
        let cameras = world.cameras.iter().map(|camera| (camera.id, camera.point)).collect();
        Self {
            areas: world.areas.clone(),
            grids: world.grids.clone(),
            cameras,
            names: place_names(),
        }
    }
}

/// The city's plane.
pub(super) fn projection(city: &CityConfig) -> Projection {
    Projection::new(city.lat0, city.lon0)
}
