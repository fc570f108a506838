//! What a page is told of a case, under its id: its whole row, or what moved of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::{Case, CaseId};
use crate::wire::projection::Projection;

use super::case::{DeskLean, DeskMoved, WallLean, WallMoved, desk_row, wall_row};

/// For whom rows are made.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    /// A wall: shows, and asks nothing.
    Wall,
    /// A desk: shows more, and asks.
    Desk,
}

/// How rows are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// For whom.
    pub page: PageKind,
    /// Whether a row may name other cases: what it may belong to, and what it was merged into.
    pub names_others: bool,
}

/// A case's whole row, under its id: a field that is absent is blank, its `default`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
#[expect(missing_docs, reason = "the fields are those of the rows")]
pub enum PageRow {
    /// A case on a wall.
    #[schemars(title = "WallRow")]
    Wall {
        case: CaseId,
        #[serde(flatten)]
        wall: WallLean,
    },
    /// A case on a desk: the wall's, and what a desk sees besides.
    #[schemars(title = "DeskRow")]
    Desk {
        case: CaseId,
        #[serde(flatten)]
        wall: WallLean,
        #[serde(flatten)]
        desk: Box<DeskLean>,
    },
}

/// What moved of a case that a page shows, under its id: a field that is absent is as before.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
#[expect(missing_docs, reason = "the fields are those of the rows")]
pub enum MovedRow {
    /// What changed of a case on a wall.
    #[schemars(title = "WallMoved")]
    Wall {
        case: CaseId,
        #[serde(flatten)]
        wall: WallMoved,
    },
    /// What changed of a case on a desk.
    #[schemars(title = "DeskMoved")]
    Desk {
        case: CaseId,
        #[serde(flatten)]
        wall: WallMoved,
        #[serde(flatten)]
        desk: Box<DeskMoved>,
    },
}

impl PageRow {
    /// The whole row of a case.
    #[must_use]
    pub fn new(cut: Cut, case: &Case, plane: &Projection) -> Self {
        let (id, wall) = (case.id, wall_row(case, plane).lean());
        match cut.page {
            PageKind::Wall => Self::Wall { case: id, wall },
            PageKind::Desk => {
                Self::Desk { case: id, wall, desk: Box::new(desk_row(cut, case).lean()) }
            }
        }
    }

    /// The fields that may be absent on such a page, each with what it then is.
    #[must_use]
    pub fn blanks(page: PageKind) -> Map<String, Value> {
        let mut blanks = WallLean::blanks();
        if page == PageKind::Desk {
            blanks.extend(DeskLean::blanks());
        }
        blanks
    }
}

impl MovedRow {
    /// What changed of a case between two of its rows.
    #[must_use]
    pub fn new(cut: Cut, (before, now): (&Case, &Case), plane: &Projection) -> Self {
        let wall = wall_row(now, plane).since(&wall_row(before, plane));
        match cut.page {
            PageKind::Wall => Self::Wall { case: now.id, wall },
            PageKind::Desk => {
                let desk = Box::new(desk_row(cut, now).since(&desk_row(cut, before)));
                Self::Desk { case: now.id, wall, desk }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::trade::{Card, Supervision};
    use crate::domain::{
        CaseCounters, Channel, KindCode, OrgCode, Partition, Severity, StageCode, StepCode,
        Timestamp, UnitId,
    };
    use crate::wire::public;
    use crate::wire::rows::{DeskRow, WallRow};

    const DESK: Cut = Cut { page: PageKind::Desk, names_others: true };

    fn plane() -> Projection {
        Projection::new(41.27, 123.17)
    }

    fn begun() -> Case {
        let id = CaseId { partition: Partition(1), number: 7 };
        Case::begun(id, KindCode::of("city_event"), StageCode::of("reported"), Timestamp(5))
    }

    /// With some of what may be blank, and values that look so and are not.
    fn busy() -> Case {
        let org = OrgCode("CG".to_owned());
        let mut case = begun();
        case.lead = Some(org.clone());
        case.colour = Some(0);
        case.tickets = 2;
        case.video_only = true;
        case.channel = Some(Channel::Grid);
        case.assists.insert(org.clone());
        case.units.insert(UnitId(4));
        case.counters = CaseCounters { urges: 1, ..CaseCounters::default() };
        case.stamps.insert(StepCode::of("accept"), Timestamp(6));
        let (card, at) = (Card::Yellow, Timestamp(6));
        case.supervision = Some(Box::new(Supervision { card, by: Some(org), at }));
        case
    }

    fn fields(row: impl Serialize) -> Map<String, Value> {
        serde_json::from_value(json!(row)).unwrap()
    }

    /// Every field of a case's desk row, as it is.
    fn every(case: &Case) -> Map<String, Value> {
        let wall: WallRow = wall_row(case, &plane());
        let desk: DeskRow = desk_row(DESK, case);
        let mut every = fields(wall);
        every.extend(fields(desk));
        every.insert("case".to_owned(), json!(case.id));
        every
    }

    fn lean(cut: Cut, case: &Case) -> Map<String, Value> {
        fields(PageRow::new(cut, case, &plane()))
    }

    #[test]
    fn a_whole_row_leaves_out_what_is_blank_and_nothing_else() {
        let no_counters = json!(CaseCounters::default());
        for case in [begun(), busy()] {
            let mut left = every(&case);
            left.retain(|field, value| match value {
                Value::Number(number) => field == "colour" || number.as_i64() != Some(0),
                Value::Object(parts) => !parts.is_empty() && *value != no_counters,
                Value::Array(parts) => !parts.is_empty(),
                value => *value != Value::Null && *value != json!(false),
            });
            assert_eq!(lean(DESK, &case), left);
        }
        assert_eq!(lean(DESK, &busy())["colour"], 0, "the gravest colour is no blank");
    }

    #[test]
    fn what_is_absent_is_what_its_blank_says() {
        for case in [begun(), busy()] {
            let mut filled = PageRow::blanks(PageKind::Desk);
            filled.extend(lean(DESK, &case));
            assert_eq!(filled, every(&case));
        }
        let wall = lean(Cut { page: PageKind::Wall, ..DESK }, &begun());
        let always = ["case", "changed_at", "kind", "opened_at", "severity", "stage", "state"];
        assert_eq!(wall.keys().collect::<Vec<_>>(), always);
    }

    #[test]
    fn what_others_read_of_a_case_has_every_field() {
        let others = fields(public::row(&begun(), &plane()));
        assert_eq!((&others["lead"], &others["overdue"]), (&Value::Null, &json!(false)));
        let wall = fields(wall_row(&begun(), &plane()));
        assert!(wall.iter().all(|(field, value)| others.get(field) == Some(value)), "{others:?}");
    }

    #[test]
    fn a_moved_row_writes_what_became_blank() {
        let (before, now) = (busy(), Case { severity: Severity::Red, ..begun() });
        let moved = fields(MovedRow::new(DESK, (&before, &now), &plane()));
        let (before, mut after) = (every(&before), every(&now));
        after.retain(|field, value| field == "case" || before[field] != *value);
        assert_eq!(moved, after);
        assert_eq!((&moved["lead"], &moved["video_only"]), (&Value::Null, &json!(false)));
        assert_eq!((&moved["assists"], &moved["stamps"]), (&json!([]), &json!({})));
    }
}
