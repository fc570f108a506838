//! What stands beside a record for others: CloudEvents 1.0 in Kafka's binary mode, and two
//! headers of ours.
//!
//! `liandong-position` is the change that the record is made of: who keeps rows keeps the one of
//! the highest. `liandong-changes` is for its writer: everything before that place has left, and
//! is durable, so it is where one goes on after a restart.

use std::fmt;
use std::str::FromStr;

use bytes::Bytes;

use crate::domain::{Epoch, InvalidId, Partition, Position, Timestamp};

/// The header of the change that a record is made of.
pub const POSITION: &str = "liandong-position";
/// The header of the place where a writer goes on.
const MARK: &str = "liandong-changes";
const SOURCE: &str = "ce_source";

/// A change by what names it within its partition: the entry that caused it, and its index there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// The entry.
    pub position: Position,
    /// Which of its changes.
    pub index: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.position, self.index)
    }
}

impl FromStr for Place {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId::new(text, "a place such as 1042.0/3");
        let (position, index) = text.split_once('/').ok_or_else(invalid)?;
        Ok(Self { position: position.parse()?, index: index.parse().map_err(|_| invalid())? })
    }
}

/// How far everything has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Mark {
    /// The journal's incarnation.
    pub epoch: Epoch,
    /// The last entry of the topic that was read.
    pub read: Position,
    /// The last position of the journal that was told.
    pub told: Position,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.epoch, self.read, self.told)
    }
}

impl FromStr for Mark {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let parts: Vec<_> = text.split('/').collect();
        let [epoch, read, told] = parts.as_slice() else {
            return Err(InvalidId::new(text, "a mark such as 1764000000000/881.0/1042.0"));
        };
        Ok(Self { epoch: epoch.parse()?, read: read.parse()?, told: told.parse()? })
    }
}

impl Mark {
    /// The mark that a record's headers carry.
    pub fn of<'a>(header: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        header(MARK)?.parse().ok()
    }
}

/// The place that a record's headers carry, where it is of the journal called `source`.
pub fn place_of<'a>(source: &str, header: impl Fn(&str) -> Option<&'a str>) -> Option<Place> {
    header(SOURCE).filter(|found| *found == source)?;
    header(POSITION)?.parse().ok()
}

/// Who says it, and what they had said before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The journal, by prefix and incarnation: with the id it names a record for ever.
    pub source: String,
    /// Whose changes.
    pub partition: Partition,
    /// How far everything has left.
    pub mark: Mark,
}

/// A record for others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Which topic, without the prefix.
    pub topic: &'static str,
    /// What it is about.
    pub key: String,
    /// What it says; none is a tombstone.
    pub value: Option<Bytes>,
    /// What stands beside it.
    pub headers: Vec<(&'static str, String)>,
}

impl Envelope {
    /// The envelope of what is said of a journal.
    #[must_use]
    pub fn new(prefix: &str, partition: Partition, mark: Mark) -> Self {
        Self { source: format!("/{prefix}/{}", mark.epoch), partition, mark }
    }

    /// The id of what is made of the change at `place`.
    #[must_use]
    pub fn id(&self, place: Place) -> String {
        format!("{}/{place}", self.partition)
    }

    /// The headers of what is called `id`, of the sort `kind`, made of the change at `place`, which
    /// became true at `at`.
    #[must_use]
    pub fn headers(
        &self,
        (kind, id): (&'static str, String),
        (place, at): (Place, Timestamp),
    ) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("ce_specversion", "1.0".to_owned()),
            ("ce_id", id),
            ("ce_source", self.source.clone()),
            ("ce_type", format!("liandong.{kind}.v1")),
        ];
        if let Ok(time) = jiff::Timestamp::from_millisecond(at.0) {
            headers.push(("ce_time", time.to_string()));
        }
        headers.extend([
            ("content-type", "application/json".to_owned()),
            (POSITION, place.to_string()),
            (MARK, self.mark.to_string()),
        ]);
        headers
    }

    /// A tombstone of nothing that only says how far everything has left.
    #[must_use]
    pub fn marker(&self, topic: &'static str) -> Outgoing {
        let headers = vec![(SOURCE, self.source.clone()), (MARK, self.mark.to_string())];
        Outgoing { topic, key: "mark".to_owned(), value: None, headers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_marks_survive_their_text() {
        let place = Place { position: Position::new(1_042, 7), index: 3 };
        assert_eq!(place.to_string(), "1042.7/3");
        assert_eq!(place.to_string().parse(), Ok(place));
        let mark = Mark { epoch: Epoch(9), read: Position::new(4, 0), told: Position::new(8, 1) };
        assert_eq!(mark.to_string().parse(), Ok(mark));
        for wrong in ["", "1/2", "1/2.0/3.0/4", "a/2.0/3.0"] {
            assert!(wrong.parse::<Mark>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_headers_are_those_of_cloudevents() {
        let mark = Mark { epoch: Epoch(5), ..Mark::default() };
        let envelope = Envelope::new("liandong", Partition(3), mark);
        let place = Place { position: Position::new(7, 1), index: 2 };
        let id = envelope.id(place);
        let headers = envelope.headers(("order", id), (place, Timestamp(1_782_865_800_000)));
        let header = |name: &str| {
            headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
        };
        assert_eq!(header("ce_id"), Some("3/7.1/2"));
        assert_eq!(header("ce_type"), Some("liandong.order.v1"));
        assert_eq!(header("ce_source"), Some("/liandong/5"));
        assert_eq!(header("ce_time"), Some("2026-07-01T00:30:00Z"));
        assert_eq!((place_of("/liandong/5", header), Mark::of(header)), (Some(place), Some(mark)));
        assert_eq!(place_of("/liandong/6", header), None, "another incarnation's");
    }
}
