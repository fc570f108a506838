//! The rows of `[[access]]`, checked: digests, roles, places.

use crate::domain::{Actor, GridCode, OrgCode, Organisations};

use super::check::Checker;
use super::raw::RawAccess;
use super::tsv::word;
use super::typed::{AccessRow, PartitionTable};

/// The rows; none where one is faulty.
pub(super) fn rows(
    check: &mut Checker<'_>,
    raw: &[toml::Value],
    partitions: &PartitionTable,
) -> Option<Vec<AccessRow>> {
    let mut rows: Vec<AccessRow> = Vec::new();
    let mut sound = true;
    for (number, raw) in raw.iter().enumerate() {
        let raw: Option<RawAccess> = check.row(&format!("access[{number}]"), raw);
        let row = raw.as_ref().and_then(|raw| row(check, raw, (number, partitions)));
        let Some(row) = row else {
            sound = false;
            continue;
        };
        if rows.iter().any(|earlier| earlier.token_digest == row.token_digest) {
            let key = format!("access[{number}].token_blake3");
            check.note(&key, "", "is an earlier row's too", "one row a token");
            sound = false;
        }
        rows.push(row);
    }
    sound.then_some(rows)
}

/// Notes each row that acts for an organisation that the city has not.
pub(super) fn of_the_city(
    check: &mut Checker<'_>,
    rows: &[AccessRow],
    organisations: &Organisations,
) {
    for (number, row) in rows.iter().enumerate() {
        let org = &row.actor.org;
        let any = org.0 == "*" || organisations.is_empty();
        if !any && !organisations.knows(org) {
            let right = "an organisation of playbook.organisations, or \"*\"";
            check.note(&format!("access[{number}].org"), org, "is not listed", right);
        }
    }
}

fn row(
    check: &mut Checker<'_>,
    raw: &RawAccess,
    (number, partitions): (usize, &PartitionTable),
) -> Option<AccessRow> {
    let key = |name: &str| format!("access[{number}].{name}");
    let token = digest(&raw.token_blake3);
    if token.is_none() {
        let why = "is no BLAKE3 digest";
        check.note(&key("token_blake3"), &raw.token_blake3, why, "64 hexadecimal digits");
    }
    let role = word(&raw.role);
    if role.is_none() {
        let right = "receiver, dispatcher, shift_leader, handler, checker, agent, grid_worker, \
                     crew or system";
        check.note(&key("role"), format!("{:?}", raw.role), "is no role", right);
    }
    for (name, value) in [("account", &raw.account), ("org", &raw.org)] {
        if value.is_empty() {
            check.note(&key(name), "\"\"", "is empty", "who, and for whom");
        }
    }
    let scope = match raw.scope.as_str() {
        "" => None,
        text => Some(scope(check, &key("scope"), text, partitions)?),
    };
    if raw.account.is_empty() || raw.org.is_empty() {
        return None;
    }
    let actor = Actor { account: raw.account.clone(), role: role?, org: OrgCode(raw.org.clone()) };
    let loopback_only = raw.loopback_only;
    Some(AccessRow { token_digest: token?, actor, scope, loopback_only })
}

/// The place a row is good for.
fn scope(
    check: &mut Checker<'_>,
    key: &str,
    text: &str,
    partitions: &PartitionTable,
) -> Option<GridCode> {
    let known = |code: &GridCode| {
        code.county().is_some_and(|county| partitions.counties.contains_key(&county))
    };
    let code = text.parse().ok().filter(known);
    if code.is_none() {
        let right = "\"\" or a grid code within a county of [[partitions]]";
        check.note(key, format!("{text:?}"), "is no place of this city", right);
    }
    code
}

fn digest(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let pairs: Vec<&str> = (0..32).map(|at| hex.get(2 * at..2 * at + 2)).collect::<Option<_>>()?;
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    (hex.len() == 64).then_some(bytes)
}
