//! Offices: what they open without a report, one kind after the other.

use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use crate::domain::{GridCode, OrgCode, Partition, Place, Playbook, Role, Timestamp, Verb};
use crate::picture::Picture;

use super::onward::SEATS;
use super::turn::Turn;

/// How often one of them opens something.
const EVERY_MS: i64 = 4_000;

/// What offices mean to do.
#[derive(Debug, Default)]
pub(super) struct Offices {
    /// The counties they are in.
    pub(super) counties: Vec<(GridCode, Partition)>,
    next: Option<Timestamp>,
    opened: usize,
}

impl Offices {
    /// Whether one opens something now.
    pub(super) fn is_due(&mut self, now: Timestamp) -> bool {
        let due = self.next.is_none_or(|next| next <= now);
        if due {
            self.next = Some(now.plus_ms(EVERY_MS));
        }
        due
    }

    /// What it opens, and where: the next kind that may be opened so.
    pub(super) fn open(
        &mut self,
        random: &mut ChaCha8Rng,
        picture: &Picture,
    ) -> Option<(Partition, Turn)> {
        let (county, partition) = self.counties.choose(random).copied()?;
        let playbook = &picture.rows(partition)?.playbook;
        let mut kinds = playbook.kinds.values().filter(|kind| !kind.opened_by.is_empty());
        let count = kinds.clone().count();
        let kind = kinds.nth(self.opened.checked_rem(count)?)?;
        self.opened = self.opened.saturating_add(1);
        let seat = |(role, ..): &&(Role, &str, Option<&str>)| kind.opened_by.contains(role);
        let (_, token, org) = SEATS.iter().filter(seat).max_by_key(|(.., org)| org.is_some())?;
        let org = match org {
            Some(org) => OrgCode((*org).to_owned()),
            None => listed(random, playbook)?,
        };
        let of_kind = playbook.items.values().filter(|item| item.kind == kind.code);
        let items: Vec<_> = of_kind.filter(|item| !item.unlawful).map(|item| item.code).collect();
        let verb = Verb::Open {
            kind: kind.code,
            item: items.choose(random).copied(),
            place: Place { point: None, grid: Some(county) },
            orgs: [listed(random, playbook)?, listed(random, playbook)?].into(),
            note: None,
            about: None,
        };
        Some((partition, Turn { token, org: Some(org), verb }))
    }
}

fn listed(random: &mut ChaCha8Rng, playbook: &Playbook) -> Option<OrgCode> {
    let all: Vec<&OrgCode> = playbook.organisations.listed.keys().collect();
    all.choose(random).map(|org| (*org).clone())
}
