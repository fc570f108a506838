//! `all`: every role in one process, on the embedded journal.

use std::net::SocketAddr;
use std::process::ExitCode;

use crate::config::Config;

use super::arguments::LayerArguments;
use super::ground::Ground;
use super::launch::{self, Failure};
use super::map::Map;
use super::roles::Roles;
use super::run::print;
use super::server::Server;
use super::{archiver, canary, gateway, ingest, outbound, processor};

/// Runs until asked to stop.
pub(super) fn run(layers: &LayerArguments) -> ExitCode {
    launch::run(layers, None, async |config| {
        let mut roles = Roles::new()?;
        let map = Map::of(&config.city)?;
        start(&mut roles, (layers, None), (config, map)).await?;
        Ok(roles.until_stopped().await)
    })
}

/// Starts every role: the address first, so that a second process touches nothing. Says where it
/// is served.
pub(super) async fn start(
    roles: &mut Roles,
    layers: (&LayerArguments, Option<&'static str>),
    (mut config, map): (Config, Map),
) -> Result<(Ground, SocketAddr), Failure> {
    let server = Server::bind(config.http.listen).await?;
    let address = server.address();
    let pass = canary::pass(&mut config)?;
    let ground = Ground::open(config)?;
    processor::start(roles, &ground).await?;
    outbound::start(roles, &ground)?;
    archiver::start(roles, &ground)?;
    let pages = map.pages(&ground.config)?;
    let signals = ingest::start(roles, &ground, map)?;
    let files = ground.rule_files(layers.0, layers.1);
    let desk = gateway::start(roles, &ground, (pages, Some(files)))?;
    roles.start("http", server.serve(desk.merge(signals), roles.stop()));
    canary::start(roles, &ground, (pass, address));
    print(&welcome(&ground, &format!("http://{address}")));
    Ok((ground, address))
}

/// Where to look and what to try.
fn welcome(ground: &Ground, url: &str) -> String {
    let config = &ground.config;
    let kept = match config.journal.kind {
        crate::config::JournalKind::Local => config.data_dir.display().to_string(),
        crate::config::JournalKind::Kafka => format!("Kafka at {}", config.journal.brokers),
        crate::config::JournalKind::Memory => "memory (gone with the process)".to_owned(),
    };
    // The seats that take a case through its life. After `#`: browsers do not send that.
    let known = |account| config.access.iter().any(|row| row.actor.account == account);
    let (seats, crew) = if known("demo-shift-leader") {
        ("#demo-shift-leader,demo-handler,demo-checker", "#demo-crew")
    } else {
        ("", "")
    };
    format!(
        "liandong · {} · kept in {kept}\n  \
         wall     {url}/wall   (a second one: {url}/wall/2)\n  \
         desk     {url}/desk{seats}\n  \
         unit     {url}/unit{crew}\n  \
         signals  POST {url}/api/v1/signals\n  \
         cases    {url}/api/v1/cases?open=true\n  \
         changes  {url}/api/v1/changes?partition=1\n  \
         ready    {url}/readyz\n  \
         metrics  {url}/metrics\n\
         Ctrl-C stops it.",
        config.city.name
    )
}
