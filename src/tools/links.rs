//! Labelled pairs: which reports a city itself said are one matter.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::reports::{Report, ToolError};

/// One row of a links file; other columns are passed over.
#[derive(Deserialize)]
struct Row {
    child_id: String,
    parent_id: String,
}

/// Links between reports, by their place in the list.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// Pairs, the later report first.
    pub(super) pairs: Vec<(usize, usize)>,
    /// The cluster of each report: reports linked with each other, also through others.
    pub(super) cluster: Vec<usize>,
}

/// Reads `path`; links to reports that are not in the list are left out.
pub(super) fn read(path: &Path, reports: &[Report]) -> Result<Links, ToolError> {
    let at: BTreeMap<&str, usize> =
        reports.iter().enumerate().map(|(at, report)| (report.id.as_str(), at)).collect();
    let mut rows = csv::Reader::from_path(path).map_err(|error| ToolError::file(path, error))?;
    let mut links = Links { pairs: Vec::new(), cluster: (0..reports.len()).collect() };
    for row in rows.deserialize() {
        let row: Row = row.map_err(|error| ToolError::file(path, error))?;
        let ends = (at.get(row.child_id.as_str()), at.get(row.parent_id.as_str()));
        if let (Some(child), Some(parent)) = ends {
            links.add(*child.max(parent), *child.min(parent));
        }
    }
    for report in 0..reports.len() {
        let root = links.root(report);
        if let Some(cluster) = links.cluster.get_mut(report) {
            *cluster = root;
        }
    }
    Ok(links)
}

impl Links {
    fn add(&mut self, later: usize, earlier: usize) {
        self.pairs.push((later, earlier));
        let (a, b) = (self.root(later), self.root(earlier));
        if let Some(cluster) = self.cluster.get_mut(a.max(b)) {
            *cluster = a.min(b);
        }
    }

    fn root(&self, report: usize) -> usize {
        let mut at = report;
        while let Some(next) = self.cluster.get(at).copied().filter(|next| *next != at) {
            at = next;
        }
        at
    }

    /// Whether two reports are one matter.
    pub(super) fn same(&self, a: usize, b: usize) -> bool {
        a == b || (self.cluster.get(a).is_some() && self.cluster.get(a) == self.cluster.get(b))
    }
}
