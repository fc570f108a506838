//! Writing the made-up city's files, and what is in its `city.toml`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::access::Door;
use crate::wire::outlines::{self, OutlinesError};
use crate::wire::projection::Projection;

use super::plan::Plan;
use super::{ground, tables};

/// Accounts, one of each role; the tokens are known, so they are good on this machine only.
const ROLES: [&str; 8] = [
    "receiver",
    "dispatcher",
    "shift_leader",
    "handler",
    "checker",
    "agent",
    "grid_worker",
    "crew",
];

/// Why the city could not be written.
#[derive(Debug, thiserror::Error)]
pub enum NewCityError {
    /// There are files in the way.
    #[error("{0} is not empty; a new city wants a folder of its own")]
    NotEmpty(PathBuf),
    /// A file cannot be written.
    #[error("{path}: {error}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The outlines cannot be encoded.
    #[error("outlines.geojson: {0}")]
    Outlines(#[from] OutlinesError),
}

/// Writes the city of `seed` into `folder`, which is made where it is not; returns the file that
/// `--config` takes.
///
/// # Errors
/// Where the folder holds anything, or a file cannot be written.
pub fn write_city(folder: &Path, seed: u64) -> Result<PathBuf, NewCityError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| NewCityError::Io { path, error }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    if fs::read_dir(folder).map_err(failed(folder))?.next().is_some() {
        return Err(NewCityError::NotEmpty(folder.to_owned()));
    }
    // Paths in a configuration are taken from where the process is started, so these are whole.
    let folder = &folder.canonicalize().map_err(failed(folder))?;
    let mut plan = Plan::of(seed);
    let plane = plane(&plan);
    let outlines = outlines::encode(&ground::outlines(&mut plan), &plane)?;
    let catalog = tables::catalog(&mut plan);
    let files = [
        ("outlines.geojson", outlines),
        ("organisations.tsv", tables::organisations(&plan).into_bytes()),
        ("ownership.tsv", tables::ownership(&plan, &catalog).into_bytes()),
        ("calendar.tsv", tables::calendar().into_bytes()),
        ("catalog.tsv", catalog.into_bytes()),
        // ── kinds.toml goes here: the city's kinds of case and its palette, once the playbook
        // ── reads them; `settings` then names it as it names the others.
        ("city.toml", settings(&plan, folder, seed).into_bytes()),
    ];
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(failed(&path))?;
    }
    Ok(folder.join("city.toml"))
}

fn plane(plan: &Plan) -> Projection {
    let (lat, lon) = &plan.origin;
    Projection::new(lat.parse().unwrap_or_default(), lon.parse().unwrap_or_default())
}

/// `city.toml`.
fn settings(plan: &Plan, folder: &Path, seed: u64) -> String {
    let text = |text: &str| toml::Value::from(text).to_string();
    let path = |name: &str| text(&folder.join(name).display().to_string());
    let (lat, lon) = &plan.origin;
    let said = [
        ("data_dir", path("data")),
        ("[city]", String::new()),
        ("profile", text("file")),
        ("name", text(&plan.city.zh)),
        ("lat0", lat.clone()),
        ("lon0", lon.clone()),
        ("outlines", path("outlines.geojson")),
        ("[playbook]", String::new()),
        ("catalog", path("catalog.tsv")),
        ("calendar", path("calendar.tsv")),
        ("work_hours", text(plan.hours)),
        ("work_days", text(plan.week)),
        ("utc_offset", text(plan.offset)),
        ("organisations", path("organisations.tsv")),
        ("ownership", path("ownership.tsv")),
        ("reply_within", text("3d")),
        (
            "# kinds.toml goes here. Palette of this city: red, yellow, blue; no orange",
            String::new(),
        ),
    ];
    let said = said.into_iter().map(|(key, value)| {
        if value.is_empty() { format!("{key}\n") } else { format!("{key} = {value}\n") }
    });
    let counties = (1..).zip(&plan.counties).map(|(number, county)| {
        let (code, zh) = (&county.code, &county.zh);
        format!("\n[[partitions]]\ncounty = \"{code}\" # {zh}\nnumber = {number}\n")
    });
    let accounts = ROLES.iter().map(|role| access(role, &format!("city-{role}"), ""));
    let of_county = plan.counties.first();
    let of_county = of_county.map(|it| access("receiver", "county-receiver", &it.code));
    let mut lines = vec![format!(
        "# A made-up city: `liandong new-city --seed {seed}`.\n\
         # Its paths are whole: files that are moved need new ones.\n"
    )];
    lines.extend(said);
    lines.extend(counties);
    lines.push(String::from(
        "\n# The tokens are the accounts' names: known to everybody, good on this machine only.\n",
    ));
    lines.extend(accounts.chain(of_county));
    lines.concat()
}

fn access(role: &str, account: &str, scope: &str) -> String {
    let digest = Door::digest(account).map(|byte| format!("{byte:02x}")).concat();
    let org = if matches!(role, "handler" | "crew") { "*" } else { "LZ" };
    format!(
        "\n[[access]]\ntoken_blake3 = \"{digest}\"\naccount = \"{account}\"\nrole = \"{role}\"\n\
         org = \"{org}\"\nscope = \"{scope}\"\nloopback_only = true\n"
    )
}
