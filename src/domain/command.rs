//! Commands 指令: who asks what, and what became of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::id::{CommandId, OrgCode};
use super::time::Timestamp;
use super::trade::{Refusal, Verb};

/// What someone does in the centre or for a department (`domain.md` 3.2).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 受理员: reviews, verifies, files, merges, rejects.
    Receiver,
    /// 派遣员: sends.
    Dispatcher,
    /// 值班长: runs the shift.
    ShiftLeader,
    /// 承办单位: works.
    Handler,
    /// 核查员: checks, never what the own organisation handled.
    Checker,
    /// 回访员 / 话务员: replies to those who asked.
    Agent,
    /// 网格员: verifies on site.
    GridWorker,
    /// A crew's own page.
    Crew,
    /// The city's own software, such as a register import.
    System,
    // New ones go to the end: entries keep them by their number.
    /// 督办员: supervises, gives cards.
    Supervisor,
    /// 领导: looks, and writes instructions 批示.
    Leader,
    /// 调解员: grades and mediates disputes.
    Mediator,
    /// 镇街负责人: may whistle, and rates who came.
    TownLeader,
    /// 配置员: proposes and approves the city's rules; two are needed.
    Configurer,
}

impl Role {
    /// Every one, in their order.
    pub const ALL: [Self; 14] = [
        Self::Receiver,
        Self::Dispatcher,
        Self::ShiftLeader,
        Self::Handler,
        Self::Checker,
        Self::Agent,
        Self::GridWorker,
        Self::Crew,
        Self::System,
        Self::Supervisor,
        Self::Leader,
        Self::Mediator,
        Self::TownLeader,
        Self::Configurer,
    ];
}

/// Who asks: an office and its role. The name is the account's, for the audit only.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Actor {
    /// The account.
    pub account: String,
    /// The role it acts in.
    pub role: Role,
    /// The organisation it acts for.
    pub org: OrgCode,
}

/// One command.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Command {
    /// The same id asks the same thing and gets the same answer.
    pub id: CommandId,
    /// Who asks.
    pub actor: Actor,
    /// The case's version the asker saw; refused where it has moved on.
    pub expected_version: Option<u32>,
    /// What is asked.
    pub verb: Verb,
    /// When it was received.
    pub arrived_at: Timestamp,
}

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Changed,
    /// It was not, and nothing changed.
    Refused(Refusal),
}
