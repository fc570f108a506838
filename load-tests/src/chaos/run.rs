//! The run: scene after scene, each with a city of its own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum as _};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::hold::{Held, hold};
use super::room::{Room, tell};
use super::scenes::Scene;
use crate::Failure;
use crate::server::binary;

/// Options of the chaos.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Only these scenes; by default all, one after the other.
    #[arg(long, value_enum, value_delimiter = ',')]
    scene: Vec<Scene>,
    /// How long processes are killed at random, minutes.
    #[arg(long, default_value_t = 10)]
    minutes: u64,
    /// Decides who is killed and when.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The server's binary; by default the one beside this.
    #[arg(long)]
    server: Option<PathBuf>,
    /// Where logs are left for a look.
    #[arg(long)]
    keep: Option<PathBuf>,
}

/// The printed line.
#[derive(Debug, Serialize)]
struct Line {
    bench: &'static str,
    seed: u64,
    scenes: Vec<Played>,
    passed: bool,
}

/// One scene, and what was found after it.
#[derive(Debug, Serialize)]
struct Played {
    scene: Scene,
    strokes: u64,
    #[serde(flatten)]
    held: Held,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> Result<(String, bool), Failure> {
    let program = binary(options.server.clone())?;
    let scenes = if options.scene.is_empty() {
        Scene::value_variants().to_vec()
    } else {
        options.scene.clone()
    };
    let mut played = Vec::new();
    for scene in scenes {
        tell(&format!("scene {scene:?}, seed {}", options.seed));
        let one = play(&program, scene, &options).await?;
        tell(&serde_json::to_string(&one)?);
        played.push(one);
    }
    let passed = played.iter().all(|one| one.held.sound);
    let line = Line { bench: "chaos", seed: options.seed, scenes: played, passed };
    Ok((serde_json::to_string(&line)?, passed))
}

async fn play(program: &Path, scene: Scene, options: &Options) -> Result<Played, Failure> {
    let random = ChaCha8Rng::seed_from_u64(options.seed);
    let mut room = Room::open(program, scene.cast(), random).await?;
    let kills = Duration::from_secs(options.minutes * 60);
    let ended = match scene.play(&mut room, kills).await {
        Ok(strokes) => hold(&mut room).await.map(|held| Played { scene, strokes, held }),
        Err(failure) => Err(failure),
    };
    if let Some(keep) = &options.keep {
        room.keep_logs(&keep.join(format!("{scene:?}").to_lowercase()))?;
    }
    ended.map_err(|failure| format!("scene {scene:?}: {failure}").into())
}
