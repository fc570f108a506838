//! An archive under a directory, and cases made to be put into it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use liandong::archive::{Asked, Index, Segments, Sought};
use liandong::domain::{
    AttachedBy, Attachment, Case, CaseId, CaseState, Channel, Epoch, KindCode, OrgCode, Partition,
    Place, Position, PrivacyClass, Purpose, Reply, SourceKey, StageCode, Ticket, TicketId,
    Timestamp,
};
use liandong::vault::Vault;
use liandong::wire::archive_v1::{Archived, Manifest};
use liandong::wire::words_v1::{self, Words};

pub(super) const COUNTY: Partition = Partition(1);
pub(super) const EPOCH: Epoch = Epoch(7);

pub(super) fn case_id(number: u64) -> CaseId {
    CaseId { partition: COUNTY, number }
}

/// A ticket of `case` that says `text`.
pub(super) fn ticket(vault: &Vault, case: CaseId, text: &str) -> Ticket {
    let source = SourceKey(u128::from(case.number) << 8);
    let words = words_v1::encode(&Words { text: text.into(), ..Words::default() }).unwrap();
    Ticket {
        id: TicketId { partition: case.partition, number: case.number },
        case,
        source,
        external_id: format!("GD-{}", case.number),
        channel: Channel::Hotline,
        item: None,
        place: Place::default(),
        observed_at: Timestamp(0),
        arrived_at: Timestamp(0),
        admitted_at: Timestamp(0),
        reply: Reply::NotOwed,
        attachment: Attachment {
            by: AttachedBy::Opening,
            against: None,
            points: 0,
            reasons: Vec::new(),
        },
        urges: 0,
        withdrawn: false,
        episode: None,
        purpose: Purpose::Real,
        words: Some(vault.seal(Vault::key_for(source), &words).unwrap()),
        contacted_at: None,
        visit: None,
        exclusion: None,
        due: None,
    }
}

/// A case as it left at position `number`, opened in second `number`.
pub(super) fn archived(vault: &Vault, number: u64, text: &str) -> Archived {
    let opened_at = Timestamp(i64::try_from(number).unwrap() * 1_000);
    let stage = StageCode::of("closed");
    let mut row = Case::begun(case_id(number), KindCode::CITY_EVENT, stage, opened_at);
    row.privacy = PrivacyClass::None;
    row.state = CaseState::Evaluated;
    row.place.grid = Some("211002001001001".parse().unwrap());
    row.lead = Some(OrgCode("211002-CG".to_owned()));
    let tickets = vec![ticket(vault, row.id, text)];
    let position = Position::new(number, 0);
    Archived { row, tickets, timeline: Vec::new(), position, at: opened_at }
}

/// An archive under a directory.
pub(super) struct Archive {
    pub(super) segments: Segments,
    pub(super) manifest: Manifest,
    pub(super) index: Index,
    pub(super) vault: Arc<Vault>,
}

impl Archive {
    pub(super) fn open(directory: &Path) -> Self {
        let vault = Arc::new(Vault::ephemeral([7; 32]));
        let segments = Segments::open(directory).unwrap();
        let manifest = segments.manifest(COUNTY).unwrap();
        let read = Segments::open(directory).unwrap();
        let index = Index::open(&directory.join("index"), read, Arc::clone(&vault)).unwrap();
        Self { segments, manifest, index, vault }
    }

    /// Archives `cases` and has them indexed.
    pub(super) fn take(&mut self, cases: Vec<Archived>) -> usize {
        let to = cases.iter().map(|case| case.position).max().unwrap();
        let manifest = (COUNTY, &mut self.manifest);
        let count = self.segments.append(manifest, (EPOCH, to), cases).unwrap();
        self.catch_up();
        count
    }

    pub(super) fn catch_up(&self) {
        self.index.catch_up(&BTreeSet::from([COUNTY])).unwrap();
    }

    pub(super) fn numbers(&self, asked: &Asked) -> Vec<u64> {
        let found = self.index.search(asked, |_| true, 100).unwrap();
        assert_eq!(found.next, None);
        found.cases.iter().map(|found| found.case.row.id.number).collect()
    }
}

pub(super) fn words(typed: &str) -> Asked {
    Asked { words: Some(Sought::of(typed).unwrap()), ..Asked::default() }
}
