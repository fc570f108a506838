//! A tree of seeds from which every ticket's key is derived, and any one can be destroyed.
//!
//! Goldreich, Goldwasser and Micali, *How to construct random functions* (J. ACM 33, 1986): a seed
//! gives its children by a hash; the key of a ticket is the leaf at its 64-bit id. To destroy
//! a leaf the tree is *punctured* (Green and Miers, IEEE S&P 2015): the seed that covers it is
//! replaced by the siblings along its path. What is left derives every other leaf, and not it.
//!
//! Key ids are spread evenly, so only the upper levels are shared: their seeds are kept at hand.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::domain::KeyId;

use super::fixed_key::{self, SEED_BYTES};

/// Bits of a key id: levels below the root, where each takes one.
pub(super) const DEPTH: u8 = 64;
/// Where the seeds lie that are kept at hand.
const SHELF_DEPTH: u8 = 12;

/// A seed or key.
pub(super) type Seed = [u8; 32];

/// The subtree below `depth` bits of `prefix` (its other bits are 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Node {
    pub(super) prefix: u64,
    pub(super) depth: u8,
}

/// How a tree grows: chosen when a vault is made, and for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Growth {
    /// A level takes one bit of a key id, and a seed is a hash of BLAKE3.
    First,
    /// Four bits: a quarter of the hashes for a key, and four times the room for each that is
    /// destroyed.
    Second,
    /// Four bits, and a seed is a hash by AES under a fixed key, in a quarter of the time.
    Third,
}

/// A ticket's key, and the tree it is of.
#[derive(Clone, Copy)]
pub(super) struct Leaf {
    pub(super) growth: Growth,
    pub(super) seed: Seed,
}

impl Growth {
    /// How many bytes of a seed count; those behind them are 0.
    pub(super) fn seed_bytes(self) -> usize {
        match self {
            Self::First | Self::Second => size_of::<Seed>(),
            Self::Third => SEED_BYTES,
        }
    }

    fn bits(self) -> u8 {
        match self {
            Self::First => 1,
            Self::Second | Self::Third => 4,
        }
    }

    /// The seed of a child.
    fn child(self, seed: &Seed, turn: u8) -> Seed {
        match self {
            Self::First | Self::Second => *blake3::keyed_hash(seed, &[turn]).as_bytes(),
            Self::Third => wide(fixed_key::hash(&narrow(seed), turn)),
        }
    }

    /// Whether a tree of these has nodes so deep.
    pub(super) fn reach(self, depth: u8) -> bool {
        depth <= DEPTH && depth.is_multiple_of(self.bits())
    }

    /// The depths below `depth`, through `last`.
    fn below(self, depth: u8, last: u8) -> impl Iterator<Item = u8> {
        (depth.saturating_add(self.bits())..=last).step_by(usize::from(self.bits()))
    }

    /// Which child lies on the way to `key` at `depth`.
    fn turn(self, key: KeyId, depth: u8) -> u8 {
        let last = key.0 >> DEPTH.saturating_sub(depth);
        let mask = (1_u64 << self.bits()) - 1;
        u8::try_from(last & mask).unwrap_or_default()
    }
}

impl Node {
    const ROOT: Self = Self { prefix: 0, depth: 0 };

    /// The node at `depth` on the way to `key`.
    fn above(key: KeyId, depth: u8) -> Self {
        let mask = u64::MAX.checked_shl(u32::from(DEPTH.saturating_sub(depth))).unwrap_or(0);
        Self { prefix: key.0 & mask, depth }
    }

    /// The child of the same parent that differs from this one by `bits`.
    fn sibling(self, bits: u8) -> Self {
        let above = u32::from(DEPTH.saturating_sub(self.depth));
        let bits = u64::from(bits).checked_shl(above).unwrap_or(0);
        Self { prefix: self.prefix ^ bits, depth: self.depth }
    }
}

/// The seeds of the subtrees that are still whole.
pub(super) struct Tree {
    growth: Growth,
    whole: BTreeMap<Node, Seed>,
    /// Seeds at [`SHELF_DEPTH`], by their prefix; each is looked for once. What is punctured is
    /// another tree, with a shelf of its own: none outlives the seeds that it follows from.
    shelf: Box<[OnceLock<Option<Seed>>]>,
}

impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        (self.growth, &self.whole) == (other.growth, &other.whole)
    }
}

impl Eq for Tree {}

impl Clone for Tree {
    fn clone(&self) -> Self {
        Self::from_subtrees(self.growth, self.whole.clone())
    }
}

/// As much of a seed as the third growth takes.
pub(super) fn narrow(seed: &Seed) -> [u8; SEED_BYTES] {
    seed.first_chunk().copied().unwrap_or_default()
}

/// What the third growth gives, as a seed.
fn wide(narrow: [u8; SEED_BYTES]) -> Seed {
    let mut seed = Seed::default();
    seed.iter_mut().zip(narrow).for_each(|(to, from)| *to = from);
    seed
}

impl Tree {
    /// A whole tree of today from its root.
    pub(super) fn new(root: Seed) -> Self {
        let root = wide(narrow(&root));
        Self::from_subtrees(Growth::Third, BTreeMap::from([(Node::ROOT, root)]))
    }

    /// The tree of the given subtrees.
    pub(super) fn from_subtrees(growth: Growth, whole: BTreeMap<Node, Seed>) -> Self {
        let shelf = (0..1_u32 << SHELF_DEPTH).map(|_| OnceLock::new()).collect();
        Self { growth, whole, shelf }
    }

    /// Its subtrees.
    pub(super) fn subtrees(&self) -> &BTreeMap<Node, Seed> {
        &self.whole
    }

    /// How it grows.
    pub(super) fn growth(&self) -> Growth {
        self.growth
    }

    /// The whole subtree that `key` lies in, no deeper than `depth`.
    fn cover(&self, key: KeyId, depth: u8) -> Option<(Node, Seed)> {
        (0..=depth)
            .map(|depth| Node::above(key, depth))
            .find_map(|node| self.whole.get(&node).map(|seed| (node, *seed)))
    }

    /// The seed at `depth` on the way to `key`, from that of `node`.
    fn descend(&self, key: KeyId, (node, seed): (Node, Seed), depth: u8) -> Seed {
        let step = |seed, depth| self.growth.child(&seed, self.growth.turn(key, depth));
        self.growth.below(node.depth, depth).fold(seed, step)
    }

    /// The seed that is kept at hand for `key`; none where no whole subtree is that high.
    fn at_hand(&self, key: KeyId) -> Option<(Node, Seed)> {
        let node = Node::above(key, SHELF_DEPTH);
        let place = usize::try_from(key.0 >> (DEPTH - SHELF_DEPTH)).ok()?;
        let find = || Some(self.descend(key, self.cover(key, SHELF_DEPTH)?, SHELF_DEPTH));
        self.shelf.get(place)?.get_or_init(find).map(|seed| (node, seed))
    }

    /// The key of a ticket; none where it was destroyed.
    pub(super) fn key(&self, key: KeyId) -> Option<Leaf> {
        let from = self.at_hand(key).or_else(|| self.cover(key, DEPTH))?;
        Some(Leaf { growth: self.growth, seed: self.descend(key, from, DEPTH) })
    }

    /// Destroys the key of a ticket; says whether it still was.
    pub(super) fn puncture(&mut self, key: KeyId) -> bool {
        let Some((node, mut seed)) = self.cover(key, DEPTH) else { return false };
        self.whole.remove(&node);
        for depth in self.growth.below(node.depth, DEPTH) {
            let (on_path, turn) = (Node::above(key, depth), self.growth.turn(key, depth));
            for other in 1..1_u8 << self.growth.bits() {
                self.whole.insert(on_path.sibling(other), self.growth.child(&seed, turn ^ other));
            }
            seed = self.growth.child(&seed, turn);
        }
        *self = Self::from_subtrees(self.growth, std::mem::take(&mut self.whole));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trees() -> [Tree; 3] {
        let root = BTreeMap::from([(Node::ROOT, wide([7; SEED_BYTES]))]);
        [Growth::First, Growth::Second, Growth::Third]
            .map(|growth| Tree::from_subtrees(growth, root.clone()))
    }

    fn seed(tree: &Tree, key: KeyId) -> Option<Seed> {
        tree.key(key).map(|leaf| leaf.seed)
    }

    #[test]
    fn a_destroyed_key_is_gone_and_every_other_stays() {
        for whole in trees() {
            let mut punctured = whole.clone();
            let keys = [0, 1, 2, 3, u64::MAX, u64::MAX - 1, 1 << 63, 0xdead_beef].map(KeyId);
            assert!(keys.iter().all(|key| punctured.key(*key).is_some()), "they are at hand now");
            assert!(punctured.puncture(KeyId(1)) && punctured.puncture(KeyId(1 << 63)));
            assert!(!punctured.puncture(KeyId(1)), "it was destroyed before");
            for key in keys {
                let destroyed = key.0 == 1 || key.0 == 1 << 63;
                let expected = if destroyed { None } else { seed(&whole, key) };
                assert_eq!(seed(&punctured, key), expected, "{key:?}");
            }
            assert!(punctured.subtrees().len() < 480);
        }
    }

    #[test]
    fn keys_differ() {
        for tree in trees() {
            let keys: std::collections::BTreeSet<_> =
                (0..100).map(|id| seed(&tree, KeyId(id << 50))).collect();
            assert_eq!(keys.len(), 100);
        }
    }

    #[test]
    fn each_growth_gives_the_keys_that_it_always_has() {
        let [first, second, third] = trees();
        let key = KeyId(0xdead_beef_0000_0001);
        let root = wide([7; SEED_BYTES]);
        let blake = |seed: Seed, turn: u8| *blake3::keyed_hash(&seed, &[turn]).as_bytes();
        let bit = |level: u32| u8::from(key.0 << level >> 63 == 1);
        let expected = (0..64).fold(root, |seed, level| blake(seed, bit(level)));
        assert_eq!(seed(&first, key), Some(expected));
        let four = |level: u32| (key.0 << (4 * level) >> 60) as u8;
        let expected = (0..16).fold(root, |seed, level| blake(seed, four(level)));
        assert_eq!(seed(&second, key), Some(expected));
        let aes = |seed, level| fixed_key::hash(&seed, four(level));
        let expected = (0..16).fold([7; SEED_BYTES], aes);
        assert_eq!(seed(&third, key), Some(wide(expected)));
        assert_eq!(u128::from_be_bytes(expected), 0xf433_6489_f8a5_7b7d_be85_6f33_c30d_b8ee);
    }
}
