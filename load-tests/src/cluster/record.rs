//! Entries in a record of ours, read as somebody else would read them.
//!
//! Version byte, time (8 bytes), number of entries (4), then each entry's length (4) and bytes,
//! then a sum of 8 bytes. Numbers are big-endian.

/// What stands before the entries.
const HEAD_BYTES: usize = 13;
/// What stands behind them.
const SUM_BYTES: usize = 8;

/// The entries of a record; none where it is none of ours.
pub(crate) fn entries(record: &[u8]) -> Vec<&[u8]> {
    let body = record.len().checked_sub(SUM_BYTES).and_then(|end| record.get(HEAD_BYTES..end));
    let mut rest = body.unwrap_or_default();
    let mut found = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let Some((entry, after)) = after.split_at_checked(length) else { break };
        found.push(entry);
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_in_what_is_ours_and_nothing_in_what_is_not() {
        let mut record = vec![0; HEAD_BYTES];
        record.extend_from_slice(&[0, 0, 0, 2, b'h', b'i', 0, 0, 0, 0, 0, 0, 0, 1, b'x']);
        record.extend_from_slice(&[0; SUM_BYTES]);
        assert_eq!(entries(&record), [b"hi".as_slice(), b"", b"x"]);
        assert!(entries(b"{\"short\":1}").is_empty());
        record.truncate(record.len() - 1);
        assert_eq!(entries(&record).len(), 2);
    }
}
