//! The terminal view: cases opening, joining, moving and closing, and how it all stands.

use std::collections::BTreeMap;

use crate::domain::{
    Case, CaseState, Change, ChangeRange, Happened, ItemCode, Outcome, Refusal, Severity, Timestamp,
};
use crate::picture::Picture;

/// In which language the view speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// 中文
    Zh,
    /// English
    En,
}

/// What the view needs to say what it sees.
#[derive(Debug, Clone)]
pub(super) struct Screen {
    pub(super) language: Language,
    pub(super) colour: bool,
    /// Items' names in that language.
    pub(super) items: BTreeMap<ItemCode, String>,
    /// Minutes east of UTC of the shown clock.
    pub(super) zone_min: i64,
}

impl Screen {
    fn say(&self, zh: &'static str, en: &'static str) -> &'static str {
        match self.language {
            Language::Zh => zh,
            Language::En => en,
        }
    }

    /// The lines that a range of news makes.
    pub(super) fn lines(&self, range: &ChangeRange) -> Vec<String> {
        range
            .changes
            .iter()
            .filter_map(|placed| match &placed.change {
                Change::CaseMoved { case, step } => {
                    let what = self.happened(&step.what)?;
                    Some(self.case_line(placed.at, case, &what))
                }
                Change::CommandAnswered { outcome: Outcome::Refused(refusal), case, .. } => {
                    Some(self.refusal_line(placed.at, *case, *refusal))
                }
                _ => None,
            })
            .collect()
    }

    fn case_line(&self, at: Timestamp, case: &Case, what: &str) -> String {
        let item = case.item.and_then(|item| self.items.get(&item)).map_or("—", String::as_str);
        let grid = case.place.grid.map(|grid| grid.to_string()).unwrap_or_default();
        let mark = self.mark(case.severity, case.state);
        let clock = self.clock(at);
        format!(
            "{clock}  {mark}  {:<9} {what}  {item}  ×{}  {grid}",
            case.id.to_string(),
            case.tickets
        )
    }

    fn refusal_line(
        &self,
        at: Timestamp,
        case: Option<crate::domain::CaseId>,
        refusal: Refusal,
    ) -> String {
        let case = case.map(|case| case.to_string()).unwrap_or_default();
        let refused = self.say("拒绝", "refused");
        format!("{}  ×  {case:<9} {refused}: {refusal}", self.clock(at))
    }

    /// Shape and colour by severity; a closed case is green whatever it was.
    fn mark(&self, severity: Severity, state: CaseState) -> String {
        let (shape, colour) = match severity {
            _ if state.is_ended() => ("○", 32),
            Severity::Red => ("■", 31),
            Severity::Orange => ("▲", 33),
            Severity::Yellow => ("◆", 93),
            Severity::Blue => ("●", 34),
        };
        if self.colour { format!("\u{1b}[{colour}m{shape}\u{1b}[0m") } else { shape.to_owned() }
    }

    fn clock(&self, at: Timestamp) -> String {
        let seconds = at.0 / 1_000 + self.zone_min * 60;
        let part = |unit: i64, of: i64| seconds.div_euclid(unit).rem_euclid(of);
        format!("{:02}:{:02}:{:02}", part(3_600, 24), part(60, 60), part(1, 60))
    }

    fn happened(&self, what: &Happened) -> Option<String> {
        let said = match what {
            Happened::Opened { .. } => self.say("受理", "opened"),
            Happened::TicketJoined { points, .. } => {
                let joined = self.say("并入", "joined");
                let unit = self.say("分", "points");
                return Some(format!("{joined} {points:+}{unit}"));
            }
            Happened::VerifyAsked => self.say("核实", "to verify"),
            Happened::Verified => self.say("属实", "verified"),
            Happened::NotVerified { .. } => self.say("不实", "not so"),
            Happened::Filed => self.say("立案", "filed"),
            Happened::Rejected { .. } => self.say("不予受理", "rejected"),
            Happened::MergedInto { .. } => self.say("并案", "merged"),
            Happened::Dispatched { .. } => self.say("派遣", "dispatched"),
            Happened::Accepted => self.say("签收", "accepted"),
            Happened::Returned { .. } => self.say("退单", "returned"),
            Happened::Handled { .. } => self.say("处置完毕", "handled"),
            Happened::CheckPassed => self.say("结案", "closed"),
            Happened::CheckFailed { .. } => self.say("返工", "rework"),
            Happened::Reopened { .. } => self.say("重开", "reopened"),
            Happened::Cancelled { .. } => self.say("作废", "cancelled"),
            Happened::Urged => self.say("催办", "urged"),
            Happened::SelfCleared => self.say("自行消除", "self-cleared"),
            Happened::Overdue => self.say("超期", "overdue"),
            _ => return None,
        };
        Some(said.to_owned())
    }

    /// How it all stands, on one line.
    pub(super) fn status(
        &self,
        picture: &Picture,
        (sent, latency_ms): (u64, Option<i64>),
    ) -> String {
        let (mut open, mut closed, mut tickets, mut fused) = (0, 0, 0, 0);
        let mut positions = Vec::new();
        for (partition, rows) in picture.all_rows() {
            open += rows.cases.values().filter(|case| !case.state.is_ended()).count();
            closed += rows.tally.closed;
            tickets += rows.tickets.len();
            fused += rows.tally.fused;
            positions.push(format!("{partition}:{}", picture.position(partition)));
        }
        let latency = latency_ms.map_or_else(String::new, |ms| {
            format!(" · {} {ms} ms", self.say("上报到可见", "report to seen"))
        });
        format!(
            "── {} {open} · {} {closed} · {} {tickets} · {} {fused} · {} {sent}{latency} · {} {}",
            self.say("在办", "open"),
            self.say("已结", "closed"),
            self.say("诉求", "tickets"),
            self.say("自动并入", "fused"),
            self.say("本次上报", "sent"),
            self.say("位置", "at"),
            positions.join(" "),
        )
    }
}
