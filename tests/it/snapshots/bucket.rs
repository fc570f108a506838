//! Snapshots in S3, tried on a server that speaks it (`s3s-fs`; `make s3` installs it).

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use liandong::config::{S3Config, S3Credentials, Secret, SnapshotsConfig};
use liandong::journal::Snapshots;

use super::laws::{self, head, open};

/// A server of its own, gone when this is dropped.
struct Server {
    child: Child,
    port: u16,
    root: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn program() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("scratch/tools/bin/s3s-fs");
    assert!(own.is_file(), "no S3 server to try it on: `make s3` installs it");
    own
}

impl Server {
    fn start() -> Self {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("city")).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(program())
            .args(["--host", "127.0.0.1", "--port", &port.to_string()])
            .args(["--access-key", "duty", "--secret-key", "quite secret"])
            .arg(root.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { child, port, root };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    fn config(&self, key: &str) -> SnapshotsConfig {
        let credentials =
            S3Credentials { key_id: Secret::new("duty"), key: Secret::new(key), token: None };
        SnapshotsConfig::S3(S3Config {
            bucket: "city".to_owned(),
            prefix: "centre/snapshots".to_owned(),
            endpoint: Some(format!("http://127.0.0.1:{}", self.port)),
            region: "us-east-1".to_owned(),
            allow_http: true,
            credentials: Some(credentials),
        })
    }

    fn sound(&self) -> SnapshotsConfig {
        self.config("quite secret")
    }

    fn file(&self, offset: u64) -> PathBuf {
        let folder = self.root.path().join("city/centre/snapshots/situation-3-9");
        folder.join(format!("{offset:020}-{:010}", 2))
    }
}

#[test]
fn the_laws_hold_in_a_bucket() {
    for law in [
        laws::the_newest_usable_one_is_found,
        laws::pruning_keeps_the_newest,
        laws::a_large_one_comes_back_whole,
        laws::an_object_is_made_once,
    ] {
        law(&Server::start().sound());
    }
}

#[test]
fn a_damaged_one_is_passed_over() {
    let server = Server::start();
    let snapshots = open(&server.sound());
    snapshots.put(&head(5), b"good").unwrap();
    snapshots.put(&head(6), b"to be damaged").unwrap();
    let mut bytes = std::fs::read(server.file(6)).unwrap();
    bytes[30] ^= 1;
    std::fs::write(server.file(6), bytes).unwrap();
    assert_eq!(snapshots.newest(&head(100)).unwrap().unwrap().1, "good");
}

/// Uses and drops snapshots where a runtime's only thread is the caller's.
fn put_and_find(config: &SnapshotsConfig, offset: u64) {
    let snapshots: Snapshots = open(config);
    snapshots.put(&head(offset), b"fold").unwrap();
    assert_eq!(snapshots.newest(&head(offset)).unwrap().unwrap().0, head(offset));
}

#[tokio::test]
async fn within_a_runtime_of_one_thread_nothing_waits_for_ever() {
    put_and_find(&Server::start().sound(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn nor_within_one_of_several() {
    let server = Server::start();
    let config = server.sound();
    tokio::task::spawn_blocking(move || put_and_find(&config, 5)).await.unwrap();
    put_and_find(&server.sound(), 6);
}

#[test]
fn a_wrong_key_is_told_and_shown_nowhere() {
    let server = Server::start();
    let config = server.config("a wrong key");
    let refused = open(&config).put(&head(5), b"fold").unwrap_err().to_string();
    assert!(refused.contains("403") || refused.contains("SignatureDoesNotMatch"), "{refused}");
    assert!(open(&config).newest(&head(5)).is_err());
    assert!(!refused.contains("a wrong key") && !format!("{config:?}").contains("a wrong key"));
    assert!(!server.file(5).exists());
}

#[test]
fn a_server_that_is_gone_is_an_error_and_not_a_wait() {
    let server = Server::start();
    let snapshots = open(&server.sound());
    drop(server);
    assert!(snapshots.put(&head(5), b"fold").is_err());
    assert!(snapshots.newest(&head(5)).is_err());
}
