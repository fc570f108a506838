//! Files of Open311 reports, read in the order of their own times.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::config::{Faults, catalog};
use crate::domain::{Evidence, Item, ItemCode, KindCode, Place, PrivacyClass, Timestamp};
use crate::ingest::evidence::Extractor;
use crate::ingest::{Keep, Projection, scrub};
use crate::vault::MatchKey;
use crate::wire::feeds::open311::{self, Request};

/// Evidence of files is compared with nothing else, so its key may be known.
const KEY: [u8; 32] = *b"liandong: evidence of open files";

/// Why a tool stopped.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// A file could not be read or written.
    #[error("{path}: {why}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// What was asked cannot be done.
    #[error("{0}")]
    Asked(String),
}

impl ToolError {
    pub(super) fn file(path: &Path, why: impl std::fmt::Display) -> Self {
        Self::File { path: path.to_owned(), why: why.to_string() }
    }
}

/// A report as it comes from a file.
#[derive(Debug, Clone)]
pub(super) struct Report {
    pub(super) id: String,
    pub(super) at: Timestamp,
    pub(super) item: Option<ItemCode>,
    pub(super) place: Place,
    pub(super) evidence: Evidence,
    pub(super) text: String,
}

/// All reports of some files.
#[derive(Debug, Default)]
pub(super) struct Reports {
    /// In the order of time, then identifier.
    pub(super) list: Vec<Report>,
    /// The item each service became.
    pub(super) services: BTreeMap<String, ItemCode>,
    /// Lines that are no report.
    pub(super) refused: usize,
}

/// The extractor of all files.
pub(super) fn extractor() -> Extractor {
    Extractor::new(MatchKey::new(KEY))
}

/// Reads `paths`, each JSON lines, gzipped or not, and merges them.
pub(super) fn read(paths: &[PathBuf]) -> Result<Reports, ToolError> {
    let mut requests = Vec::new();
    let mut refused = 0;
    for path in paths {
        refused += read_file(path, &mut requests)?;
    }
    requests.sort_by(|a, b| (a.requested_at, &a.id).cmp(&(b.requested_at, &b.id)));
    requests.dedup_by(|a, b| a.id == b.id);
    let (lat0, lon0) = requests.iter().find_map(|request| request.degrees).unwrap_or_default();
    let plane = Projection::new(lat0, lon0);
    let extractor = extractor();
    let mut reports = Reports { refused, ..Reports::default() };
    for request in requests {
        let item = item_of(&request);
        if let Some(item) = item {
            reports.services.entry(request.service_name.clone()).or_insert(item);
        }
        let point = request.degrees.and_then(|degrees| plane.point(degrees));
        let text = scrub(&request.description, Keep::Plates).into_owned();
        let address = scrub(&request.address, Keep::Plates);
        reports.list.push(Report {
            at: request.requested_at,
            item,
            place: Place { point, grid: None },
            evidence: extractor.extract(&text, &address),
            id: request.id,
            text,
        });
    }
    Ok(reports)
}

/// What a file holds, gzipped or not.
pub(super) fn open(path: &Path) -> Result<Box<dyn BufRead>, ToolError> {
    let file = File::open(path).map_err(|error| ToolError::file(path, error))?;
    let zipped = path.extension().is_some_and(|extension| extension == "gz");
    Ok(if zipped {
        Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(file)))
    } else {
        Box::new(BufReader::new(file))
    })
}

fn read_file(path: &Path, requests: &mut Vec<Request>) -> Result<usize, ToolError> {
    let mut refused = 0;
    for line in open(path)?.split(b'\n') {
        let line = line.map_err(|error| ToolError::file(path, error))?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match std::str::from_utf8(&line).ok().and_then(|line| open311::parse_line(line).ok()) {
            Some(request) => requests.push(request),
            None => refused += 1,
        }
    }
    Ok(refused)
}

/// The item of a service: the catalogue's, or one of the files' own, named after the service.
fn item_of(request: &Request) -> Option<ItemCode> {
    let digest = blake3::hash(request.service_name.as_bytes());
    let [a, b, c, ..] = *digest.as_bytes();
    let number = u32::from_le_bytes([a, b, c, 0]) % 100_000;
    request.item().or_else(|| format!("O{number:05}").parse().ok())
}

/// The built-in catalogue, and each service it does not know as a thing or place of the city.
pub(super) fn catalogue(reports: &Reports) -> BTreeMap<ItemCode, Item> {
    let mut faults = Faults(Vec::new());
    let mut items = catalog::read(catalog::BUILT_IN, "config/catalog.tsv", &mut faults);
    let Some(pattern) = items.values().find(|item| item.kind == KindCode::CITY_EVENT).cloned()
    else {
        return items;
    };
    for (service, code) in &reports.services {
        items.entry(*code).or_insert_with(|| Item {
            code: *code,
            name_zh: service.clone(),
            name_en: service.clone(),
            privacy: PrivacyClass::None,
            ..pattern.clone()
        });
    }
    items
}
