//! The cells that members lie in: squares of the plane, and grids for what has no point.
//!
//! A square's key is one number that ascends by column, then by row. Squares are looked up for
//! every report, and lie anywhere in memory: they are found by key, and put in order only to be
//! stored.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::GridCode;

use super::super::keyed::{Key, Keyed};
use super::members::Member;

/// Where a member lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Cell {
    /// A column and a row.
    Square(i32, i32),
    /// Its grid.
    Grid(GridCode),
}

/// A square's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Square(u64);

impl Key for Square {
    fn spread(self) -> u64 {
        mixed(self.0) >> 32
    }
}

/// All cells with members; stored as one map, squares first.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells {
    squares: Keyed<Square, VecDeque<Member>>,
    grids: BTreeMap<GridCode, VecDeque<Member>>,
    /// A bit for each square that ever was among them, once there are many: most neighbours of a
    /// report are empty, and to find that in the map means to wait for memory. No answer changes.
    marks: Vec<u64>,
}

/// Squares from which on they are marked.
const MARKED_FROM: usize = 4_096;
/// Words of marks: 2^21 bits.
const MARKS: usize = 1 << 15;

impl PartialEq for Cells {
    fn eq(&self, other: &Self) -> bool {
        (self.ordered(), &self.grids) == (other.ordered(), &other.grids)
    }
}

impl Eq for Cells {}

impl Hash for Cells {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.ordered(), &self.grids).hash(hasher);
    }
}

impl Cells {
    /// Members of a grid without points.
    pub(super) fn grid(&self, grid: GridCode) -> Option<&VecDeque<Member>> {
        self.grids.get(&grid)
    }

    /// The squares of a column, from one row through another.
    pub(super) fn column(
        &self,
        column: i32,
        rows: (i32, i32),
    ) -> impl Iterator<Item = &VecDeque<Member>> {
        self.keys(column, rows).filter_map(|key| self.squares.get(key))
    }

    /// Reads what a look at those squares will read first; says something of it.
    pub(super) fn touch(&self, column: i32, rows: (i32, i32)) -> u64 {
        self.keys(column, rows).fold(0, |all, key| all ^ self.squares.touch(key))
    }

    /// Of those squares' keys, those that may be there.
    fn keys(&self, column: i32, (first, last): (i32, i32)) -> impl Iterator<Item = Square> {
        (first..=last).map(move |row| key(column, row)).filter(|key| self.may_have(*key))
    }

    /// The squares, put in order.
    fn ordered(&self) -> Vec<(Square, &VecDeque<Member>)> {
        let mut squares: Vec<_> = self.squares.iter().collect();
        squares.sort_unstable_by_key(|(key, _)| *key);
        squares
    }

    /// Whether a square may be there; where not, it is not.
    fn may_have(&self, key: Square) -> bool {
        let (word, bit) = mark(key);
        self.marks.get(word).is_none_or(|marks| marks & bit != 0)
    }

    /// Marks a square that is there now, and all others where they have become many.
    fn note(&mut self, key: Square) {
        if self.marks.is_empty() && MARKED_FROM < self.squares.len() {
            self.marks = vec![0; MARKS];
            self.squares.iter().for_each(|(key, _)| set(&mut self.marks, key));
        }
        set(&mut self.marks, key);
    }

    pub(super) fn get_mut(&mut self, cell: Cell) -> Option<&mut VecDeque<Member>> {
        match cell {
            Cell::Square(column, row) => self.squares.get_mut(key(column, row)),
            Cell::Grid(grid) => self.grids.get_mut(&grid),
        }
    }

    /// Changes the members of a cell, which is there from now on.
    pub(super) fn change<T>(
        &mut self,
        cell: Cell,
        change: impl FnOnce(&mut VecDeque<Member>) -> T,
    ) -> T {
        match cell {
            Cell::Square(column, row) => {
                let key = key(column, row);
                self.note(key);
                self.squares.change(key, change)
            }
            Cell::Grid(grid) => change(self.grids.entry(grid).or_default()),
        }
    }

    pub(super) fn remove(&mut self, cell: Cell) {
        drop(match cell {
            Cell::Square(column, row) => self.squares.remove(key(column, row)),
            Cell::Grid(grid) => self.grids.remove(&grid),
        });
    }
}

/// Ascends with the column, then the row.
fn key(column: i32, row: i32) -> Square {
    let ascending = |signed: i32| u64::from(signed.cast_unsigned() ^ (1 << 31));
    Square(ascending(column) << 32 | ascending(row))
}

/// Which bit stands for a key, and in which word: rows that follow on each other lie in one, so
/// that a column's are one wait for memory.
fn mark(Square(key): Square) -> (usize, u64) {
    let word = mixed(key >> 6) >> 49;
    let bit = u32::try_from(key & 63).unwrap_or(0);
    (usize::try_from(word).unwrap_or(0), 1_u64.wrapping_shl(bit))
}

/// A number whose upper half is spread evenly (Knuth, *The Art of Computer Programming* 3, 6.4).
fn mixed(key: u64) -> u64 {
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn set(marks: &mut [u64], key: Square) {
    let (word, bit) = mark(key);
    if let Some(marks) = marks.get_mut(word) {
        *marks |= bit;
    }
}

/// The square of a key.
fn square(Square(key): Square) -> Cell {
    let signed = |ascending: u64| {
        let low = u32::try_from(ascending & u64::from(u32::MAX)).unwrap_or(0);
        (low ^ (1 << 31)).cast_signed()
    };
    Cell::Square(signed(key >> 32), signed(key))
}

impl Serialize for Cells {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let squares = self.ordered().into_iter().map(|(key, members)| (square(key), members));
        let grids = self.grids.iter().map(|(grid, members)| (Cell::Grid(*grid), members));
        serializer.collect_map(squares.chain(grids))
    }
}

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut cells = Self::default();
        for (cell, members) in BTreeMap::<Cell, VecDeque<Member>>::deserialize(deserializer)? {
            cells.change(cell, |kept| *kept = members);
        }
        Ok(cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_are_found_before_and_after_they_are_marked() {
        let mut cells = Cells::default();
        for square in 0..3 * i32::try_from(MARKED_FROM).unwrap() {
            cells.change(Cell::Square(square.wrapping_mul(7), square), |_| ());
        }
        assert_eq!(cells.marks.len(), MARKS);
        for square in 0..3 * i32::try_from(MARKED_FROM).unwrap() {
            let column = square.wrapping_mul(7);
            assert_eq!(cells.column(column, (square.wrapping_sub(1), square)).count(), 1);
            assert_eq!(cells.column(column, (square, square.wrapping_add(1))).count(), 1);
        }
        let absent = (0..9_000).filter(|row| cells.may_have(key(-5, *row))).count();
        assert!(absent < 500, "{absent} of 9,000 squares that are not there may be");
        cells.remove(Cell::Square(7, 1));
        assert_eq!(cells.column(7, (1, 1)).count(), 0);
    }

    #[test]
    fn squares_of_a_town_and_of_a_road_are_spread_evenly() {
        for (columns, rows) in [(200, 200), (1, 40_000), (40_000, 1)] {
            let mut squares: Keyed<Square, ()> = Keyed::default();
            for (column, row) in (0..columns).flat_map(|x| (0..rows).map(move |y| (x, y))) {
                squares.change(key(column, row), |()| ());
            }
            assert_eq!(squares.len(), 40_000);
            assert!(squares.fullest() <= 40, "{columns}: {}", squares.fullest());
        }
    }

    #[test]
    fn keys_ascend_as_squares_do_and_give_them_back() {
        let all = [i32::MIN, -1, 0, 1, i32::MAX];
        let squares: Vec<_> = all.iter().flat_map(|x| all.map(|y| Cell::Square(*x, y))).collect();
        let keys: Vec<_> = all.iter().flat_map(|x| all.map(|y| key(*x, y))).collect();
        assert!(squares.is_sorted() && keys.is_sorted());
        assert_eq!(keys.into_iter().map(square).collect::<Vec<_>>(), squares);
    }
}
