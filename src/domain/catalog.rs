//! The catalogue 事项清单: what can be reported, how grave it is, who owns it and how long they have.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::id::{ItemCode, OrgCode};
use super::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use super::trade::KindCode;

/// Operating priority 紧急程度: 1 is red. Never the legal grade of an emergency.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Default,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 红
    Red,
    /// 橙
    Orange,
    /// 黄
    Yellow,
    /// 蓝
    #[default]
    Blue,
}

/// Who may see it: decides what the wall may show (`domain.md` 5.1).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Default,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PrivacyClass {
    /// Things and places only.
    #[default]
    None,
    /// Names a business.
    Biz,
    /// Concerns the person who asked.
    Applicant,
    /// Disputes and leads: a closed room, never a wall.
    Restricted,
    /// A vehicle whose plate is masked.
    PlateMasked,
    /// Only ever a count.
    CountOnly,
    /// Concerns the city's own staff.
    Staff,
}

/// A time limit as the catalogue writes it: `30m`, `4wh`, `20wd`, `24h`, `7d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Limit {
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: LimitUnit,
}

/// The unit of a [`Limit`].
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LimitUnit {
    /// Minutes 分钟.
    Minutes,
    /// Hours 小时.
    Hours,
    /// Days 日.
    Days,
    /// Working hours 工作时.
    WorkingHours,
    /// Working days 工作日.
    WorkingDays,
}

impl LimitUnit {
    /// Whether it counts working time, which the calendar alone can walk.
    #[must_use]
    pub const fn is_working(self) -> bool {
        matches!(self, Self::WorkingHours | Self::WorkingDays)
    }
}

impl Limit {
    /// The limit in natural time. A working hour counts as an hour and a working day as a day:
    /// when it is over by the working calendar, [`Calendar::after`](super::Calendar::after) says.
    #[must_use]
    pub fn natural_ms(self) -> i64 {
        let unit_ms = match self.unit {
            LimitUnit::Minutes => MINUTE_MS,
            LimitUnit::Hours | LimitUnit::WorkingHours => HOUR_MS,
            LimitUnit::Days | LimitUnit::WorkingDays => DAY_MS,
        };
        i64::from(self.amount).saturating_mul(unit_ms)
    }
}

/// One item of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Item {
    /// Its code.
    pub code: ItemCode,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// The priority a new case of it gets.
    pub severity: Severity,
    /// The department that leads by default.
    pub owner: OrgCode,
    /// From report to acceptance.
    pub response: Limit,
    /// From dispatch to handled.
    pub handle: Limit,
    /// The path its cases take.
    pub kind: KindCode,
    /// Whether a camera may report it.
    pub video_ok: bool,
    /// Who may see it.
    pub privacy: PrivacyClass,
    /// Which of the city's twelve systems it belongs to, such as `EVENT`.
    pub system: String,
    /// Whether it is a certificate that the law no longer lets village and community offices issue.
    pub unlawful: bool,
    /// Which of the integrating departments brings it into the patrol list; none of service items.
    pub patrol_dept: Option<OrgCode>,
}
