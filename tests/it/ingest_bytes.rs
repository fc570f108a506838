//! Whatever bytes come: no panic, and each element is a signal or a located problem.

use liandong::wire::feeds::{Feed, Parsed};
use liandong::wire::problem::Problem;
use proptest::prelude::*;

use crate::ingest_room::{NOW, admission};

/// Every problem of a body, once what parses has been admitted too.
fn problems(feed: Feed, body: &[u8]) -> (usize, Vec<Problem>) {
    let city = admission();
    match feed.parse(body, &jiff::tz::TimeZone::UTC) {
        Parsed::Signals(found) => {
            let count = found.len();
            let admit = |raw: Result<_, _>| raw.and_then(|raw| city.admit((feed, NOW), raw)).err();
            (count, found.into_iter().filter_map(admit).collect())
        }
        Parsed::Detections(found) => {
            let count = found.len();
            let admit = |raw: Result<_, _>| raw.and_then(|raw| city.look(NOW, &raw)).err();
            (count, found.into_iter().filter_map(admit).collect())
        }
    }
}

fn check(body: &[u8]) -> Result<(), TestCaseError> {
    let blank = body.iter().all(u8::is_ascii_whitespace);
    for feed in Feed::ALL {
        let (count, problems) = problems(feed, body);
        prop_assert!(blank || 0 < count || body.trim_ascii().starts_with(b"["), "{feed:?}");
        prop_assert!(problems.len() <= count);
        for problem in problems {
            prop_assert!(problem.index.is_some_and(|index| index < count), "{problem:?}");
            prop_assert!(body.get(problem.span.clone()).is_some(), "{problem:?}");
            prop_assert!(!problem.detail.is_empty());
            let json: serde_json::Value = serde_json::from_slice(&problem.to_json()).unwrap();
            prop_assert!(400 <= json["status"].as_u64().unwrap());
        }
    }
    Ok(())
}

/// JSON of a sort, with our own fields among its keys.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|it| it.to_string()),
        any::<i64>().prop_map(|it| it.to_string()),
        any::<f64>().prop_map(|it| it.to_string()),
        Just(NOW.0.to_string()),
        "\\PC{0,12}".prop_map(|it| format!("{it:?}")),
        Just("\"G01009\"".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        let keys = prop::sample::select(vec![
            "id",
            "channel",
            "item",
            "observed_at",
            "lat",
            "lon",
            "grid",
            "text",
            "contact",
            "order_no",
            "accepted_at",
            "content",
            "camera",
            "count",
            "present",
            "face",
            "x",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|it| format!("[{}]", it.join(","))),
            prop::collection::vec((keys, inner), 0..8).prop_map(|it| {
                let pair = |(key, value)| format!("\"{key}\":{value}");
                format!("{{{}}}", it.into_iter().map(pair).collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn arbitrary_bytes_give_signals_or_problems(
        body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        check(&body)?;
    }

    #[test]
    fn arbitrary_json_gives_signals_or_problems(body in json()) {
        check(body.as_bytes())?;
    }

    #[test]
    fn json_with_a_byte_changed_does_too(
        body in json(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut body = body.into_bytes();
        if !body.is_empty() {
            let at = at.index(body.len());
            body[at] = byte;
        }
        check(&body)?;
    }

    /// However broken its neighbours are, a good line is a signal.
    #[test]
    fn good_lines_survive_any_neighbours(
        lines in prop::collection::vec(
            prop_oneof![Just(None), "[^\n\r]{0,40}".prop_map(Some)], 2..12),
    ) {
        let good = format!(
            r#"{{"id":"A","channel":"grid","observed_at":{},"lat":41.001,"lon":123.001}}"#, NOW.0
        );
        let mut body = good.clone();
        let mut expected = 1;
        for line in lines {
            body.push('\n');
            expected += usize::from(line.is_none());
            body.push_str(&line.unwrap_or_else(|| good.clone()));
        }
        let (count, problems) = problems(Feed::Signal, body.as_bytes());
        prop_assert_eq!(count - problems.len(), expected);
    }
}
