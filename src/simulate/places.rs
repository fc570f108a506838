//! What special grids are and what cameras look for.

use crate::domain::ItemCode;

/// Special grids 专属网格, in turn: places with an owner of their own. Cameras never look at the
/// kinds that the video rules forbid; none of these is one.
pub(super) const SPECIAL: [&str; 8] =
    ["学校", "工厂", "市场", "医院", "公园", "商场", "车站", "小区物业"];

/// Items a camera rule may look for, in turn (all `video_ok` in the catalogue).
const WATCHED: [&str; 8] =
    ["G01009", "G01010", "G01022", "G01028", "G02005", "G02006", "G03013", "G01011"];

/// The items of camera number `camera`: two of them.
pub(super) fn watched(camera: u32) -> Vec<ItemCode> {
    let first = usize::try_from(camera).unwrap_or(0) % WATCHED.len();
    [first, (first + 3) % WATCHED.len()]
        .iter()
        .filter_map(|at| WATCHED.get(*at)?.parse().ok())
        .collect()
}
