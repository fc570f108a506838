//! Sharing a whole number out by weight, so that the shares add up to it.

/// Shares of `total` in proportion to `weights`, at least 1 each (largest remainder method).
/// `total` is at least the number of weights.
pub(super) fn allot(total: u64, weights: &[u64]) -> Vec<u64> {
    let count = u64::try_from(weights.len()).unwrap_or(0);
    let spare = total.saturating_sub(count);
    let sum: u64 = weights.iter().sum::<u64>().max(1);
    let mut shares: Vec<u64> = weights.iter().map(|weight| 1 + spare * weight / sum).collect();
    let given: u64 = shares.iter().sum();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|at| {
        (std::cmp::Reverse(weights.get(*at).map_or(0, |weight| spare * weight % sum)), *at)
    });
    let left = usize::try_from(total.saturating_sub(given)).unwrap_or(0);
    for at in by_remainder.into_iter().cycle().take(left) {
        if let Some(share) = shares.get_mut(at) {
            *share += 1;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_nobody_goes_without() {
        assert_eq!(allot(10, &[1, 1, 1]), [4, 3, 3]);
        assert_eq!(allot(3, &[100, 0, 0]), [1, 1, 1]);
        assert_eq!(allot(66_340, &vec![3; 3_343]).iter().sum::<u64>(), 66_340);
    }
}
