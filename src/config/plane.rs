//! The city's plane: degrees at the edges, whole decimetres within.
//!
//! Equirectangular around the city's origin: over a prefecture the error stays below that of the
//! fixes themselves, and a point's decimetres are the same on every machine.

use crate::domain::Point;

use super::typed::CityConfig;

/// Decimetres of one degree of latitude on the mean sphere (6,371,008.8 m).
const DM_PER_DEGREE: f64 = 1_111_950.797_7;

impl CityConfig {
    /// The point of a place in degrees; none where they are no place on earth.
    #[must_use]
    pub fn point(&self, lat: f64, lon: f64) -> Option<Point> {
        if !(-90.0..=90.0).contains(&lat) || !(-180.0..=180.0).contains(&lon) {
            return None;
        }
        // The shorter way around the earth.
        let east = (lon - self.lon0 + 540.0).rem_euclid(360.0) - 180.0;
        let x_dm = whole(east * self.lat0.to_radians().cos() * DM_PER_DEGREE)?;
        let y_dm = whole((lat - self.lat0) * DM_PER_DEGREE)?;
        Some(Point { x_dm, y_dm })
    }

    /// The degrees (north, east) of a point, to a tenth of a metre.
    #[must_use]
    pub fn degrees(&self, point: Point) -> (f64, f64) {
        let lat = f64::from(point.y_dm) / DM_PER_DEGREE + self.lat0;
        let per_degree = self.lat0.to_radians().cos() * DM_PER_DEGREE;
        let lon = f64::from(point.x_dm) / per_degree + self.lon0;
        let lon = (lon + 540.0).rem_euclid(360.0) - 180.0;
        (rounded(lat), rounded(lon))
    }
}

/// The nearest whole number, where it fits.
#[expect(clippy::cast_possible_truncation, reason = "within the range of an i32, as checked")]
fn whole(value: f64) -> Option<i32> {
    let nearest = value.round();
    let fits = (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&nearest);
    fits.then_some(nearest as i32)
}

/// Six decimals: a tenth of a metre.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    use super::*;

    fn liaoyang() -> CityConfig {
        CityConfig { lat0: 41.2737, lon0: 123.1726, ..Config::for_tests().city }
    }

    #[test]
    fn degrees_survive_the_plane_to_a_tenth_of_a_metre() {
        let city = liaoyang();
        for (lat, lon) in [(41.2737, 123.1726), (41.0, 122.7), (41.6, 123.6)] {
            let (north, east) = city.degrees(city.point(lat, lon).unwrap());
            assert!((north - lat).abs() < 2e-6 && (east - lon).abs() < 2e-6, "{north} {east}");
        }
    }

    #[test]
    fn one_kilometre_is_ten_thousand_decimetres() {
        let city = liaoyang();
        let north = city.point(41.2737 + 1.0 / 111.195_079_77, 123.1726).unwrap();
        assert_eq!((north.x_dm, north.y_dm), (0, 10_000));
    }

    #[test]
    fn what_is_no_place_on_earth_has_no_point() {
        let city = liaoyang();
        for (lat, lon) in [(f64::NAN, 0.0), (91.0, 0.0), (0.0, 181.0), (0.0, f64::INFINITY)] {
            assert_eq!(city.point(lat, lon), None, "{lat} {lon}");
        }
        assert!(city.point(-90.0, -180.0).is_some());
    }
}
