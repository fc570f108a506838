//! What a verb is about, its name, and where words and a second person stand in it.

use super::super::geo::Place;
use super::super::id::{CaseId, OrgCode, TicketId, UnitId};
use super::super::sealed::Sealed;
use super::code::StepCode;
use super::verb::Verb;
use super::verb_code::VerbCode;

/// What a verb is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// A case.
    Case(CaseId),
    /// A ticket, and so its case.
    Ticket(TicketId),
    /// A unit, and whose it is to be.
    Unit(UnitId, Option<&'a OrgCode>),
    /// What is to be opened there.
    Place(Place),
}

impl Verb {
    /// What it is about.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        match self {
            Self::AskVerify { case }
            | Self::VerifyYes { case }
            | Self::VerifyNo { case, .. }
            | Self::File { case, .. }
            | Self::Reject { case, .. }
            | Self::Merge { case, .. }
            | Self::Unmerge { case }
            | Self::Split { case, .. }
            | Self::Decline { case, .. }
            | Self::Dispatch { case, .. }
            | Self::Assign { case, .. }
            | Self::Release { case, .. }
            | Self::Accept { case }
            | Self::Return { case, .. }
            | Self::Handled { case, .. }
            | Self::CheckPass { case }
            | Self::CheckFail { case, .. }
            | Self::Reopen { case, .. }
            | Self::Cancel { case, .. }
            | Self::Urge { case }
            | Self::SelfHandle { case, .. }
            | Self::Reassign { case, .. }
            | Self::Delegate { case, .. }
            | Self::Raise { case, .. }
            | Self::Join { case, .. }
            | Self::Leave { case, .. }
            | Self::PartDone { case, .. }
            | Self::Whistle { case, .. }
            | Self::Extend { case, .. }
            | Self::AllowExtension { case }
            | Self::DenyExtension { case, .. }
            | Self::Suspend { case, .. }
            | Self::Resume { case }
            | Self::Supervise { case, .. }
            | Self::CancelSupervise { case, .. }
            | Self::Instruct { case, .. }
            | Self::GradeColour { case, .. }
            | Self::SetUrgency { case, .. }
            | Self::JointSession { case, .. }
            | Self::Rally { case, .. }
            | Self::Claim { case }
            | Self::FanOut { case, .. }
            | Self::Rate { case, .. }
            | Self::Advance { case, .. }
            | Self::HandOver { case, .. }
            | Self::Open { about: Some(case), .. } => Subject::Case(*case),
            Self::Reply { ticket, .. }
            | Self::Contact { ticket }
            | Self::Visit { ticket, .. }
            | Self::Exclude { ticket, .. } => Subject::Ticket(*ticket),
            Self::Enrol { unit, org, .. } => Subject::Unit(*unit, Some(org)),
            Self::ReportStatus { unit, .. } | Self::Stamp { unit, .. } => {
                Subject::Unit(*unit, None)
            }
            Self::Open { place, about: None, .. } => Subject::Place(*place),
        }
    }

    /// Its row in the verb table, and the step where its kind names one; none of what is asked of
    /// no case.
    #[must_use]
    pub fn code(&self) -> Option<(VerbCode, Option<StepCode>)> {
        let code = match self {
            Self::Advance { step, .. } => return Some((VerbCode::Advance, Some(*step))),
            Self::Enrol { .. }
            | Self::ReportStatus { .. }
            | Self::Stamp { .. }
            | Self::Open { .. } => return None,
            Self::AskVerify { .. } => VerbCode::AskVerify,
            Self::VerifyYes { .. } => VerbCode::VerifyYes,
            Self::VerifyNo { .. } => VerbCode::VerifyNo,
            Self::File { .. } => VerbCode::File,
            Self::Reject { .. } => VerbCode::Reject,
            Self::Merge { .. } => VerbCode::Merge,
            Self::Unmerge { .. } => VerbCode::Unmerge,
            Self::Split { .. } => VerbCode::Split,
            Self::Decline { .. } => VerbCode::Decline,
            Self::Dispatch { .. } => VerbCode::Dispatch,
            Self::Assign { .. } => VerbCode::Assign,
            Self::Release { .. } => VerbCode::Release,
            Self::Accept { .. } => VerbCode::Accept,
            Self::Return { .. } => VerbCode::Return,
            Self::Handled { .. } => VerbCode::Handled,
            Self::CheckPass { .. } => VerbCode::CheckPass,
            Self::CheckFail { .. } => VerbCode::CheckFail,
            Self::Reply { .. } => VerbCode::Reply,
            Self::Reopen { .. } => VerbCode::Reopen,
            Self::Cancel { .. } => VerbCode::Cancel,
            Self::Urge { .. } => VerbCode::Urge,
            Self::SelfHandle { .. } => VerbCode::SelfHandle,
            Self::Reassign { .. } => VerbCode::Reassign,
            Self::Delegate { .. } => VerbCode::Delegate,
            Self::Raise { .. } => VerbCode::Raise,
            Self::Join { .. } => VerbCode::Join,
            Self::Leave { .. } => VerbCode::Leave,
            Self::PartDone { .. } => VerbCode::PartDone,
            Self::Whistle { .. } => VerbCode::Whistle,
            Self::Extend { .. } => VerbCode::Extend,
            Self::AllowExtension { .. } => VerbCode::AllowExtension,
            Self::DenyExtension { .. } => VerbCode::DenyExtension,
            Self::Suspend { .. } => VerbCode::Suspend,
            Self::Resume { .. } => VerbCode::Resume,
            Self::Contact { .. } => VerbCode::Contact,
            Self::Visit { .. } => VerbCode::Visit,
            Self::Exclude { .. } => VerbCode::Exclude,
            Self::Supervise { .. } => VerbCode::Supervise,
            Self::CancelSupervise { .. } => VerbCode::CancelSupervise,
            Self::Instruct { .. } => VerbCode::Instruct,
            Self::GradeColour { .. } => VerbCode::GradeColour,
            Self::SetUrgency { .. } => VerbCode::SetUrgency,
            Self::JointSession { .. } => VerbCode::JointSession,
            Self::Rally { .. } => VerbCode::Rally,
            Self::Claim { .. } => VerbCode::Claim,
            Self::FanOut { .. } => VerbCode::FanOut,
            Self::Rate { .. } => VerbCode::Rate,
            Self::HandOver { .. } => VerbCode::HandOver,
        };
        Some((code, None))
    }

    /// Where its words stand, sealed, and what they are; none where it has none.
    pub fn words_mut(&mut self) -> Option<(Said, &mut Option<Sealed>)> {
        if let Self::Handled { note, .. }
        | Self::SelfHandle { note, .. }
        | Self::PartDone { note, .. }
        | Self::Advance { note, .. }
        | Self::Open { note, .. } = self
        {
            return Some((Said::Note, note));
        }
        if let Self::Reply { text, .. } | Self::Instruct { text, .. } = self {
            return Some((Said::Text, text));
        }
        None
    }

    /// Where the second person's account stands, where two must agree.
    pub fn second_mut(&mut self) -> Option<&mut String> {
        if let Self::Cancel { second, .. }
        | Self::Suspend { second, .. }
        | Self::Exclude { second, .. } = self
        {
            return Some(second);
        }
        None
    }
}

/// What the words of a verb are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// A note to the case.
    Note,
    /// Said to somebody.
    Text,
}
