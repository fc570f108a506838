//! The whole loop 闭环: the road of a city event, and what every kind has besides its own.
//!
//! It stands in code as well as in `kinds.toml`, for a journal whose rules name no kinds; a test
//! holds the two alike.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::super::case::CaseState;
use super::code::{KindCode, StageCode};
use super::kind::{Kind, Names, Rework, Stage, StageLimit};
use super::step::Move;

/// What every kind has wherever the verb table allows it, unless it says `without`.
pub const COMMON: &[&str] = &[
    "decline",
    "split",
    "merge > merged",
    "assign",
    "release",
    "join",
    "leave",
    "part_done",
    "urge",
    "supervise",
    "cancel_supervise",
    "instruct",
    "set_urgency",
    "reply",
    "contact",
    "exclude",
    "cancel > cancelled",
];

/// A stage as it is written: code, state, names, limit, moves.
type Written =
    (&'static str, CaseState, (&'static str, &'static str), StageLimit, &'static [&'static str]);

const LOOP: &[Written] = &[
    (
        "reported",
        CaseState::Reported,
        ("待受理", "Reported"),
        StageLimit::Response,
        &["ask_verify > verifying", "file > filed", "reject > rejected", "self_handle > handled"],
    ),
    (
        "verifying",
        CaseState::Verifying,
        ("核实中", "Verifying"),
        StageLimit::Verify,
        &["verify_yes > reported", "verify_no > rejected", "reject > rejected"],
    ),
    (
        "filed",
        CaseState::Filed,
        ("待派遣", "Filed"),
        StageLimit::Dispatch,
        &["dispatch > dispatched", "hand_over > handed_over"],
    ),
    (
        "dispatched",
        CaseState::Dispatched,
        ("待签收", "Dispatched"),
        StageLimit::Response,
        &["accept > handling", "return > filed", "reassign > dispatched"],
    ),
    (
        "handling",
        CaseState::Handling,
        ("处置中", "Handling"),
        StageLimit::Handle,
        &[
            "handled > handled",
            "reassign > dispatched",
            "delegate > dispatched",
            "raise > dispatched",
            "whistle",
            "extend",
            "allow_extension",
            "deny_extension",
            "suspend > suspended",
        ],
    ),
    (
        "suspended",
        CaseState::Suspended,
        ("挂账", "Suspended"),
        StageLimit::None,
        &["resume > handling"],
    ),
    (
        "handled",
        CaseState::Handled,
        ("待核查", "Handled"),
        StageLimit::Check,
        &["check_pass > closed", "check_fail > handling"],
    ),
];

/// The endings every kind has, unless it writes them itself.
const ENDINGS: &[Written] = &[
    (
        "closed",
        CaseState::Closed,
        ("已结案", "Closed"),
        StageLimit::Visit,
        &["visit", "reopen > AGAIN"],
    ),
    (
        "evaluated",
        CaseState::Evaluated,
        ("已评价", "Evaluated"),
        StageLimit::None,
        &["reopen > AGAIN"],
    ),
    (
        "rejected",
        CaseState::Rejected,
        ("不予受理", "Rejected"),
        StageLimit::None,
        &["visit", "reopen > FIRST"],
    ),
    ("merged", CaseState::Merged, ("已并案", "Merged"), StageLimit::None, &["unmerge > FIRST"]),
    (
        "cancelled",
        CaseState::Cancelled,
        ("作废", "Cancelled"),
        StageLimit::None,
        &["reopen > FIRST"],
    ),
    (
        "self_cleared",
        CaseState::SelfCleared,
        ("自行消除", "Cleared itself"),
        StageLimit::None,
        &["reopen > FIRST"],
    ),
    ("handed_over", CaseState::HandedOver, ("已移交", "Handed over"), StageLimit::None, &[]),
];

static FULL_LOOP: LazyLock<Kind> = LazyLock::new(|| {
    let stages = LOOP.iter().map(|written| stage(written, str::to_owned)).collect();
    let mut kind = Kind {
        code: KindCode::CITY_EVENT,
        names: Names::new("城市事件", "City event"),
        first: StageCode::of("reported"),
        stages,
        road: LOOP.iter().map(|(code, ..)| StageCode::of(code)).collect(),
        also: COMMON.iter().filter_map(|text| text.parse().ok()).collect(),
        steps: BTreeMap::new(),
        opened_by: Vec::new(),
        about_people: false,
        palette: Vec::new(),
        rework: Rework::Single,
        auto_card: false,
        part_steps: Vec::new(),
        child: None,
    };
    add_endings(&mut kind);
    kind
});

/// The whole loop: what a case takes whose kind the rules do not name.
#[must_use]
pub fn full_loop() -> &'static Kind {
    &FULL_LOOP
}

/// Adds the endings `kind` does not write itself. What is reopened goes to be dispatched again
/// where the kind has such a stage, and to its first stage where it was never worked on.
pub fn add_endings(kind: &mut Kind) {
    let first = kind.first;
    let again = kind.in_state(CaseState::Filed).map_or(first, |(code, _)| code);
    for written in ENDINGS {
        let (code, stage) = stage(written, |text| {
            text.replace("AGAIN", again.as_str()).replace("FIRST", first.as_str())
        });
        kind.stages.entry(code).or_insert(stage);
    }
}

fn stage(written: &Written, place: impl Fn(&str) -> String) -> (StageCode, Stage) {
    let (code, state, (zh, en), limit, moves) = *written;
    let moves: Vec<Move> = moves.iter().filter_map(|text| place(text).parse().ok()).collect();
    (StageCode::of(code), Stage { state, names: Names::new(zh, en), limit, moves })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_loop_is_a_move() {
        let kind = full_loop();
        let written = LOOP.iter().chain(ENDINGS).map(|(.., moves)| moves.len()).sum::<usize>();
        let read = kind.stages.values().map(|stage| stage.moves.len()).sum::<usize>();
        assert_eq!(read, written);
        assert_eq!(kind.also.len(), COMMON.len());
    }
}
