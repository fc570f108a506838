//! What the seed decides: names and codes of places, their number, when the city works.

use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::domain::GridCode;

/// First two digits of the codes: no province has them.
const PROVINCE: &str = "98";
/// What made-up places are called, one character each side.
const FIRST: [char; 12] = ['澄', '砚', '栖', '棠', '霁', '沅', '朔', '岚', '疏', '瀚', '翎', '桐'];
const SECOND: [char; 10] = ['川', '岭', '浦', '原', '洲', '陵', '湾', '泽', '门', '庭'];
const FIRST_EN: [&str; 12] =
    ["Cheng", "Yan", "Qi", "Tang", "Ji", "Yuan", "Shuo", "Lan", "Shu", "Han", "Ling", "Tong"];
const SECOND_EN: [&str; 10] =
    ["chuan", "ling", "pu", "yuan", "zhou", "ling", "wan", "ze", "men", "ting"];
/// Hours of a worked day, worked days of a week, offsets of the clock: none is Liaoyang's.
const HOURS: [&str; 3] = ["09:00-12:00 14:00-18:00", "08:00-12:00 13:30-16:30", "07:30-13:30"];
const WEEKS: [&str; 2] = ["mon tue wed thu fri sat", "sun mon tue wed thu"];
const OFFSETS: [&str; 3] = ["+06:00", "+07:00", "+05:30"];

/// A made-up place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) code: String,
    pub(super) zh: String,
    pub(super) en: String,
}

impl Place {
    /// Whether `other` is this place or within it.
    pub(super) fn holds(&self, other: &Self) -> bool {
        other.code.starts_with(&self.code)
    }

    /// The code of the place around, `digits` long.
    pub(super) fn around(&self, digits: u8) -> &str {
        self.code.get(..usize::from(digits)).unwrap_or(&self.code)
    }
}

/// The city that the seed decides.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) random: ChaCha8Rng,
    pub(super) city: Place,
    pub(super) counties: Vec<Place>,
    pub(super) towns: Vec<Place>,
    pub(super) communities: Vec<Place>,
    pub(super) hours: &'static str,
    pub(super) week: &'static str,
    pub(super) offset: &'static str,
    /// Degrees of the plane's origin, as they are written.
    pub(super) origin: (String, String),
}

impl Plan {
    pub(super) fn of(seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut names = Names::new(&mut random);
        let city = names.place(format!("{PROVINCE}{:02}", random.random_range(1..90)), "市");
        let mut at = |level: &[Place], digits, suffix, most: u64| {
            let mut below = Vec::new();
            for above in level {
                for number in 1..=random.random_range(2..=most) {
                    let tail = usize::from(digits) - above.code.len();
                    below.push(names.place(format!("{}{number:0tail$}", above.code), suffix));
                }
            }
            below
        };
        // Liaoyang has seven counties: this one has fewer.
        let counties = at(std::slice::from_ref(&city), GridCode::COUNTY, "区", 5);
        let towns = at(&counties, GridCode::TOWN, "镇", 4);
        let communities = at(&towns, GridCode::COMMUNITY, "社区", 5);
        let mut pick = |all: &[&'static str]| all.choose(&mut random).copied().unwrap_or_default();
        let (hours, week, offset) = (pick(&HOURS), pick(&WEEKS), pick(&OFFSETS));
        let (lat, lon) = (random.random_range(28..40), random.random_range(75..90));
        let origin = (format!("{lat}.25"), format!("{lon}.75"));
        Self { random, city, counties, towns, communities, hours, week, offset, origin }
    }

    /// The communities of a place.
    pub(super) fn leaves(&self, place: &Place) -> u64 {
        self.communities.iter().filter(|it| place.holds(it)).map(|_| 1).sum()
    }
}

/// Names that are given once each, and again with a number when all are gone.
struct Names {
    pairs: Vec<(usize, usize)>,
    given: usize,
}

impl Names {
    fn new(random: &mut ChaCha8Rng) -> Self {
        let second = 0..SECOND.len();
        let all = (0..FIRST.len()).flat_map(|first| second.clone().map(move |it| (first, it)));
        let mut pairs: Vec<(usize, usize)> = all.collect();
        pairs.shuffle(random);
        Self { pairs, given: 0 }
    }

    fn place(&mut self, code: String, suffix: &str) -> Place {
        let round = self.given / self.pairs.len();
        let (first, second) = self.pairs[self.given % self.pairs.len()];
        self.given += 1;
        let number = if round == 0 { String::new() } else { (round + 1).to_string() };
        Place {
            code,
            zh: format!("{}{}{number}{suffix}", FIRST[first], SECOND[second]),
            en: format!("{}{}{number}", FIRST_EN[first], SECOND_EN[second]),
        }
    }
}
