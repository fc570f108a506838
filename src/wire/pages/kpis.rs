//! Figures as they are read over HTTP, as JSON and as the columns of a table.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::CaseId;
use crate::picture::figures::{Figure, Unit, VALUE_SCALE, Value};

use super::desk::AsOf;

/// In what a value is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KpiUnit {
    /// Pieces.
    Pieces,
    /// A share of 1.
    Share,
    /// So many for each.
    Each,
    /// Points of 5.
    PointsOfFive,
    /// Points of 100.
    PointsOfHundred,
    /// Seconds.
    Seconds,
}

/// What a figure is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KpiAbout {
    /// Its number, such as `K11`.
    pub id: &'static str,
    /// Its name in Chinese.
    pub zh: &'static str,
    /// … and in English.
    pub en: &'static str,
    /// In what its values are told.
    pub unit: KpiUnit,
    /// What it is of what.
    pub formula: String,
    /// Where that is from.
    pub source: &'static str,
    /// What it waits for, where nothing brings its facts yet.
    pub pending: Option<&'static str>,
}

/// A figure of one row.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KpiRow {
    /// Whose: an organisation's, place's, item's, channel's or kind's code, or `all`.
    pub key: String,
    /// Its name, where the rules name it.
    pub name: Option<String>,
    /// Which figure.
    pub kpi: &'static str,
    /// The numerator; of a span of time, how many.
    pub n: i64,
    /// The denominator; 0 of what has none.
    pub d: i64,
    /// The value, to four decimals; none where it is hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Whether it is of too few to be shown.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

/// Figures by row.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KpisPage {
    /// Over which days.
    pub window: String,
    /// By what.
    pub by: &'static str,
    /// What each figure is.
    pub figures: Vec<KpiAbout>,
    /// The rows, by key.
    pub rows: Vec<KpiRow>,
    /// Of a month: whether its figures are frozen in every partition, so that no appeal moves them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frozen: Option<bool>,
    /// How far each partition's picture reaches.
    pub as_of: Vec<AsOf>,
}

/// What a case adds to a figure.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct KpiCase {
    /// The case.
    pub case: CaseId,
    /// To the numerator.
    pub n: i64,
    /// To the denominator.
    pub d: i64,
}

/// The cases behind a figure that are still here.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KpiCasesPage {
    /// Which figure.
    pub kpi: &'static str,
    /// The cases, by number.
    pub cases: Vec<KpiCase>,
    /// What to give as `cursor` for the next page; none after the last.
    pub next: Option<CaseId>,
    /// How far each partition's picture reaches.
    pub as_of: Vec<AsOf>,
}

impl KpiUnit {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pieces => "pieces",
            Self::Share => "share",
            Self::Each => "each",
            Self::PointsOfFive => "points_of_five",
            Self::PointsOfHundred => "points_of_hundred",
            Self::Seconds => "seconds",
        }
    }
}

impl From<Unit> for KpiUnit {
    fn from(unit: Unit) -> Self {
        match unit {
            Unit::Pieces => Self::Pieces,
            Unit::Share => Self::Share,
            Unit::Each => Self::Each,
            Unit::PointsOfFive => Self::PointsOfFive,
            Unit::PointsOfHundred => Self::PointsOfHundred,
            Unit::Seconds => Self::Seconds,
        }
    }
}

impl KpiAbout {
    /// What `figure` is.
    #[must_use]
    pub fn of(figure: &Figure) -> Self {
        let Figure { id, zh, en, how, source, pending, .. } = *figure;
        Self { id, zh, en, unit: how.unit().into(), formula: figure.formula(), source, pending }
    }
}

impl KpiRow {
    /// A row of `key`.
    #[must_use]
    pub fn of((key, name): (String, Option<String>), kpi: &'static str, value: Value) -> Self {
        let Value { n, d, scaled, hidden } = value;
        Self { key, name, kpi, n, d, value: scaled.map(decimal), hidden }
    }
}

/// A value as it is written: ten-thousandths as decimals.
#[expect(clippy::cast_precision_loss, reason = "a figure is far below 2^52 ten-thousandths")]
fn decimal(scaled: i64) -> f64 {
    scaled as f64 / VALUE_SCALE as f64
}
