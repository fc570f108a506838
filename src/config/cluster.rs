//! `[journal]`, as far as it speaks of a cluster: where it is, and how it is spoken to.

use std::path::{Path, PathBuf};

use super::check::Checker;
use super::raw::RawJournal;
use super::secret::Secret;

/// How brokers are spoken to: in clear and without a name, unless told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClusterSecurity {
    /// Encrypted; none is in clear.
    pub tls: Option<ClusterTls>,
    /// By a name and a password; none where the brokers ask for none.
    pub login: Option<ClusterLogin>,
}

/// Who is believed, and who we are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterTls {
    /// Certificates of the authorities that may vouch for brokers; none: the system's.
    pub ca_file: Option<PathBuf>,
    /// Our own certificate and its key, for brokers that ask for one.
    pub own: Option<(PathBuf, PathBuf)>,
}

/// A name and its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterLogin {
    /// How it is proven.
    pub mechanism: LoginMechanism,
    /// The name.
    pub username: String,
    /// The password.
    pub password: Secret,
}

/// How a password is proven (SASL).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginMechanism {
    /// By saying it.
    Plain,
    /// By a challenge, with SHA-256.
    ScramSha256,
    /// By a challenge, with SHA-512.
    ScramSha512,
}

/// A fault, which is noted already.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noted;

/// Whether a cluster is named that can be asked, and topics that it can have.
pub(super) fn named(check: &mut Checker<'_>, raw: &RawJournal) -> bool {
    let has_port = |broker: &str| {
        broker.trim().rsplit_once(':').is_some_and(|(host, port)| {
            !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port != 0)
        })
    };
    let sound_brokers = raw.brokers.split(',').all(has_port);
    if !sound_brokers {
        let right = "host:port, with commas between, such as \"10.0.0.1:9092,10.0.0.2:9092\"";
        check.note("journal.brokers", format!("{:?}", raw.brokers), "names no brokers", right);
    }
    let legal = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let prefix = &raw.topic_prefix;
    let sound_prefix = (1..=100).contains(&prefix.len()) && prefix.chars().all(legal);
    if !sound_prefix {
        let right = "1 to 100 letters, digits, full stops, hyphens or underscores of ASCII";
        check.note("journal.topic_prefix", format!("{prefix:?}"), "is no topic's name", right);
    }
    sound_brokers && sound_prefix
}

/// How the cluster is spoken to.
pub(super) fn security(check: &mut Checker<'_>, raw: &RawJournal) -> Option<ClusterSecurity> {
    let choices = [
        ("plaintext", (false, false)),
        ("ssl", (true, false)),
        ("sasl_plaintext", (false, true)),
        ("sasl_ssl", (true, true)),
    ];
    let (with_tls, with_login) = check.choice("journal.security", &raw.security, &choices)?;
    if (with_tls || with_login) && !cfg!(feature = "kafka-tls") {
        let why = "this build can only speak in clear";
        let right = "\"plaintext\", or a build with the feature `kafka-tls`";
        check.note("journal.security", format!("{:?}", raw.security), why, right);
        return None;
    }
    let tls = [
        ("ca_file", &raw.ca_file),
        ("certificate_file", &raw.certificate_file),
        ("key_file", &raw.key_file),
    ];
    let login =
        [("sasl_username", &raw.sasl_username), ("sasl_password_file", &raw.sasl_password_file)];
    let used = useless(check, with_tls, &tls) & useless(check, with_login, &login);
    let tls = with_tls.then(|| encrypted(check, raw));
    let login = with_login.then(|| login_of(check, raw));
    used.then_some(())?;
    // A part that is wanted and unsound makes the whole so.
    Some(ClusterSecurity { tls: tls.transpose().ok()?, login: login.transpose().ok()? })
}

/// Whether keys that are of no use are empty.
fn useless(check: &mut Checker<'_>, of_use: bool, keys: &[(&str, &String)]) -> bool {
    let mut sound = true;
    for (key, value) in keys.iter().filter(|(_, value)| !of_use && !value.is_empty()) {
        let why = "is of no use with this journal.security";
        check.note(&format!("journal.{key}"), format!("{value:?}"), why, "\"\"");
        sound = false;
    }
    sound
}

fn encrypted(check: &mut Checker<'_>, raw: &RawJournal) -> Result<ClusterTls, Noted> {
    let ca = file(check, "journal.ca_file", &raw.ca_file);
    let certificate = file(check, "journal.certificate_file", &raw.certificate_file);
    let key = file(check, "journal.key_file", &raw.key_file);
    let own = match (certificate?, key?) {
        (None, None) => None,
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (certificate, _) => {
            let without = if certificate.is_some() { "key_file" } else { "certificate_file" };
            let why = "a certificate and its key belong together";
            check.note(&format!("journal.{without}"), "\"\"", why, "both files, or neither");
            return Err(Noted);
        }
    };
    Ok(ClusterTls { ca_file: ca?, own })
}

/// A file that is there and can be read; none where none is named.
fn file(check: &mut Checker<'_>, key: &str, value: &str) -> Result<Option<PathBuf>, Noted> {
    if value.is_empty() {
        return Ok(None);
    }
    if let Err(error) = std::fs::File::open(Path::new(value)) {
        let right = "a file in PEM that this process may read";
        check.note(key, format!("{value:?}"), &error.to_string(), right);
        return Err(Noted);
    }
    Ok(Some(PathBuf::from(value)))
}

fn login_of(check: &mut Checker<'_>, raw: &RawJournal) -> Result<ClusterLogin, Noted> {
    let mechanisms = [
        ("PLAIN", LoginMechanism::Plain),
        ("SCRAM-SHA-256", LoginMechanism::ScramSha256),
        ("SCRAM-SHA-512", LoginMechanism::ScramSha512),
    ];
    let mechanism = check.choice("journal.sasl_mechanism", &raw.sasl_mechanism, &mechanisms);
    let username = raw.sasl_username.clone();
    if username.is_empty() {
        check.note("journal.sasl_username", "\"\"", "is empty", "the name the brokers know");
    }
    let path = &raw.sasl_password_file;
    let password = secret(check, "journal.sasl_password_file", path)?;
    match mechanism {
        Some(mechanism) if !username.is_empty() => {
            Ok(ClusterLogin { mechanism, username, password })
        }
        _ => Err(Noted),
    }
}

/// What the file says that `key` names.
pub(super) fn secret(check: &mut Checker<'_>, key: &str, path: &str) -> Result<Secret, Noted> {
    match Secret::read(Path::new(path)) {
        Ok(secret) => Ok(secret),
        Err(error) => {
            let right = "a file with the secret on one line, that this process may read";
            check.note(key, format!("{path:?}"), &error, right);
            Err(Noted)
        }
    }
}
