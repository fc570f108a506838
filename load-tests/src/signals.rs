//! What is sent: signals around known places of the synthetic city, and raw detections.

use bytes::Bytes;
use liandong::telemetry::Clock;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The middle of the synthetic city, degrees.
const CENTRE: (f64, f64) = (41.27, 123.17);
/// Items of things and places, with words a citizen would use.
const MATTERS: [(&str, &str); 6] = [
    ("G01009", "路边堆了很多垃圾没人清理"),
    ("G03021", "井盖破损有安全隐患"),
    ("G03031", "路灯不亮晚上很黑"),
    ("G01022", "楼道口乱堆杂物"),
    ("G02006", "占道经营影响通行"),
    ("G01011", "这条路很脏好几天没扫"),
];

/// Makes signals and detections by seed.
#[derive(Debug)]
pub(crate) struct Maker {
    random: ChaCha8Rng,
    run: String,
    sent: u64,
}

/// One signal ready to send.
#[derive(Debug, Clone)]
pub(crate) struct Signal {
    /// Its JSON.
    pub(crate) json: String,
}

impl Maker {
    /// Ids begin with `run`, so that runs over one journal do not repeat each other.
    pub(crate) fn new(seed: u64, run: &str) -> Self {
        Self { random: ChaCha8Rng::seed_from_u64(seed), run: run.to_owned(), sent: 0 }
    }

    /// A signal at spot `spot` of a lattice of 400 m: one matter a spot, 20,000 of them about as
    /// dense as 20,000 open cases are in the city.
    pub(crate) fn signal_at(&mut self, spot: u64) -> Signal {
        let lattice = |step: u64| f64::from(u32::try_from(step).unwrap_or(0));
        let jitter = self.random.random_range(-0.000_03..0.000_03);
        let lat = CENTRE.0 + (lattice(spot / 142) - 70.0) * 0.003_6 + jitter;
        let lon = CENTRE.1 + (lattice(spot % 142) - 70.0) * 0.004_8 + jitter;
        let matter = usize::try_from(spot).unwrap_or(0) % MATTERS.len();
        let (item, text) = MATTERS.get(matter).copied().unwrap_or(("G01009", ""));
        self.sent += 1;
        let now = Clock::System.now().0;
        let id = format!("{}-{}", self.run, self.sent);
        let json = format!(
            "{{\"id\":\"{id}\",\"channel\":\"public_app\",\"item\":\"{item}\",\
             \"observed_at\":{now},\
             \"lat\":{lat:.6},\"lon\":{lon:.6},\"text\":\"{text}\"}}"
        );
        Signal { json }
    }

    /// A signal at a random spot below `spots`.
    pub(crate) fn signal(&mut self, spots: u64) -> Signal {
        let spot = self.random.random_range(0..spots);
        self.signal_at(spot)
    }

    /// A batch of raw detections of cameras below `cameras`.
    pub(crate) fn detections(&mut self, count: usize, cameras: u32) -> Bytes {
        let now = Clock::System.now().0;
        let looks: Vec<String> = (0..count)
            .map(|_| {
                let camera = self.random.random_range(1..=cameras);
                let present = self.random.random_ratio(9, 10);
                format!(
                    "{{\"camera\":{camera},\"item\":\"G01009\",\"present\":{present},\
                     \"observed_at\":{now}}}"
                )
            })
            .collect();
        Bytes::from(format!("[{}]", looks.join(",")))
    }
}
