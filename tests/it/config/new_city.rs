//! A second city, made of files alone: written, checked, started, and one signal taken in.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use liandong::config::{Layers, Sound, load};
use liandong::domain::{Calendar, Level, OrganisationSort};

fn liandong(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liandong"));
    command.args(words).env("LIANDONG_CANARY__EVERY_S", "0");
    command
}

fn said(words: &[&str]) -> (Option<i32>, String) {
    let output = liandong(words).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

fn made(folder: &Path, seed: &str) -> Sound {
    let folder = folder.to_str().unwrap();
    let (code, told) = said(&["new-city", folder, "--seed", seed]);
    assert_eq!(code, Some(0), "{told}");
    let file = Path::new(folder).join("city.toml");
    let (code, told) = said(&["check-config", "--config", file.to_str().unwrap()]);
    assert_eq!(code, Some(0), "seed {seed}: {told}");
    load(&Layers { file: Some(file), ..Layers::default() }).unwrap()
}

#[test]
fn another_city_is_another_in_everything_and_sound() {
    let ours = load(&Layers::default()).unwrap().config;
    for seed in ["1", "2", "3"] {
        let folder = tempfile::tempdir().unwrap();
        let city = made(&folder.path().join("city"), seed).config;
        let rules = &city.playbook;
        assert!(city.partitions.counties.len() < ours.partitions.counties.len());
        assert!(city.partitions.counties.keys().all(|it| it.to_string().starts_with("98")));
        assert!(rules.calendar.spans != Calendar::default().spans);
        assert!(rules.calendar.weekdays != Calendar::default().weekdays);
        assert!(rules.calendar.offset_minutes != 480);
        assert!((100..250).contains(&rules.items.len()), "{} items", rules.items.len());
        assert!(rules.items.values().all(|item| item.owner.0 != "CG"));
        assert!(rules.ownership.matters.len() >= 3);
        let listed = rules.organisations.listed.values();
        assert!(listed.clone().all(|it| it.level != Level::Grid), "four levels");
        assert!(listed.clone().any(|it| it.sort == OrganisationSort::Community));
        assert!(listed.clone().all(|it| !ours.playbook.organisations.knows(&it.code)));
        let again = tempfile::tempdir().unwrap();
        made(again.path(), seed);
        for file in ["outlines.geojson", "organisations.tsv", "catalog.tsv", "ownership.tsv"] {
            let read = |folder: &Path| std::fs::read(folder.join(file)).unwrap();
            assert_eq!(read(&folder.path().join("city")), read(again.path()), "{file}");
        }
    }
}

#[test]
fn nothing_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mine"), "mine").unwrap();
    let (code, told) = said(&["new-city", folder.path().to_str().unwrap()]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("is not empty"), "{told}");
}

/// A running process, ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[tokio::test]
async fn a_signal_is_admitted_in_another_city_without_a_change_of_code() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("city");
    let config = made(&folder, "7").config;
    let file = folder.join("city.toml");
    let mut all = liandong(&["all", "--listen", "127.0.0.1:0", "--config", file.to_str().unwrap()]);
    let mut child = all.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut told = BufReader::new(child.stdout.take().unwrap());
    let _running = Running(child);
    let url = loop {
        let mut line = String::new();
        assert_ne!(told.read_line(&mut line).unwrap(), 0);
        if let Some(url) = line.trim().strip_prefix("ready ") {
            break url.trim().trim_end_matches("/readyz").to_owned();
        }
    };
    let now = Command::new("date").args(["-u", "+%FT%TZ"]).output().unwrap();
    let now = String::from_utf8(now.stdout).unwrap();
    let signal = serde_json::json!({
        "id": "a1", "channel": "public_app", "item": "G01001", "observed_at": now.trim(),
        "lat": config.city.lat0, "lon": config.city.lon0, "text": "有人私搭乱建"
    });
    let client = reqwest::Client::new();
    let posted = client.post(format!("{url}/api/v1/signals")).json(&signal).send().await.unwrap();
    assert_eq!(posted.status(), 202, "{}", posted.text().await.unwrap());
    for _ in 0..3_000 {
        let page = client.get(format!("{url}/api/v1/cases")).send().await.unwrap();
        let page: serde_json::Value = page.json().await.unwrap();
        if let Some(case) = page["cases"].get(0) {
            assert_eq!(case["item"], "G01001");
            let grid = case["place"]["grid"].as_str().unwrap();
            assert!(grid.len() == 12 && grid.starts_with("98"), "the smallest is a community");
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no case was ever told");
}
