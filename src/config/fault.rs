//! What is wrong with a configuration, said so that it can be put right.

use std::fmt;

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where: a key, or a file with its line and column.
    pub key: String,
    /// What is written there.
    pub value: String,
    /// Why that is wrong.
    pub why: String,
    /// What would be right.
    pub right: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, value, why, right } = self;
        write!(f, "{key} = {value}: {why}; right would be {right}")
    }
}

/// All faults of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration has {} fault(s):{}", .0.len(), one_a_line(.0))]
pub struct Faults(pub Vec<Fault>);

fn one_a_line(faults: &[Fault]) -> String {
    let lines: Vec<_> = faults.iter().map(|fault| format!("\n  {fault}")).collect();
    lines.concat()
}

impl Faults {
    /// Notes a fault at `key`, where `value` is written.
    pub(super) fn note(
        &mut self,
        key: impl Into<String>,
        value: impl fmt::Display,
        why: impl Into<String>,
        right: impl Into<String>,
    ) {
        let value = value.to_string().chars().take(120).collect();
        self.0.push(Fault { key: key.into(), value, why: why.into(), right: right.into() });
    }
}
