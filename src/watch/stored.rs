//! The fold as a snapshot holds it: a sight's entry lies where the sight falls silent, whatever
//! looks came before. So two folds of the same looks are stored alike.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;

use super::fold::{Ignored, Key, Sight, Watch};

/// [`Watch`], with each sight listed at its `silent_at`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredWatch {
    now: Timestamp,
    sights: BTreeMap<Key, Sight>,
    silent: BTreeSet<(Timestamp, Key)>,
    ignored: Ignored,
}

impl From<Watch> for StoredWatch {
    fn from(Watch { now, mut sights, silent: _, ignored }: Watch) -> Self {
        let silent = listed(&mut sights);
        Self { now, sights, silent, ignored }
    }
}

/// What lies in `silent` follows from the sights: it is made from them, and not read.
impl From<StoredWatch> for Watch {
    fn from(StoredWatch { now, mut sights, silent: _, ignored }: StoredWatch) -> Self {
        let silent = listed(&mut sights);
        Self { now, sights, silent, ignored }
    }
}

/// Lists each sight where it falls silent.
fn listed(sights: &mut BTreeMap<Key, Sight>) -> BTreeSet<(Timestamp, Key)> {
    let entry = |(key, sight): (&Key, &mut Sight)| {
        sight.listed_at = sight.silent_at;
        (sight.listed_at, *key)
    };
    sights.iter_mut().map(entry).collect()
}
