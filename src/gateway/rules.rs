//! The city's rules: what is in force, and how others come to be. One person proposes what the
//! configuration's files say now, another approves; both acts are entries of the city's journal.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::access::{Act, Turned, Visitor};
use crate::config::Faults;
use crate::domain::{
    Actor, Adoption, AdoptionAct, AdoptionRefusal, Entry, Partition, Playbook, Proposal,
};
use crate::wire::pages::{Differences, ProposalPage, RefusedPage, RulesPage, RulesReceipt};

use super::asking::Asking;
use super::gateway::{County, Gateway};
use super::refused::Problem;

/// The rules as the files say them now, all of them checked.
type Read = dyn Fn() -> Result<Playbook, Faults> + Send + Sync;

/// Where rules are written: the configuration's files. Cloning shares it.
#[derive(Clone)]
pub struct RuleFiles(Arc<Read>);

impl RuleFiles {
    /// Files that `read` reads and checks anew.
    pub fn new(read: impl Fn() -> Result<Playbook, Faults> + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }
}

impl fmt::Debug for RuleFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RuleFiles")
    }
}

/// `GET /api/v1/rules`
pub(super) async fn rules(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
) -> Result<Json<RulesPage>, Problem> {
    visitor.may(Act::ReadRows)?;
    gateway.rules_page().map(Json)
}

/// `POST /api/v1/rules/proposals`: what the files say now.
pub(super) async fn propose(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
) -> Result<(StatusCode, Json<RulesReceipt>), Problem> {
    let actor = gateway.who(&visitor, Act::ProposeRules)?;
    let files = gateway.parts.rules.clone();
    let files =
        files.ok_or_else(|| Problem::senseless("this process reads no rules from files"))?;
    let read = tokio::task::spawn_blocking(move || (files.0)()).await.map_err(Problem::broken)?;
    let playbook = read.map_err(|faults| Problem::senseless(format!("the files say\n{faults}")))?;
    let (version, in_force) = (playbook.version, gateway.version_in_force());
    if version <= in_force {
        return Err(Problem::senseless(format!(
            "the files say version {version}, and {in_force} is in force: raise playbook.version"
        )));
    }
    let proposed_at = gateway.parts.clock.now();
    let proposal = Proposal { playbook: Arc::new(playbook), by: actor.clone(), proposed_at };
    let act = AdoptionAct::Propose(Box::new(proposal));
    gateway.say(Adoption { version, by: actor, act }).await
}

/// `POST /api/v1/rules/proposals/{version}/approval`
pub(super) async fn approve(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    Path(version): Path<u32>,
) -> Result<(StatusCode, Json<RulesReceipt>), Problem> {
    let actor = gateway.who(&visitor, Act::ApproveRules)?;
    let proposed = gateway.proposed(version)?;
    if proposed == actor.account {
        return Err(Problem::senseless(AdoptionRefusal::SamePerson));
    }
    gateway.say(Adoption { version, by: actor, act: AdoptionAct::Approve }).await
}

/// `POST /api/v1/rules/proposals/{version}/withdrawal`
pub(super) async fn withdraw(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    Path(version): Path<u32>,
) -> Result<(StatusCode, Json<RulesReceipt>), Problem> {
    let actor = gateway.who(&visitor, Act::ProposeRules)?;
    gateway.proposed(version)?;
    gateway.say(Adoption { version, by: actor, act: AdoptionAct::Withdraw }).await
}

impl Gateway {
    /// Who asks; the rules are the whole city's, so only who reaches all of it may.
    pub(super) fn who(&self, visitor: &Visitor, act: Act) -> Result<Actor, Problem> {
        if self.parts.read_only {
            return Err(Problem::read_only());
        }
        visitor.may(act)?;
        let all = self.counties.keys().all(|partition| self.door.reaches(visitor, *partition));
        if !(all && visitor.reaches_counties()) {
            return Err(Turned::OutsideScope.into());
        }
        Ok(visitor.actor(None)?)
    }

    /// The highest version in force anywhere.
    fn version_in_force(&self) -> u32 {
        self.versions().into_values().max().unwrap_or_default()
    }

    fn versions(&self) -> BTreeMap<Partition, u32> {
        let version = |(partition, county): (&Partition, &County)| {
            (*partition, county.look(|rows| rows.playbook.version))
        };
        self.counties.iter().map(version).collect()
    }

    /// Whose proposal of `version` waits.
    fn proposed(&self, version: u32) -> Result<String, Problem> {
        let found = self.county(Partition::CITY)?.look(|rows| {
            let proposal = rows.proposal.as_ref();
            let proposal = proposal.filter(|proposal| proposal.playbook.version == version);
            proposal.map(|proposal| proposal.by.account.clone())
        });
        found.ok_or_else(|| Problem::unknown(format!("no rules of version {version} are proposed")))
    }

    fn rules_page(&self) -> Result<RulesPage, Problem> {
        let (playbook, proposal, refused) = self.county(Partition::CITY)?.look(|rows| {
            (Arc::clone(&rows.playbook), rows.proposal.clone(), rows.adoption_refused.clone())
        });
        let proposal = proposal.map(|proposal| {
            let differences = Differences::between(&playbook, &proposal.playbook);
            Ok::<_, Problem>(ProposalPage {
                version: proposal.playbook.version,
                by: proposal.by.account.clone(),
                proposed_at: proposal.proposed_at,
                differences: differences.map_err(Problem::broken)?,
            })
        });
        let refused = refused.map(|(version, by, why)| RefusedPage {
            version,
            by: by.account,
            why,
            words: why.to_string(),
        });
        Ok(RulesPage { in_force: self.versions(), proposal: proposal.transpose()?, refused })
    }

    /// Journals what is said of a proposal.
    async fn say(&self, said: Adoption) -> Result<(StatusCode, Json<RulesReceipt>), Problem> {
        let (partition, version) = (Partition::CITY, said.version);
        let entry = Entry::Adoption(Box::new(said));
        let (position, epoch) = self.journal(partition, &entry).await?;
        let receipt = RulesReceipt { version, partition, position, epoch };
        Ok((StatusCode::ACCEPTED, Json(receipt)))
    }
}
