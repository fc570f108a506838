//! Tables: a header, then one element a row; or the same columns as fields of JSON objects.
//!
//! The cutter is a library's. A row that does not fit its header, or whose cell will not do, is a
//! located problem, and the next row stands on its own.

use std::ops::Range;

use csv::{ByteRecord, ErrorKind, ReaderBuilder};
use serde::de::DeserializeOwned;

use crate::wire::problem::{Problem, ProblemKind};

use super::elements::Element;
use super::located::each;

/// Reads every element of `body` as `T`, then as `read` makes of it. Every field of `T` must be
/// optional: an empty cell is none.
pub(super) fn each_row<T: DeserializeOwned, R>(
    body: &[u8],
    read: impl Fn(T, &Element<'_>) -> Result<R, Problem>,
) -> Vec<Result<R, Problem>> {
    if !is_table(body) {
        return each(body, read);
    }
    let mut reader = ReaderBuilder::new().from_reader(body);
    let header = match reader.byte_headers() {
        Ok(header) => header.clone(),
        Err(error) => return vec![Err(wrong(&error.to_string()).of(0, 0..body.len()))],
    };
    let mut rows = Vec::new();
    let mut row = ByteRecord::new();
    loop {
        let from = place(&reader);
        let found = reader.read_byte_record(&mut row);
        let span = from..place(&reader);
        let index = rows.len();
        let fields = match found {
            Ok(false) => break,
            Ok(true) => row.deserialize::<T>(Some(&header)).map_err(|why| fault(&why, &header)),
            Err(why) => Err(fault(&why, &header)),
        };
        let element = Element { index, span: span.clone(), text: Ok("") };
        let one = fields.and_then(|fields| read(fields, &element));
        rows.push(one.map_err(|problem| problem.of(index, span.clone())));
        if span.is_empty() {
            break;
        }
    }
    if rows.is_empty() {
        let why = "a header, and no row below it; or this is neither a table nor JSON";
        rows.push(Err(wrong(why).of(0, 0..body.len())));
    }
    rows
}

/// Whether a body is a table and not JSON.
pub(super) fn is_table(body: &[u8]) -> bool {
    let begins = body.trim_ascii_start();
    !begins.is_empty() && !begins.starts_with(b"{") && !begins.starts_with(b"[")
}

/// Where the header of a table lies, and each of its rows.
pub(super) fn cut_rows(table: &[u8]) -> (Range<usize>, Vec<Range<usize>>) {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(table);
    let mut spans = Vec::new();
    let mut row = ByteRecord::new();
    let mut from = 0;
    while reader.read_byte_record(&mut row).unwrap_or(false) {
        let to = place(&reader);
        spans.push(from..to);
        from = to;
    }
    let rows = spans.split_off(spans.len().min(1));
    (spans.pop().unwrap_or_default(), rows)
}

/// The line of a file on which what lies at `span` begins, from 1.
#[must_use]
pub fn line_of(body: &[u8], span: &Range<usize>) -> usize {
    let before = body.get(..span.start).unwrap_or_default();
    let own = body.get(span.clone()).unwrap_or_default();
    // A row's span begins where the one before ended: line ends that lead it are not its own.
    let leading = own.iter().take_while(|byte| byte.is_ascii_whitespace());
    1 + before.iter().chain(leading).filter(|byte| **byte == b'\n').count()
}

fn place(reader: &csv::Reader<&[u8]>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
}

/// Why a row is none, and at which of its columns.
fn fault(error: &csv::Error, header: &ByteRecord) -> Problem {
    match error.kind() {
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            wrong(&format!("{len} cells in this row; the header has {expected_len}"))
        }
        ErrorKind::Deserialize { err, .. } => {
            let at = err.field().and_then(|field| usize::try_from(field).ok());
            let column = at.and_then(|field| header.get(field)).map(String::from_utf8_lossy);
            let problem = wrong(&err.kind().to_string());
            column.map_or(problem.clone(), |column| problem.at(format!("/{column}")))
        }
        _ => wrong(&error.to_string()),
    }
}

fn wrong(why: &str) -> Problem {
    Problem::new(ProblemKind::WrongValue, why.to_owned())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Fields {
        #[serde(rename = "A b")]
        a: Option<String>,
        n: Option<u8>,
    }

    type Read = Result<(Option<String>, Option<u8>), (String, usize)>;

    fn read(body: &[u8]) -> Vec<Read> {
        let rows = each_row(body, |fields: Fields, _| Ok((fields.a, fields.n)));
        let told =
            |problem: Problem| (problem.pointer.unwrap_or_default(), line_of(body, &problem.span));
        rows.into_iter().map(|row| row.map_err(told)).collect()
    }

    #[test]
    fn a_broken_row_is_located_and_hurts_no_other() {
        let body = b"A b,n,other\nx,1,\n\"y, z\",,2\nshort\nw,300,\n\xff,1,\nv,3,\n";
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            read(body),
            [
                Ok((text("x"), Some(1))),
                Ok((text("y, z"), None)),
                Err((String::new(), 4)),
                Err(("/n".to_owned(), 5)),
                Err(("/A b".to_owned(), 6)),
                Ok((text("v"), Some(3))),
            ]
        );
    }

    #[test]
    fn the_same_columns_are_read_as_json_and_a_header_alone_is_a_problem() {
        assert_eq!(read(b" {\"A b\":\"x\",\"n\":1}\n"), [Ok((Some("x".into()), Some(1)))]);
        assert_eq!(read(b"A b,n\n").len(), 1);
        assert!(read(b"A b,n\n")[0].is_err() && read(b"  \n").is_empty());
    }
}
