//! Carving a block into blocks by weight: they tile it, and each has a cell for every leaf below.

use super::lattice::Block;

/// Blocks that tile `block`, one for each weight, in order. A weight is the number of leaves that
/// will be carved from its block in turn; all together they are at most the block's cells.
pub(super) fn carve(block: Block, weights: &[u64]) -> Vec<Block> {
    let mut blocks = Vec::with_capacity(weights.len());
    carve_into(block, weights, &mut blocks);
    blocks
}

fn carve_into(block: Block, weights: &[u64], blocks: &mut Vec<Block>) {
    if weights.len() < 2 {
        blocks.extend(weights.first().map(|_| block));
        return;
    }
    let Some((first, second, at)) = best_cut(block, weights) else {
        // Too narrow for its leaves: the first has it, which the world's own test would notice.
        blocks.extend(weights.iter().map(|_| block));
        return;
    };
    let (before, after) = weights.split_at(at);
    carve_into(first, before, blocks);
    carve_into(second, after, blocks);
}

/// The cut that is nearest to halving the weights, across the longer side where it can be.
fn best_cut(block: Block, weights: &[u64]) -> Option<(Block, Block, usize)> {
    let total: u64 = weights.iter().sum();
    let mut before = 0;
    let mut splits: Vec<(u64, u64, usize)> = Vec::new();
    for (at, weight) in weights.iter().enumerate().take(weights.len() - 1) {
        before += weight;
        splits.push((before.abs_diff(total - before), before, at + 1));
    }
    splits.sort_unstable();
    let upright = block.width() < block.height();
    [upright, !upright].into_iter().find_map(|upright| {
        splits.iter().find_map(|(_, before, at)| {
            let (first, second) = cut(block, upright, (*before, total - before))?;
            Some((first, second, *at))
        })
    })
}

/// Cuts a block in proportion to what comes before and after, where both find room.
fn cut(block: Block, upright: bool, (before, after): (u64, u64)) -> Option<(Block, Block)> {
    let number = |value: usize| u64::try_from(value).unwrap_or(0);
    let (length, across) = if upright {
        (number(block.height()), number(block.width()))
    } else {
        (number(block.width()), number(block.height()))
    };
    let least = before.div_ceil(across);
    let most = length.checked_sub(after.div_ceil(across))?;
    if most < least {
        return None;
    }
    let fair = (length * before).div_ceil(before + after);
    let at = usize::try_from(fair.clamp(least.max(1), most)).ok()?;
    let (mut first, mut second) = (block, block);
    if upright {
        first.top = block.bottom + at;
        second.bottom = first.top;
    } else {
        first.right = block.left + at;
        second.left = first.right;
    }
    (0 < first.cells() && 0 < second.cells()).then_some((first, second))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Block = Block { left: 0, right: 30, bottom: 0, top: 20 };

    #[test]
    fn blocks_tile_and_hold_their_leaves() {
        let weights: Vec<u64> = (1..=24).collect();
        let blocks = carve(WHOLE, &weights);
        assert_eq!(blocks.len(), weights.len());
        assert_eq!(blocks.iter().map(Block::cells).sum::<usize>(), WHOLE.cells());
        let mut seen = std::collections::BTreeSet::new();
        for (block, weight) in blocks.iter().zip(&weights) {
            assert!(*weight <= u64::try_from(block.cells()).unwrap());
            assert!(block.each_cell().all(|cell| seen.insert(cell)), "two blocks share a cell");
        }
    }

    #[test]
    fn even_a_full_block_finds_a_way() {
        let blocks = carve(WHOLE, &[1; 600]);
        assert!(blocks.iter().all(|block| block.cells() == 1));
    }
}
