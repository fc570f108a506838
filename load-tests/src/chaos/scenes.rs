//! What happens, scene by scene.

use std::time::Duration;

use clap::ValueEnum;
use liandong::telemetry::Stopwatch;
use rand::Rng;
use rustix::process::Signal;
use serde::Serialize;

use super::disk::SmallDisk;
use super::room::{Room, tell};
use crate::Failure;
use crate::cluster::Role;

/// Load before something happens, and after it.
const AROUND: Duration = Duration::from_secs(15);
/// How long the brokers are away.
const BROKER_AWAY: Duration = Duration::from_mins(1);
/// How long a processor stands still: longer than the group waits for it.
const ZOMBIE: Duration = Duration::from_secs(45);
/// How long the disk is full.
const DISK_FULL: Duration = Duration::from_secs(40);
/// What the log says where a snapshot failed, and where one was taken.
const NO_SNAPSHOT: &str = "a snapshot could not be taken";
const SNAPSHOT: &str = "a snapshot is taken";

/// A kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scene {
    /// Processors, gateways and ingest are killed at random.
    Kills,
    /// The broker is stopped for a minute.
    Broker,
    /// One of three brokers is killed, and its partitions' leaders move.
    Leader,
    /// A processor stands still for 45 s, then goes on.
    Zombie,
    /// One processor, three, and one again.
    Scale,
    /// The disk is full under a snapshot.
    Disk,
}

impl Scene {
    /// Brokers and processors it begins with.
    pub(super) fn cast(self) -> (u16, usize) {
        match self {
            Self::Leader => (3, 2),
            Self::Scale => (1, 1),
            Self::Kills | Self::Broker | Self::Zombie | Self::Disk => (1, 2),
        }
    }

    /// Lets it happen; returns how often something was done to somebody.
    pub(super) async fn play(self, room: &mut Room, kills: Duration) -> Result<u64, Failure> {
        match self {
            Self::Kills => play_kills(room, kills).await,
            Self::Broker => play_broker(room).await,
            Self::Leader => play_leader(room).await,
            Self::Zombie => play_zombie(room).await,
            Self::Scale => play_scale(room).await,
            Self::Disk => play_disk(room).await,
        }
    }
}

async fn play_kills(room: &mut Room, time: Duration) -> Result<u64, Failure> {
    let [first, second, _] = Role::STANDBYS;
    let [left, right] = Role::GATEWAYS;
    let victims = [first, second, left, right, Role::INGEST];
    let (clock, mut kills) = (Stopwatch::start(), 0);
    while clock.elapsed() < time {
        let living = Duration::from_millis(room.random.random_range(200..4_000));
        room.pass(living).await?;
        let victim = victims[room.random.random_range(0..victims.len())];
        let away = Duration::from_millis(room.random.random_range(0..3_000));
        room.look_after()?;
        room.centre.kill(victim).await?;
        room.expected.retain(|role| *role != victim);
        room.pass(away).await?;
        room.centre.spawn(victim)?;
        room.expected.push(victim);
        kills += 1;
        let (signals, commands) = room.load.acknowledged.count();
        tell(&format!(
            "{} s: kill {kills}, {}; {signals} signals and {commands} commands acknowledged",
            clock.elapsed().as_secs(),
            victim.name
        ));
    }
    Ok(kills)
}

async fn play_broker(room: &mut Room) -> Result<u64, Failure> {
    room.pass(AROUND).await?;
    room.brokers.stop().await?;
    tell("the broker is away");
    room.pass(BROKER_AWAY).await?;
    room.brokers.start_again().await?;
    tell("the broker is back");
    room.pass(AROUND).await?;
    Ok(1)
}

async fn play_leader(room: &mut Room) -> Result<u64, Failure> {
    room.pass(AROUND).await?;
    let node = room.random.random_range(1..=room.brokers.nodes());
    room.brokers.kill_node(node).await?;
    tell(&format!("broker {node} is killed"));
    room.pass(AROUND * 2).await?;
    room.brokers.start_node(node).await?;
    room.pass(AROUND).await?;
    Ok(1)
}

async fn play_zombie(room: &mut Room) -> Result<u64, Failure> {
    let [zombie, ..] = Role::STANDBYS;
    room.pass(AROUND).await?;
    room.centre.signal(zombie, Signal::STOP)?;
    tell("a processor stands still");
    room.pass(ZOMBIE).await?;
    room.centre.signal(zombie, Signal::CONT)?;
    tell("it goes on");
    room.pass(AROUND).await?;
    Ok(1)
}

async fn play_scale(room: &mut Room) -> Result<u64, Failure> {
    let [_, second, third] = Role::STANDBYS;
    room.pass(AROUND).await?;
    for role in [second, third] {
        room.centre.start(role).await?;
        room.expected.push(role);
        tell(&format!("{} has joined", role.name));
    }
    room.pass(AROUND).await?;
    for role in [third, second] {
        room.expected.retain(|it| *it != role);
        room.centre.end(role).await?;
        tell(&format!("{} has left", role.name));
        room.pass(AROUND / 2).await?;
    }
    Ok(4)
}

async fn play_disk(room: &mut Room) -> Result<u64, Failure> {
    room.pass(AROUND).await?;
    let disk = SmallDisk::over(&room.folder.path().join("data/snapshots"))?;
    tell("the disk is full");
    room.pass(DISK_FULL).await?;
    let failed = room.logged(NO_SNAPSHOT)?;
    drop(disk);
    let taken = room.logged(SNAPSHOT)?;
    tell(&format!("the disk has room again; {failed} snapshots have failed"));
    if failed == 0 {
        return Err("no snapshot met the full disk: the scene shows nothing".into());
    }
    room.pass(AROUND * 2).await?;
    if room.logged(SNAPSHOT)? <= taken {
        return Err("no snapshot was taken after the disk had room again".into());
    }
    Ok(u64::try_from(failed)?)
}
