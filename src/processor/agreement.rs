//! Holding what is published against our own fold, whichever of the two comes first.

use std::collections::{BTreeMap, VecDeque};

use crate::domain::{Digest, Position};

/// Positions remembered of either side: some seconds of a busy partition.
const REMEMBERED_MAX: usize = 16_384;

/// Another digest was published at a position of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Differs {
    pub(super) position: Position,
    pub(super) published: Digest,
    pub(super) ours: Digest,
}

/// The digests of late.
#[derive(Debug, Default)]
pub(super) struct Agreement {
    /// Of our fold, oldest first.
    ours: VecDeque<(Position, Digest)>,
    /// Published ahead of our fold.
    ahead: BTreeMap<Position, Digest>,
}

impl Agreement {
    /// Our fold is at `position` now, later than before.
    pub(super) fn folded(&mut self, position: Position, ours: Digest) -> Result<(), Differs> {
        if self.ours.len() == REMEMBERED_MAX {
            self.ours.pop_front();
        }
        self.ours.push_back((position, ours));
        while let Some(first) = self.ahead.first_entry().filter(|it| *it.key() <= position) {
            let (at, published) = first.remove_entry();
            if at == position && published != ours {
                return Err(Differs { position, published, ours });
            }
        }
        Ok(())
    }

    /// Somebody published `published` at `position`.
    pub(super) fn heard(&mut self, position: Position, published: Digest) -> Result<(), Differs> {
        let ahead = self.ours.back().is_none_or(|(last, _)| *last < position);
        if ahead {
            if self.ahead.len() < REMEMBERED_MAX {
                self.ahead.insert(position, published);
            }
            return Ok(());
        }
        match self.ours.binary_search_by_key(&position, |(at, _)| *at) {
            Ok(place) => match self.ours.get(place) {
                Some((_, ours)) if *ours != published => {
                    Err(Differs { position, published, ours: *ours })
                }
                _ => Ok(()),
            },
            // Older than what is remembered, or between two of our entries: nothing to hold.
            Err(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(offset: u64) -> Position {
        Position::new(offset, 0)
    }

    #[test]
    fn a_difference_is_found_whichever_comes_first() {
        let (right, wrong) = (Digest::of(&1), Digest::of(&2));
        let mut agreement = Agreement::default();
        agreement.folded(at(1), right).unwrap();
        agreement.heard(at(1), right).unwrap();
        agreement.heard(at(3), wrong).unwrap();
        agreement.folded(at(2), right).unwrap();
        let differs = Differs { position: at(3), published: wrong, ours: right };
        assert_eq!(agreement.folded(at(3), right), Err(differs));
        let differs = Differs { position: at(2), published: wrong, ours: right };
        assert_eq!(agreement.heard(at(2), wrong), Err(differs));
    }

    #[test]
    fn it_remembers_no_more_than_it_may() {
        let mut agreement = Agreement::default();
        let many = u64::try_from(REMEMBERED_MAX).unwrap() + 5;
        for offset in 1..=many {
            agreement.folded(at(offset), Digest::of(&offset)).unwrap();
        }
        assert_eq!(agreement.ours.len(), REMEMBERED_MAX);
        agreement.heard(at(1), Digest::of(&"forgotten")).unwrap();
        assert!(agreement.heard(at(many), Digest::of(&"other")).is_err());
    }
}
