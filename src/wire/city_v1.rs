//! What a page needs to know of the city once: its name and bounds, its outlines, its catalogue.

use std::collections::BTreeMap;

use bytes::Bytes;
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{
    GridCode, Item, ItemCode, KindCode, OrgCode, Outline, Partition, Point, Severity,
};

use super::error::WireError;
use super::projection::Projection;

/// What is known of a city.
#[derive(Debug)]
pub struct KnownCity<'a> {
    /// Its name.
    pub name: &'a str,
    /// Counties, towns and communities.
    pub areas: &'a [Outline],
    /// What places are called.
    pub names: &'a BTreeMap<GridCode, String>,
    /// Each county's partition.
    pub counties: &'a BTreeMap<GridCode, Partition>,
    /// Its plane.
    pub plane: Projection,
    /// Whether the outlines were made up.
    pub synthetic: bool,
}

/// What a page reads of the city once.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct City<'a> {
    name: &'a str,
    /// West, south, east, north.
    bounds: Option<[f64; 4]>,
    /// Whether the outlines were made up.
    synthetic: bool,
    partitions: Vec<County<'a>>,
}

/// A county, and the partition that is its.
#[derive(Debug, Serialize, JsonSchema)]
struct County<'a> {
    partition: Partition,
    #[serde(rename = "county")]
    code: GridCode,
    name: &'a str,
    /// Degrees north of its middle.
    lat: Option<f64>,
    /// Degrees east of its middle.
    lon: Option<f64>,
}

/// Outlines of counties and towns as GeoJSON (RFC 7946): longitude first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Outlines")]
pub(super) struct Collection<'a> {
    #[serde(rename = "type")]
    #[schemars(extend("const" = "FeatureCollection"))]
    kind: &'static str,
    features: Vec<Feature<'a>>,
}

/// One of them.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Outline")]
struct Feature<'a> {
    #[serde(rename = "type")]
    #[schemars(extend("const" = "Feature"))]
    kind: &'static str,
    properties: Properties<'a>,
    geometry: Geometry,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Properties<'a> {
    code: GridCode,
    name: &'a str,
    level: Level,
    synthetic: bool,
}

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Level {
    County,
    Town,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Geometry {
    #[serde(rename = "type")]
    #[schemars(extend("const" = "Polygon"))]
    kind: &'static str,
    coordinates: [Vec<[f64; 2]>; 1],
}

/// What can be reported, and whose it is.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Catalog<'a> {
    items: Vec<CatalogItem<'a>>,
    orgs: Vec<CatalogOrg<'a>>,
}

/// An item 事项 of the catalogue.
#[derive(Debug, Serialize, JsonSchema)]
struct CatalogItem<'a> {
    code: ItemCode,
    name_zh: &'a str,
    name_en: &'a str,
    severity: Severity,
    owner: &'a OrgCode,
    /// Which of the city's twelve systems it belongs to, such as `EVENT`.
    system: &'a str,
    /// The kind its cases are.
    kind: KindCode,
}

impl<'a> CatalogItem<'a> {
    fn of(item: &'a Item) -> Self {
        Self {
            code: item.code,
            name_zh: &item.name_zh,
            name_en: &item.name_en,
            severity: item.severity,
            owner: &item.owner,
            system: &item.system,
            kind: item.kind,
        }
    }
}

/// An organisation.
#[derive(Debug, Serialize, JsonSchema)]
struct CatalogOrg<'a> {
    code: &'a OrgCode,
    name: &'a str,
}

impl KnownCity<'_> {
    /// Its name, its bounds, its counties and their middles.
    ///
    /// # Errors
    /// Where a value cannot be represented; none of ours is.
    pub fn city(&self) -> Result<Bytes, WireError> {
        let county = |(county, partition): (&GridCode, &Partition)| {
            let outline = self.areas.iter().find(|area| area.code == *county);
            let middle = outline.and_then(|area| self.middle(&area.ring));
            let (lat, lon) = middle.unzip();
            County { partition: *partition, code: *county, name: self.name_of(*county), lat, lon }
        };
        let partitions = self.counties.iter().map(county).collect();
        let (name, synthetic) = (self.name, self.synthetic);
        json(&City { name, bounds: self.bounds(), synthetic, partitions })
    }

    /// Counties and towns as GeoJSON.
    ///
    /// # Errors
    /// As [`Self::city`].
    pub fn outlines(&self) -> Result<Bytes, WireError> {
        let features = self.areas.iter().filter_map(|area| self.feature(area)).collect();
        json(&Collection { kind: "FeatureCollection", features })
    }

    fn feature(&self, area: &Outline) -> Option<Feature<'_>> {
        let level = match area.code.digits() {
            GridCode::COUNTY => Level::County,
            GridCode::TOWN => Level::Town,
            _ => return None,
        };
        let mut ring: Vec<[f64; 2]> = area.ring.iter().map(|point| self.position(*point)).collect();
        // A ring ends where it begins.
        if ring.first() != ring.last() {
            ring.extend(ring.first().copied());
        }
        let (name, synthetic) = (self.name_of(area.code), self.synthetic);
        let properties = Properties { code: area.code, name, level, synthetic };
        let geometry = Geometry { kind: "Polygon", coordinates: [ring] };
        Some(Feature { kind: "Feature", properties, geometry })
    }

    fn name_of(&self, code: GridCode) -> &str {
        self.names.get(&code).map_or("", String::as_str)
    }

    fn position(&self, point: Point) -> [f64; 2] {
        let (lat, lon) = self.plane.degrees(point);
        [lon, lat]
    }

    fn bounds(&self) -> Option<[f64; 4]> {
        let points = || self.areas.iter().flat_map(|area| &area.ring);
        let (west, east) = ends(points().map(|point| point.x_dm))?;
        let (south, north) = ends(points().map(|point| point.y_dm))?;
        let [west, south] = self.position(Point { x_dm: west, y_dm: south });
        let [east, north] = self.position(Point { x_dm: east, y_dm: north });
        Some([west, south, east, north])
    }

    /// The middle of a ring's bounds, in degrees.
    fn middle(&self, ring: &[Point]) -> Option<(f64, f64)> {
        let (west, east) = ends(ring.iter().map(|point| point.x_dm))?;
        let (south, north) = ends(ring.iter().map(|point| point.y_dm))?;
        let middle = Point { x_dm: west.midpoint(east), y_dm: south.midpoint(north) };
        Some(self.plane.degrees(middle))
    }
}

fn ends(values: impl Iterator<Item = i32> + Clone) -> Option<(i32, i32)> {
    Some((values.clone().min()?, values.max()?))
}

/// Items and organisations.
///
/// # Errors
/// As [`KnownCity::city`].
pub fn catalog(
    items: &BTreeMap<ItemCode, Item>,
    orgs: &BTreeMap<OrgCode, String>,
) -> Result<Bytes, WireError> {
    let items = items.values().map(CatalogItem::of).collect();
    let orgs = orgs.iter().map(|(code, name)| CatalogOrg { code, name }).collect();
    json(&Catalog { items, orgs })
}

fn json<T: Serialize>(body: &T) -> Result<Bytes, WireError> {
    serde_json::to_vec(body)
        .map(Bytes::from)
        .map_err(|error| WireError::Damaged { format: "city", why: error.to_string() })
}
