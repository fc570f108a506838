//! Configuration: layers, where values come from, and every fault at once.

use std::collections::BTreeSet;
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
fn the_demo_knows_an_account_of_each_role_and_only_on_this_machine() {
    let layers = Layers { profile: Some("demo".to_owned()), ..Layers::default() };
    let access = load(&layers).unwrap().config.access;
    let of = |role| access.iter().filter(|row| row.actor.role == role).count();
    // Rules want two.
    assert_eq!((access.len(), of(Role::Configurer)), (15, 2));
    assert!(access.iter().all(|row| row.loopback_only && row.scope.is_none()));
    let roles: BTreeSet<Role> = access.iter().map(|row| row.actor.role).collect();
    assert_eq!(roles, BTreeSet::from(Role::ALL), "each role");
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
        ("LIANDONG_TEST_BROKERS", "is read by tests"),
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
fn a_case_stays_as_long_as_it_may_be_reopened_or_its_senders_visited() {
    for (kept, sound) in [("45d", true), ("7d", true), ("6d", false)] {
        let (_file, layers) = written(&format!("[playbook]\nended_kept = \"{kept}\"\n"));
        let faults = load(&layers).err().map(|faults| keys(&faults).join(" "));
        assert_eq!(faults, (!sound).then(|| "playbook.ended_kept".to_owned()), "{kept}");
    }
}

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
    assert_eq!(load(&stranger).unwrap_err().0[0].right, "one of demo, open, cad, city311");
}

/// A file with a secret that a configuration names.
#[cfg(any(feature = "kafka-tls", feature = "s3"))]
fn key_file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

#[cfg(feature = "kafka-tls")]
#[test]
fn how_brokers_are_spoken_to_is_whole_or_a_fault() {
    let (password, empty) = (key_file("quite secret\n"), key_file(""));
    let name = |file: &tempfile::NamedTempFile| file.path().display().to_string();
    let (password, empty) = (name(&password), name(&empty));
    let login = format!("sasl_username = \"u\"\nsasl_password_file = \"{password}\"");
    for (security, settings, faulty) in [
        ("plaintext", String::new(), ""),
        ("tls", String::new(), "journal.security"),
        ("ssl", format!("ca_file = \"{password}\""), ""),
        ("ssl", login.clone(), "journal.sasl_username journal.sasl_password_file"),
        ("ssl", "ca_file = \"/nowhere.pem\"".to_owned(), "journal.ca_file"),
        ("ssl", format!("key_file = \"{password}\""), "journal.certificate_file"),
        ("sasl_ssl", login.clone(), ""),
        ("sasl_plaintext", format!("{login}\nca_file = \"x\""), "journal.ca_file"),
        ("sasl_ssl", format!("{login}\nsasl_mechanism = \"GSSAPI\""), "journal.sasl_mechanism"),
        (
            "sasl_ssl",
            format!("sasl_password_file = \"{empty}\""),
            "journal.sasl_username journal.sasl_password_file",
        ),
    ] {
        let cluster = "[journal]\nkind = \"kafka\"\nbrokers = \"a:1\"\n";
        let (_file, layers) = written(&format!("{cluster}security = \"{security}\"\n{settings}\n"));
        let loaded = load(&layers);
        let found = loaded.as_ref().err().map(|faults| keys(faults).join(" "));
        assert_eq!(found.unwrap_or_default(), faulty, "{security} {settings}");
        let shown = loaded.map_or_else(|it| it.to_string(), |it| it.print() + &format!("{it:?}"));
        assert!(!shown.contains("quite secret"), "{shown}");
    }
}

#[cfg(all(feature = "kafka", not(feature = "kafka-tls")))]
#[test]
fn a_build_without_tls_says_so() {
    let cluster = "[journal]\nkind = \"kafka\"\nbrokers = \"a:1\"\nsecurity = \"sasl_ssl\"\n";
    let (_file, layers) = written(cluster);
    let faults = load(&layers).unwrap_err();
    assert_eq!(keys(&faults), ["journal.security"]);
    assert!(faults.0[0].right.contains("kafka-tls"), "{faults}");
}

#[test]
fn snapshots_have_a_place() {
    use liandong::config::SnapshotsConfig::{Directory, Shared};
    let place =
        |variables: &[(&str, &str)]| load(&environment(variables)).unwrap().config.snapshots;
    assert_eq!(place(&[]), Directory(PathBuf::from("data/snapshots")));
    let shared = [("LIANDONG_SNAPSHOTS__URL", "file:///srv/snapshots")];
    assert_eq!(place(&shared), Shared(PathBuf::from("/srv/snapshots")));
    for url in ["/srv/snapshots", "file://srv", "s3://", "s3://B_", "gs://bucket/x"] {
        let faults = load(&environment(&[("LIANDONG_SNAPSHOTS__URL", url)])).unwrap_err();
        assert_eq!(keys(&faults), ["snapshots.url"], "{url}");
    }
}

#[cfg(feature = "s3")]
#[test]
fn a_bucket_is_named_with_who_may_use_it_and_the_key_is_shown_nowhere() {
    use liandong::config::{S3Config, SnapshotsConfig};
    let bucket = [
        ("LIANDONG_SNAPSHOTS__URL", "s3://city-1/centre/"),
        ("LIANDONG_SNAPSHOTS__S3_ENDPOINT", "http://10.0.0.5:9000"),
    ];
    let faults = load(&environment(&bucket)).unwrap_err();
    assert_eq!(keys(&faults), ["snapshots.s3_endpoint"], "in clear only where that is allowed");
    let load_with = |more: &[(&str, &str)]| {
        let allowed = [("LIANDONG_SNAPSHOTS__S3_ALLOW_HTTP", "true")];
        load(&environment(&[&bucket, &allowed[..], more].concat()))
    };
    let usual = [("AWS_ACCESS_KEY_ID", "duty"), ("AWS_SECRET_ACCESS_KEY", "quite secret")];
    let sound = load_with(&usual).unwrap();
    assert!(!format!("{sound:?}{}", sound.print()).contains("quite secret"));
    let SnapshotsConfig::S3(S3Config { bucket, prefix, credentials, .. }) = sound.config.snapshots
    else {
        panic!("no bucket");
    };
    assert_eq!((bucket.as_str(), prefix.as_str()), ("city-1", "centre"));
    assert_eq!(credentials.unwrap().key.reveal(), "quite secret");
    let file = key_file("from a file\n");
    let file = file.path().to_str().unwrap();
    let files =
        [("LIANDONG_SNAPSHOTS__S3_KEY_ID_FILE", file), ("LIANDONG_SNAPSHOTS__S3_KEY_FILE", file)];
    let both = load_with(&[&usual[..], &files].concat()).unwrap().config.snapshots;
    let SnapshotsConfig::S3(S3Config { credentials: Some(credentials), .. }) = both else {
        panic!("no credentials");
    };
    assert_eq!(credentials.key.reveal(), "from a file");
    let faults = load_with(&files[..1]).unwrap_err();
    assert_eq!(keys(&faults), ["snapshots.s3_key_file"]);
}
