//! Version 1 of what is sealed of a report: its words, its address, how to reach its sender.
//!
//! It is JSON, so that a person with the key can read it without us.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::WireError;
use super::feeds::Contact;

const FORMAT: &str = "words_v1";

/// What a sender wrote.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Words {
    /// What was written; telephone numbers and the like are masked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The address as it was written; masked too.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// How to reach the sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Contact")]
    pub contact: Option<Contact>,
}

/// The same where it lies, as ingest has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Written<'a> {
    /// As [`Words::text`].
    #[serde(skip_serializing_if = "str::is_empty")]
    pub text: &'a str,
    /// As [`Words::address`].
    #[serde(skip_serializing_if = "str::is_empty")]
    pub address: &'a str,
    /// As [`Words::contact`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<&'a Contact>,
}

impl Written<'_> {
    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.address.is_empty() && self.contact.is_none()
    }
}

/// The form that is sealed.
///
/// # Errors
/// Where a value cannot be represented; none of ours is.
pub fn encode(words: &Written<'_>) -> Result<String, WireError> {
    serde_json::to_string(words).map_err(damaged)
}

/// The words of a form that was sealed.
///
/// # Errors
/// Where the text is not of this version, or damaged.
pub fn decode(text: &str) -> Result<Words, WireError> {
    serde_json::from_str(text).map_err(damaged)
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn damaged(error: serde_json::Error) -> WireError {
    WireError::Damaged { format: FORMAT, why: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_as_they_were() {
        let contact = Contact { phone: Some("13800138000".into()), ..Contact::default() };
        let written = Written { text: "积水", address: "", contact: Some(&contact) };
        let text = encode(&written).unwrap();
        let words = Words { text: "积水".into(), address: String::new(), contact: Some(contact) };
        assert_eq!(text, r#"{"text":"积水","contact":{"phone":"13800138000"}}"#);
        assert_eq!(decode(&text).unwrap(), words);
        assert!(decode("{").is_err());
    }
}
