//! Each verb as somebody with good reasons would ask it of a case.

use liandong::domain::time::{DAY_MS, HOUR_MS};
use liandong::domain::trade::{Card, ExclusionReason, PartRole, Satisfaction, Urgency};
use liandong::domain::{
    Case, CaseId, ItemCode, OrgCode, Partition, ReasonCode, StepCode, TicketId, Timestamp, UnitId,
    Verb, VerbCode,
};
use liandong::situation::Situation;

/// What a verb is asked of, and when.
pub(crate) struct Of<'a> {
    pub(crate) situation: &'a Situation,
    pub(crate) row: &'a Case,
    /// Another open case of the kind.
    pub(crate) other: CaseId,
    /// Who asks.
    pub(crate) org: &'a OrgCode,
    pub(crate) now: Timestamp,
}

pub(super) fn org(code: &str) -> OrgCode {
    OrgCode(code.to_owned())
}

impl Of<'_> {
    fn item(&self) -> Option<ItemCode> {
        self.row.item
    }

    /// Its first ticket; one that there is not, where it has none.
    fn ticket(&self) -> TicketId {
        let none = TicketId { partition: self.row.id.partition, number: 999 };
        self.situation.tickets_of(self.row.id).first().copied().unwrap_or(none)
    }

    /// The next step of the asker's part.
    fn part_step(&self) -> StepCode {
        let steps = &self.situation.playbook().kind(self.row.kind).part_steps;
        match self.row.parts.get(self.org) {
            Some(part) if part.role == PartRole::Called => {
                steps.get(part.done.len()).map_or(StepCode::of("none"), |step| step.step)
            }
            _ => StepCode::of("done"),
        }
    }

    /// The verb; `step` where it is one that stands for several.
    pub(crate) fn verb(&self, code: VerbCode, step: Option<StepCode>) -> Verb {
        let (case, reason, unit) = (self.row.id, ReasonCode::NotDone, UnitId(1));
        let second = "wang".to_owned();
        let due = self.row.clock.map_or(self.now, |clock| clock.due.max(self.now));
        match code {
            VerbCode::AskVerify => Verb::AskVerify { case },
            VerbCode::VerifyYes => Verb::VerifyYes { case },
            VerbCode::VerifyNo => Verb::VerifyNo { case, reason },
            VerbCode::SelfHandle => Verb::SelfHandle { case, note: None },
            VerbCode::File => Verb::File { case, item: self.item() },
            VerbCode::Reject => Verb::Reject { case, reason },
            VerbCode::Merge => Verb::Merge { case, into: self.other },
            VerbCode::Unmerge => Verb::Unmerge { case },
            VerbCode::Split => Verb::Split { case, tickets: [self.ticket()].into() },
            VerbCode::Decline => Verb::Decline { case, to: self.other },
            VerbCode::Dispatch => {
                let (assists, units) = ([org("A")].into(), [].into());
                Verb::Dispatch { case, lead: Some(org("L")), assists, units }
            }
            VerbCode::Assign => Verb::Assign { case, unit },
            VerbCode::Release => Verb::Release { case, unit },
            VerbCode::Accept => Verb::Accept { case },
            VerbCode::Return => Verb::Return { case, reason },
            VerbCode::Reassign => Verb::Reassign { case, lead: org("M"), reason },
            VerbCode::Delegate => Verb::Delegate { case, to: org("M"), reason: None },
            VerbCode::Raise => Verb::Raise { case, to: org("M"), reason: None },
            VerbCode::Join => Verb::Join { case, org: org("Z") },
            VerbCode::Leave => Verb::Leave { case, org: org("Z") },
            VerbCode::PartDone => Verb::PartDone { case, step: self.part_step(), note: None },
            VerbCode::Whistle => Verb::Whistle { case, calls: [org("Q")].into() },
            VerbCode::Extend => Verb::Extend { case, until: due.plus_ms(HOUR_MS), reason },
            VerbCode::AllowExtension => Verb::AllowExtension { case },
            VerbCode::DenyExtension => Verb::DenyExtension { case, reason },
            VerbCode::Suspend => {
                Verb::Suspend { case, reason, review_at: self.now.plus_ms(DAY_MS), second }
            }
            VerbCode::Resume => Verb::Resume { case },
            VerbCode::Handled => Verb::Handled { case, note: None },
            VerbCode::CheckPass => Verb::CheckPass { case },
            VerbCode::CheckFail => Verb::CheckFail { case, reason },
            VerbCode::Reply => Verb::Reply { ticket: self.ticket(), text: None },
            VerbCode::Contact => Verb::Contact { ticket: self.ticket() },
            VerbCode::Visit => {
                let satisfaction = Satisfaction::Satisfied;
                Verb::Visit { ticket: self.ticket(), resolved: true, satisfaction }
            }
            VerbCode::Exclude => {
                let reason = ExclusionReason::Unreasonable;
                Verb::Exclude { ticket: self.ticket(), reason, second }
            }
            VerbCode::Reopen => Verb::Reopen { case, reason },
            VerbCode::Urge => Verb::Urge { case },
            VerbCode::Supervise => Verb::Supervise { case, card: Card::Yellow },
            VerbCode::CancelSupervise => Verb::CancelSupervise { case, reason },
            VerbCode::Instruct => Verb::Instruct { case, text: None },
            VerbCode::GradeColour => Verb::GradeColour { case, colour: 0 },
            VerbCode::SetUrgency => Verb::SetUrgency { case, urgency: Urgency::Urgent, reason },
            VerbCode::JointSession => Verb::JointSession { case, orgs: [org("Z")].into() },
            VerbCode::Rally => Verb::Rally { case, orgs: [org("Z")].into(), units: [].into() },
            VerbCode::Claim => Verb::Claim { case },
            VerbCode::FanOut => Verb::FanOut { case, orgs: [org("F")].into() },
            VerbCode::Rate => Verb::Rate { case, rating: 5, resolved: true },
            VerbCode::Advance => {
                let step = step.unwrap_or(StepCode::of("none"));
                Verb::Advance { case, step, reason: None, note: None }
            }
            VerbCode::HandOver => Verb::HandOver { case, to: Partition(4), reason },
            VerbCode::Cancel => Verb::Cancel { case, reason, second },
        }
    }
}
