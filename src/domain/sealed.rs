//! Sealed words 密封文本: what a person wrote, readable only while its key lives.
//!
//! The core carries them and never opens them, so destroying a key changes no fold.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::id::InvalidId;

/// Names the key in the vault that opens one ticket's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(pub u64);

/// Words under a key of their own.
#[derive(Clone, PartialEq, Eq, Hash, JsonSchema)]
#[schemars(with = "String", extend("examples" = ["000000000000feed:00ff10"]))]
#[schemars(extend("pattern" = r"^[0-9a-f]{16}:([0-9a-f]{2})*$"))]
pub struct Sealed {
    /// The key that opens them.
    pub key: KeyId,
    /// Nonce and ciphertext.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({:016x}, {} bytes)", self.key.0, self.bytes.len())
    }
}

impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}:", self.key.0)?;
        self.bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Sealed {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId::new(text, "sealed words: a key, a colon and hexadecimal pairs");
        let (key, hex) = text.split_once(':').ok_or_else(invalid)?;
        let key = u64::from_str_radix(key, 16).map_err(|_| invalid())?;
        let (pairs, odd) = hex.as_bytes().as_chunks::<2>();
        let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes: Option<Vec<u8>> = pairs.iter().map(byte).collect();
        match (bytes, odd) {
            (Some(bytes), []) => Ok(Self { key: KeyId(key), bytes }),
            _ => Err(invalid()),
        }
    }
}

/// Bytes as one piece: stored as a sequence of them is, and much faster read and written.
struct Whole<T>(T);

impl Serialize for Whole<&[u8]> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

impl<'de> Deserialize<'de> for Whole<Vec<u8>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(WholeVisitor)
    }
}

struct WholeVisitor;

impl de::Visitor<'_> for WholeVisitor {
    type Value = Whole<Vec<u8>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(Whole(bytes.to_vec()))
    }
}

/// Text in JSON; the key and the bytes in binary formats.
impl Serialize for Sealed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        (self.key, Whole(self.bytes.as_slice())).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Sealed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            return text.parse().map_err(de::Error::custom);
        }
        let (key, Whole(bytes)) = Deserialize::deserialize(deserializer)?;
        Ok(Self { key, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_words_survive_their_text() {
        let sealed = Sealed { key: KeyId(0xfeed), bytes: vec![0, 255, 16] };
        assert_eq!(sealed.to_string(), "000000000000feed:00ff10");
        assert_eq!(sealed.to_string().parse(), Ok(sealed));
        for wrong in ["", "feed", "feed:0", "feed:0g", "xyz:00"] {
            assert!(wrong.parse::<Sealed>().is_err(), "{wrong}");
        }
    }
}
