//! `docker-compose.yml` as far as it can be held without an engine: what it names is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use liandong::config::{Layers, SnapshotsConfig, load};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The lines of each part of a section: `services:` or `volumes:`, by name.
fn section(name: &str) -> BTreeMap<String, Vec<String>> {
    let whole = text("docker-compose.yml");
    let lines = whole.lines().skip_while(|line| *line != format!("{name}:")).skip(1);
    let mut parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in lines.take_while(|line| line.is_empty() || line.starts_with(' ')) {
        match line.strip_prefix("  ").filter(|rest| !rest.starts_with([' ', '#'])) {
            Some(part) => {
                part.strip_suffix(':').unwrap_or(part).clone_into(&mut current);
                parts.entry(current.clone()).or_default();
            }
            None => parts.entry(current.clone()).or_default().push(line.trim().to_owned()),
        }
    }
    parts.retain(|name, _| !name.is_empty());
    assert!(!parts.is_empty(), "no {name}");
    parts
}

fn values<'a>(lines: &'a [String], key: &str) -> Vec<&'a str> {
    let key = format!("{key}: ");
    lines.iter().filter_map(|line| line.strip_prefix(&key)).collect()
}

/// Services that are ours: they take over what all of ours are told.
fn ours() -> BTreeMap<String, Vec<String>> {
    let is_ours = |(_, lines): &(String, Vec<String>)| lines.iter().any(|it| it == "<<: *liandong");
    section("services").into_iter().filter(is_ours).collect()
}

#[test]
fn there_are_the_roles_by_their_names_and_each_is_a_subcommand() {
    let names: Vec<_> = ours().into_keys().collect();
    let expected = [
        "archiver",
        "gateway-1",
        "gateway-2",
        "ingest",
        "outbound",
        "processor-1",
        "processor-2",
        "topics",
    ];
    assert_eq!(names, expected);
    for (name, lines) in ours() {
        let command = values(&lines, "command").join("");
        let word = command.split('"').nth(1).unwrap();
        assert!(name.starts_with(word), "{name} is {command}");
        let help = Command::new(env!("CARGO_BIN_EXE_liandong")).args([word, "--help"]).output();
        assert!(help.unwrap().status.success(), "there is no subcommand {word}");
    }
}

#[test]
fn foreign_images_are_pinned_and_there_is_no_secret() {
    for (name, lines) in section("services") {
        for image in values(&lines, "image") {
            let tag = image.rsplit_once(':').unwrap_or_else(|| panic!("{name}: {image}")).1;
            let exact = tag.matches('.').count() == 2 && tag != "latest";
            assert!(exact, "{name}: {image} may be another tomorrow");
        }
    }
    let whole = text("docker-compose.yml").to_lowercase();
    for line in whole.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let secret = ["password", "token", "secret_key"].iter().any(|word| line.contains(word));
        assert!(!secret || line.contains("__file: /run/secrets/"), "{line}");
    }
    let ignored = text("dev/compose/secrets/.gitignore");
    assert_eq!(ignored, "*\n!.gitignore\n");
}

#[test]
fn the_image_is_built_with_features_there_are_and_runs_as_nobody_of_note() {
    let image = text("Dockerfile");
    let features = image.lines().find_map(|line| line.split("--features ").nth(1)).unwrap();
    let manifest = text("Cargo.toml");
    for feature in features.split(',') {
        assert!(manifest.contains(&format!("\n{feature} = [")), "there is no feature {feature}");
    }
    let stages = image.split("FROM ").count();
    let last = image.split("FROM ").nth(stages - 1).unwrap();
    assert!(last.contains("\nUSER liandong\n"), "it would run as root");
}

#[test]
fn what_is_mounted_is_there_or_a_volume_and_every_service_is_watched() {
    let named = section("volumes");
    let whole = text("docker-compose.yml");
    let mounts = whole.lines().filter_map(|line| line.trim().strip_prefix("- "));
    let mounts = mounts.filter_map(|mount| mount.split_once(":/")).map(|(from, _)| from);
    let mut seen = BTreeSet::new();
    for from in mounts.filter(|from| !from.starts_with(['"', '$'])) {
        let file = from.starts_with("./") && root().join(from).exists();
        assert!(file || named.contains_key(from), "{from} is neither a file nor a volume");
        seen.insert(from.to_owned());
    }
    assert!(named.keys().all(|volume| seen.contains(volume)), "a volume that nobody has");
    for (name, lines) in section("services") {
        let own = lines.iter().any(|line| line.starts_with("healthcheck:"));
        assert!(own || ours().contains_key(&name), "{name} has no health check");
    }
}

/// What every process of ours is told: the mounted file, and the variables that are set.
fn layers() -> Layers {
    let whole = text("docker-compose.yml");
    let set = whole.lines().filter_map(|line| line.trim().split_once(": "));
    let set = set.filter(|(name, _)| name.starts_with("LIANDONG_"));
    let environment = set.map(|(name, value)| {
        let default = value.strip_prefix("${").and_then(|it| it.strip_suffix('}'));
        let value = default.and_then(|it| it.split_once(":-")).map_or(value, |(_, it)| it);
        (name.to_owned(), value.to_owned())
    });
    let file = Some(root().join("dev/compose/liandong.toml"));
    Layers { file, environment: environment.collect(), ..Layers::default() }
}

#[test]
fn what_our_processes_are_told_is_sound() {
    let layers = layers();
    assert!(layers.environment.iter().any(|(name, _)| name == "LIANDONG_ACCESS"));
    let config = load(&layers).unwrap_or_else(|faults| panic!("{faults}")).config;
    let (host, port) = config.journal.brokers.split_once(':').unwrap();
    assert!(section("services").contains_key(host), "{host} is no service");
    let lines = section("services").remove(host).unwrap();
    let advertised = values(&lines, "KAFKA_ADVERTISED_LISTENERS").join("");
    assert!(advertised.ends_with(&format!("//{host}:{port}")), "{advertised}");
    // Shared is what every process mounts, not what it keeps for itself.
    let shared = Path::new("/var/lib/liandong/shared");
    assert!(config.vault.dir.starts_with(shared) && !config.data_dir.starts_with(shared));
    let SnapshotsConfig::Shared(snapshots) = &config.snapshots else { panic!("not shared") };
    assert!(snapshots.starts_with(shared), "{}", snapshots.display());
    let known = Command::new(env!("CARGO_BIN_EXE_liandong"))
        .args(["check-config", "--config"])
        .arg(layers.file.unwrap())
        .output()
        .unwrap();
    assert!(known.status.success(), "{}", String::from_utf8_lossy(&known.stdout));
    assert!(text("Dockerfile").contains("/var/lib/liandong/shared"), "the image has it for them");
}

/// `host:port` of every service that a file names.
fn named_in(path: &str, port: u16) -> BTreeSet<String> {
    let ending = format!(":{port}");
    let whole = text(path);
    let words = whole.split(|c: char| !(c.is_ascii_alphanumeric() || "-:.".contains(c)));
    words.filter_map(|word| word.strip_suffix(&ending)).map(str::to_owned).collect()
}

#[test]
fn the_proxy_and_prometheus_know_the_processes_by_their_names() {
    let mut serving: BTreeSet<_> = ours().into_keys().collect();
    serving.remove("topics");
    let port = load(&layers()).unwrap().config.http.listen.port();
    assert_eq!(named_in("dev/compose/prometheus.yml", port), serving);
    let mut behind = named_in("dev/compose/Caddyfile", port);
    behind.remove("");
    let public = ["gateway-1", "gateway-2", "ingest"].map(str::to_owned);
    assert_eq!(behind, public.into());
    let caddy = text("dev/compose/Caddyfile");
    let roads = caddy.lines().find_map(|line| line.trim().strip_prefix("@ingest path ")).unwrap();
    assert_eq!(roads, "/api/v1/signals /api/v1/dead-letters /api/v1/vault-key");
    let source = text("dev/compose/datasource.yml");
    assert!(source.contains("uid: liandong-prometheus") && source.contains("//prometheus:9090"));
}
