//! The table of partitions, checked: county to partition, one to one.
//!
//! What a token may reach is told by partition: two counties of one would see each other's cases.

use std::collections::BTreeMap;

use crate::domain::{GridCode, Partition};

use super::check::Checker;
use super::raw::RawPartition;
use super::typed::PartitionTable;

/// Partitions a city may have.
const PARTITIONS_MAX: i64 = 256;

/// The table; none where a row is faulty.
pub(super) fn partitions(check: &mut Checker<'_>, raw: &[toml::Value]) -> Option<PartitionTable> {
    let mut counties: BTreeMap<GridCode, Partition> = BTreeMap::new();
    let mut sound = true;
    for (row, raw) in raw.iter().enumerate() {
        let Some(RawPartition { county, number }) = check.row(&format!("partitions[{row}]"), raw)
        else {
            sound = false;
            continue;
        };
        let key = format!("partitions[{row}].number");
        let number: Option<u16> = check.whole(&key, number, (1, PARTITIONS_MAX));
        let key = format!("partitions[{row}].county");
        let code = county.parse().ok().filter(|code: &GridCode| code.digits() == GridCode::COUNTY);
        if code.is_none() {
            check.note(&key, format!("{county:?}"), "is no county", "six digits, such as 211002");
        }
        let (Some(code), Some(number)) = (code, number) else {
            sound = false;
            continue;
        };
        let number = Partition(number);
        if let Some((other, _)) =
            counties.iter().find(|(other, it)| **it == number && **other != code)
        {
            let why = format!("is the partition of county {other} already");
            let number_key = format!("partitions[{row}].number");
            check.note(&number_key, number, &why, "a number of its own for each county");
            sound = false;
        }
        if counties.insert(code, number).is_some() {
            check.note(&key, code, "has a partition already", "each county once");
            sound = false;
        }
    }
    sound.then_some(PartitionTable { counties })
}
