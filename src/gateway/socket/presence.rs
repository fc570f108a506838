//! Who looks at which case: so that two operators on one case see each other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use crate::domain::CaseId;

use super::hubs::SessionId;

/// Who looks at what, in this process only: it is about now.
#[derive(Debug, Default)]
pub(in crate::gateway) struct Presence {
    looking: Mutex<BTreeMap<CaseId, BTreeMap<SessionId, String>>>,
    moved: watch::Sender<u64>,
}

impl Presence {
    /// A session looks at `to` and no more at `from`.
    pub(super) fn turn(
        &self,
        (session, account): (SessionId, &str),
        from: Option<CaseId>,
        to: Option<CaseId>,
    ) {
        if from == to {
            return;
        }
        let mut looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(from) = from
            && let Some(there) = looking.get_mut(&from)
        {
            there.remove(&session);
            if there.is_empty() {
                looking.remove(&from);
            }
        }
        if let Some(to) = to {
            looking.entry(to).or_default().insert(session, account.to_owned());
        }
        drop(looking);
        self.moved.send_modify(|moves| *moves = moves.wrapping_add(1));
    }

    /// The accounts that look at `case`, each once.
    pub(super) fn at(&self, case: CaseId) -> Vec<String> {
        let looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        let accounts: BTreeSet<_> =
            looking.get(&case).into_iter().flat_map(BTreeMap::values).collect();
        accounts.into_iter().cloned().collect()
    }

    /// Beats when somebody turned.
    pub(super) fn moved(&self) -> watch::Receiver<u64> {
        self.moved.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_turns_away_is_no_longer_there() {
        let presence = Presence::default();
        let (one, two): (CaseId, CaseId) = ("1-1".parse().unwrap(), "1-2".parse().unwrap());
        let mut moved = presence.moved();
        presence.turn((1, "li"), None, Some(one));
        presence.turn((2, "wang"), None, Some(one));
        presence.turn((3, "li"), None, Some(one));
        assert_eq!(presence.at(one), ["li", "wang"]);
        assert!(moved.has_changed().unwrap());
        moved.mark_unchanged();
        presence.turn((2, "wang"), Some(one), Some(one));
        assert!(!moved.has_changed().unwrap());
        presence.turn((2, "wang"), Some(one), Some(two));
        presence.turn((3, "li"), Some(one), None);
        assert_eq!((presence.at(one), presence.at(two)), (vec!["li".into()], vec!["wang".into()]));
    }
}
