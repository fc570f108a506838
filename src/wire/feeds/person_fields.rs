//! The deny list: what no detection may carry, because it could identify a person.
//!
//! Any field we do not know is refused anyway; this table decides that it is refused as what it
//! is, counted as such, and that not a byte of it is kept.

use serde_json::Value;

/// Parts of a field's name (small letters and digits only) that betray it.
#[rustfmt::skip]
const DENIED: &[&str] = &[
    // A face, and what is computed from one.
    "face", "facial", "embed", "feature", "vector", "descriptor", "biometr", "landmark",
    "emotion", "mood", "gaze", "iris", "fingerprint", "palm", "voice", "speaker", "mask",
    // A body and how it moves.
    "gait", "pose", "skeleton", "keypoint", "body", "height", "hair", "cloth", "upper", "lower",
    "glasses", "backpack",
    // Who it is, or is taken for.
    "person", "people", "human", "pedestrian", "rider", "driver", "passenger", "owner", "suspect",
    "name", "gender", "sex", "age", "birth", "ethnic", "race", "skin", "nation", "religion",
    "health", "identity", "idcard", "idnumber", "idno", "passport", "phone", "mobile", "imsi",
    "imei", "mac", "wifi", "licen", "watchlist", "blacklist", "whitelist",
    // A vehicle's number.
    "plate", "lpr", "anpr", "vin", "registration",
    // Following someone from look to look.
    "reid", "track", "trajector", "path", "route", "history", "tracklet", "globalid", "objectid",
    "uuid", "trace",
    // A picture of any of these.
    "image", "img", "picture", "photo", "snapshot", "thumbnail", "crop", "frame", "video", "base64",
    // The same in Chinese.
    "人", "脸", "面部", "特征", "步态", "姿态", "姓名", "名字", "性别", "年龄", "民族", "身份", "证件",
    "电话", "手机", "车牌", "号牌", "车主", "驾驶", "轨迹", "跟踪", "追踪", "图像", "图片", "照片", "截图",
    "衣", "发型", "身高",
];

/// A field that could identify a person, anywhere in `value`: its JSON pointer.
pub(super) fn find(value: &Value) -> Option<String> {
    match value {
        Value::Object(fields) => fields.iter().find_map(|(key, inner)| {
            let here = format!("/{}", key.replace('~', "~0").replace('/', "~1"));
            if is_denied(key) {
                return Some(here);
            }
            find(inner).map(|below| here + &below)
        }),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, inner)| find(inner).map(|below| format!("/{index}{below}"))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// Whether a field of this name could identify a person. Case, width and dashes hide nothing.
fn is_denied(key: &str) -> bool {
    let plain: String = key
        .chars()
        .map(narrow)
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    DENIED.iter().any(|part| plain.contains(part))
}

/// A full-width letter or digit as its ordinary form.
fn narrow(c: char) -> char {
    match u32::from(c).checked_sub(0xfee0).and_then(char::from_u32) {
        Some(ascii @ '!'..='~') => ascii,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip]
    fn every_usual_spelling_is_found() {
        for key in [
            "face", "Face_ID", "face-embedding", "faceScore", "ＦＡＣＥ", "licensePlate",
            "license_plate", "plate.number", "PLATE", "person_id", "personName", "name", "gender",
            "age", "ageGroup", "gait", "gait_vector", "reid", "re-id", "Re_ID", "track_id",
            "trackId", "tracking", "trajectory", "embedding", "id_card", "身份证号", "人脸", "车牌号",
            "轨迹", "姓名", "性别", "年龄", "步态", "snapshot", "object_id", "mac_address", "imsi",
            "skin_colour", "upper_clothing",
        ] {
            assert!(is_denied(key), "{key}");
        }
    }

    #[test]
    fn what_a_detection_may_carry_is_not() {
        for key in ["camera", "item", "present", "count", "observed_at"] {
            assert!(!is_denied(key), "{key}");
        }
    }

    #[test]
    fn nesting_hides_nothing() {
        let value = serde_json::json!({"camera": 1, "extra": [{}, {"deep": {"Track-ID": 7}}]});
        assert_eq!(find(&value).as_deref(), Some("/extra/1/deep/Track-ID"));
        assert_eq!(find(&serde_json::json!({"camera": 1, "note": ["face"]})), None);
    }
}
