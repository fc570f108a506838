//! The kinds of matters as `kinds.toml` writes them, checked: every fault under its kind and stage.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::Deserialize;

use crate::domain::trade::{
    COMMON, Kind, KindFault, Move, Names, PartStep, Rework, Stage, StageLimit, add_endings,
};
use crate::domain::{CaseState, KindCode, Role, StageCode, StepCode};

use super::catalog::read_limit;
use super::fault::Faults;

/// The built-in kinds: the eighteen of `domain.md` 4.5.
pub(super) const BUILT_IN: &str = include_str!("../../config/kinds.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKinds {
    kind: Vec<RawKind>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKind {
    code: String,
    zh: String,
    en: String,
    /// An earlier kind whose stages it has where it writes none of that code.
    #[serde(default)]
    like: Option<String>,
    #[serde(default)]
    first: Option<String>,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    without: Vec<String>,
    #[serde(default)]
    opened_by: Vec<Role>,
    #[serde(default)]
    about_people: bool,
    #[serde(default)]
    rework: Rework,
    #[serde(default)]
    auto_card: bool,
    #[serde(default)]
    child: Option<String>,
    #[serde(default)]
    palette: Vec<RawNames>,
    #[serde(default)]
    part_steps: Vec<RawPartStep>,
    #[serde(default)]
    steps: BTreeMap<String, RawNames>,
    #[serde(default)]
    stage: Vec<RawStage>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNames {
    zh: String,
    en: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPartStep {
    step: String,
    #[serde(default)]
    limit: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStage {
    code: String,
    state: CaseState,
    zh: String,
    en: String,
    limit: String,
    moves: Vec<String>,
}

/// Reads the kinds; what is faulty is left out, and noted under `file`.
pub(super) fn read(text: &str, file: &str, faults: &mut Faults) -> BTreeMap<KindCode, Kind> {
    let raw: RawKinds = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            let right = "kinds as config/kinds.toml writes them";
            faults.note(file, "", error.to_string().trim(), right);
            return BTreeMap::new();
        }
    };
    let mut kinds = BTreeMap::new();
    for raw in raw.kind {
        let mut reading = Reading { file, kind: raw.code.clone(), faults };
        if let Some(kind) = reading.kind(raw, &kinds)
            && kinds.insert(kind.code, kind).is_some()
        {
            reading.note("code", "", "is there already", "each kind once");
        }
    }
    check_children(&kinds, file, faults);
    kinds
}

/// A kind fans out into a kind that there is.
fn check_children(kinds: &BTreeMap<KindCode, Kind>, file: &str, faults: &mut Faults) {
    for kind in kinds.values() {
        if let Some(child) = kind.child.filter(|child| !kinds.contains_key(child)) {
            let key = format!("{file} {}: child", kind.code);
            faults.note(key, child, "is no kind", "a kind of this file");
        }
    }
}

/// One kind being read: where its faults are noted.
struct Reading<'a> {
    file: &'a str,
    kind: String,
    faults: &'a mut Faults,
}

impl Reading<'_> {
    fn note(&mut self, at: &str, value: &str, why: &(impl ToString + ?Sized), right: &str) {
        let key = format!("{} {}: {at}", self.file, self.kind);
        self.faults.note(key, value, why.to_string(), right);
    }

    fn code<T: FromStr>(&mut self, at: &str, text: &str) -> Option<T>
    where
        T::Err: ToString,
    {
        match text.parse() {
            Ok(code) => Some(code),
            Err(error) => {
                self.note(at, text, &error, "as config/kinds.toml explains");
                None
            }
        }
    }

    /// The kind, where all of it is sound.
    fn kind(&mut self, raw: RawKind, before: &BTreeMap<KindCode, Kind>) -> Option<Kind> {
        let faults = self.faults.0.len();
        let code: Option<KindCode> = self.code("code", &raw.code);
        let like = raw.like.as_deref().and_then(|like| self.like(like, before));
        let mut stages = like.map_or_else(BTreeMap::new, |like| like.stages.clone());
        let mut road = like.map_or_else(Vec::new, |like| like.road.clone());
        stages.retain(|_, stage| !stage.state.is_ended());
        for raw in &raw.stage {
            let Some((code, stage)) = self.stage(raw) else { continue };
            if !stage.state.is_ended() && !road.contains(&code) {
                road.push(code);
            }
            stages.insert(code, stage);
        }
        let first = raw.first.as_deref().and_then(|first| self.code("first", first));
        let first = first.or(like.map(|like| like.first)).or(road.first().copied());
        let mut steps = like.map_or_else(BTreeMap::new, |like| like.steps.clone());
        for (step, names) in &raw.steps {
            let at = format!("steps {step}");
            steps.extend(self.code::<StepCode>(&at, step).map(|step| (step, read_names(names))));
        }
        let child = raw.child.as_deref().and_then(|child| self.code("child", child));
        let part_steps = raw.part_steps.iter().filter_map(|step| self.part_step(step)).collect();
        let also = self.also(&raw);
        let mut kind = Kind {
            code: code?,
            names: Names::new(&raw.zh, &raw.en),
            first: first?,
            stages,
            road,
            also,
            steps,
            opened_by: raw.opened_by,
            about_people: raw.about_people,
            palette: raw.palette.iter().map(read_names).collect(),
            rework: raw.rework,
            auto_card: raw.auto_card,
            part_steps,
            child,
        };
        add_endings(&mut kind);
        for fault in kind.faults() {
            self.fault(&fault);
        }
        (self.faults.0.len() == faults).then_some(kind)
    }

    fn fault(&mut self, fault: &KindFault) {
        let right = "a road on which every stage can be come to and left (config/kinds.toml)";
        self.note("stages", "", fault, right);
    }

    fn like<'k>(&mut self, like: &str, before: &'k BTreeMap<KindCode, Kind>) -> Option<&'k Kind> {
        let kind = like.parse().ok().and_then(|code: KindCode| before.get(&code));
        if kind.is_none() {
            self.note("like", like, "is no kind before this one", "the code of an earlier kind");
        }
        kind
    }

    fn stage(&mut self, raw: &RawStage) -> Option<(StageCode, Stage)> {
        let at = format!("stage {}", raw.code);
        let code = self.code(&at, &raw.code);
        let limit = stage_limit(&raw.limit);
        if limit.is_none() {
            let right = "none, item.response, item.handle, centre.dispatch, centre.verify, \
                         centre.check, centre.visit, or a limit such as 4wh";
            self.note(&format!("{at} limit"), &raw.limit, "is no limit of a stage", right);
        }
        let moves = self.moves(&at, &raw.moves);
        let names = Names::new(&raw.zh, &raw.en);
        Some((code?, Stage { state: raw.state, names, limit: limit?, moves }))
    }

    fn moves(&mut self, at: &str, texts: &[String]) -> Vec<Move> {
        texts.iter().filter_map(|text| self.code(&format!("{at} moves"), text)).collect()
    }

    /// What every kind has, but for what this one does without, and what it has besides.
    fn also(&mut self, raw: &RawKind) -> Vec<Move> {
        let verb = |text: &str| text.split_whitespace().next().unwrap_or_default().to_owned();
        for without in &raw.without {
            if !COMMON.iter().any(|common| verb(common) == *without) {
                let why = "is not among what every kind has";
                self.note("without", without, why, "a verb such as merge");
            }
        }
        let kept = COMMON.iter().filter(|common| !raw.without.contains(&verb(common)));
        let mut also: Vec<Move> = kept.filter_map(|common| common.parse().ok()).collect();
        also.extend(self.moves("also", &raw.also));
        also
    }

    fn part_step(&mut self, raw: &RawPartStep) -> Option<PartStep> {
        let step = self.code("part_steps", &raw.step);
        let limit = raw.limit.as_deref().map(read_limit);
        if limit == Some(None) {
            let text = raw.limit.as_deref().unwrap_or_default();
            self.note("part_steps limit", text, "is no limit", "such as 24h or 3wd");
            return None;
        }
        Some(PartStep { step: step?, limit: limit.flatten() })
    }
}

fn read_names(raw: &RawNames) -> Names {
    Names::new(&raw.zh, &raw.en)
}

fn stage_limit(text: &str) -> Option<StageLimit> {
    match text {
        "none" => Some(StageLimit::None),
        "item.response" => Some(StageLimit::Response),
        "item.handle" => Some(StageLimit::Handle),
        "centre.dispatch" => Some(StageLimit::Dispatch),
        "centre.verify" => Some(StageLimit::Verify),
        "centre.check" => Some(StageLimit::Check),
        "centre.visit" => Some(StageLimit::Visit),
        "signal.due" => Some(StageLimit::Signal),
        other => read_limit(other).map(StageLimit::Fixed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::trade::full_loop;

    fn built_in() -> BTreeMap<KindCode, Kind> {
        let mut faults = Faults(Vec::new());
        let kinds = read(BUILT_IN, "config/kinds.toml", &mut faults);
        assert_eq!(faults.0, []);
        kinds
    }

    #[test]
    fn the_eighteen_kinds_are_sound() {
        let kinds = built_in();
        let codes: Vec<_> = kinds.keys().map(ToString::to_string).collect();
        assert_eq!(codes.len(), 18, "{codes:?}");
    }

    #[test]
    fn a_city_event_takes_the_loop_that_stands_in_code() {
        let kinds = built_in();
        assert_eq!(kinds[&KindCode::CITY_EVENT], *full_loop());
    }

    #[test]
    fn every_fault_is_told_with_its_kind() {
        let text = r#"
            [[kind]]
            code = "broken"
            zh = "坏"
            en = "Broken"
            without = ["fly"]
            [[kind.stage]]
            code = "one"
            state = "reported"
            zh = "一"
            en = "One"
            limit = "5 weeks"
            moves = ["file > nowhere", "sing"]
            [[kind.stage]]
            code = "two"
            state = "filed"
            zh = "二"
            en = "Two"
            limit = "none"
            moves = ["dispatch > one by crew"]
        "#;
        let mut faults = Faults(Vec::new());
        assert!(read(text, "k.toml", &mut faults).is_empty());
        let told: Vec<_> = faults.0.iter().map(|fault| &*fault.key).collect();
        for key in ["k.toml broken: without", "k.toml broken: stage one limit"] {
            assert!(told.contains(&key), "{key} is not among {told:?}");
        }
        assert!(5 <= told.len(), "{told:?}");
    }
}
