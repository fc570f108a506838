//! `[snapshots]` and `[archive]`: what a restart, or another process, begins from.

use std::path::{Path, PathBuf};

use super::check::Checker;
use super::cluster::{Noted, secret};
use super::raw::RawSnapshots;
use super::secret::Secret;

/// Where snapshots lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SnapshotsConfig {
    /// In a directory of this process's own.
    Directory(PathBuf),
    /// In a directory that processes share.
    Shared(PathBuf),
    /// In a bucket of Amazon's S3, or of what speaks like it.
    S3(S3Config),
}

/// `[archive]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveConfig {
    /// Days a case stays in the archive, 1 and up.
    pub keep_days: u32,
    /// Seconds that what left memory may gather before it is archived, 1 to 3,600.
    pub gather_s: u64,
}

/// A bucket, and how it is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Config {
    /// Its name.
    pub bucket: String,
    /// What the names of our objects begin with, without slashes at the ends; may be empty.
    pub prefix: String,
    /// The server's address, `https://host:port`; none is Amazon's.
    pub endpoint: Option<String>,
    /// Where the bucket is.
    pub region: String,
    /// Whether the endpoint may be `http://`.
    pub allow_http: bool,
    /// Who asks; none asks as the machine it runs on (a role of the instance).
    pub credentials: Option<S3Credentials>,
}

/// The two parts of an access key, and the token of a temporary one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Credentials {
    /// Its name.
    pub key_id: Secret,
    /// Itself.
    pub key: Secret,
    /// Of a temporary one.
    pub token: Option<Secret>,
}

/// Where snapshots lie, if that is sound.
pub(super) fn snapshots(
    check: &mut Checker<'_>,
    raw: &RawSnapshots,
    data_dir: &Path,
) -> Option<SnapshotsConfig> {
    let url = raw.url.as_str();
    if url.is_empty() {
        return Some(SnapshotsConfig::Directory(data_dir.join("snapshots")));
    }
    if let Some(path) = url.strip_prefix("file://").filter(|path| path.starts_with('/')) {
        return Some(SnapshotsConfig::Shared(PathBuf::from(path)));
    }
    let Some(place) = url.strip_prefix("s3://").filter(|place| is_bucket(place)) else {
        let right = "\"\", \"file:///a/directory\" or \"s3://bucket/prefix\"";
        check.note("snapshots.url", format!("{url:?}"), "is no place for snapshots", right);
        return None;
    };
    if !cfg!(feature = "s3") {
        let right = "a directory, or a build with the feature `s3`";
        check.note("snapshots.url", format!("{url:?}"), "this build has no S3", right);
        return None;
    }
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let endpoint = endpoint(check, raw);
    let credentials = credentials(check, raw);
    Some(SnapshotsConfig::S3(S3Config {
        bucket: bucket.to_owned(),
        prefix: prefix.trim_matches('/').to_owned(),
        endpoint: endpoint.ok()?,
        region: raw.s3_region.clone(),
        allow_http: raw.s3_allow_http,
        credentials: credentials.ok()?,
    }))
}

/// Whether it begins with a name that a bucket can have.
fn is_bucket(place: &str) -> bool {
    let name = place.split('/').next().unwrap_or_default();
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c);
    (3..=63).contains(&name.len()) && name.chars().all(legal)
}

fn endpoint(check: &mut Checker<'_>, raw: &RawSnapshots) -> Result<Option<String>, Noted> {
    let endpoint = raw.s3_endpoint.as_str();
    let names_host = |scheme| endpoint.strip_prefix(scheme).is_some_and(|it| !it.is_empty());
    let in_clear = names_host("http://");
    if in_clear && !raw.s3_allow_http {
        let why = "snapshots would cross the network in clear";
        let right = "https://, or snapshots.s3_allow_http = true";
        check.note("snapshots.s3_endpoint", format!("{endpoint:?}"), why, right);
        return Err(Noted);
    }
    if !(endpoint.is_empty() || in_clear || names_host("https://")) {
        let right = "such as \"https://10.0.0.5:9000\"; \"\" is Amazon's";
        check.note("snapshots.s3_endpoint", format!("{endpoint:?}"), "is no address", right);
        return Err(Noted);
    }
    Ok((!endpoint.is_empty()).then(|| endpoint.to_owned()))
}

/// From files, or from the usual variables; neither is the machine's own right.
fn credentials(
    check: &mut Checker<'_>,
    raw: &RawSnapshots,
) -> Result<Option<S3Credentials>, Noted> {
    let (id_file, key_file) = (raw.s3_key_id_file.as_str(), raw.s3_key_file.as_str());
    if id_file.is_empty() && key_file.is_empty() {
        let outside = |name: &str| check.variable(name).map(Secret::new);
        let (id, key) = (outside("AWS_ACCESS_KEY_ID"), outside("AWS_SECRET_ACCESS_KEY"));
        let token = outside("AWS_SESSION_TOKEN");
        return Ok(id.zip(key).map(|(key_id, key)| S3Credentials { key_id, key, token }));
    }
    let key_id = secret(check, "snapshots.s3_key_id_file", id_file);
    let key = secret(check, "snapshots.s3_key_file", key_file);
    Ok(Some(S3Credentials { key_id: key_id?, key: key?, token: None }))
}
