//! A move of a kind: one line of its table, as `kinds.toml` writes it.
//!
//! `VERB[:STEP] [> STAGE] [by ROLE,…] [if GUARD,…] [do EFFECT,…]`, such as
//! `advance:sign > signed by mediator if graded`.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::super::command::Role;
use super::super::id::InvalidId;
use super::code::{StageCode, StepCode};
use super::guard::{Effect, Guard};
use super::verb_code::VerbCode;

/// What can be asked at a stage, and what comes of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Move {
    /// The verb.
    pub verb: VerbCode,
    /// The step's name, where one verb stands for several: always of `advance`.
    pub step: Option<StepCode>,
    /// The stage it leads to; none where the case stays.
    pub to: Option<StageCode>,
    /// Who may ask, where others than the verb's own.
    pub who: Vec<Role>,
    /// What must be true besides what the verb demands.
    pub guards: Vec<Guard>,
    /// What it does besides.
    pub effects: Vec<Effect>,
}

const EXPECTED: &str =
    "a move such as \"advance:sign > signed by mediator if graded\" (config/kinds.toml)";

impl FromStr for Move {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId::new(text, EXPECTED);
        let mut words = text.split_whitespace();
        let head = words.next().ok_or_else(invalid)?;
        let (verb, step) = match head.split_once(':') {
            Some((verb, step)) => (verb.parse()?, Some(step.parse()?)),
            None => (head.parse()?, None),
        };
        let mut read =
            Self { verb, step, to: None, who: Vec::new(), guards: Vec::new(), effects: Vec::new() };
        while let Some(mark) = words.next() {
            let value = words.next().ok_or_else(invalid)?;
            match mark {
                ">" => read.to = Some(value.parse()?),
                "by" => read.who = list(value, role)?,
                "if" => read.guards = list(value, str::parse)?,
                "do" => read.effects = list(value, str::parse)?,
                _ => return Err(invalid()),
            }
        }
        if (read.verb == VerbCode::Advance) != read.step.is_some() {
            return Err(InvalidId::new(text, "`advance:STEP`, and a step for no other verb"));
        }
        Ok(read)
    }
}

fn list<T>(text: &str, read: impl Fn(&str) -> Result<T, InvalidId>) -> Result<Vec<T>, InvalidId> {
    text.split(',').map(read).collect()
}

fn role(text: &str) -> Result<Role, InvalidId> {
    let word: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
        serde::de::IntoDeserializer::into_deserializer(text);
    Role::deserialize(word).map_err(|_| InvalidId::new(text, "a role such as shift_leader"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_word_by_word() {
        let line: Move =
            "advance:sign > signed by mediator,shift_leader if graded do claim".parse().unwrap();
        let expected = Move {
            verb: VerbCode::Advance,
            step: Some(StepCode::of("sign")),
            to: Some(StageCode::of("signed")),
            who: vec![Role::Mediator, Role::ShiftLeader],
            guards: vec![Guard::Graded],
            effects: vec![Effect::Claim],
        };
        assert_eq!(line, expected);
        let plain: Move = "urge".parse().unwrap();
        assert_eq!((plain.verb, plain.to), (VerbCode::Urge, None));
    }

    #[test]
    fn what_is_no_move_says_what_would_be_one() {
        for text in ["", "fly", "file filed", "file >", "advance > x", "file:now > x", "urge by me"]
        {
            assert!(text.parse::<Move>().is_err(), "{text}");
        }
    }
}
