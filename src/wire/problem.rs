//! Problems as RFC 9457 writes them: what is wrong, where, and what would be right.
//!
//! A problem goes back to the sender and nowhere else: its detail may quote what was sent, so
//! nothing but its kind and its place is ever logged, counted or kept.

use std::borrow::Cow;
use std::ops::Range;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// The media type of a problem.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// Why something was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// Bytes that are no JSON.
    MalformedJson,
    /// Bytes that are no UTF-8.
    NotUtf8,
    /// Nested deeper than anything we read.
    TooDeep,
    /// A field nobody knows.
    UnknownField,
    /// A field that must be there.
    MissingField,
    /// A field whose value is of the wrong type or outside its range.
    WrongValue,
    /// A text longer than its limit.
    TooLong,
    /// An item the catalogue does not have.
    UnknownItem,
    /// A grid the city does not have.
    UnknownGrid,
    /// A camera the city does not have.
    UnknownCamera,
    /// Observed longer ago than source keys are remembered.
    TooLate,
    /// Observed in the future.
    InFuture,
    /// No place, and no reply owed that a person would have to give.
    NoPlace,
    /// Outside the city.
    Outside,
    /// A detection with a field that could identify a person.
    PersonField,
    /// A contact in clear in a record of Kafka, where it would lie for a day.
    ContactInClear,
    /// A sealed contact that the vault cannot open.
    SealedContact,
    /// An item a camera may not report.
    NotForVideo,
    /// Nothing was sent.
    Empty,
    /// More signals in one request than are taken at once.
    TooMany,
    /// A body longer than its limit.
    BodyTooLarge,
    /// A body of another media type.
    MediaType,
    /// A query that cannot be read.
    BadQuery,
    /// The body did not arrive in time.
    BodyTooSlow,
    /// More is waiting for its commit than may.
    Overloaded,
    /// The journal is broken: nothing was acknowledged.
    JournalBroken,
    /// A token is needed, or this one does not do.
    NotAllowed,
}

/// What becomes of the bytes behind a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// A dead letter: sealed, kept for a person to read.
    Kept,
    /// Counted, and nothing more.
    Counted,
}

impl ProblemKind {
    /// Every kind, for documents and counters.
    pub const ALL: [Self; 27] = [
        Self::MalformedJson,
        Self::NotUtf8,
        Self::TooDeep,
        Self::UnknownField,
        Self::MissingField,
        Self::WrongValue,
        Self::TooLong,
        Self::UnknownItem,
        Self::UnknownGrid,
        Self::UnknownCamera,
        Self::TooLate,
        Self::InFuture,
        Self::NoPlace,
        Self::Outside,
        Self::PersonField,
        Self::ContactInClear,
        Self::SealedContact,
        Self::NotForVideo,
        Self::Empty,
        Self::TooMany,
        Self::BodyTooLarge,
        Self::MediaType,
        Self::BadQuery,
        Self::BodyTooSlow,
        Self::Overloaded,
        Self::JournalBroken,
        Self::NotAllowed,
    ];

    /// Its word in `type`, in counters and in dead letters.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.row().0
    }

    /// Its title, the same for every occurrence.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.row().1
    }

    /// The HTTP status where it stands alone.
    #[must_use]
    pub fn status(self) -> u16 {
        self.row().2
    }

    /// What becomes of the bytes.
    #[must_use]
    pub fn fate(self) -> Fate {
        self.row().3
    }

    fn row(self) -> (&'static str, &'static str, u16, Fate) {
        use Fate::{Counted, Kept};
        match self {
            Self::MalformedJson => ("malformed_json", "This is not JSON", 400, Kept),
            Self::NotUtf8 => ("not_utf8", "This is not UTF-8", 400, Kept),
            Self::TooDeep => ("too_deep", "This is nested too deep", 400, Kept),
            Self::UnknownField => ("unknown_field", "There is no such field", 422, Kept),
            Self::MissingField => ("missing_field", "A field is missing", 422, Kept),
            Self::WrongValue => ("wrong_value", "A field's value will not do", 422, Kept),
            Self::TooLong => ("too_long", "A text is too long", 422, Kept),
            Self::UnknownItem => ("unknown_item", "The catalogue has no such item", 422, Kept),
            Self::UnknownGrid => ("unknown_grid", "The city has no such grid", 422, Kept),
            Self::UnknownCamera => ("unknown_camera", "The city has no such camera", 422, Counted),
            Self::TooLate => ("too_late", "This was observed too long ago", 422, Kept),
            Self::InFuture => ("in_future", "This was observed in the future", 422, Kept),
            Self::NoPlace => ("no_place", "Nobody can tell where this is", 422, Kept),
            Self::Outside => ("outside", "This lies outside the city", 422, Counted),
            Self::PersonField => ("person_field", "No person is identified here", 422, Counted),
            Self::ContactInClear => ("contact_in_clear", "Seal this contact", 422, Counted),
            Self::SealedContact => ("sealed_contact", "This contact does not open", 422, Counted),
            Self::NotForVideo => ("not_for_video", "No camera may report this", 422, Counted),
            Self::Empty => ("empty", "Nothing was sent", 400, Counted),
            Self::TooMany => ("too_many", "Too many at once", 413, Counted),
            Self::BodyTooLarge => ("body_too_large", "The body is too large", 413, Counted),
            Self::MediaType => ("media_type", "The body is of another type", 415, Counted),
            Self::BadQuery => ("bad_query", "The query cannot be read", 400, Counted),
            Self::BodyTooSlow => ("body_too_slow", "The body did not arrive", 408, Counted),
            Self::Overloaded => ("overloaded", "Too much is waiting", 503, Counted),
            Self::JournalBroken => ("journal_broken", "The journal is broken", 503, Counted),
            Self::NotAllowed => ("not_allowed", "This is not for everybody", 403, Counted),
        }
    }
}

/// One problem with what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// What exactly, and what would be right.
    pub detail: String,
    /// Which of the elements sent, from 0.
    pub index: Option<usize>,
    /// Which part of it, as a JSON pointer (RFC 6901).
    pub pointer: Option<String>,
    /// Its bytes in the body.
    pub span: Range<usize>,
}

impl Problem {
    /// A problem not yet located.
    #[must_use]
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), index: None, pointer: None, span: 0..0 }
    }

    /// The same, of the field at `pointer`.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// The same, of element `index` with the bytes `span`.
    #[must_use]
    pub fn of(mut self, index: usize, span: Range<usize>) -> Self {
        self.index = Some(index);
        self.span = span;
        self
    }

    /// Its JSON form.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        // Text and numbers only: it cannot fail.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// A problem in the form that RFC 9457 gives it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct Written<'a> {
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// Its title, the same for every occurrence.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What exactly, and what would be right.
    pub detail: &'a str,
    /// Which of the elements sent, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "usize")]
    pub index: Option<usize>,
    /// Which part of it, as a JSON pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub pointer: Option<&'a str>,
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written {
            kind: format!("/problems/{}", self.kind.word().replace('_', "-")).into(),
            title: self.kind.title(),
            status: self.kind.status(),
            detail: &self.detail,
            index: self.index,
            pointer: self.pointer.as_deref(),
        }
        .serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_what_is_wrong_and_where() {
        let problem = Problem::new(ProblemKind::WrongValue, "latitude 91 is above 90")
            .at("/lat")
            .of(2, 10..20);
        assert_eq!(
            String::from_utf8(problem.to_json()).unwrap(),
            r#"{"type":"/problems/wrong-value","title":"A field's value will not do","#.to_owned()
                + r#""status":422,"detail":"latitude 91 is above 90","index":2,"pointer":"/lat"}"#
        );
    }

    #[test]
    fn what_could_name_a_person_in_video_is_never_kept() {
        for kind in [
            ProblemKind::PersonField,
            ProblemKind::NotForVideo,
            ProblemKind::UnknownCamera,
            ProblemKind::Outside,
            ProblemKind::ContactInClear,
            ProblemKind::SealedContact,
        ] {
            assert_eq!(kind.fate(), Fate::Counted, "{kind:?}");
        }
    }
}
