//! The clerk's verbs: what is said with each, at random.

use liandong::domain::time::{DAY_MS, HOUR_MS};
use liandong::domain::trade::{Card, Move, PartRole, Urgency};
use liandong::domain::{Case, ReasonCode, UnitId, Verb, VerbCode};

use super::clerk::Clerk;
use crate::small_city;

impl Clerk<'_> {
    #[expect(clippy::too_many_lines, reason = "a table: one arm a verb")]
    pub(super) fn verb(&mut self, row: &Case, a_move: &Move) -> Option<Verb> {
        let (case, reason) = (row.id, ReasonCode::NotDone);
        let until = self.now.plus_ms(40 * HOUR_MS);
        let rules = self.situation.playbook();
        let of_kind = rules.items.values().find(|item| item.kind == row.kind);
        let item = row.item.or_else(|| of_kind.map(|item| item.code));
        let item = item.or_else(|| Some(small_city::item("G01001")));
        let unit = UnitId(u32::try_from(self.roll(3)).unwrap() + 1);
        Some(match a_move.verb {
            VerbCode::AskVerify => Verb::AskVerify { case },
            VerbCode::VerifyYes => Verb::VerifyYes { case },
            VerbCode::VerifyNo => Verb::VerifyNo { case, reason },
            VerbCode::SelfHandle => Verb::SelfHandle { case, note: None },
            VerbCode::File if self.roll(6) == 0 => {
                let items: Vec<_> = self.situation.playbook().items.keys().copied().collect();
                Verb::File { case, item: Some(items[self.roll(items.len())]) }
            }
            VerbCode::File => Verb::File { case, item },
            VerbCode::Reject => Verb::Reject { case, reason },
            VerbCode::Merge => Verb::Merge { case, into: self.case()?.id },
            VerbCode::Unmerge => Verb::Unmerge { case },
            VerbCode::Split => {
                let tickets = self.situation.tickets_of(case).iter().skip(1).copied().collect();
                Verb::Split { case, tickets }
            }
            VerbCode::Dispatch => {
                let units = [unit].into_iter().filter(|_| self.roll(2) == 0).collect();
                let assists = [self.org()].into_iter().filter(|_| self.roll(4) == 0).collect();
                Verb::Dispatch { case, lead: Some(self.org()), assists, units }
            }
            VerbCode::Accept => Verb::Accept { case },
            VerbCode::Return => Verb::Return { case, reason },
            VerbCode::Reassign => Verb::Reassign { case, lead: self.org(), reason },
            VerbCode::Delegate => Verb::Delegate { case, to: self.org(), reason: Some(reason) },
            VerbCode::Raise => Verb::Raise { case, to: self.org(), reason: Some(reason) },
            VerbCode::PartDone => {
                let part = row.parts.values().find(|part| !part.ended)?;
                let steps = &self.situation.playbook().kind(row.kind).part_steps;
                let step = match part.role {
                    PartRole::Assist => liandong::domain::StepCode::of("done"),
                    PartRole::Called => steps.get(part.done.len())?.step,
                };
                Verb::PartDone { case, step, note: None }
            }
            VerbCode::Extend => Verb::Extend { case, until, reason },
            VerbCode::AllowExtension => Verb::AllowExtension { case },
            VerbCode::DenyExtension => Verb::DenyExtension { case, reason },
            VerbCode::Suspend => {
                let review_at = self.now.plus_ms(2 * DAY_MS);
                Verb::Suspend { case, reason, review_at, second: "wang".into() }
            }
            VerbCode::Resume => Verb::Resume { case },
            VerbCode::Handled => Verb::Handled { case, note: None },
            VerbCode::CheckPass => Verb::CheckPass { case },
            VerbCode::CheckFail => Verb::CheckFail { case, reason },
            VerbCode::Reopen => Verb::Reopen { case, reason },
            VerbCode::Supervise => {
                let card = [Card::Plain, Card::Yellow, Card::Red][self.roll(3)];
                Verb::Supervise { case, card }
            }
            VerbCode::CancelSupervise => Verb::CancelSupervise { case, reason },
            VerbCode::GradeColour => {
                Verb::GradeColour { case, colour: u8::try_from(self.roll(3)).unwrap() }
            }
            VerbCode::SetUrgency => Verb::SetUrgency { case, urgency: Urgency::Urgent, reason },
            VerbCode::Claim => Verb::Claim { case },
            VerbCode::Rate => {
                let rating = u8::try_from(self.roll(5)).unwrap() + 1;
                Verb::Rate { case, rating, resolved: self.roll(3) != 0 }
            }
            VerbCode::Advance => {
                Verb::Advance { case, step: a_move.step?, reason: None, note: None }
            }
            VerbCode::FanOut => Verb::FanOut { case, orgs: [self.org()].into() },
            VerbCode::HandOver if self.roll(3) == 0 => {
                Verb::HandOver { case, to: self.elsewhere, reason }
            }
            VerbCode::Join => Verb::Join { case, org: self.org() },
            VerbCode::Leave => Verb::Leave { case, org: row.assists.first()?.clone() },
            VerbCode::Whistle => Verb::Whistle { case, calls: [self.org()].into() },
            VerbCode::Urge => Verb::Urge { case },
            VerbCode::Instruct => Verb::Instruct { case, text: None },
            VerbCode::JointSession => Verb::JointSession { case, orgs: [self.org()].into() },
            VerbCode::Rally => Verb::Rally { case, orgs: [self.org()].into(), units: [].into() },
            VerbCode::Decline => Verb::Decline { case, to: row.suggestions.first()?.case },
            VerbCode::Cancel if self.roll(3) == 0 => {
                Verb::Cancel { case, reason, second: "wang".into() }
            }
            _ => return None,
        })
    }
}
