//! `[group]`: how the processes of one role share partitions on a cluster.

use serde::Deserialize;

use super::check::Checker;

/// As it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGroup {
    protocol: String,
    session_ms: i64,
    instance: String,
}

/// `[group]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupConfig {
    /// How members are told of their partitions.
    pub protocol: GroupKind,
    /// How long a member of a classic group may be silent, milliseconds, 1,000 to 1,800,000.
    pub session_ms: u64,
    /// The member's own name, which keeps its partitions over a restart; classic groups only.
    pub instance: Option<String>,
}

/// How members of a group are told of their partitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupKind {
    /// `Consumer` where the brokers have it, else `Classic`.
    Auto,
    /// The brokers decide (KIP-848).
    Consumer,
    /// The members decide (cooperative-sticky).
    Classic,
}

impl GroupConfig {
    /// The default.
    pub(super) const fn plain() -> Self {
        Self { protocol: GroupKind::Auto, session_ms: 6_000, instance: None }
    }
}

/// Checks it.
pub(super) fn group(check: &mut Checker<'_>, raw: &RawGroup) -> Option<GroupConfig> {
    let kinds = [
        ("auto", GroupKind::Auto),
        ("consumer", GroupKind::Consumer),
        ("classic", GroupKind::Classic),
    ];
    let protocol = check.choice("group.protocol", &raw.protocol, &kinds);
    let session = check.whole("group.session_ms", raw.session_ms, (1_000, 1_800_000));
    let classic = protocol == Some(GroupKind::Classic);
    let instance = (!raw.instance.is_empty()).then(|| raw.instance.clone());
    if instance.is_some() && !classic {
        let why = "a member's own name is of classic groups only";
        check.note("group.instance", &raw.instance, why, "\"\", or group.protocol = \"classic\"");
        return None;
    }
    Some(GroupConfig { protocol: protocol?, session_ms: session?, instance })
}
