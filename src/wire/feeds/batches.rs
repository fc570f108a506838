//! A file as bodies of a size that is taken at once.

use super::elements::cut;

/// Bytes a body aims at, far below what one request may have.
const BYTES: usize = 1_024 * 1_024;

/// The elements of `file` in bodies of at most `elements_max`, in order.
#[must_use]
pub fn batches(file: &[u8], elements_max: usize) -> Vec<Vec<u8>> {
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
        let bodies = batches(file.as_bytes(), elements_max);
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
    fn a_large_element_stands_alone() {
        let large = format!("{{\"a\":\"{}\"}}", "x".repeat(BYTES));
        assert_eq!(texts(&format!("{large}\n{large}"), 9).len(), 2);
    }
}
