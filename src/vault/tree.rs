//! A tree of seeds from which every ticket's key is derived, and any one can be destroyed.
//!
//! Goldreich, Goldwasser and Micali, *How to construct random functions* (J. ACM 33, 1986): a seed
//! gives its two children by a keyed hash; the key of a ticket is the leaf at its 64-bit id. To
//! destroy a leaf the tree is *punctured* (Green and Miers, IEEE S&P 2015): the seed that covers it
//! is replaced by the siblings along its path. What is left derives every other leaf, and not it.

use std::collections::BTreeMap;

use crate::domain::KeyId;

/// Levels below the root: one for each bit of a key id.
pub(super) const DEPTH: u8 = 64;

/// A seed or key.
pub(super) type Seed = [u8; 32];

/// The subtree below `depth` bits of `prefix` (its other bits are 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Node {
    pub(super) prefix: u64,
    pub(super) depth: u8,
}

impl Node {
    const ROOT: Self = Self { prefix: 0, depth: 0 };

    /// The node at `depth` on the way to `key`.
    fn above(key: KeyId, depth: u8) -> Self {
        let mask = u64::MAX.checked_shl(u32::from(DEPTH.saturating_sub(depth))).unwrap_or(0);
        Self { prefix: key.0 & mask, depth }
    }

    /// Whether the step to `depth` on the way to `key` goes right.
    fn goes_right(key: KeyId, depth: u8) -> bool {
        (key.0 >> DEPTH.saturating_sub(depth)) & 1 == 1
    }

    /// The other child of the same parent.
    fn sibling(self) -> Self {
        let bit = 1_u64.checked_shl(u32::from(DEPTH.saturating_sub(self.depth))).unwrap_or(0);
        Self { prefix: self.prefix ^ bit, depth: self.depth }
    }
}

/// The seeds of the subtrees that are still whole.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Tree {
    whole: BTreeMap<Node, Seed>,
}

fn child(seed: &Seed, right: bool) -> Seed {
    *blake3::keyed_hash(seed, &[u8::from(right)]).as_bytes()
}

impl Tree {
    /// A whole tree from its root.
    pub(super) fn new(root: Seed) -> Self {
        Self { whole: BTreeMap::from([(Node::ROOT, root)]) }
    }

    /// The tree of the given subtrees.
    pub(super) fn from_subtrees(whole: BTreeMap<Node, Seed>) -> Self {
        Self { whole }
    }

    /// Its subtrees.
    pub(super) fn subtrees(&self) -> &BTreeMap<Node, Seed> {
        &self.whole
    }

    fn cover(&self, key: KeyId) -> Option<(Node, Seed)> {
        (0..=DEPTH)
            .map(|depth| Node::above(key, depth))
            .find_map(|node| self.whole.get(&node).map(|seed| (node, *seed)))
    }

    /// The key of a ticket; none where it was destroyed.
    pub(super) fn key(&self, key: KeyId) -> Option<Seed> {
        let (node, seed) = self.cover(key)?;
        let steps = node.depth.saturating_add(1)..=DEPTH;
        Some(steps.fold(seed, |seed, depth| child(&seed, Node::goes_right(key, depth))))
    }

    /// Destroys the key of a ticket; says whether it still was.
    pub(super) fn puncture(&mut self, key: KeyId) -> bool {
        let Some((node, mut seed)) = self.cover(key) else { return false };
        self.whole.remove(&node);
        for depth in node.depth.saturating_add(1)..=DEPTH {
            let right = Node::goes_right(key, depth);
            self.whole.insert(Node::above(key, depth).sibling(), child(&seed, !right));
            seed = child(&seed, right);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destroyed_key_is_gone_and_every_other_stays() {
        let whole = Tree::new([7; 32]);
        let mut punctured = whole.clone();
        let keys = [0, 1, 2, u64::MAX, u64::MAX - 1, 1 << 63, 0xdead_beef].map(KeyId);
        assert!(punctured.puncture(KeyId(1)) && punctured.puncture(KeyId(1 << 63)));
        assert!(!punctured.puncture(KeyId(1)), "it was destroyed before");
        for key in keys {
            let destroyed = key.0 == 1 || key.0 == 1 << 63;
            let expected = if destroyed { None } else { whole.key(key) };
            assert_eq!(punctured.key(key), expected, "{key:?}");
        }
        assert!(punctured.subtrees().len() < 128);
    }

    #[test]
    fn keys_differ() {
        let tree = Tree::new([7; 32]);
        let keys: std::collections::BTreeSet<_> = (0..100).map(|id| tree.key(KeyId(id))).collect();
        assert_eq!(keys.len(), 100);
    }
}
