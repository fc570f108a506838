//! A tree of seeds from which every ticket's key is derived, and any one can be destroyed.
//!
//! Goldreich, Goldwasser and Micali, *How to construct random functions* (J. ACM 33, 1986): a seed
//! gives its children by a keyed hash; the key of a ticket is the leaf at its 64-bit id. To destroy
//! a leaf the tree is *punctured* (Green and Miers, IEEE S&P 2015): the seed that covers it is
//! replaced by the siblings along its path. What is left derives every other leaf, and not it.
//!
//! Key ids are spread evenly, so only the upper levels are shared: their seeds are kept at hand.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::domain::KeyId;

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

/// How many bits of a key id each level takes: one in vaults of before; four need a quarter of the
/// hashes for a key, and four times the room for each that is destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Steps {
    One,
    Four,
}

impl Steps {
    fn bits(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Four => 4,
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
    steps: Steps,
    whole: BTreeMap<Node, Seed>,
    /// Seeds at [`SHELF_DEPTH`], by their prefix; each is looked for once. What is punctured is
    /// another tree, with a shelf of its own: none outlives the seeds that it follows from.
    shelf: Box<[OnceLock<Option<Seed>>]>,
}

impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        (self.steps, &self.whole) == (other.steps, &other.whole)
    }
}

impl Eq for Tree {}

impl Clone for Tree {
    fn clone(&self) -> Self {
        Self::from_subtrees(self.steps, self.whole.clone())
    }
}

fn child(seed: &Seed, turn: u8) -> Seed {
    *blake3::keyed_hash(seed, &[turn]).as_bytes()
}

impl Tree {
    /// A whole tree from its root.
    pub(super) fn new(root: Seed) -> Self {
        Self::from_subtrees(Steps::Four, BTreeMap::from([(Node::ROOT, root)]))
    }

    /// The tree of the given subtrees.
    pub(super) fn from_subtrees(steps: Steps, whole: BTreeMap<Node, Seed>) -> Self {
        let shelf = (0..1_u32 << SHELF_DEPTH).map(|_| OnceLock::new()).collect();
        Self { steps, whole, shelf }
    }

    /// Its subtrees.
    pub(super) fn subtrees(&self) -> &BTreeMap<Node, Seed> {
        &self.whole
    }

    /// Its steps.
    pub(super) fn steps(&self) -> Steps {
        self.steps
    }

    /// The whole subtree that `key` lies in, no deeper than `depth`.
    fn cover(&self, key: KeyId, depth: u8) -> Option<(Node, Seed)> {
        (0..=depth)
            .map(|depth| Node::above(key, depth))
            .find_map(|node| self.whole.get(&node).map(|seed| (node, *seed)))
    }

    /// The seed at `depth` on the way to `key`, from that of `node`.
    fn descend(&self, key: KeyId, (node, seed): (Node, Seed), depth: u8) -> Seed {
        let steps = self.steps.below(node.depth, depth);
        steps.fold(seed, |seed, depth| child(&seed, self.steps.turn(key, depth)))
    }

    /// The seed that is kept at hand for `key`; none where no whole subtree is that high.
    fn at_hand(&self, key: KeyId) -> Option<(Node, Seed)> {
        let node = Node::above(key, SHELF_DEPTH);
        let place = usize::try_from(key.0 >> (DEPTH - SHELF_DEPTH)).ok()?;
        let find = || Some(self.descend(key, self.cover(key, SHELF_DEPTH)?, SHELF_DEPTH));
        self.shelf.get(place)?.get_or_init(find).map(|seed| (node, seed))
    }

    /// The key of a ticket; none where it was destroyed.
    pub(super) fn key(&self, key: KeyId) -> Option<Seed> {
        let from = self.at_hand(key).or_else(|| self.cover(key, DEPTH))?;
        Some(self.descend(key, from, DEPTH))
    }

    /// Destroys the key of a ticket; says whether it still was.
    pub(super) fn puncture(&mut self, key: KeyId) -> bool {
        let Some((node, mut seed)) = self.cover(key, DEPTH) else { return false };
        self.whole.remove(&node);
        for depth in self.steps.below(node.depth, DEPTH) {
            let (on_path, turn) = (Node::above(key, depth), self.steps.turn(key, depth));
            for other in 1..1_u8 << self.steps.bits() {
                self.whole.insert(on_path.sibling(other), child(&seed, turn ^ other));
            }
            seed = child(&seed, turn);
        }
        *self = Self::from_subtrees(self.steps, std::mem::take(&mut self.whole));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trees() -> [Tree; 2] {
        let root = BTreeMap::from([(Node::ROOT, [7; 32])]);
        [Steps::One, Steps::Four].map(|steps| Tree::from_subtrees(steps, root.clone()))
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
                let expected = if destroyed { None } else { whole.key(key) };
                assert_eq!(punctured.key(key), expected, "{key:?}");
            }
            assert!(punctured.subtrees().len() < 480);
        }
    }

    #[test]
    fn keys_differ() {
        for tree in trees() {
            let keys: std::collections::BTreeSet<_> =
                (0..100).map(|id| tree.key(KeyId(id << 50))).collect();
            assert_eq!(keys.len(), 100);
        }
    }

    #[test]
    fn a_tree_of_before_gives_the_keys_of_before() {
        let [before, _] = trees();
        let key = KeyId(0xdead_beef_0000_0001);
        let expected = (0..64).fold([7; 32], |seed: Seed, level| {
            *blake3::keyed_hash(&seed, &[u8::from(key.0 << level >> 63 == 1)]).as_bytes()
        });
        assert_eq!(before.key(key), Some(expected));
    }
}
