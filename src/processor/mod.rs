//! Folds the journal into the situation and publishes what changed.
