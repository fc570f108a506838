//! The binary as a person runs it: exit codes, what it says, a whole life of `all`.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{ChildStdout, Command, Output, Stdio};
use std::time::Duration;

fn liandong(words: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liandong"));
    command.args(words).current_dir(folder).env("LIANDONG_HTTP__LISTEN", "127.0.0.1:0");
    command
}

pub(crate) fn run(words: &[&str]) -> (Option<i32>, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Output { status, stdout, stderr } = liandong(words, root).output().unwrap();
    (status.code(), String::from_utf8([stdout, stderr].concat()).unwrap())
}

#[test]
fn the_default_configuration_and_its_map_are_sound() {
    let (code, said) = run(&["check-config"]);
    assert_eq!((code, said.trim()), (Some(0), "sound: 298 items, 8 partitions, 86663 outlines"));
}

#[test]
fn a_broken_city_is_told_all_its_faults_at_once() {
    let (code, said) = run(&["check-config", "--config", "config/city/broken-example/city.toml"]);
    assert_eq!(code, Some(1), "{said}");
    for fault in [
        "catalog.tsv:3 dept_code = : nobody owns it",
        "catalog.tsv:4 code = G01001: is on line 2 too",
        "catalog.tsv:4 handle_limit = soon: is no limit",
        "map: 211002001001001 and 211002001001002 both cover 100000 m²",
        "map: 100000 m² of 211002001001 lie in no grid below it",
        "map: 30000 m² of 211002001001501 lie outside 211002001001",
        "map: 211002001002001 is in no 211002001002",
        "9 fault(s)",
    ] {
        assert!(said.contains(fault), "{fault}\n{said}");
    }
}

#[test]
fn a_role_alone_on_the_embedded_journal_says_what_to_do() {
    for role in ["ingest", "processor", "outbound", "gateway"] {
        let (code, said) = run(&[role]);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("use `liandong all`"), "{said}");
    }
}

/// A running process, ended with the test.
pub(crate) struct Life {
    child: std::process::Child,
    said: BufReader<ChildStdout>,
    pub(crate) url: String,
}

impl Life {
    /// `all` or `demo`, without canaries: the first case is to be a citizen's.
    fn begin(mode: &str, folder: &Path) -> Self {
        Self::begin_with(mode, folder, &[])
    }

    /// … with more arguments.
    pub(crate) fn begin_with(mode: &str, folder: &Path, words: &[&str]) -> Self {
        let mut all = liandong(&[mode, "--profile", "demo", "--data-dir", "."], folder);
        all.args(words);
        all.env("LIANDONG_CANARY__EVERY_S", "0");
        let mut child = all.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let url = loop {
            let mut line = String::new();
            assert_ne!(said.read_line(&mut line).unwrap(), 0);
            if let Some(url) = line.trim().strip_prefix("ready ") {
                break url.trim().trim_end_matches("/readyz").to_owned();
            }
        };
        Self { child, said, url }
    }

    /// Asks it to stop, and says how it ended and what it said meanwhile.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let mut said = String::new();
        self.said.read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().code(), said)
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
    }
}

pub(crate) async fn until(
    url: &str,
    sound: impl Fn(&serde_json::Value) -> bool,
) -> serde_json::Value {
    until_seen_by(None, url, sound).await
}

/// As [`until`], by the account of `token`, where there is one.
async fn until_seen_by(
    token: Option<&str>,
    url: &str,
    sound: impl Fn(&serde_json::Value) -> bool,
) -> serde_json::Value {
    let client = reqwest::Client::new();
    for _ in 0..3_000 {
        let asked = client.get(url);
        let asked = match token {
            Some(token) => asked.bearer_auth(token),
            None => asked,
        };
        if let Ok(response) = asked.send().await
            && let Ok(body) = response.json::<serde_json::Value>().await
            && sound(&body)
        {
            return body;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{url} never said what was awaited");
}

#[tokio::test]
async fn all_takes_a_signal_and_has_its_case_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let life = Life::begin("all", folder.path());
    let now = Command::new("date").args(["-u", "+%FT%TZ"]).output().unwrap();
    let now = String::from_utf8(now.stdout).unwrap();
    let signal = serde_json::json!({
        "id": "a1", "channel": "hotline", "item": "G01001", "observed_at": now.trim(),
        "lat": 41.2737, "lon": 123.1726, "text": "有人私搭乱建", "owes_reply": true
    });
    let posted = reqwest::Client::new().post(format!("{}/api/v1/signals", life.url));
    let posted = posted.json(&signal).send().await.unwrap();
    assert_eq!(posted.status(), 202, "{}", posted.text().await.unwrap());
    let one = |page: &serde_json::Value| page["cases"].as_array().is_some_and(|it| it.len() == 1);
    let page = until(&format!("{}/api/v1/cases", life.url), one).await;
    assert_eq!(page["cases"][0]["item"], "G01001");
    assert_eq!(life.end().0, Some(0));

    let (code, said) =
        run(&["replay", "--profile", "demo", "--data-dir", folder.path().to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("1 Reported") && !said.contains("DIFFERS"), "{said}");

    let again = Life::begin("all", folder.path());
    let page = until(&format!("{}/api/v1/cases", again.url), one).await;
    assert_eq!(page["cases"][0]["id"], "1-1");
    assert_eq!(again.end().0, Some(0));
}

#[tokio::test]
async fn the_demo_is_played_and_nobody_in_it_is_turned_away() {
    let folder = tempfile::tempdir().unwrap();
    let life = Life::begin("demo", folder.path());
    let taken = |page: &serde_json::Value| {
        let mut units = page["units"].as_array().into_iter().flatten();
        units.any(|unit| unit["assignment"]["arrived_at"].is_number())
    };
    until(&format!("{}/api/v1/units", life.url), taken).await;
    let closed = |page: &serde_json::Value| {
        let mut tallies = page["tallies"].as_object().into_iter().flat_map(|it| it.values());
        tallies.any(|tally| tally["closed"].as_u64().is_some_and(|closed| 0 < closed))
    };
    until(&format!("{}/api/v1/tally", life.url), closed).await;
    // What is in a closed room goes on too, though nobody sees it who has no seat.
    let goes_on = |page: &serde_json::Value| {
        let mut cases = page["cases"].as_array().into_iter().flatten();
        cases.any(|case| case["privacy"] == "restricted" && case["version"].as_u64() > Some(1))
    };
    let cases = format!("{}/api/v1/cases?limit=200", life.url);
    until_seen_by(Some("demo-shift-leader"), &cases, goes_on).await;
    let (code, said) = life.end();
    assert_eq!(code, Some(0));
    // A telephone at the edge of the city may say that it is outside of it.
    let turned_away = |line: &&str| line.contains("  !  ") && !line.contains("/problems/outside");
    let turned_away: Vec<_> = said.lines().filter(turned_away).collect();
    // The tally has told of the closing, which may be by a step of the kind's own.
    assert!(said.contains("立案") && turned_away.is_empty(), "{turned_away:?}\n{said}");
}
