//! Who the canary is: three accounts, since nobody may do it all, and who handles never checks.

use crate::access::{CANARY_ACCOUNT, Door};
use crate::config::AccessRow;
use crate::domain::{Actor, OrgCode, Role};

/// Tokens of this process's canary, made at its start.
#[derive(Clone)]
pub struct Pass {
    /// Files, dispatches, and sees.
    pub(super) desk: String,
    /// Accepts and handles, for whichever organisation leads.
    pub(super) handler: String,
    /// Checks.
    pub(super) checker: String,
}

// Tokens are not for logs.
impl std::fmt::Debug for Pass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pass")
    }
}

impl Pass {
    /// New tokens.
    ///
    /// # Errors
    /// Where there is no randomness.
    pub fn new() -> Result<Self, getrandom::Error> {
        Ok(Self { desk: token()?, handler: token()?, checker: token()? })
    }

    /// The door's rows for them.
    #[must_use]
    pub fn rows(&self) -> Vec<AccessRow> {
        let row = |token: &str, account: &str, role, org: &str| AccessRow {
            token_digest: Door::digest(token),
            actor: Actor { account: account.to_owned(), role, org: OrgCode(org.to_owned()) },
            scope: None,
            loopback_only: false,
        };
        vec![
            row(&self.desk, CANARY_ACCOUNT, Role::ShiftLeader, "CANARY"),
            row(&self.handler, "canary-handler", Role::Handler, "*"),
            row(&self.checker, "canary-checker", Role::Checker, "CANARY"),
        ]
    }
}

fn token() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}
