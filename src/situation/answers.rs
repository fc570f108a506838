//! Remembered answers: a command's id asked again gets the answer it got.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::domain::limits::{ANSWERS_KEPT_MS, ANSWERS_MAX};
use crate::domain::{CaseId, CommandId, Outcome, Timestamp};

/// How one command was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Answer {
    /// The case it was about, where it had one.
    pub(super) case: Option<CaseId>,
    /// How.
    pub(super) outcome: Outcome,
}

/// The answers of the last 24 hours, the newest [`ANSWERS_MAX`] of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub(super) struct Answers {
    given: BTreeMap<CommandId, Answer>,
    by_age: VecDeque<(Timestamp, CommandId)>,
}

impl Answers {
    pub(super) fn get(&self, command: CommandId) -> Option<Answer> {
        self.given.get(&command).copied()
    }

    /// Remembers an answer, and makes room for it where there is none.
    pub(super) fn remember(&mut self, now: Timestamp, command: CommandId, answer: Answer) {
        self.make_room(ANSWERS_MAX);
        if self.given.insert(command, answer).is_none() {
            self.by_age.push_back((now, command));
        }
    }

    /// Lets the oldest go until there is room for one more of `most`.
    fn make_room(&mut self, most: usize) {
        while most <= self.by_age.len() {
            self.forget_oldest();
        }
    }

    /// Forgets at most `most` answers that are older than they need be.
    pub(super) fn forget_old(&mut self, now: Timestamp, most: usize) {
        for _ in 0..most {
            match self.by_age.front() {
                Some((at, _)) if ANSWERS_KEPT_MS < now.ms_since(*at) => self.forget_oldest(),
                _ => return,
            }
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((_, command)) = self.by_age.pop_front() {
            self.given.remove(&command);
        }
    }

    /// Whether the two sides hold the same commands.
    pub(super) fn agrees(&self) -> bool {
        self.given.len() == self.by_age.len()
            && self.by_age.iter().all(|(_, command)| self.given.contains_key(command))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_kept_a_day_and_no_longer() {
        let mut answers = Answers::default();
        let answer = Answer { case: None, outcome: Outcome::Changed };
        answers.remember(Timestamp(0), CommandId(1), answer);
        answers.remember(Timestamp(5), CommandId(2), answer);
        answers.forget_old(Timestamp(ANSWERS_KEPT_MS), 10);
        assert_eq!(answers.get(CommandId(1)), Some(answer));
        answers.forget_old(Timestamp(ANSWERS_KEPT_MS + 1), 10);
        assert_eq!(answers.get(CommandId(1)), None);
        assert_eq!(answers.get(CommandId(2)), Some(answer));
        assert!(answers.agrees());
    }

    #[test]
    fn one_call_forgets_no_more_than_asked() {
        let mut answers = Answers::default();
        let answer = Answer { case: None, outcome: Outcome::Changed };
        for id in 0..10 {
            answers.remember(Timestamp(0), CommandId(id), answer);
        }
        answers.forget_old(Timestamp(i64::MAX), 3);
        assert_eq!(answers.given.len(), 7);
        assert_eq!(answers.get(CommandId(3)), Some(answer));
    }

    #[test]
    fn the_oldest_make_room() {
        let mut answers = Answers::default();
        let answer = Answer { case: None, outcome: Outcome::Changed };
        for id in 0..10 {
            answers.remember(Timestamp(0), CommandId(id), answer);
        }
        answers.make_room(4);
        assert_eq!(answers.given.len(), 3);
        assert_eq!(answers.get(CommandId(6)), None);
        assert_eq!(answers.get(CommandId(7)), Some(answer));
    }
}
