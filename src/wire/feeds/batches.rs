//! A file as bodies of a size that is taken at once.

use super::elements::cut;
use super::feed::Feed;
use super::rows::{cut_rows, is_table};

/// Bytes a body aims at, far below what one request may have.
const BYTES: usize = 1_024 * 1_024;

/// The elements of a `file` of `feed` in bodies of at most `elements_max`, in order.
#[must_use]
pub fn batches(feed: Feed, file: &[u8], elements_max: usize) -> Vec<Vec<u8>> {
    if feed.takes_tables() && is_table(file) {
        tables(file, elements_max)
    } else {
        arrays(file, elements_max)
    }
}

/// Rows, each body under the header.
fn tables(file: &[u8], elements_max: usize) -> Vec<Vec<u8>> {
    let (header, rows) = cut_rows(file);
    let header = file.get(header).unwrap_or_default();
    let mut bodies: Vec<Vec<u8>> = Vec::new();
    let mut elements = 0;
    for row in rows {
        let bytes = file.get(row).unwrap_or_default();
        match bodies.last_mut() {
            Some(body) if elements < elements_max && body.len() + bytes.len() < BYTES => {
                body.extend_from_slice(bytes);
                elements += 1;
            }
            _ => {
                bodies.push([header, bytes].concat());
                elements = 1;
            }
        }
    }
    bodies
}

fn arrays(file: &[u8], elements_max: usize) -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = Vec::new();
    let mut elements = 0;
    for element in cut(file) {
        let bytes = file.get(element.span).unwrap_or_default();
        match bodies.last_mut() {
            Some(body) if elements < elements_max && body.len() + bytes.len() < BYTES => {
                body.pop();
                body.extend_from_slice(b",\n");
                body.extend_from_slice(bytes);
                body.push(b']');
                elements += 1;
            }
            _ => {
                bodies.push([b"[", bytes, b"]"].concat());
                elements = 1;
            }
        }
    }
    bodies
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(file: &str, elements_max: usize) -> Vec<String> {
        let bodies = batches(Feed::Signal, file.as_bytes(), elements_max);
        bodies.into_iter().map(|body| String::from_utf8(body).unwrap()).collect()
    }

    #[test]
    fn lines_and_arrays_become_bodies_of_a_size() {
        assert_eq!(
            texts("{\"a\":1}\n\n{\"a\":2}\n{\"a\":3}\n", 2),
            ["[{\"a\":1},\n{\"a\":2}]", "[{\"a\":3}]"]
        );
        assert_eq!(texts("[ {\"a\":[1,2]} , {\"a\":2} ]", 1), ["[{\"a\":[1,2]}]", "[{\"a\":2}]"]);
        assert_eq!(texts("", 1), [""; 0]);
    }

    #[test]
    fn rows_of_a_table_stand_under_its_header() {
        let table = b"a,b\n1,\"x\ny\"\n2\n3,z\n";
        let bodies = batches(Feed::Cad, table, 2);
        assert_eq!(bodies, [&b"a,b\n1,\"x\ny\"\n2\n"[..], b"a,b\n3,z\n"]);
        assert_eq!(batches(Feed::Cad, b"{\"a\":1}", 2), [b"[{\"a\":1}]"]);
    }

    #[test]
    fn a_large_element_stands_alone() {
        let large = format!("{{\"a\":\"{}\"}}", "x".repeat(BYTES));
        assert_eq!(texts(&format!("{large}\n{large}"), 9).len(), 2);
    }
}
