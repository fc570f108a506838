//! A field of a row: what is blank is left out of a whole row, what did not change of a moved one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::domain::trade::Urgency;
use crate::domain::{
    CaseCounters, CaseState, KindCode, PrivacyClass, Severity, StageCode, Timestamp,
};

/// What may say nothing.
pub(super) trait Blank: PartialEq + Sized {
    /// The value that says nothing; none where every value says something.
    fn blank() -> Option<Self>;

    /// Whether it says nothing.
    fn is_blank(&self) -> bool {
        Self::blank().is_some_and(|blank| *self == blank)
    }
}

/// `_` says nothing by its default, `!` says something always.
macro_rules! blank {
    ($($({$($of:tt)+})? $type:ty => $blank:tt,)*) => { $(
        impl $(<$($of)+>)? Blank for $type {
            fn blank() -> Option<Self> {
                blank!($blank)
            }
        }
    )* };
    (_) => { Some(Self::default()) };
    (!) => { None };
}

blank! {
    {T: PartialEq} Option<T> => _,
    {T: PartialEq} Vec<T> => _,
    {T: Ord} BTreeSet<T> => _,
    {K: Ord, T: PartialEq} BTreeMap<K, T> => _,
    bool => _,
    u32 => _,
    usize => _,
    CaseCounters => _,
    CaseState => !,
    KindCode => !,
    PrivacyClass => !,
    Severity => !,
    StageCode => !,
    Timestamp => !,
    Urgency => !,
}

/// Of fields, by name, those that may be blank, with what they then are.
pub(super) fn blanks<const N: usize>(fields: [(&str, Option<Value>); N]) -> Map<String, Value> {
    let may = |(name, blank): (&str, Option<Value>)| Some((name.to_owned(), blank?));
    fields.into_iter().filter_map(may).collect()
}

/// What a field is where it is blank, as it would be written.
pub(super) fn blank_of<T: Blank + Serialize>() -> Option<Value> {
    serde_json::to_value(T::blank()?).ok()
}

/// Notes in a schema which fields may be absent, and what that means; the others are there.
pub(super) fn may_lack(schema: &mut Schema, blanks: &Map<String, Value>) {
    let Some(fields) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    let mut always = Vec::new();
    for (name, field) in fields {
        match (blanks.get(name), field.as_object_mut()) {
            (Some(blank), Some(field)) => drop(field.insert("default".to_owned(), blank.clone())),
            _ => always.push(name.clone()),
        }
    }
    schema.insert("required".to_owned(), json!(always));
}

/// A field of a moved row, where it changed; left out where it did not.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Changed<T>(Option<T>);

/// Where it is there, it looks as the field of a whole row does: `null` only where that may be.
impl<T: JsonSchema> JsonSchema for Changed<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

impl<T> Default for Changed<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Clone + PartialEq> Changed<T> {
    pub(super) fn between(before: &T, now: &T) -> Self {
        Self((before != now).then(|| now.clone()))
    }
}

impl<T> Changed<T> {
    /// Whether it is as before.
    #[must_use]
    pub fn is_not(&self) -> bool {
        self.0.is_none()
    }
}
