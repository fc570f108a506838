//! Configuration: layers, where values come from, and every fault at once.

use std::io::Write as _;
use std::path::PathBuf;

use liandong::config::{CityProfile, Faults, Layers, Origin, load};
use liandong::domain::{Partition, Role};

fn environment(variables: &[(&str, &str)]) -> Layers {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Layers { environment: variables.iter().map(own).collect(), ..Layers::default() }
}

fn written(text: &str) -> (tempfile::NamedTempFile, Layers) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let layers = Layers { file: Some(file.path().to_owned()), ..Layers::default() };
    (file, layers)
}

fn keys(faults: &Faults) -> Vec<&str> {
    faults.0.iter().map(|fault| fault.key.as_str()).collect()
}

#[test]
fn the_defaults_are_sound_and_complete() {
    let sound = load(&Layers::default()).unwrap();
    assert_eq!(sound.config.partitions.all().len(), 8);
    assert_eq!(sound.config.playbook.items.len(), 298);
    assert_eq!(sound.config.access, []);
    let inside = "211081100".parse().unwrap();
    assert_eq!(sound.config.partitions.of(inside), Partition(7));
    assert_eq!(sound.config.partitions.of("990000".parse().unwrap()), Partition::CITY);
}

#[test]
fn each_layer_lies_over_the_one_before_and_is_remembered() {
    let (_file, mut layers) =
        written("[http]\nlisten = \"127.0.0.1:1\"\n[processor]\npublish_every_ms = 50\n");
    layers.profile = Some("demo".to_owned());
    layers.environment = vec![("LIANDONG_HTTP__LISTEN".to_owned(), "[::1]:2".to_owned())];
    layers.arguments = vec![("data_dir", "elsewhere".to_owned(), "--data-dir")];
    let sound = load(&layers).unwrap();
    assert_eq!(sound.config.http.listen.port(), 2);
    assert_eq!(sound.config.processor.publish_every_ms, 50);
    assert_eq!(sound.config.data_dir, PathBuf::from("elsewhere"));
    assert_eq!(sound.config.vault.dir, PathBuf::from("elsewhere/vault"));
    assert_eq!(sound.config.log.level, "warn");
    let origin = |key| sound.written.origin(key);
    assert_eq!(origin("http.listen"), Origin::Environment("LIANDONG_HTTP__LISTEN".to_owned()));
    assert!(matches!(origin("processor.publish_every_ms"), Origin::File(_)));
    assert_eq!(origin("log.level"), Origin::Profile("demo".to_owned()));
    assert_eq!(origin("data_dir"), Origin::Argument("--data-dir"));
    assert_eq!(origin("watch.dwell_ms"), Origin::Default);
    let printed = sound.print();
    assert!(printed.contains("publish_every_ms = 50"), "{printed}");
    assert!(printed.lines().any(|line| line.ends_with("# LIANDONG_HTTP__LISTEN")), "{printed}");
}

#[test]
fn the_demo_knows_one_account_of_each_role_and_only_on_this_machine() {
    let layers = Layers { profile: Some("demo".to_owned()), ..Layers::default() };
    let access = load(&layers).unwrap().config.access;
    assert_eq!(access.len(), 9);
    assert!(access.iter().all(|row| row.loopback_only && row.scope.is_none()));
    assert_eq!(access.iter().filter(|row| row.actor.role == Role::Receiver).count(), 1);
}

#[test]
fn the_open_city_has_no_counties_and_one_partition() {
    let layers = Layers { profile: Some("open".to_owned()), ..Layers::default() };
    let config = load(&layers).unwrap().config;
    assert_eq!(config.city.profile, CityProfile::Open);
    let all: Vec<_> = config.partitions.all().into_iter().collect();
    assert_eq!(all, [Partition(0), Partition(1)]);
}

#[test]
fn an_unknown_key_or_variable_is_a_fault_and_other_programs_variables_are_not() {
    let faults = load(&environment(&[
        ("LIANDONG_HTTP__LISTN", "x"),
        ("LIANDONG_WEATHER", "fine"),
        ("LIANDONG_HTTP", "x"),
        ("LIANDONG_PROFILE", "is read by the command line"),
        ("HTTP__LISTEN", "not ours"),
    ]))
    .unwrap_err();
    assert_eq!(keys(&faults), ["http.listn", "weather", "http"]);
    assert_eq!(faults.0[0].why, "there is no such key (LIANDONG_HTTP__LISTN)");
    assert_eq!(faults.0[0].right, "one of answer_within_ms, listen");
}

/// One file with a fault of every sort: each is reported, in one go.
const BROKEN: &str = r#"
data_dir = ""
colour = "red"
access = [
  { token_blake3 = "abc", account = "", role = "emperor", org = "CG", scope = "310000" },
  { account = "nobody" },
]
partitions = [
  { county = "2110", number = 1 },
  { county = "211002", number = 0 },
  { county = "211003", number = 2 },
  { county = "211003", number = 3 },
]
[http]
listen = "everywhere"
[log]
format = "verse"
level = "loud=very"
[city]
lat0 = 91
seed = -1
profile = "file"
[journal]
kind = "paper"
commit_entries_max = 0
commit_every_us = -1
[ingest]
detection_partitions = 65
[watch]
clear_looks = "two"
[processor]
publish_every_ms = 5
[outbound]
orders_url = "ftp://somewhere"
[gateway]
open_reads = "always"
[playbook]
reply_within = "soon"
catalog = "/nowhere/catalog.tsv"
"#;

#[test]
fn all_faults_are_reported_at_once() {
    let (_file, layers) = written(BROKEN);
    let faults = load(&layers).unwrap_err();
    let mut found = keys(&faults);
    found.sort_unstable();
    let mut expected = [
        "access[0].account",
        "access[0].role",
        "access[0].scope",
        "access[0].token_blake3",
        "access[1]",
        "city.lat0",
        "city.outlines",
        "city.seed",
        "colour",
        "data_dir",
        "gateway.open_reads",
        "http.listen",
        "ingest.detection_partitions",
        "journal.commit_entries_max",
        "journal.commit_every_us",
        "journal.kind",
        "log.format",
        "log.level",
        "outbound.orders_url",
        "partitions[0].county",
        "partitions[1].number",
        "partitions[3].county",
        "playbook.catalog",
        "playbook.reply_within",
        "processor.publish_every_ms",
        "watch.clear_looks",
    ];
    expected.sort_unstable();
    assert_eq!(found, expected);
    for fault in &faults.0 {
        assert!(!fault.why.is_empty() && !fault.right.is_empty(), "{fault}");
    }
    let told = faults.to_string();
    let place = layers.file.unwrap();
    let line = format!(
        "watch.clear_looks = \"two\": is of type string ({}); \
         right would be of type integer, such as 2",
        place.display()
    );
    assert!(told.contains(&line), "{told}");
}

#[test]
fn a_cluster_is_named_by_its_brokers() {
    for (journal, faulty) in [
        ("brokers = \"10.0.0.1:9092, 10.0.0.2:9092\"", &[][..]),
        ("", &["journal.brokers"]),
        ("brokers = \"10.0.0.1\"", &["journal.brokers"]),
        (
            "brokers = \"a:1,\"\ntopic_prefix = \"a b\"",
            &["journal.brokers", "journal.topic_prefix"],
        ),
    ] {
        let (_file, layers) = written(&format!("[journal]\nkind = \"kafka\"\n{journal}\n"));
        let found = load(&layers).err().map(|faults| keys(&faults).join(" "));
        assert_eq!(found.unwrap_or_default(), faulty.join(" "), "{journal}");
    }
}

#[test]
fn two_counties_never_share_a_partition() {
    let rows = "{ county = \"211002\", number = 1 }, { county = \"211003\", number = 1 }";
    let (_file, layers) = written(&format!("partitions = [{rows}]"));
    let faults = load(&layers).unwrap_err();
    assert_eq!(keys(&faults), ["partitions[1].number"]);
    let told = faults.to_string();
    assert!(told.contains("partitions[1].number = 1"), "{told}");
    assert!(told.contains("county 211002") && told.contains("its own"), "{told}");
}

#[test]
fn a_file_that_is_no_toml_says_its_line() {
    let (_file, layers) = written("data_dir = \"x\"\n[http\n");
    let faults = load(&layers).unwrap_err();
    assert_eq!(faults.0.len(), 1);
    assert!(faults.0[0].key.ends_with(":2"), "{faults}");
    let absent = Layers { file: Some(PathBuf::from("/nowhere.toml")), ..Layers::default() };
    assert_eq!(keys(&load(&absent).unwrap_err()), ["--config"]);
    let stranger = Layers { profile: Some("moon".to_owned()), ..Layers::default() };
    assert_eq!(load(&stranger).unwrap_err().0[0].right, "one of demo, open");
}
