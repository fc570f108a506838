//! What can be asked of a case, by name: the words of the verb table and of `kinds.toml`.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::id::InvalidId;

macro_rules! verbs {
    ($($name:ident $text:literal $zh:literal $en:literal,)*) => {
        /// A verb of the trade (`domain.md` 4.3), without what is said with it.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            JsonSchema,
        )]
        #[serde(rename_all = "snake_case")]
        #[expect(missing_docs, reason = "each has its names in both languages")]
        pub enum VerbCode { $($name,)* }

        impl VerbCode {
            /// Every verb, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// As it is written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Its names on a page, in Chinese and in English.
            #[must_use]
            pub const fn names(self) -> (&'static str, &'static str) {
                match self { $(Self::$name => ($zh, $en),)* }
            }
        }
    };
}

verbs! {
    AskVerify "ask_verify" "核实" "Have verified",
    VerifyYes "verify_yes" "属实" "Verified",
    VerifyNo "verify_no" "不属实" "Not verified",
    SelfHandle "self_handle" "自处置" "Handled on the spot",
    File "file" "立案" "File",
    Reject "reject" "不予受理" "Reject",
    Merge "merge" "并案" "Merge",
    Unmerge "unmerge" "撤销并案" "Unmerge",
    Split "split" "拆分" "Split",
    Decline "decline" "排除相似" "Not alike",
    Dispatch "dispatch" "派遣" "Dispatch",
    Assign "assign" "加派力量" "Assign a unit",
    Release "release" "撤回力量" "Release a unit",
    Accept "accept" "签收" "Accept",
    Return "return" "退单" "Return",
    Reassign "reassign" "改派" "Reassign",
    Delegate "delegate" "交办" "Delegate",
    Raise "raise" "上报" "Raise",
    Join "join" "协办" "Add an assist",
    Leave "leave" "撤销协办" "Release an assist",
    PartDone "part_done" "分项办结" "Own part done",
    Whistle "whistle" "吹哨" "Whistle",
    Extend "extend" "申请延期" "Ask for more time",
    AllowExtension "allow_extension" "同意延期" "Allow more time",
    DenyExtension "deny_extension" "不同意延期" "Deny more time",
    Suspend "suspend" "挂账" "Suspend",
    Resume "resume" "恢复" "Resume",
    Handled "handled" "处置完毕" "Handled",
    CheckPass "check_pass" "核查通过" "Check passed",
    CheckFail "check_fail" "核查不通过" "Check failed",
    Reply "reply" "答复" "Reply",
    Contact "contact" "联系" "Contacted",
    Visit "visit" "回访" "Visit",
    Exclude "exclude" "剔除" "Exclude",
    Reopen "reopen" "重开" "Reopen",
    Urge "urge" "催办" "Urge",
    Supervise "supervise" "督办" "Supervise",
    CancelSupervise "cancel_supervise" "撤销督办" "Cancel supervision",
    Instruct "instruct" "批示" "Instruct",
    GradeColour "grade_colour" "定级" "Grade",
    SetUrgency "set_urgency" "调整紧急程度" "Set the urgency",
    JointSession "joint_session" "联席会商" "Joint session",
    Rally "rally" "集结" "Rally",
    Claim "claim" "认领" "Claim",
    FanOut "fan_out" "分解任务" "Fan out",
    Rate "rate" "评价" "Rate",
    Advance "advance" "推进" "Next step",
    HandOver "hand_over" "移交" "Hand over",
    Cancel "cancel" "作废" "Cancel",
}

impl fmt::Display for VerbCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for VerbCode {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let known = Self::ALL.iter().copied().find(|verb| verb.as_str() == text);
        known.ok_or_else(|| InvalidId::new(text, "a verb of the trade such as check_pass"))
    }
}
