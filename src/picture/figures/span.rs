//! Spans of time in buckets that grow with them: 128 to each doubling.
//!
//! **Error.** Up to 255 ms a bucket is a millisecond; above, it is at most 1/128 of its least span
//! wide, and a span is told as its bucket's middle, so by at most 0.4 % wrong. The rank is exact.

/// Buckets of one doubling, as a power of two.
const FINE: u32 = 7;

/// The bucket of a span of so many milliseconds; a negative one counts as none.
#[must_use]
pub fn bucket_of(ms: i64) -> u16 {
    let ms = u64::try_from(ms).unwrap_or(0);
    let octave = ms.checked_ilog2().unwrap_or(0).saturating_sub(FINE);
    let fine = ms.checked_shr(octave).unwrap_or(0);
    let coarse = u64::from(octave).saturating_mul(1 << FINE);
    u16::try_from(coarse.saturating_add(fine)).unwrap_or(u16::MAX)
}

/// The middle of a bucket, in milliseconds.
#[must_use]
pub fn middle_of(bucket: u16) -> i64 {
    let bucket = u64::from(bucket);
    let octave = bucket.checked_shr(FINE).unwrap_or(0).saturating_sub(1);
    let fine = bucket.saturating_sub(octave.saturating_mul(1 << FINE));
    let octave = u32::try_from(octave).unwrap_or(0);
    let least = fine.checked_shl(octave).unwrap_or(0);
    let half = 1_u64.checked_shl(octave).unwrap_or(0) / 2;
    i64::try_from(least.saturating_add(half)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_told_within_four_thousandths() {
        let mut ms = 0_i64;
        while ms < 200 * 365 * 86_400_000 {
            let told = middle_of(bucket_of(ms));
            assert!((told - ms).abs() * 250 <= ms, "{ms} is told as {told}");
            ms += 1 + ms / 1_009;
        }
        assert_eq!(middle_of(bucket_of(-5)), 0);
    }

    #[test]
    fn buckets_are_in_the_order_of_their_spans() {
        let mut last = 0;
        for ms in 0..3_000_000 {
            let bucket = bucket_of(ms);
            assert!(bucket == last || bucket == last + 1, "{ms}");
            last = bucket;
        }
    }
}
