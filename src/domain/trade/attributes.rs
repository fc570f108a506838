//! What a case and a ticket carry besides where they stand: supervision, more time, pauses, parts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::catalog::LimitUnit;
use super::super::id::OrgCode;
use super::super::time::Timestamp;
use super::code::StepCode;

macro_rules! small_words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $word:ident,)* })*) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            JsonSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$about])* $word,)* }
    )*};
}

small_words! {
    /// How soon it must be handled: a factor on the stage limits (`domain.md` 0.6, 6).
    Urgency {
        /// 一般: the whole limit.
        Normal,
        /// 紧急: half of it.
        Urgent,
        /// 非常紧急: a quarter of it.
        VeryUrgent,
    }
    /// How far a stage's clock has run.
    ClockMark {
        /// Less than half.
        Running,
        /// 50 %.
        Noted,
        /// 80 %: it will be late.
        Warned,
        /// 100 %: it is.
        Overdue,
        /// Late by so much that a yellow card is due.
        Yellow,
        /// Late by so much that a red card is due.
        Red,
    }
    /// How a case is supervised 督办; each is graver than the one before.
    Card {
        /// 普通督办
        Plain,
        /// 黄牌
        Yellow,
        /// 红牌
        Red,
    }
    /// What a part in a case is.
    PartRole {
        /// 协办: it helps the lead.
        Assist,
        /// It was called or told: by a whistle, a notice, a campaign.
        Called,
    }
    /// What somebody who asked thinks of how it was handled.
    Satisfaction {
        /// 满意
        Satisfied,
        /// 基本满意
        FairlySatisfied,
        /// 不满意
        Dissatisfied,
        /// 未评价: reached, but said nothing of it.
        NotSaid,
    }
    /// Why a ticket is taken out of the three rates 剔除; a listed reason, never a free word.
    ExclusionReason {
        /// 诉求不合理
        Unreasonable,
        /// 恶意反复
        Malicious,
        /// 违法诉求
        Unlawful,
        /// 非本市职权
        OutsideAuthority,
        /// 已入诉讼或信访程序
        InOtherProcedure,
    }
}

impl Urgency {
    /// What is left of a limit, in thousandths.
    #[must_use]
    pub fn permille(self) -> u32 {
        match self {
            Self::Normal => 1_000,
            Self::Urgent => 500,
            Self::VeryUrgent => 250,
        }
    }
}

impl Card {
    /// The next graver one.
    #[must_use]
    pub fn above(card: Option<Self>) -> Option<Self> {
        match card {
            None => Some(Self::Plain),
            Some(Self::Plain) => Some(Self::Yellow),
            Some(Self::Yellow) => Some(Self::Red),
            Some(Self::Red) => None,
        }
    }
}

/// A case is supervised 督办.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Supervision {
    /// How.
    pub card: Card,
    /// Who set it; none where the engine did, because its kind says so.
    pub by: Option<OrgCode>,
    /// When.
    pub at: Timestamp,
}

/// More time was asked for 延期.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Extension {
    /// Until when.
    pub until: Timestamp,
    /// When it was asked.
    pub asked_at: Timestamp,
}

/// A case waits 挂账: what was left of its stage, and when to look again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Pause {
    /// Since when.
    pub since: Timestamp,
    /// When it is to be reviewed.
    pub review_at: Timestamp,
    /// What was left of the handling stage, in milliseconds of its own clock; below 0 it was late.
    pub left_ms: i64,
    /// The time that clock ran in.
    pub unit: LimitUnit,
}

/// What one organisation has to do in a case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// As what.
    pub role: PartRole,
    /// Since when.
    pub since: Timestamp,
    /// The steps it has done, each with when.
    pub done: Vec<(StepCode, Timestamp)>,
    /// Until when its next step is due; none where none is, or it takes as long as it takes.
    pub due: Option<Timestamp>,
    /// Steps that were late, or are.
    pub late: u8,
    /// Whether its last step is done.
    pub ended: bool,
}

/// Somebody who asked was spoken with afterwards 回访.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Visit {
    /// When.
    pub at: Timestamp,
    /// Whether the matter is solved, as they say.
    pub resolved: bool,
    /// What they think of how it was handled.
    pub satisfaction: Satisfaction,
}

/// A ticket stands outside the three rates 剔除; two people said so.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Exclusion {
    /// Why.
    pub reason: ExclusionReason,
    /// When.
    pub at: Timestamp,
}
