//! Degrees ↔ decimetres: the city's own plane, at the edge, so that no float goes further in.
//!
//! Equirectangular around the city's origin: exact to a few parts in a thousand within a city,
//! monotonous everywhere, so every place on earth has a point of its own.

use crate::domain::Point;

/// Decimetres a degree of latitude spans on a sphere of the earth's mean radius.
const DM_PER_DEGREE: f64 = 6_371_008.8 * 10.0 * std::f64::consts::PI / 180.0;

/// A city's plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Projection {
    lat0: f64,
    lon0: f64,
    /// How much narrower a degree of longitude is at the origin.
    narrowing: f64,
}

impl Projection {
    /// The plane around an origin in degrees, WGS-84. Its latitude is held within ±85°.
    #[must_use]
    pub fn new(lat0: f64, lon0: f64) -> Self {
        let lat0 = if lat0.is_finite() { lat0.clamp(-85.0, 85.0) } else { 0.0 };
        let lon0 = if lon0.is_finite() { lon0.clamp(-180.0, 180.0) } else { 0.0 };
        Self { lat0, lon0, narrowing: lat0.to_radians().cos() }
    }

    /// The point of `(lat, lon)`; none where it is not on the globe.
    #[must_use]
    pub fn point(&self, (lat, lon): (f64, f64)) -> Option<Point> {
        let on_globe = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        let east = around(lon - self.lon0) * self.narrowing;
        let x_dm = rounded(east * DM_PER_DEGREE)?;
        let y_dm = rounded((lat - self.lat0) * DM_PER_DEGREE)?;
        on_globe.then_some(Point { x_dm, y_dm })
    }

    /// The `(lat, lon)` of a point, to seven digits (a centimetre).
    #[must_use]
    pub fn degrees(&self, point: Point) -> (f64, f64) {
        let lat = self.lat0 + f64::from(point.y_dm) / DM_PER_DEGREE;
        let lon = self.lon0 + f64::from(point.x_dm) / (DM_PER_DEGREE * self.narrowing);
        (to_seven_digits(lat), to_seven_digits(around(lon)))
    }
}

/// A difference of longitudes the short way round the globe.
fn around(lon: f64) -> f64 {
    if lon > 180.0 {
        lon - 360.0
    } else if lon < -180.0 {
        lon + 360.0
    } else {
        lon
    }
}

/// The nearest integer, where it fits.
fn rounded(value: f64) -> Option<i32> {
    let nearest = value.round();
    let fits = (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&nearest);
    #[expect(clippy::cast_possible_truncation, reason = "checked to fit on the line above")]
    fits.then_some(nearest as i32)
}

fn to_seven_digits(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_kilometre_is_ten_thousand_decimetres() {
        let plane = Projection::new(41.2737, 123.1726);
        assert_eq!(plane.point((41.2737, 123.1726)), Some(Point { x_dm: 0, y_dm: 0 }));
        let north = plane.point((41.2737 + 1.0 / 111.195, 123.1726)).unwrap();
        assert!((north.y_dm - 10_000).abs() <= 2 && north.x_dm == 0, "{north:?}");
        let east = plane.point((41.2737, 123.1726 + 1.0 / (111.195 * 0.751_55))).unwrap();
        assert!((east.x_dm - 10_000).abs() <= 2 && east.y_dm == 0, "{east:?}");
    }

    #[test]
    fn what_is_not_on_the_globe_has_no_point() {
        let plane = Projection::new(f64::NAN, 0.0);
        for lost in [(91.0, 0.0), (0.0, 180.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert_eq!(plane.point(lost), None, "{lost:?}");
        }
    }

    proptest! {
        #[test]
        fn every_place_on_earth_comes_back(
            (lat0, lon0) in (-60.0..60.0_f64, -180.0..180.0_f64),
            (lat, lon) in (-90.0..=90.0_f64, -179.9..179.9_f64),
        ) {
            let plane = Projection::new(lat0, lon0);
            let (lat_back, lon_back) = plane.degrees(plane.point((lat, lon)).unwrap());
            prop_assert!((lat - lat_back).abs() < 1e-5);
            prop_assert!(around(lon - lon_back).abs() < 1e-5, "{lon} {lon_back}");
        }
    }
}
