//! Finding a contact in clear where none may be: in a record of Kafka, which lies there for a day.

use serde_json::Value;

/// Fields that say how to reach a sender, of any feed, and of GeoReport v2.
const FIELDS: [&str; 11] = [
    "contact",
    "caller",
    "来电人",
    "name",
    "phone",
    "email",
    "姓名",
    "电话",
    "邮箱",
    "first_name",
    "last_name",
];

/// Whether an element has one. Of what is no JSON its text is asked, so that nothing slips through
/// by a missing bracket.
#[must_use]
pub fn has_contact(element: &[u8]) -> bool {
    match serde_json::from_slice::<Value>(element) {
        Ok(Value::Object(fields)) => {
            FIELDS.iter().any(|name| fields.get(*name).is_some_and(|value| !is_nothing(value)))
        }
        Ok(_) => false,
        Err(_) => {
            let text = String::from_utf8_lossy(element);
            FIELDS.iter().any(|name| text.contains(&format!("\"{name}\"")))
        }
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(fields) => fields.values().all(is_nothing),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_found_in_what_is_json_and_in_what_is_not() {
        let has = |element: &str| has_contact(element.as_bytes());
        assert!(has(r#"{"id":"1","contact":{"phone":"1"}}"#));
        assert!(has(r#"{"c":1,"来电人":{"姓名":"王"}}"#));
        assert!(has(r#"{"\u0063ontact":{"phone":"1"}}"#), "however it is written");
        assert!(has(r#"{"id":NaN,"caller":{"phone":"1"}}"#));
        assert!(!has(r#"{"id":NaN}"#));
        assert!(!has(r#"{"id":"1","email":null,"phone":"","contact":{"phone":null}}"#));
        assert!(!has(r#"["contact"]"#));
    }
}
