//! The AsyncAPI document of the topics: channels, keys, headers and how they are kept.
//!
//! It is made of the table of topics, and refers to the schemas that lie beside it.

use serde_json::{Map, Value, json};

use crate::wire::feeds::Feed;

use super::envelope::POSITION;
use super::topics::{
    CASE_CHANGES, Cleanup, DEAD_LETTERS, FEEDS, ForeignTopic, ORDERS, SITUATION, TOPICS,
};

/// The version of what the records look like.
const VERSION: &str = "1.0.0";
/// The version of Kafka's bindings.
const BINDINGS: &str = "0.5.0";

/// What is said of a topic beside how it is kept.
struct About {
    title: &'static str,
    summary: &'static str,
    key: Value,
    schema: String,
    /// Whether the city writes it.
    leaves: bool,
    tombstones: bool,
}

fn about(topic: &ForeignTopic) -> About {
    let case = json!({
        "type": "string",
        "pattern": "^[0-9]{1,5}-[0-9]{1,20}$",
        "description": "The case's number.",
    });
    let leaves = |title, summary, key| About {
        title,
        summary,
        key,
        schema: format!("{}.json", topic.name),
        leaves: true,
        tombstones: topic.cleanup == Cleanup::Replaced,
    };
    match topic.name {
        CASE_CHANGES => leaves("CaseChange", "Every change of a case and of its tickets.", case),
        SITUATION => leaves("PublicCase", "The current row of each case; compacted.", case),
        ORDERS => leaves(
            "PublicOrder",
            "What units and organisations are told; act once for each `delivery`.",
            json!({ "type": "string", "pattern": "^(unit-[0-9]+|org-.+)$" }),
        ),
        DEAD_LETTERS => leaves(
            "DeadLetter",
            "What could not be taken in, and why; its bytes are sealed.",
            json!({ "type": "string", "description": "The feed." }),
        ),
        _ => feed(topic.name),
    }
}

fn feed(name: &str) -> About {
    let feed =
        FEEDS.iter().find(|(_, topic)| *topic == name).map_or(Feed::Signal, |(feed, _)| *feed);
    let (title, summary) = match feed {
        Feed::Signal => ("Signal", "Reports in our own format."),
        Feed::Hotline => ("HotlineOrder", "Work orders of the 12345 hotline."),
        Feed::Open311 => ("Open311Request", "GeoReport v2 requests."),
        Feed::Detection => ("Detection", "Raw hits of camera rules."),
        Feed::Cad => ("CadRow", "Rows of computer-aided dispatch, each a report of its call."),
        Feed::City311 => ("City311Request", "Requests of a 311 with their own due times."),
    };
    About {
        title,
        summary,
        key: json!({ "type": "string", "description": "Free: it spreads records, and keeps those \
                                                       of one key in order." }),
        schema: format!("feed-{}.json", feed.name()),
        leaves: false,
        tombstones: false,
    }
}

/// The document.
pub(super) fn asyncapi() -> Value {
    let (mut channels, mut operations) = (Map::new(), Map::new());
    for topic in TOPICS {
        let about = about(&topic);
        let (action, verb) = if about.leaves { ("send", "tell") } else { ("receive", "take") };
        let channel = format!("#/channels/{}", topic.name);
        let mut said = vec![json!({ "$ref": format!("{channel}/messages/{}", about.title) })];
        if about.tombstones {
            said.push(json!({ "$ref": format!("{channel}/messages/Tombstone") }));
        }
        operations.insert(
            format!("{verb}-{}", topic.name),
            json!({
                "action": action,
                "channel": { "$ref": channel },
                "summary": about.summary,
                "messages": said,
            }),
        );
        channels.insert(topic.name.to_owned(), described(&topic, &about));
    }
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Liandong 联动 over Kafka",
            "version": VERSION,
            "description": "What a city's command centre tells others, and what it takes from \
                            them. Names have the prefix that `journal.topic_prefix` sets; \
                            docs/topics.md says what is guaranteed.",
            "license": { "name": "Apache-2.0" },
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": { "schemas": { "CloudEvent": cloud_event() } },
    })
}

fn described(topic: &ForeignTopic, about: &About) -> Value {
    let headers = about.leaves.then(|| json!({ "$ref": "#/components/schemas/CloudEvent" }));
    let key = json!({ "kafka": { "key": about.key, "bindingVersion": BINDINGS } });
    let mut record = json!({
        "name": about.title,
        "contentType": "application/json",
        "payload": { "$ref": format!("./{}", about.schema) },
        "bindings": key,
    });
    let mut records = Map::new();
    if let (Some(headers), Some(fields)) = (headers, record.as_object_mut()) {
        fields.insert("headers".to_owned(), headers);
    }
    records.insert(about.title.to_owned(), record);
    if about.tombstones {
        let gone = json!({
            "name": "Tombstone",
            "summary": "No value: the case was archived, or may no longer be seen by everybody. A \
                        tombstone of the key `mark` is about no case.",
            "payload": { "type": "null" },
        });
        records.insert("Tombstone".to_owned(), gone);
    }
    let address = format!("liandong.{}", topic.name);
    json!({
        "address": address,
        "summary": about.summary,
        "messages": records,
        "bindings": { "kafka": {
            "topic": address,
            "topicConfiguration": kept(topic),
            "bindingVersion": BINDINGS,
        } },
    })
}

/// How the cluster keeps a topic.
fn kept(topic: &ForeignTopic) -> Value {
    let number = |text: &str| text.parse::<i64>().map_or_else(|_| text.into(), Value::from);
    let setting = |(key, value): (&'static str, String)| match key {
        "cleanup.policy" => (key.to_owned(), json!([value])),
        _ => (key.to_owned(), number(&value)),
    };
    topic.settings().into_iter().map(setting).collect::<Map<_, _>>().into()
}

/// Headers of what leaves.
fn cloud_event() -> Value {
    let text = |about: &str| json!({ "type": "string", "description": about });
    json!({
        "type": "object",
        "description": "CloudEvents 1.0 in Kafka's binary mode, and ours.",
        "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "content-type", POSITION],
        "properties": {
            "ce_specversion": { "type": "string", "const": "1.0" },
            "ce_id": text("partition/position/index of the change; of an order its delivery id. \
                           The same record written twice has the same."),
            "ce_source": text("The journal: /PREFIX/EPOCH."),
            "ce_type": text("liandong.SORT.v1"),
            "ce_time": { "type": "string", "format": "date-time" },
            "content-type": { "type": "string", "const": "application/json" },
            POSITION: text("position/index of the change that it is made of."),
            "liandong-changes": text("For the writer itself: where it goes on."),
        },
    })
}
