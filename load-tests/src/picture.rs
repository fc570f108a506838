//! The picture a page makes of what it is told: `docs/protocol.md` taken at its word.
//!
//! Rows are kept whole, by field, and know nothing of what the fields mean; so a digest of them
//! says whether two pages show the same.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use liandong::domain::Position;
use liandong::wire::rows::{PageKind, PageRow};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Failure;
use crate::page::position;

/// A row: its fields by name, in the order of their names.
type Row = Map<String, Value>;

/// A frame, as far as a picture is made of it. Kinds it does not know are ignored.
#[derive(Debug, Deserialize)]
struct Frame {
    hello: Option<Hello>,
    page: Option<Rows>,
    live: Option<Live>,
    delta: Option<Delta>,
}

#[derive(Debug, Deserialize)]
struct Hello {
    page: PageKind,
    partitions: Vec<u16>,
}

#[derive(Debug, Deserialize)]
struct Rows {
    partition: u16,
    number: usize,
    of: usize,
    cases: Vec<Row>,
    units: Vec<Row>,
}

#[derive(Debug, Deserialize)]
struct Live {
    partition: u16,
    through: String,
    how: How,
}

/// How a partition became live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum How {
    Snapshot,
    Tail,
    Resync,
}

#[derive(Debug, Deserialize)]
struct Delta {
    partition: u16,
    from: String,
    to: String,
    #[serde(default)]
    came: Vec<Row>,
    #[serde(default)]
    cases: Vec<Row>,
    #[serde(default)]
    gone: Vec<String>,
    #[serde(default)]
    units: Vec<Row>,
}

/// What a frame was to the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Took {
    /// The first word of a connection.
    Hello,
    /// A partition became live.
    Live(How),
    /// A delta that was taken.
    Delta,
    /// A delta that begins after where the page stands.
    Gap,
    /// A page of rows, or what a picture is not made of.
    Other,
}

/// Where a page stands in a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    epoch: String,
    at: Position,
}

/// What a page shows.
#[derive(Debug, Default)]
pub(crate) struct Picture {
    cases: BTreeMap<u16, BTreeMap<String, Row>>,
    units: BTreeMap<u16, BTreeMap<u64, Row>>,
    places: BTreeMap<u16, Place>,
    /// Pages of a partition as they come in: they replace all at once with the last of them.
    coming: BTreeMap<u16, (Vec<Row>, Vec<Row>)>,
    /// What a whole row says where it says nothing.
    blanks: Row,
    /// What this connection shows, and what of it is live.
    shown: BTreeSet<u16>,
    live: BTreeSet<u16>,
}

impl Picture {
    /// Takes a frame.
    pub(crate) fn take(&mut self, frame: &[u8]) -> Result<Took, Failure> {
        let Frame { hello, page, live, delta } = serde_json::from_slice(frame)?;
        if let Some(hello) = hello {
            self.shown = hello.partitions.into_iter().collect();
            self.blanks = PageRow::blanks(hello.page);
            return Ok(Took::Hello);
        }
        if let Some(page) = page {
            self.take_rows(page)?;
        }
        if let Some(Live { partition, through, how }) = live {
            let (epoch, _) = through.rsplit_once(':').ok_or("a place without an epoch")?;
            let at = position(&through).ok_or("a place that is none")?;
            self.places.insert(partition, Place { epoch: epoch.to_owned(), at });
            self.live.insert(partition);
            return Ok(Took::Live(how));
        }
        delta.map_or(Ok(Took::Other), |delta| self.take_delta(delta))
    }

    fn take_rows(&mut self, page: Rows) -> Result<(), Failure> {
        if page.number == 1 {
            self.coming.insert(page.partition, (Vec::new(), Vec::new()));
        }
        let coming = self.coming.get_mut(&page.partition).ok_or("rows without the first page")?;
        coming.0.extend(page.cases);
        coming.1.extend(page.units);
        if page.number == page.of
            && let Some((cases, units)) = self.coming.remove(&page.partition)
        {
            let cases = cases.into_iter().map(|row| Ok((case_of(&row)?, self.filled(row))));
            self.cases.insert(page.partition, cases.collect::<Result<_, Failure>>()?);
            let units = units.into_iter().map(|row| Ok((unit_of(&row)?, row)));
            self.units.insert(page.partition, units.collect::<Result<_, Failure>>()?);
        }
        Ok(())
    }

    fn take_delta(&mut self, delta: Delta) -> Result<Took, Failure> {
        let from = place(&delta.from)?;
        let Some(here) = self.places.get_mut(&delta.partition).filter(|here| from <= here.at)
        else {
            return Ok(Took::Gap);
        };
        let to = place(&delta.to)?;
        if to <= here.at {
            return Ok(Took::Other);
        }
        here.at = to;
        let came: Vec<Row> = delta.came.into_iter().map(|row| self.filled(row)).collect();
        let cases = self.cases.entry(delta.partition).or_default();
        for row in came {
            cases.insert(case_of(&row)?, row);
        }
        for row in delta.cases {
            let shown = cases.get_mut(&case_of(&row)?);
            shown.ok_or("a case moved that is not shown")?.extend(row);
        }
        for case in delta.gone {
            cases.remove(&case);
        }
        let units = self.units.entry(delta.partition).or_default();
        for row in delta.units {
            units.insert(unit_of(&row)?, row);
        }
        Ok(Took::Delta)
    }

    /// A whole row with what it left out.
    fn filled(&self, row: Row) -> Row {
        let mut filled = self.blanks.clone();
        filled.extend(row);
        filled
    }

    /// The connection was lost: nothing is live until the server says so.
    pub(crate) fn interrupted(&mut self) {
        self.shown.clear();
        self.live.clear();
        self.coming.clear();
    }

    /// Whether all that is shown is live.
    pub(crate) fn is_live(&self) -> bool {
        !self.shown.is_empty() && self.shown == self.live
    }

    /// Where it stands, as a page says it when it returns.
    pub(crate) fn since(&self) -> String {
        let since = |(partition, Place { epoch, at }): (&u16, &Place)| {
            format!("\"{partition}\":\"{epoch}:{at}\"")
        };
        format!("{{{}}}", self.places.iter().map(since).collect::<Vec<_>>().join(","))
    }

    /// Where it stands in a partition.
    pub(crate) fn at(&self, partition: u16) -> Option<Position> {
        self.places.get(&partition).map(|place| place.at)
    }

    /// How many cases it shows.
    pub(crate) fn cases(&self) -> usize {
        self.cases.values().map(BTreeMap::len).sum()
    }

    /// A digest of all rows: the same for who shows the same.
    pub(crate) fn digest(&self) -> Result<u64, Failure> {
        let mut digest = DefaultHasher::new();
        // A map of `serde_json` is sorted by key, so one row has one text.
        for row in self.cases.values().flat_map(BTreeMap::values) {
            serde_json::to_string(row)?.hash(&mut digest);
        }
        for row in self.units.values().flat_map(BTreeMap::values) {
            serde_json::to_string(row)?.hash(&mut digest);
        }
        Ok(digest.finish())
    }

    /// The first row in which two pictures differ, for a person to look at.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        let (ours, theirs) = (self.by_case(), other.by_case());
        let all: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
        let found = all.into_iter().find(|id| ours.get(*id) != theirs.get(*id));
        let rows = |id| format!("{id}: {:?} and {:?}", ours.get(id), theirs.get(id));
        let units = || (self.units != other.units).then(|| "units".to_owned());
        found.map(rows).or_else(units)
    }

    fn by_case(&self) -> BTreeMap<&String, &Row> {
        self.cases.values().flatten().collect()
    }
}

fn case_of(row: &Row) -> Result<String, Failure> {
    let case = row.get("case").and_then(Value::as_str);
    Ok(case.ok_or("a row of no case")?.to_owned())
}

fn unit_of(row: &Row) -> Result<u64, Failure> {
    Ok(row.get("id").and_then(Value::as_u64).ok_or("a row of no unit")?)
}

fn place(text: &str) -> Result<Position, Failure> {
    Ok(crate::page::place(text).ok_or("a place that is none")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(frames: &[&str]) -> (Picture, Vec<Took>) {
        let mut picture = Picture::default();
        let took = frames.iter().map(|frame| picture.take(frame.as_bytes()).unwrap()).collect();
        (picture, took)
    }

    const BEGUN: [&str; 3] = [
        r#"{"hello":{"page":"wall","partitions":[1],"epoch":"a"}}"#,
        r#"{"page":{"partition":1,"number":1,"of":1,"at":1,"cases":[{"case":"1-1","lead":"CG",
            "state":"filed"},{"case":"1-2","state":"filed","lead":"CG"}],"units":[]}}"#,
        r#"{"live":{"partition":1,"through":"a:2.0","at":1,"how":"snapshot"}}"#,
    ];

    #[test]
    fn rows_and_deltas_end_where_a_newer_snapshot_ends() {
        let delta = r#"{"delta":{"partition":1,"from":"1.0","to":"3.0","at":2,"gone":["1-2"],
            "cases":[{"case":"1-1","state":"handling","lead":null}],
            "came":[{"case":"1-3","state":"filed"}],
            "units":[{"partition":1,"id":7,"status":"available"}]}}"#;
        let (folded, took) = told(&[BEGUN[0], BEGUN[1], BEGUN[2], delta]);
        assert_eq!(took, [Took::Hello, Took::Other, Took::Live(How::Snapshot), Took::Delta]);
        let rows = r#"{"page":{"partition":1,"number":1,"of":1,"at":2,"cases":[
            {"state":"handling","case":"1-1"},{"state":"filed","case":"1-3"}],
            "units":[{"status":"available","id":7,"partition":1}]}}"#;
        let live = r#"{"live":{"partition":1,"through":"a:3.0","at":2,"how":"snapshot"}}"#;
        let (fresh, _) = told(&[BEGUN[0], rows, live]);
        assert_eq!(folded.digest().unwrap(), fresh.digest().unwrap());
        assert_eq!((folded.cases(), folded.difference(&fresh)), (2, None));
        assert_eq!(folded.since(), r#"{"1":"a:3.0"}"#);
        let (before, _) = told(&BEGUN);
        assert_ne!(folded.digest().unwrap(), before.digest().unwrap());
        assert!(before.difference(&fresh).unwrap().starts_with("1-1"));
    }

    #[test]
    fn a_case_that_comes_replaces_what_was_shown_of_it() {
        let came = r#"{"delta":{"partition":1,"from":"2.0","to":"3.0","at":2,
            "came":[{"case":"1-2","state":"filed"}]}}"#;
        let (picture, _) = told(&[BEGUN[0], BEGUN[1], BEGUN[2], came]);
        let shown = &picture.cases[&1];
        assert_eq!((&shown["1-1"]["lead"], &shown["1-2"]["lead"]), (&"CG".into(), &Value::Null));
        let unknown = r#"{"delta":{"partition":1,"from":"2.0","to":"3.0","at":2,
            "cases":[{"case":"1-9","state":"filed"}]}}"#;
        let (mut picture, _) = told(&BEGUN);
        assert!(picture.take(unknown.as_bytes()).is_err(), "of what is not shown nothing moves");
    }

    #[test]
    fn a_delta_is_taken_where_it_follows_on_and_not_twice() {
        let seen = r#"{"delta":{"partition":1,"from":"0.0","to":"2.0","at":1,"gone":["1-1"]}}"#;
        let apart = r#"{"delta":{"partition":1,"from":"3.0","to":"4.0","at":1,"gone":["1-1"]}}"#;
        let (mut picture, took) = told(&[BEGUN[0], BEGUN[1], BEGUN[2], seen, apart]);
        assert_eq!(took[3..], [Took::Other, Took::Gap]);
        assert!(picture.is_live());
        picture.interrupted();
        assert_eq!((picture.is_live(), picture.cases()), (false, 2));
        assert_eq!(picture.at(1), Some(Position::new(2, 0)));
    }
}
