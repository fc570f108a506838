//! The feed `hotline`: work orders 工单 of the 12345 hotline (`docs/feeds.md`).
//!
//! Every field may be written by its English or its Chinese name. A new order owes a reply. An
//! urge 催办 or a cancellation 撤单 names the order it is about by the order's own number.

use schemars::{JsonSchema, Schema};
use serde::Deserialize;

use crate::domain::{Channel, Purpose};
use crate::wire::problem::Problem;

use super::elements::Element;
use super::located::{
    address, contact, degrees, each, identifier, item, required, sealed_contact, written,
};
use super::moment::Moment;
use super::raw::{Contact, RawKind, RawPlace, RawSignal};

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "HotlineOrder", transform = fields_in_chinese)]
pub(in crate::wire) struct Fields {
    #[serde(alias = "工单编号")]
    order_no: Option<String>,
    #[serde(alias = "操作")]
    action: Option<Action>,
    #[serde(alias = "催办次数")]
    urge_no: Option<u32>,
    #[serde(alias = "受理时间")]
    accepted_at: Option<Moment>,
    #[serde(alias = "诉求类型")]
    request_type: Option<RequestType>,
    #[serde(alias = "事项编码")]
    item: Option<String>,
    #[serde(alias = "诉求内容")]
    content: Option<String>,
    #[serde(alias = "事发地址")]
    address: Option<String>,
    #[serde(alias = "纬度")]
    lat: Option<f64>,
    #[serde(alias = "经度")]
    lon: Option<f64>,
    #[serde(alias = "网格编码")]
    grid: Option<String>,
    #[serde(alias = "来电人")]
    #[schemars(skip)]
    caller: Option<Caller>,
    sealed_contact: Option<String>,
    #[serde(alias = "演练")]
    drill: Option<bool>,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = actions_in_chinese)]
enum Action {
    #[default]
    #[serde(alias = "新建")]
    New,
    #[serde(alias = "催办")]
    Urge,
    #[serde(alias = "撤单")]
    Cancel,
}

/// Kept with the words: it decides nothing.
#[derive(Deserialize, Clone, Copy, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = requests_in_chinese)]
enum RequestType {
    #[serde(alias = "咨询")]
    Enquiry,
    #[serde(alias = "求助")]
    Help,
    #[serde(alias = "投诉")]
    Complaint,
    #[serde(alias = "举报")]
    Report,
    #[serde(alias = "建议")]
    Suggestion,
    #[serde(alias = "表扬")]
    Praise,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Caller {
    #[serde(alias = "姓名")]
    name: Option<String>,
    #[serde(alias = "电话")]
    phone: Option<String>,
    #[serde(alias = "邮箱")]
    email: Option<String>,
}

/// Each field's Chinese name is as good; a schema knows no second names.
fn fields_in_chinese(schema: &mut Schema) {
    let names = [
        ("order_no", "工单编号"),
        ("action", "操作"),
        ("urge_no", "催办次数"),
        ("accepted_at", "受理时间"),
        ("request_type", "诉求类型"),
        ("item", "事项编码"),
        ("content", "诉求内容"),
        ("address", "事发地址"),
        ("lat", "纬度"),
        ("lon", "经度"),
        ("grid", "网格编码"),
        ("drill", "演练"),
    ];
    let Some(fields) = schema.get_mut("properties").and_then(|it| it.as_object_mut()) else {
        return;
    };
    for (english, chinese) in names {
        if let Some(field) = fields.get(english).cloned() {
            fields.insert(chinese.to_owned(), field);
        }
    }
}

fn actions_in_chinese(schema: &mut Schema) {
    words_in_chinese(schema, &["新建", "催办", "撤单"]);
}

fn requests_in_chinese(schema: &mut Schema) {
    words_in_chinese(schema, &["咨询", "求助", "投诉", "举报", "建议", "表扬"]);
}

fn words_in_chinese(schema: &mut Schema, words: &[&str]) {
    if let Some(known) = schema.get_mut("enum").and_then(|it| it.as_array_mut()) {
        known.extend(words.iter().map(|word| (*word).into()));
    }
}

/// Reads a body: each element a signal or a located problem.
#[must_use]
pub fn parse(body: &[u8]) -> Vec<Result<RawSignal, Problem>> {
    each(body, read)
}

fn read(fields: Fields, element: &Element<'_>) -> Result<RawSignal, Problem> {
    let order_no = identifier(fields.order_no, "/order_no")?;
    let action = fields.action.unwrap_or_default();
    let accepted_at = required(fields.accepted_at, "/accepted_at")?.0;
    let about = order_no.clone();
    let (id, kind) = match action {
        Action::New => (order_no.clone(), RawKind::New),
        // Where urges are not numbered, the moment tells them apart.
        Action::Urge => {
            let number = fields.urge_no.map_or(accepted_at.0, i64::from);
            (format!("{order_no}#urge-{number}"), RawKind::Urge { about })
        }
        Action::Cancel => (format!("{order_no}#cancel"), RawKind::Withdraw { about }),
    };
    let content = if action == Action::New {
        required(fields.content.filter(|text| !text.trim().is_empty()), "/content").map(Some)?
    } else {
        fields.content
    };
    let caller = fields.caller.map(|caller| Contact {
        name: caller.name,
        phone: caller.phone,
        email: caller.email,
    });
    let text = labelled(fields.request_type, written(content, "/content")?);
    Ok(RawSignal {
        index: element.index,
        span: element.span.clone(),
        id,
        quoted: Some(order_no),
        kind,
        channel: Channel::Hotline,
        item: item(fields.item.as_deref(), "/item")?,
        observed_at: accepted_at,
        place: RawPlace {
            degrees: degrees((fields.lat, fields.lon), ("/lat", "/lon"))?,
            grid: fields.grid,
        },
        text,
        address: address(fields.address, "/address")?,
        contact: contact(caller, "/caller")?,
        sealed_contact: sealed_contact(fields.sealed_contact)?,
        owes_reply: Some(action == Action::New),
        purpose: if fields.drill == Some(true) { Purpose::Drill } else { Purpose::Real },
        due: None,
        named: None,
    })
}

/// The words, with the kind of request before them as the hotline writes it.
fn labelled(request: Option<RequestType>, content: String) -> String {
    let label = match request {
        None => return content,
        Some(RequestType::Enquiry) => "咨询",
        Some(RequestType::Help) => "求助",
        Some(RequestType::Complaint) => "投诉",
        Some(RequestType::Report) => "举报",
        Some(RequestType::Suggestion) => "建议",
        Some(RequestType::Praise) => "表扬",
    };
    format!("【{label}】{content}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::problem::ProblemKind;

    fn one(body: &str) -> Result<RawSignal, Problem> {
        let mut found = parse(body.as_bytes());
        assert_eq!(found.len(), 1, "{body}");
        found.remove(0)
    }

    #[test]
    fn an_order_reads_alike_in_both_languages() {
        let english = r#"{"order_no":"LY1","action":"new","accepted_at":1782865800000,
            "request_type":"complaint","content":"路灯不亮","address":"民主路 5 号",
            "caller":{"name":"王","phone":"13800138000"},"item":"G03052"}"#;
        let chinese = r#"{"工单编号":"LY1","操作":"新建","受理时间":"2026-07-01T08:30:00+08:00",
            "诉求类型":"投诉","诉求内容":"路灯不亮","事发地址":"民主路 5 号",
            "来电人":{"姓名":"王","电话":"13800138000"},"事项编码":"G03052"}"#;
        let (mut left, mut right) = (one(english).unwrap(), one(chinese).unwrap());
        (left.span, right.span) = (0..0, 0..0);
        assert_eq!(left, right);
        assert_eq!(left.text, "【投诉】路灯不亮");
        assert_eq!((left.owes_reply, left.kind), (Some(true), RawKind::New));
    }

    #[test]
    fn an_urge_and_a_cancellation_name_their_order() {
        let urge =
            one(r#"{"order_no":"LY1","action":"催办","urge_no":2,"accepted_at":5}"#).unwrap();
        assert_eq!(urge.id, "LY1#urge-2");
        assert_eq!(urge.kind, RawKind::Urge { about: "LY1".into() });
        assert_eq!((urge.quoted.as_deref(), urge.owes_reply), (Some("LY1"), Some(false)));
        let unnumbered = one(r#"{"order_no":"LY1","action":"urge","accepted_at":5}"#).unwrap();
        assert_eq!(unnumbered.id, "LY1#urge-5");
        let cancel = one(r#"{"order_no":"LY1","action":"cancel","accepted_at":5}"#).unwrap();
        assert_eq!(cancel.kind, RawKind::Withdraw { about: "LY1".into() });
    }

    #[test]
    fn an_order_without_words_is_none() {
        let problem = one(r#"{"order_no":"LY1","accepted_at":5,"content":" "}"#).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::MissingField);
        assert_eq!(problem.pointer.as_deref(), Some("/content"));
        let unknown = one(r#"{"order_no":"LY1","accepted_at":5,"身份证":"x"}"#).unwrap_err();
        assert_eq!(unknown.kind, ProblemKind::UnknownField);
    }
}
