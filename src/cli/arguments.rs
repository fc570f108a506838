//! What can be written on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::{Faults, Layers, Sound, load};
use crate::simulate::demo::DemoOptions;
use crate::tools::assess::Assess;
use crate::tools::calibrate::Calibrate;
use crate::tools::timelines::Timelines;

use super::cluster::Topics;
use super::configuration::CheckRegister;
use super::ingest::IngestArguments;
use super::new_city::NewCityArguments;
use super::processor::ProcessorArguments;
use super::replay::ReplayArguments;
use super::schemas::SchemasArguments;
use super::simulate::SimulateArguments;

/// 联动: a real-time city command centre.
#[derive(Debug, Parser)]
#[command(name = "liandong", version, about, propagate_version = true)]
#[command(after_help = "Exit codes: 0 done · 1 a fault, or a role broke · 2 a wrong call.\n\
    Configuration: `liandong print-config` shows every value and where it is from.")]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) layers: LayerArguments,
    #[command(subcommand)]
    pub(super) subcommand: Sub,
}

/// Which configuration.
#[derive(Debug, Clone, Args)]
pub(super) struct LayerArguments {
    /// A built-in profile over the defaults: demo, open, cad, city311
    #[arg(long, global = true, env = "LIANDONG_PROFILE")]
    profile: Option<String>,
    /// A TOML file over the defaults (and the profile)
    #[arg(long, global = true, env = "LIANDONG_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the process keeps what it must not lose
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<String>,
    /// Address and port of the web server
    #[arg(long, global = true, value_name = "ADDRESS")]
    listen: Option<String>,
}

impl LayerArguments {
    /// The sound configuration they choose; `profile` where they name none.
    ///
    /// # Errors
    /// All its faults.
    pub(super) fn load(&self, profile: Option<&str>) -> Result<Sound, Faults> {
        load(&self.layers(profile))
    }

    /// The layers they choose.
    pub(super) fn layers(&self, profile: Option<&str>) -> Layers {
        let argument = |key, value: &Option<String>, name| value.clone().map(|it| (key, it, name));
        let data_dir = argument("data_dir", &self.data_dir, "--data-dir");
        let listen = argument("http.listen", &self.listen, "--listen");
        Layers {
            profile: self.profile.clone().or_else(|| profile.map(str::to_owned)),
            file: self.config.clone(),
            environment: Layers::process_environment(),
            arguments: data_dir.into_iter().chain(listen).collect(),
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Sub {
    /// Run every role in one process, on the embedded journal
    #[command(after_help = "Examples:\n  liandong all\n  \
        liandong all --data-dir /var/lib/liandong --listen 0.0.0.0:8080\n  \
        liandong all --profile demo   # with known tokens, on this machine only\n\n\
        Ctrl-C or SIGTERM stops it cleanly; starting again resumes where it was. A second Ctrl-C \
        ends it at once: what was acknowledged is durable. Exit code 1 if a role broke.")]
    All,
    /// Play a small living city: every role, its citizens, desks and crews, a terminal view
    #[command(after_help = "Examples:\n  liandong demo\n  \
        liandong demo --scenario storm --lang en\n  liandong demo --matters-an-hour 600\n\n\
        Profile demo, kept in ./data/demo unless told. The players use the public API only, with \
        the profile's known tokens. Ctrl-C stops it; starting again resumes where it was.")]
    Demo(DemoOptions),
    /// Run ingest on a cluster; or take files of reports in
    #[command(after_help = "Examples:\n  liandong ingest reports.ndjson --data-dir ./data\n  \
        liandong ingest --feed hotline orders/*.json\n  \
        liandong ingest --config cluster.toml   # one of as many as you like\n\n\
        Files are taken as the same bodies by HTTP would be; see docs/feeds.md. On the embedded \
        journal one process owns the data directory, so while `liandong all` runs, post to \
        /api/v1/signals instead.")]
    Ingest(IngestArguments),
    /// Run a processor on a cluster; or fold and publish what is pending
    #[command(after_help = "Examples:\n  liandong processor --until-end --data-dir ./data\n  \
        liandong processor --standby --config cluster.toml\n\n\
        On a cluster partitions spread over the processors, and move when one dies or joins. With \
        --standby it speaks for others' partitions within a second of their owner's silence. On \
        the embedded journal one process owns the data directory, so while `liandong all` runs it \
        is the processor.")]
    Processor(ProcessorArguments),
    /// Deliver orders on a cluster; or those that a stopped data directory still holds
    #[command(after_help = "Examples:\n  liandong outbound --config cluster.toml\n  \
        export LIANDONG_OUTBOUND__ORDERS_URL=http://127.0.0.1:9000/orders\n  \
        liandong outbound --until-end --data-dir ./data\n\n\
        An order keeps one delivery id for ever (header x-liandong-delivery): it may come twice, \
        act on it once. On the embedded journal one process owns the data directory, so while \
        `liandong all` runs it is outbound.")]
    Outbound {
        /// Deliver what is pending, then end
        #[arg(long)]
        until_end: bool,
    },
    /// Carry ended cases from the changes into the archive
    #[command(
        alias = "archive",
        after_help = "Examples:\n  \
        liandong archiver --config cluster.toml\n  \
        liandong archiver --until-end --data-dir ./data\n\n\
        On the embedded journal one process owns the data directory: `liandong all` archives."
    )]
    Archiver {
        /// Archive what has left memory, then end
        #[arg(long)]
        until_end: bool,
    },
    /// Run files of reports through ingest and the core, and say what they became
    #[command(after_help = "Examples:\n  \
        liandong assess --feed open311 reports-2015.jsonl.gz --assignments out.csv\n  \
        liandong assess reports/*.gz --from 2015-01-01 --sweep --links links.csv\n  \
        liandong assess reports/*.gz --journal ./run   # goes on where it broke off\n\n\
        The files' own times are the time; any place on earth is inside. The same files give the \
        same bytes.")]
    Assess(Assess),
    /// Fit fusion points from labelled pairs, and write them as a playbook file
    #[command(after_help = "Examples:\n  \
        liandong calibrate reports/*.gz --links links.csv --until 2015-01-01 --out fitted.toml\n  \
        liandong assess reports/*.gz --playbook fitted.toml --from 2015-01-01\n\n\
        A city uses the file by playbook.fusion = \"fitted.toml\" and a raised playbook.version.")]
    Calibrate(Calibrate),
    /// Play files of what a city really did through the core, and hold its figures against them
    #[command(after_help = "Examples:\n  liandong timelines cad sf-fire-dispatch/\n  \
        liandong timelines city311 boston311-2011h2/ --out requests.csv\n  \
        liandong timelines cad calls.csv.gz --config other-catalogue.toml\n\n\
        Signals and commands at the files' own times, in memory, by the rules of the profile of \
        that name; --config lays a file over it. What differs is told one by one. Columns, time \
        zones and rules: docs/feeds.md.")]
    Timelines(Timelines),
    /// Write a stretch of the city's life by seed, as files that `ingest` takes
    #[command(
        after_help = "Examples:\n  liandong simulate --seed 1 --hours 24 --out scratch/sim\n  \
        liandong simulate --scenario fire --hours 2 --out scratch/fire\n\n\
        One FEED.ndjson a feed, and truth.csv: which report was of which matter."
    )]
    Simulate(SimulateArguments),
    /// Write a second, made-up city as configuration files
    #[command(after_help = "Examples:\n  liandong new-city scratch/city\n  \
        liandong new-city scratch/other --seed 7\n  \
        liandong check-config --config scratch/other/city.toml\n\n\
        Other codes, counties, levels, week, hours, departments, items, owners and accounts than \
        Liaoyang's: a pattern for a city of your own.")]
    NewCity(NewCityArguments),
    /// Show the room of a stopped data directory as it stood, and check every published digest
    #[command(after_help = "Examples:\n  liandong replay --data-dir ./data\n  \
        liandong replay --partition 3 --until 1042.0 --cases\n\n\
        Exit code 1 where a published digest differs from the fold.")]
    Replay(ReplayArguments),
    /// Run a gateway on a cluster; or show the picture of a stopped data directory
    #[command(after_help = "Examples:\n  liandong gateway --config cluster.toml\n  \
        liandong gateway --read-only --data-dir ./data\n  \
        curl http://127.0.0.1:8080/api/v1/cases?open=true\n\n\
        On the embedded journal one process owns the data directory, so while `liandong all` \
        runs it is the gateway; alone, this role only shows, and refuses commands.")]
    Gateway {
        /// Serve what a stopped process left, and take no commands
        #[arg(long)]
        read_only: bool,
    },
    /// Show or make the topics on a Kafka cluster (builds with the feature `kafka`)
    #[command(
        subcommand,
        after_help = "Examples:\n  liandong topics plan --config cluster.toml\n  \
        liandong topics apply --replicas 3 --config cluster.toml\n\n\
        Reads journal.brokers and journal.topic_prefix. Times are the broker's (LogAppendTime); \
        journal and changes are kept until the server removes them behind its snapshots; what \
        others read and send is described in docs/topics.md."
    )]
    Topics(Topics),
    /// Write what pages, other systems and the server say to each other, as JSON Schemas
    #[command(after_help = "Examples:\n  liandong schemas --out docs/schemas\n\n\
        Draft 2020-12, made of the types themselves: socket-said.json (what a page says), \
        socket-told.json (what it is told), http.json (bodies over HTTP), protocol.json (roads and \
        close codes); and of the topics for others on Kafka one a topic, with an AsyncAPI \
        document, asyncapi.json. `make schemas` writes them and the pages' TypeScript; see \
        docs/protocol.md and docs/topics.md.")]
    Schemas(SchemasArguments),
    /// Report every fault of the configuration and of the city's map at once
    #[command(after_help = "Examples:\n  liandong check-config\n  \
        liandong check-config --config config/city/broken-example/city.toml\n\n\
        Each fault is told as key, value, why, and what would be right: unknown keys, values out \
        of range, items that nobody leads somewhere, organisations whose parents or places do not \
        fit, gaps and overlaps between grids, children outside their parents. Exit code 1 if any.")]
    CheckConfig,
    /// Look at a register's table before it is proposed, and tell every fault
    #[command(after_help = "Examples:\n  liandong check-register asset manholes.csv\n  \
        liandong check-register premises licences.csv --config city.toml\n\n\
        Columns: code, grid, sort; address, name, owner, licence, licence_until, gone. Any other \
        is refused: no register has persons in it. Proposed with\n  \
        curl --data-binary @manholes.csv -H 'Authorization: Bearer TOKEN' \\\n    \
        http://127.0.0.1:8080/api/v1/registers/asset/proposals")]
    CheckRegister(CheckRegister),
    /// Show every value and where it is from
    #[command(after_help = "Examples:\n  liandong print-config --profile demo\n  \
        LIANDONG_HTTP__LISTEN=0.0.0.0:80 liandong print-config | grep listen\n  \
        printf %s \"$TOKEN\" | liandong print-config --token-digest")]
    PrintConfig {
        /// Instead: read a token from standard input and print its digest for [[access]]
        #[arg(long)]
        token_digest: bool,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_made_and_every_subcommand_has_examples() {
        Arguments::command().debug_assert();
        for subcommand in Arguments::command().get_subcommands() {
            let help = subcommand.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.starts_with("Examples:"), "{}", subcommand.get_name());
        }
    }

    #[test]
    fn a_position_without_its_partition_is_a_wrong_call() {
        let call = |words: &[&str]| Arguments::try_parse_from([&["liandong"], words].concat());
        assert!(call(&["replay", "--until", "3.0"]).is_err());
        assert!(call(&["replay", "--partition", "1", "--until", "3.0"]).is_ok());
        assert!(call(&["replay", "--partition", "1", "--until", "3"]).is_err());
    }
}
