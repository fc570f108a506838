//! The door: a token in, a visitor out, who may do what the table says, where the row says.

use std::collections::BTreeMap;

use crate::config::{AccessRow, Config, OpenReads, PartitionTable};
use crate::domain::{Actor, Case, GridCode, OrgCode, Partition, PrivacyClass, Purpose, Role};

use super::table::{Act, may};
use super::whence::Whence;

/// An organisation's code in `[[access]]` that lets the request name the organisation.
const ANY_ORG: &str = "*";

/// The account that tries the city's own road, and sees nothing but its canaries.
pub const CANARY_ACCOUNT: &str = "canary";

/// Why someone is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Turned {
    /// Nobody said who they are.
    #[error("a token is needed: Authorization: Bearer TOKEN")]
    TokenMissing,
    /// No row has this token.
    #[error("the token is not known")]
    TokenUnknown,
    /// A known token of a demonstration, from elsewhere.
    #[error("this token is good on the server's own machine only")]
    TokenElsewhere,
    /// The role may not.
    #[error("the role {0:?} may not ask this")]
    RoleMayNot(Role),
    /// The place is not theirs.
    #[error("this lies outside the place the token is good for")]
    OutsideScope,
    /// The token is a system's, and the request must say for whom it acts.
    #[error("this token acts for any organisation: the request must name one in `org`")]
    OrgMissing,
    /// The token acts for one organisation, and the request names another.
    #[error("this token does not act for that organisation")]
    OrgNotTheirs,
}

/// Who stands at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// Whom the token stands for; none of whoever is on this machine.
    actor: Option<Actor>,
    /// Where.
    scope: Option<GridCode>,
}

/// Tokens, by digest, and the city's partitions.
#[derive(Debug, Clone)]
pub struct Door {
    rows: BTreeMap<[u8; 32], AccessRow>,
    open_reads: OpenReads,
    partitions: PartitionTable,
}

impl Door {
    /// The door of a configuration.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let row = |row: &AccessRow| (row.token_digest, row.clone());
        Self {
            rows: config.access.iter().map(row).collect(),
            open_reads: config.gateway.open_reads,
            partitions: config.partitions.clone(),
        }
    }

    /// The digest a token is known by.
    #[must_use]
    pub fn digest(token: &str) -> [u8; 32] {
        *blake3::hash(token.as_bytes()).as_bytes()
    }

    /// Who comes with `token`, and whence.
    ///
    /// # Errors
    /// Where the token is unknown, or missing where one is needed.
    pub fn enter(&self, token: Option<&str>, whence: Whence) -> Result<Visitor, Turned> {
        let here = whence == Whence::Here;
        let Some(token) = token else {
            let open = here && self.open_reads == OpenReads::Loopback;
            return if open { Ok(Visitor::UNNAMED) } else { Err(Turned::TokenMissing) };
        };
        // A look-up by digest tells a guesser nothing by its timing.
        let row = self.rows.get(&Self::digest(token)).ok_or(Turned::TokenUnknown)?;
        if row.loopback_only && !here {
            return Err(Turned::TokenElsewhere);
        }
        Ok(Visitor { actor: Some(row.actor.clone()), scope: row.scope })
    }

    /// Whether `visitor` is good for `partition`.
    #[must_use]
    pub fn reaches(&self, visitor: &Visitor, partition: Partition) -> bool {
        visitor.scope.is_none_or(|scope| self.partitions.of(scope) == partition)
    }
}

impl Visitor {
    /// Whoever is on this machine, without a token.
    const UNNAMED: Self = Self { actor: None, scope: None };

    /// Whether they may `act` at all.
    ///
    /// # Errors
    /// Where the role may not, or no token was shown and more than rows is asked.
    pub fn may(&self, act: Act) -> Result<(), Turned> {
        match &self.actor {
            Some(actor) if may(actor.role, act) => Ok(()),
            Some(actor) => Err(Turned::RoleMayNot(actor.role)),
            None if act == Act::ReadRows => Ok(()),
            None => Err(Turned::TokenMissing),
        }
    }

    /// Who asks, for the organisation they name or their own.
    ///
    /// # Errors
    /// Where no token was shown, or it does not act for that organisation.
    pub fn actor(&self, org: Option<&OrgCode>) -> Result<Actor, Turned> {
        let actor = self.actor.clone().ok_or(Turned::TokenMissing)?;
        match (actor.org.0 == ANY_ORG, org) {
            (true, Some(org)) => Ok(Actor { org: org.clone(), ..actor }),
            (true, None) => Err(Turned::OrgMissing),
            (false, Some(org)) if *org != actor.org => Err(Turned::OrgNotTheirs),
            (false, _) => Ok(actor),
        }
    }

    /// Whether they act for any organisation, and name it.
    #[must_use]
    pub fn acts_for_any(&self) -> bool {
        self.actor.as_ref().is_some_and(|actor| actor.org.0 == ANY_ORG)
    }

    /// Where they are good for; none for everywhere.
    #[must_use]
    pub fn scope(&self) -> Option<GridCode> {
        self.scope
    }

    /// Whom the token stands for.
    pub(super) fn actor_ref(&self) -> Option<&Actor> {
        self.actor.as_ref()
    }

    /// Their role, where a token was shown.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.actor.as_ref().map(|actor| actor.role)
    }

    /// Their account, where a token was shown.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.actor.as_ref().map(|actor| actor.account.as_str())
    }

    /// Whether it is the account that tries the city's own road.
    #[must_use]
    pub fn is_canary(&self) -> bool {
        self.account() == Some(CANARY_ACCOUNT)
    }

    /// Whether they reach the whole of a county or of the city.
    #[must_use]
    pub fn reaches_counties(&self) -> bool {
        self.scope.is_none_or(|scope| scope.digits() <= GridCode::COUNTY)
    }

    /// Whether what lies in `grid` is theirs to see. What has no grid is its county's.
    #[must_use]
    pub fn covers(&self, grid: Option<GridCode>) -> bool {
        match (self.scope, grid) {
            (None, _) => true,
            (Some(scope), Some(grid)) => scope.holds(grid),
            (Some(scope), None) => scope.digits() <= GridCode::COUNTY,
        }
    }

    /// Whether the row of `case` is theirs to see: its place, and its kind. A canary is nobody's.
    #[must_use]
    pub fn may_see(&self, case: &Case) -> bool {
        case.purpose != Purpose::Canary
            && self.covers(case.place.grid)
            && (!is_restricted(case)
                || self.may(Act::ReadRestricted).is_ok()
                || self.works_on(case))
    }

    /// Whether the words of `case` are theirs to read.
    #[must_use]
    pub fn may_read_words(&self, case: &Case) -> bool {
        let handler = self.actor.as_ref().is_some_and(|actor| actor.role == Role::Handler);
        self.may_see(case) && self.may(Act::ReadWords).is_ok() && (!handler || self.works_on(case))
    }

    /// Whether their organisation leads or assists.
    fn works_on(&self, case: &Case) -> bool {
        self.actor.as_ref().is_some_and(|actor| {
            let theirs =
                case.lead.as_ref() == Some(&actor.org) || case.assists.contains(&actor.org);
            actor.role == Role::Handler && (theirs || actor.org.0 == ANY_ORG)
        })
    }
}

/// Whether everybody who sees its place may see `case`.
#[must_use]
pub fn is_open(case: &Case) -> bool {
    !is_restricted(case) && case.purpose != Purpose::Canary
}

/// Whether a case belongs to a closed room.
pub(super) fn is_restricted(case: &Case) -> bool {
    matches!(case.privacy, PrivacyClass::Restricted | PrivacyClass::Staff)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Whence = Whence::Here;
    const AWAY: Whence = Whence::Elsewhere;

    fn row(token: &str, role: Role, (org, scope): (&str, &str), loopback_only: bool) -> AccessRow {
        AccessRow {
            token_digest: Door::digest(token),
            actor: Actor { account: token.to_owned(), role, org: OrgCode(org.to_owned()) },
            scope: scope.parse().ok(),
            loopback_only,
        }
    }

    fn door() -> Door {
        let mut config = Config::for_tests();
        config.partitions.counties.insert("211002".parse().unwrap(), Partition(1));
        config.partitions.counties.insert("211003".parse().unwrap(), Partition(2));
        config.access = vec![
            row("city", Role::Receiver, ("ZHZX", ""), false),
            row("county", Role::Receiver, ("ZHZX", "211003"), false),
            row("town", Role::GridWorker, ("WG", "211002001"), false),
            row("demo", Role::Handler, ("*", ""), true),
        ];
        Door::new(&config)
    }

    #[test]
    fn who_has_no_known_token_is_turned_away() {
        let door = door();
        assert_eq!(door.enter(Some("nobody"), HERE), Err(Turned::TokenUnknown));
        assert_eq!(door.enter(None, AWAY), Err(Turned::TokenMissing));
        assert_eq!(door.enter(Some("demo"), AWAY), Err(Turned::TokenElsewhere));
        assert!(door.enter(Some("demo"), HERE).is_ok());
    }

    #[test]
    fn without_a_token_this_machine_reads_rows_and_no_more() {
        let visitor = door().enter(None, HERE).unwrap();
        assert_eq!(visitor.may(Act::ReadRows), Ok(()));
        for act in Act::all().filter(|act| *act != Act::ReadRows) {
            assert_eq!(visitor.may(act), Err(Turned::TokenMissing), "{act:?}");
        }
        assert_eq!(visitor.actor(None), Err(Turned::TokenMissing));
    }

    #[test]
    fn a_token_reaches_its_county_and_no_other() {
        let door = door();
        let county = door.enter(Some("county"), AWAY).unwrap();
        assert!(door.reaches(&county, Partition(2)) && !door.reaches(&county, Partition(1)));
        assert!(!door.reaches(&county, Partition::CITY));
        let city = door.enter(Some("city"), AWAY).unwrap();
        assert!(door.reaches(&city, Partition::CITY) && door.reaches(&city, Partition(1)));
        let town = door.enter(Some("town"), AWAY).unwrap();
        let within = "211002001001".parse().ok();
        let beside = "211002002001".parse().ok();
        assert!(town.covers(within) && !town.covers(beside) && !town.covers(None));
    }

    #[test]
    fn a_system_token_acts_for_the_organisation_the_request_names() {
        let door = door();
        let any = door.enter(Some("demo"), HERE).unwrap();
        let cg = OrgCode("CG".to_owned());
        assert_eq!(any.actor(None), Err(Turned::OrgMissing));
        assert_eq!(any.actor(Some(&cg)).unwrap().org, cg);
        let own = door.enter(Some("city"), AWAY).unwrap();
        assert_eq!(own.actor(Some(&cg)), Err(Turned::OrgNotTheirs));
        assert_eq!(own.actor(None).unwrap().org.0, "ZHZX");
    }
}
