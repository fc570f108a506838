//! Members of cases by place and time: who may be compared with a new report.
//!
//! Members lie in square cells as wide as the radius, so nine cells hold every neighbour. What has
//! no point lies in its grid's own cell and is compared only there. Each cell keeps its newest
//! members, so a comparison costs a bounded time wherever a storm falls.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::domain::{ByNumber, CaseId, Evidence, ItemCode, Place, Point, TicketId, Timestamp};

use super::cells::{Cell, Cells};

/// Members a cell keeps, the newest ones.
const CELL_MEMBERS_MAX: usize = 512;

/// A report that belongs to a case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Member {
    pub(super) point: Option<Point>,
    pub(super) observed_at: Timestamp,
    pub(super) ticket: TicketId,
    pub(super) case: CaseId,
    pub(super) group: u8,
    pub(super) item: Option<ItemCode>,
    /// The rarity of all its words together, when it came.
    pub(super) weight: u32,
    pub(super) evidence: Evidence,
}

/// What fusion remembers of a case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub(super) struct CaseMark {
    /// Reports that ever joined it, less those that left.
    pub(super) joined: u32,
    /// Members still remembered.
    pub(super) remembered: u32,
    pub(super) ended: bool,
}

/// Where a member lies, in the order of tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Slot {
    ticket: TicketId,
    observed_at: Timestamp,
    cell: Cell,
}

/// All members that may still be compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub(super) struct Members {
    cells: Cells,
    slots: VecDeque<Slot>,
    cases: ByNumber<CaseId, CaseMark>,
}

/// A member near a new report.
#[derive(Debug, Clone, Copy)]
pub(super) struct Near<'a> {
    pub(super) member: &'a Member,
    /// None where either has no point.
    pub(super) distance_dm: Option<u64>,
}

impl Members {
    /// Members within `radius_dm` of `place` and `window_ms` of `at`, in no order.
    pub(super) fn near(
        &self,
        place: Place,
        at: Timestamp,
        (radius_dm, window_ms): (u32, i64),
    ) -> Vec<Near<'_>> {
        let mut near = Vec::with_capacity(64);
        let fresh =
            |member: &&Member| at.ms_since(member.observed_at).saturating_abs() <= window_ms;
        let Some(point) = place.point else {
            let grid = place.grid.and_then(|grid| self.cells.grid(grid));
            let found = grid.into_iter().flatten().filter(fresh);
            near.extend(found.map(|member| Near { member, distance_dm: None }));
            return near;
        };
        for member in self.squares(point, radius_dm).flatten().filter(fresh) {
            let Some(other) = member.point.filter(|other| within(point, *other, radius_dm)) else {
                continue;
            };
            let distance_dm = point.distance_dm(other);
            if distance_dm <= u64::from(radius_dm) {
                near.push(Near { member, distance_dm: Some(distance_dm) });
            }
        }
        near
    }

    /// The squares that hold every member within `radius_dm` of `point`.
    fn squares(&self, point: Point, radius_dm: u32) -> impl Iterator<Item = &VecDeque<Member>> {
        let (columns, rows) = around(square(point, radius_dm));
        columns.into_iter().flat_map(move |column| self.cells.column(column, rows))
    }

    /// Reads what [`Members::near`] will read first; says something of it.
    pub(super) fn touch(&self, place: Place, radius_dm: u32) -> u64 {
        let Some(point) = place.point else { return 0 };
        let (columns, rows) = around(square(point, radius_dm));
        columns.into_iter().fold(0, |all, column| all ^ self.cells.touch(column, rows))
    }

    /// As [`Members::touch`], what it will read then.
    pub(super) fn touch_members(&self, place: Place, radius_dm: u32) -> u64 {
        let Some(point) = place.point else { return 0 };
        let first = self.squares(point, radius_dm).filter_map(VecDeque::front);
        first.fold(0, |all, member| all ^ member.ticket.number)
    }

    /// What is remembered of `case`.
    pub(super) fn case(&self, case: CaseId) -> Option<&CaseMark> {
        self.cases.get(&case)
    }

    /// Adds a member; tickets come in rising order.
    pub(super) fn add(&mut self, place: Place, radius_dm: u32, member: Member) {
        let cell = match (member.point, place.grid) {
            (Some(point), _) => {
                let (x, y) = square(point, radius_dm);
                Cell::Square(x, y)
            }
            (None, Some(grid)) => Cell::Grid(grid),
            (None, None) => return,
        };
        self.joined(member.case);
        let slot = Slot { ticket: member.ticket, observed_at: member.observed_at, cell };
        self.slots.push_back(slot);
        let surplus = self.cells.change(cell, |members| {
            if members.len() == members.capacity() {
                // Most cells hold one or two: room for four would be half of what fusion remembers.
                members.reserve_exact(members.len().max(1));
            }
            members.push_back(member);
            if CELL_MEMBERS_MAX < members.len() { members.pop_front() } else { None }
        });
        if let Some(oldest) = surplus {
            self.forgotten(oldest.case);
        }
    }

    /// Moves a member to another case.
    pub(super) fn relocate(&mut self, ticket: TicketId, to: CaseId) {
        let Some(member) = self.find(ticket) else { return };
        let from = std::mem::replace(&mut member.case, to);
        self.joined(to);
        if let Some(mark) = self.cases.get_mut(&from) {
            mark.joined = mark.joined.saturating_sub(1);
        }
        self.forgotten(from);
    }

    /// Marks `case` as ended, or as open again.
    pub(super) fn set_ended(&mut self, case: CaseId, ended: bool) {
        if let Some(mark) = self.cases.get_mut(&case) {
            mark.ended = ended;
        }
    }

    /// Drops what is remembered of `case`; its members then belong to no case and are passed over.
    pub(super) fn forget_case(&mut self, case: CaseId) {
        self.cases.remove(&case);
    }

    /// Drops members observed before `before`, oldest tickets first.
    pub(super) fn forget_before(&mut self, before: Timestamp) {
        while let Some(slot) = self.slots.front().copied() {
            if before <= slot.observed_at {
                return;
            }
            self.slots.pop_front();
            let Some(members) = self.cells.get_mut(slot.cell) else { continue };
            let at = members.binary_search_by_key(&slot.ticket, |member| member.ticket);
            let dropped = at.ok().and_then(|at| members.remove(at));
            if members.is_empty() {
                self.cells.remove(slot.cell);
            }
            if let Some(member) = dropped {
                self.forgotten(member.case);
            }
        }
    }

    fn find(&mut self, ticket: TicketId) -> Option<&mut Member> {
        let at = self.slots.binary_search_by_key(&ticket, |slot| slot.ticket).ok()?;
        let members = self.cells.get_mut(self.slots.get(at)?.cell)?;
        let at = members.binary_search_by_key(&ticket, |member| member.ticket).ok()?;
        members.get_mut(at)
    }

    /// One more member of `case` is remembered.
    fn joined(&mut self, case: CaseId) {
        if let Some(mark) = self.cases.or_default(case) {
            mark.joined = mark.joined.saturating_add(1);
            mark.remembered = mark.remembered.saturating_add(1);
        }
    }

    /// One member of `case` is remembered no more; after the last the case cannot be joined.
    fn forgotten(&mut self, case: CaseId) {
        let Some(mark) = self.cases.get_mut(&case) else { return };
        mark.remembered = mark.remembered.saturating_sub(1);
        if mark.remembered == 0 {
            self.cases.remove(&case);
        }
    }
}

/// Whether both lie in a square of `radius_dm` to each side: most of nine cells does not, and that
/// is cheaper to say than a distance.
fn within(a: Point, b: Point, radius_dm: u32) -> bool {
    a.x_dm.abs_diff(b.x_dm) <= radius_dm && a.y_dm.abs_diff(b.y_dm) <= radius_dm
}

/// The columns around a square, and the first and last row of each.
fn around((x, y): (i32, i32)) -> ([i32; 3], (i32, i32)) {
    let columns = [x.saturating_sub(1), x, x.saturating_add(1)];
    (columns, (y.saturating_sub(1), y.saturating_add(1)))
}

/// The square a point lies in; squares are `side_dm` wide.
fn square(point: Point, side_dm: u32) -> (i32, i32) {
    let side = i32::try_from(side_dm.max(1)).unwrap_or(i32::MAX);
    let of = |along: i32| along.checked_div_euclid(side).unwrap_or(0);
    (of(point.x_dm), of(point.y_dm))
}
