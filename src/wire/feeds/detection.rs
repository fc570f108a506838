//! The feed `detection`: raw hits of camera rules (`docs/feeds.md`).
//!
//! **Invariant.** A detection has no field for a person. One that brings any, or any field we do
//! not know, is refused; it is counted and not a byte of it is kept.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::CameraId;
use crate::wire::problem::{Problem, ProblemKind};

use super::elements::{Element, cut};
use super::located::{item, required, typed};
use super::moment::Moment;
use super::person_fields;
use super::raw::RawDetection;

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Detection")]
pub(in crate::wire) struct Fields {
    camera: Option<u32>,
    item: Option<String>,
    present: Option<bool>,
    count: Option<u16>,
    observed_at: Option<Moment>,
}

/// Reads a body: each element a detection or a located problem.
#[must_use]
pub fn parse(body: &[u8]) -> Vec<Result<RawDetection, Problem>> {
    let one = |element: Element<'_>| {
        let text = element.text.clone()?;
        typed(text)
            .and_then(|fields| read(&fields, &element))
            .map_err(|problem| person_first(text, problem))
            .map_err(|problem| problem.of(element.index, element.span.clone()))
    };
    cut(body).into_iter().map(one).collect()
}

fn read(fields: &Fields, element: &Element<'_>) -> Result<RawDetection, Problem> {
    Ok(RawDetection {
        index: element.index,
        camera: CameraId(required(fields.camera, "/camera")?),
        item: required(item(fields.item.as_deref(), "/item")?, "/item")?,
        present: fields.present.unwrap_or(true),
        count: fields.count.unwrap_or(1),
        observed_at: required(fields.observed_at, "/observed_at")?.0,
    })
}

/// What could identify a person comes before any other fault. The detail quotes nothing sent.
fn person_first(text: &str, problem: Problem) -> Problem {
    let found = serde_json::from_str(text).ok().and_then(|value| person_fields::find(&value));
    match found {
        Some(pointer) => {
            let why = "this field could identify a person; the detection was counted, not kept";
            Problem::new(ProblemKind::PersonField, why).at(pointer)
        }
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    #[test]
    fn a_hit_and_an_absence_are_read() {
        let body = br#"{"camera":17,"item":"G01009","count":3,"observed_at":1782865800000}
            {"camera":17,"item":"G01009","present":false,"observed_at":"2026-07-01T00:30:01Z"}"#;
        let found: Vec<_> = parse(body).into_iter().map(Result::unwrap).collect();
        assert_eq!((found[0].present, found[0].count), (true, 3));
        assert_eq!((found[1].present, found[1].index), (false, 1));
        assert_eq!(found[1].observed_at, Timestamp(1_782_865_801_000));
    }

    #[test]
    fn a_person_is_refused_wherever_they_are_hidden() {
        let hidden = [
            r#""face_id":1"#,
            r#""attributes":{"age":40}"#,
            r#""objects":[{"Track-ID":9}]"#,
            r#""item":{"name":"x"}"#,
            r#""count":{"embedding":[0.1]}"#,
        ];
        for field in hidden {
            let body = format!(r#"{{{field},"camera":17,"observed_at":1}}"#);
            let problem = parse(body.as_bytes()).remove(0).unwrap_err();
            assert_eq!(problem.kind, ProblemKind::PersonField, "{field}");
        }
    }

    #[test]
    fn any_other_field_is_refused_too() {
        let body = br#"{"camera":17,"item":"G01009","observed_at":1,"bbox":[1,2,3,4]}"#;
        let problem = parse(body).remove(0).unwrap_err();
        assert_eq!((problem.kind, problem.pointer.as_deref()), {
            (ProblemKind::UnknownField, Some("/bbox"))
        });
        let ranges = [r#""count":70000"#, r#""camera":-1"#, r#""camera":4294967296"#];
        for wrong in ranges {
            let body = format!(r#"{{{wrong},"item":"G01009","observed_at":1}}"#);
            assert_eq!(parse(body.as_bytes()).remove(0).unwrap_err().kind, ProblemKind::WrongValue);
        }
    }
}
