//! The table of figures: what each is of what, by its names in the trade (`domain.md` 4.6).
//!
//! 应X数 of a window is what was done in it, and what was due before its end and is still open.

use super::facts::{Fact, Gauge, Span};

use Fact as F;
use Gauge as G;
use How::{Count, Mean, Middle, Now, Rate, Ratio, Score, ThreeRates};
use Term::{Less, LessNow, Of, Still};

/// What is added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// What was done in the window.
    Of(Fact),
    /// … taken off.
    Less(Fact),
    /// What is so at the window's end.
    Still(Gauge),
    /// … taken off.
    LessNow(Gauge),
}

/// How the numerator and the denominator become a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The numerator: so many in the window.
    Count,
    /// The numerator: so many at its end.
    Now,
    /// A share.
    Rate,
    /// So many for each.
    Ratio,
    /// The mean of points.
    Mean,
    /// The span of time that so many thousandths do not pass, by nearest rank.
    Middle(Span, u32),
    /// The weighed score of an organisation (`kpi.score_*`).
    Score,
    /// The weighed three rates (`kpi.rates_*`).
    ThreeRates,
}

/// In what a value is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
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

/// One figure.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Its number, such as `K11`; parts of one number have a word besides, such as `K28.sign.p50`.
    pub id: &'static str,
    /// Its name in Chinese.
    pub zh: &'static str,
    /// … and in English.
    pub en: &'static str,
    /// How the sums become a value.
    pub how: How,
    /// The numerator.
    pub n: &'static [Term],
    /// The denominator.
    pub d: &'static [Term],
    /// Where its formula is from.
    pub source: &'static str,
    /// What it waits for, where nothing brings its facts yet.
    pub pending: Option<&'static str>,
}

impl How {
    /// In what its value is told.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Count | Now => Unit::Pieces,
            Rate => Unit::Share,
            Ratio => Unit::Each,
            Mean => Unit::PointsOfFive,
            Middle(..) => Unit::Seconds,
            Score | ThreeRates => Unit::PointsOfHundred,
        }
    }
}

/// The figure of that number.
#[must_use]
pub fn figure(id: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|figure| figure.id == id)
}

impl Figure {
    /// Its formula, in the facts' own names.
    #[must_use]
    pub fn formula(&self) -> String {
        match self.how {
            Count | Now => sum(self.n),
            Rate | Ratio | Mean => format!("{} / {}", bracketed(self.n), bracketed(self.d)),
            Middle(span, permille) => format!("P{} {}", permille / 10, span.zh()),
            Score => "kpi.score_*: K10, K11, 1−K13, 1−K12, 1−K14".to_owned(),
            ThreeRates => "kpi.rates_*: K19, K20, K21".to_owned(),
        }
    }
}

fn bracketed(terms: &[Term]) -> String {
    if terms.len() == 1 { sum(terms) } else { format!("({})", sum(terms)) }
}

fn sum(terms: &[Term]) -> String {
    let mut text = String::new();
    for term in terms {
        let (sign, word) = match term {
            Of(fact) => (" + ", fact.zh()),
            Less(fact) => (" − ", fact.zh()),
            Still(gauge) => (" + ", gauge.zh()),
            LessNow(gauge) => (" − ", gauge.zh()),
        };
        text.push_str(if text.is_empty() { sign.trim_start_matches(" + ") } else { sign });
        text.push_str(word);
    }
    text
}

// 应X数.
const TO_ACCEPT: &[Term] = &[Of(F::Accepted), Still(G::AcceptOverdue)];
const TO_DISPATCH: &[Term] = &[Of(F::Dispatched), Still(G::DispatchOverdue)];
const RIGHTLY: &[Term] = &[
    Of(F::Dispatched),
    Still(G::DispatchOverdue),
    Less(F::DispatchedAgain),
    LessNow(G::DispatchOverdueAgain),
];
const TO_SIGN: &[Term] = &[Of(F::Signed), Still(G::SignOverdue)];
const TO_HANDLE: &[Term] = &[Of(F::Handled), Still(G::HandleOverdue)];
const TO_CHECK: &[Term] = &[Of(F::Checked), Still(G::CheckOverdue)];
const TO_CLOSE: &[Term] = &[Of(F::Closed), Still(G::CloseOverdue)];
const TO_CONTACT: &[Term] = &[Of(F::Contacted), Still(G::ContactOverdue)];
const TO_TOUCH: &[Term] = &[Of(F::DisputeTouched), Still(G::DisputeTouchOverdue)];
const TO_FIX: &[Term] = &[Of(F::HazardFixed), Still(G::HazardOverdue)];
const ISSUED: &[Term] = &[Of(F::PlainIssued), Of(F::YellowIssued), Of(F::RedIssued)];
const CLEARED: &[Term] = &[Of(F::PlainCleared), Of(F::YellowCleared), Of(F::RedCleared)];

const JINNIU: &str = "成都金牛";
const VENDOR: &str = "厂商指标表";
const OURS: &str = "自定";
const ORDERS: &str = "指令由派遣单回执记；语音、短信指令随后续系统";

type Terms = &'static [Term];

const fn row(
    (id, zh, en): (&'static str, &'static str, &'static str),
    how: How,
    (n, d): (Terms, Terms),
    source: &'static str,
) -> Figure {
    Figure { id, zh, en, how, n, d, source, pending: None }
}

const fn mid(
    name: (&'static str, &'static str, &'static str),
    (span, permille): (Span, u32),
) -> Figure {
    row(name, Middle(span, permille), (&[], &[]), OURS)
}

const fn pending(figure: Figure, what: &'static str) -> Figure {
    Figure { pending: Some(what), ..figure }
}

/// All of them, in their order.
#[rustfmt::skip]
pub const FIGURES: &[Figure] = &[
    row(("K01", "上报数", "Reported"), Count, (&[Of(F::Opened)], &[]), VENDOR),
    row(("K02", "立案数", "Filed"), Count, (&[Of(F::Filed)], &[]), VENDOR),
    row(("K03", "在办数", "Open"), Now, (&[Still(G::Open)], &[]), OURS),
    row(("K03.overdue", "超期在办数", "Open and overdue"), Now, (&[Still(G::Overdue)], &[]), OURS),
    row(("K03.suspended", "挂账数", "Suspended"), Now, (&[Still(G::Suspended)], &[]), OURS),
    row(("K04", "有效上报率", "Valid reports"), Rate,
        (&[Of(F::Filed), Of(F::Merged)], &[Of(F::Opened)]), VENDOR),
    row(("K05", "按时受理率", "Accepted in time"), Rate,
        (&[Of(F::AcceptedInTime)], TO_ACCEPT), VENDOR),
    row(("K06", "按时立案率", "Filed in time"), Rate,
        (&[Of(F::FiledInTime)], &[Of(F::Filed)]), VENDOR),
    row(("K07", "按期派遣率", "Dispatched in time"), Rate,
        (&[Of(F::DispatchedInTime)], TO_DISPATCH), VENDOR),
    row(("K08", "准确派遣率", "Rightly dispatched"), Rate, (RIGHTLY, TO_DISPATCH), VENDOR),
    row(("K09", "签收及时率", "Signed in time"), Rate, (&[Of(F::SignedInTime)], TO_SIGN), VENDOR),
    row(("K10", "处置率", "Handled"), Rate, (&[Of(F::Handled)], TO_HANDLE), JINNIU),
    row(("K11", "按期处置率", "Handled in time"), Rate, (&[Of(F::HandledInTime)], TO_HANDLE), JINNIU),
    row(("K12", "超期待处置率", "Overdue and open"), Rate,
        (&[Still(G::HandleOverdue)], TO_HANDLE), JINNIU),
    row(("K13", "返工率", "Reworked"), Rate, (&[Of(F::Reworked)], TO_CLOSE), JINNIU),
    row(("K14", "延期率", "Extended"), Rate, (&[Of(F::Extended)], TO_HANDLE), JINNIU),
    row(("K15", "结案率", "Closed"), Rate, (&[Of(F::Closed)], TO_CLOSE), "天门通报"),
    row(("K16", "按期结案率", "Closed in time"), Rate, (&[Of(F::ClosedInTime)], TO_CLOSE), "天门通报"),
    row(("K17", "按期核查率", "Checked in time"), Rate, (&[Of(F::CheckedInTime)], TO_CHECK), VENDOR),
    row(("K18", "综合得分", "Score"), Score, (&[Of(F::Handled)], TO_HANDLE), JINNIU),
    row(("K19", "响应率", "Contacted in time"), Rate,
        (&[Of(F::ContactedInTime)], TO_CONTACT), "12345三率"),
    row(("K20", "解决率", "Solved"), Rate, (&[Of(F::Solved)], &[Of(F::Visited)]), "12345三率"),
    row(("K21", "满意率", "Satisfied"), Rate, (&[Of(F::Satisfied)], &[Of(F::Answered)]), "12345三率"),
    row(("K22", "三率得分", "Three rates"), ThreeRates,
        (&[Of(F::ContactedInTime)], TO_CONTACT), "准格尔旗"),
    pending(row(("K23", "接通率", "Calls answered"), Rate,
        (&[Of(F::CallsAnswered)], &[Of(F::CallsOffered)]), "GB/T 33358"), "热线话务接入"),
    pending(row(("K23.soon", "15秒接通率", "Calls answered in 15 s"), Rate,
        (&[Of(F::CallsAnsweredSoon)], &[Of(F::CallsOffered)]), "GB/T 33358"), "热线话务接入"),
    row(("K24", "未诉先办率", "Before anybody asked"), Rate,
        (&[Of(F::Proactive)], &[Of(F::Filed)]), OURS),
    row(("K25", "自处置率", "Handled on the spot"), Rate,
        (&[Of(F::SelfHandled)], &[Of(F::Filed)]), OURS),
    row(("K26", "复发率", "Came back within 30 days"), Rate,
        (&[Of(F::Recurred)], &[Of(F::Closed)]), OURS),
    row(("K27", "一事多诉指数", "Tickets a case"), Ratio,
        (&[Of(F::TicketAdmitted)], &[Of(F::Heard)]), OURS),
    mid(("K28.accept.p50", "受理时长P50", "Accepting, median"), (Span::Accept, 500)),
    mid(("K28.accept.p90", "受理时长P90", "Accepting, P90"), (Span::Accept, 900)),
    mid(("K28.dispatch.p50", "派遣时长P50", "Dispatching, median"), (Span::Dispatch, 500)),
    mid(("K28.dispatch.p90", "派遣时长P90", "Dispatching, P90"), (Span::Dispatch, 900)),
    mid(("K28.sign.p50", "签收时长P50", "Signing, median"), (Span::Sign, 500)),
    mid(("K28.sign.p90", "签收时长P90", "Signing, P90"), (Span::Sign, 900)),
    mid(("K28.handle.p50", "处置时长P50", "Handling, median"), (Span::Handle, 500)),
    mid(("K28.handle.p90", "处置时长P90", "Handling, P90"), (Span::Handle, 900)),
    mid(("K28.check.p50", "核查时长P50", "Checking, median"), (Span::Check, 500)),
    mid(("K28.check.p90", "核查时长P90", "Checking, P90"), (Span::Check, 900)),
    mid(("K28.p50", "上报至处置时长P50", "Report to handled, median"), (Span::Whole, 500)),
    mid(("K28.p90", "上报至处置时长P90", "Report to handled, P90"), (Span::Whole, 900)),
    row(("K29", "将超期数", "Soon overdue"), Now, (&[Still(G::Soon)], &[]), OURS),
    row(("K30", "督办按期整改率", "Cards cleared before the next"), Rate, (CLEARED, ISSUED), OURS),
    row(("K30.plain", "普通督办数", "Supervised"), Now, (&[Still(G::Plain)], &[]), OURS),
    row(("K30.yellow", "黄牌数", "Yellow cards"), Now, (&[Still(G::Yellow)], &[]), OURS),
    row(("K30.red", "红牌数", "Red cards"), Now, (&[Still(G::Red)], &[]), OURS),
    row(("K31", "化解率", "Disputes settled"), Rate,
        (&[Of(F::DisputeSettled)], &[Of(F::DisputeFiled)]), "辽阳"),
    row(("K32", "反复率", "Disputes that came back"), Rate,
        (&[Of(F::DisputeReverted)], &[Of(F::DisputeSettled), Of(F::DisputeReverted)]), OURS),
    row(("K33", "红色存量", "Gravest disputes open"), Now, (&[Still(G::DisputeGravest)], &[]), OURS),
    row(("K34", "首次接触及时率", "First contact in time"), Rate,
        (&[Of(F::DisputeTouchedInTime)], TO_TOUCH), OURS),
    row(("K35", "吹哨报到率", "Came when called"), Rate,
        (&[Of(F::Arrived)], &[Of(F::Called)]), "南京鼓楼"),
    row(("K36", "哨事解决率", "Whistles solved"), Rate,
        (&[Of(F::WhistleSolved)], &[Of(F::WhistleRated)]), "扬州广陵"),
    row(("K37", "基层评价均分", "Rated by the grass roots"), Mean,
        (&[Of(F::WhistlePoints)], &[Of(F::WhistleRated)]), "扬州广陵"),
    row(("K38", "隐患整改率", "Hazards fixed"), Rate,
        (&[Of(F::HazardFixed)], &[Of(F::HazardFound)]), OURS),
    row(("K39", "隐患按期整改率", "Hazards fixed in time"), Rate,
        (&[Of(F::HazardFixedInTime)], TO_FIX), OURS),
    row(("K40", "预警准确率", "Alarms confirmed"), Rate,
        (&[Of(F::AlarmConfirmed)], &[Of(F::AlarmRaised)]), OURS),
    mid(("K41.p50", "预警确认时长P50", "Confirming, median"), (Span::Confirm, 500)),
    mid(("K41.p90", "预警确认时长P90", "Confirming, P90"), (Span::Confirm, 900)),
    pending(row(("K42", "指令回执率", "Orders seen in 60 s"), Rate,
        (&[Of(F::OrderShown)], &[Of(F::OrderSent)]), OURS), ORDERS),
    mid(("K43.p50", "接报至到场时长P50", "Report to on scene, median"), (Span::Response, 500)),
    mid(("K43.p90", "接报至到场时长P90", "Report to on scene, P90"), (Span::Response, 900)),
    mid(("K43.first.p50", "首到时长P50", "First on scene, median"), (Span::FirstArrival, 500)),
    mid(("K43.first.p90", "首到时长P90", "First on scene, P90"), (Span::FirstArrival, 900)),
    mid(("K43.order.p50", "派单至到场时长P50", "Order to on scene, median"), (Span::OrderArrival, 500)),
    mid(("K43.order.p90", "派单至到场时长P90", "Order to on scene, P90"), (Span::OrderArrival, 900)),
    pending(row(("K44", "摄像机在线率", "Cameras online"), Rate,
        (&[Still(G::CamerasOnline)], &[Still(G::CamerasRegistered)]), OURS), "摄像机登记与心跳"),
    row(("K45", "认领率", "Wishes claimed"), Rate,
        (&[Of(F::WishClaimed)], &[Of(F::WishPosted)]), OURS),
    row(("K46", "完成率", "Wishes come true"), Rate,
        (&[Of(F::WishDone)], &[Of(F::WishClaimed)]), OURS),
    pending(row(("K47", "自动填充率", "Fields filled"), Rate,
        (&[Of(F::FieldsFilled)], &[Of(F::FieldsAsked)]), OURS), "一表通字段字典"),
    row(("K48", "报表减少数", "Forms refused"), Count, (&[Of(F::FormRefused)], &[]), OURS),
    row(("K49", "送达率", "Notices delivered"), Rate,
        (&[Of(F::NoticeDelivered)], &[Of(F::NoticeSent)]), OURS),
    row(("K49.replied", "应复回复率", "Notices replied to"), Rate,
        (&[Of(F::NoticeReplied)], &[Of(F::NoticeSent)]), OURS),
    row(("K50", "证明即时办结率", "Certificates within an hour"), Rate,
        (&[Of(F::CertificateAtOnce)], &[Of(F::CertificateLawful)]), OURS),
    row(("K51", "剔除率", "Tickets excluded"), Rate,
        (&[Of(F::TicketExcluded)], &[Of(F::TicketAdmitted)]), OURS),
];
