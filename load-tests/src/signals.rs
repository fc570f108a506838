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
    lattice: Lattice,
}

/// Where the spots are.
#[derive(Debug, Clone, Copy)]
struct Lattice {
    /// Spots of a row; as many rows lie over the city.
    side: u64,
    /// From one row and column to the next, degrees.
    steps: (f64, f64),
}

impl Lattice {
    /// Spots of 400 m, 20,000 of them about as dense as 20,000 open cases are in the city.
    const WIDE: Self = Self { side: 142, steps: (0.003_6, 0.004_8) };

    /// At least so many spots over the same city: closer together where they must be.
    #[cfg(feature = "kafka")]
    fn of(spots: u64) -> Self {
        let mut side = Self::WIDE.side;
        while side * side < spots {
            side += 1;
        }
        let count = |side| f64::from(u32::try_from(side).unwrap_or(u32::MAX));
        let closer = count(Self::WIDE.side) / count(side);
        let (lat, lon) = Self::WIDE.steps;
        Self { side, steps: (lat * closer, lon * closer) }
    }
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
        let (random, run) = (ChaCha8Rng::seed_from_u64(seed), run.to_owned());
        Self { random, run, sent: 0, lattice: Lattice::WIDE }
    }

    /// As [`Maker::new`], with at least so many spots in the city.
    #[cfg(feature = "kafka")]
    pub(crate) fn dense(seed: u64, run: &str, spots: u64) -> Self {
        Self { lattice: Lattice::of(spots), ..Self::new(seed, run) }
    }

    /// A signal at spot `spot` of the lattice: one matter a spot.
    pub(crate) fn signal_at(&mut self, spot: u64) -> Signal {
        let Lattice { side, steps } = self.lattice;
        let middle = side / 2 - 1;
        let from_middle = |step: u64| {
            let (step, middle) = (u32::try_from(step), u32::try_from(middle));
            f64::from(step.unwrap_or(0)) - f64::from(middle.unwrap_or(0))
        };
        let jitter = self.random.random_range(-0.000_03..0.000_03);
        let lat = CENTRE.0 + from_middle(spot / side) * steps.0 + jitter;
        let lon = CENTRE.1 + from_middle(spot % side) * steps.1 + jitter;
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
