//! A city's own outlines, as GIS programs write them: GeoJSON (RFC 7946), degrees WGS-84.
//!
//! Each feature is a `Polygon` of one ring with the properties `code` and `kind` (`area`, `base`,
//! `special` or `micro`).

use serde::{Deserialize, Serialize};

use crate::domain::{GridCode, Outline, OutlineKind};

use super::projection::Projection;

/// A file that is not a city's outlines.
#[derive(Debug, thiserror::Error)]
pub enum OutlinesError {
    /// It is not GeoJSON of that form.
    #[error("not a FeatureCollection of polygons with code and kind: {0}")]
    Json(#[from] serde_json::Error),
    /// A feature is not an outline.
    #[error("feature {index} ({code}): {why}")]
    Feature {
        /// Which, from 0.
        index: usize,
        /// Its code.
        code: GridCode,
        /// What is wrong with it.
        why: &'static str,
    },
}

#[derive(Debug, Serialize, Deserialize)]
struct Collection {
    #[serde(rename = "type")]
    kind: CollectionType,
    features: Vec<Feature>,
}

#[derive(Debug, Serialize, Deserialize)]
enum CollectionType {
    FeatureCollection,
}

#[derive(Debug, Serialize, Deserialize)]
enum FeatureType {
    Feature,
}

#[derive(Debug, Serialize, Deserialize)]
struct Feature {
    #[serde(rename = "type")]
    kind: FeatureType,
    properties: Properties,
    geometry: Geometry,
}

#[derive(Debug, Serialize, Deserialize)]
struct Properties {
    code: GridCode,
    kind: OutlineKind,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Geometry {
    Polygon { coordinates: Vec<Vec<[f64; 2]>> },
}

/// Reads outlines into the city's plane.
///
/// # Errors
/// Where the file is not of the form above; the feature is named.
pub fn decode(bytes: &[u8], plane: &Projection) -> Result<Vec<Outline>, OutlinesError> {
    let collection: Collection = serde_json::from_slice(bytes)?;
    collection.features.into_iter().enumerate().map(|it| outline(it, plane)).collect()
}

fn outline(
    (index, feature): (usize, Feature),
    plane: &Projection,
) -> Result<Outline, OutlinesError> {
    let Properties { code, kind } = feature.properties;
    let wrong = |why| OutlinesError::Feature { index, code, why };
    let Geometry::Polygon { coordinates } = feature.geometry;
    let [ring] = coordinates.as_slice() else {
        return Err(wrong("a grid has one ring and no holes"));
    };
    let mut ring = ring
        .iter()
        .map(|[lon, lat]| plane.point((*lat, *lon)))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| wrong("a corner is not on the globe; write [longitude, latitude]"))?;
    // GeoJSON repeats the first corner at the end.
    if 1 < ring.len() && ring.first() == ring.last() {
        ring.pop();
    }
    if ring.len() < 3 {
        return Err(wrong("a ring has three corners or more"));
    }
    Ok(Outline { code, kind, ring })
}

/// Writes outlines in degrees.
///
/// # Errors
/// Where they cannot be written; none of ours cannot.
pub fn encode(outlines: &[Outline], plane: &Projection) -> Result<Vec<u8>, OutlinesError> {
    let features = outlines.iter().map(|outline| Feature {
        kind: FeatureType::Feature,
        properties: Properties { code: outline.code, kind: outline.kind },
        geometry: Geometry::Polygon { coordinates: vec![closed_ring(outline, plane)] },
    });
    let collection =
        Collection { kind: CollectionType::FeatureCollection, features: features.collect() };
    Ok(serde_json::to_vec(&collection)?)
}

fn closed_ring(outline: &Outline, plane: &Projection) -> Vec<[f64; 2]> {
    let corners = outline.ring.iter().chain(outline.ring.first());
    corners
        .map(|point| {
            let (lat, lon) = plane.degrees(*point);
            [lon, lat]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Point;

    #[test]
    fn outlines_survive_their_degrees() {
        let plane = Projection::new(41.2737, 123.1726);
        let ring = [(0, 0), (12_345, 10), (12_345, 9_999)].map(|(x_dm, y_dm)| Point { x_dm, y_dm });
        let code = "211002001001001".parse().unwrap();
        let outlines = vec![Outline { code, kind: OutlineKind::Base, ring: ring.to_vec() }];
        let bytes = encode(&outlines, &plane).unwrap();
        assert_eq!(decode(&bytes, &plane).unwrap(), outlines);
    }

    #[test]
    fn a_feature_that_is_no_outline_is_named() {
        let plane = Projection::new(0.0, 0.0);
        let file = br#"{"type":"FeatureCollection","features":[{"type":"Feature",
            "properties":{"code":"211002001001001","kind":"base"},
            "geometry":{"type":"Polygon","coordinates":[[[0,95],[1,1],[2,2],[0,95]]]}}]}"#;
        let why = decode(file, &plane).unwrap_err().to_string();
        assert!(
            why.starts_with("feature 0 (211002001001001): a corner is not on the globe"),
            "{why}"
        );
        assert!(matches!(decode(b"{}", &plane), Err(OutlinesError::Json(_))));
    }
}
