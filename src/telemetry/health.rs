//! What `/readyz` asks: which parts of the process are ready, and why not.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Parts of the process and what each still waits for. Cloning shares it.
#[derive(Debug, Clone, Default)]
pub struct Health(Arc<Mutex<BTreeMap<String, Option<String>>>>);

impl Health {
    /// `part` is not ready: it waits for `what`.
    pub fn waits(&self, part: &str, what: &str) {
        self.set(part, Some(what.to_owned()));
    }

    /// `part` is ready.
    pub fn ready(&self, part: &str) {
        self.set(part, None);
    }

    fn set(&self, part: &str, waits: Option<String>) {
        let mut parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        parts.insert(part.to_owned(), waits);
    }

    /// What every part that is not ready waits for.
    #[must_use]
    pub fn waiting(&self) -> BTreeMap<String, String> {
        let parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = |(part, waits): (&String, &Option<String>)| {
            waits.as_ref().map(|what| (part.clone(), what.clone()))
        };
        parts.iter().filter_map(waiting).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_waits_until_it_is_ready() {
        let health = Health::default();
        health.waits("gateway/1", "the tail of the changes");
        health.ready("journal");
        assert_eq!(health.waiting().len(), 1);
        health.ready("gateway/1");
        assert_eq!(health.waiting(), BTreeMap::new());
    }
}
