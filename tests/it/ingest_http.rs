//! Ingest over HTTP: what is acknowledged is in the journal, and no body stops it.

use std::sync::Arc;

use liandong::domain::{Partition, Position, Purpose, SignalKind};
use liandong::journal::{Appended, Journal, JournalError, MemoryJournal, Pending, Stored, Topic};
use liandong::telemetry::Clock;
use tokio::sync::watch;

use crate::ingest_room::{NOW, Room, parts};

fn report(id: &str, more: &str) -> String {
    let rest = format!(r#""observed_at":{},"lat":41.001,"lon":123.001{more}}}"#, NOW.0);
    format!(r#"{{"id":"{id}","channel":"grid","item":"G01009",{rest}"#)
}

fn words(answer: &serde_json::Value, list: &str, field: &str) -> Vec<String> {
    let list = answer[list].as_array().unwrap_or_else(|| panic!("no {list} in {answer}"));
    list.iter().map(|it| it[field].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_receipt_says_where_in_the_journal_it_stands() {
    let room = Room::open().await;
    let east = report("B", "").replace("123.001", "123.02");
    let body = format!("[{},{east},{}]", report("A", ""), report("C", ""));
    let (status, answer) = room.post("signal", body).await;
    assert_eq!((status, answer["problems"].as_array().unwrap().len()), (202, 0));
    assert_eq!(words(&answer, "receipts", "id"), ["A", "B", "C"]);
    assert_eq!(words(&answer, "receipts", "position"), ["1.0", "1.0", "1.1"]);
    for receipt in answer["receipts"].as_array().unwrap() {
        let partition = u16::try_from(receipt["partition"].as_u64().unwrap()).unwrap();
        let position: Position = receipt["position"].as_str().unwrap().parse().unwrap();
        let found = room.signals(partition).into_iter().find(|(at, _)| *at == position).unwrap().1;
        assert_eq!(found.external_id, receipt["id"].as_str().unwrap());
        assert_eq!(found.source.to_string(), receipt["source"].as_str().unwrap());
        assert_eq!(found.arrived_at, NOW);
    }
    let (_, again) = room.post("signal", report("A", "")).await;
    assert_eq!(again["receipts"][0]["source"], answer["receipts"][0]["source"]);
}

#[tokio::test]
async fn the_good_ones_of_a_broken_batch_are_kept_and_the_bad_ones_are_dead_letters() {
    let room = Room::open().await;
    let body = [
        report("good-1", ""),
        report("nan", r#","drill":NaN"#),
        report("x", "").replace("41.001", "95"),
        report("good-2", r#","text":"积水""#),
        report("late", "").replace(&NOW.0.to_string(), "1000"),
        report("who", r#","shoe_size":43"#),
        "garbage".to_owned(),
    ]
    .join("\n");
    let (status, answer) = room.post("signal", body).await;
    assert_eq!(status, 202);
    assert_eq!(words(&answer, "receipts", "id"), ["good-1", "good-2"]);
    assert_eq!(
        words(&answer, "problems", "type"),
        [
            "/problems/malformed-json",
            "/problems/wrong-value",
            "/problems/too-late",
            "/problems/unknown-field",
            "/problems/malformed-json",
        ]
    );
    let indices: Vec<_> =
        answer["problems"].as_array().unwrap().iter().map(|it| it["index"].as_u64()).collect();
    assert_eq!(indices, [1, 2, 4, 5, 6].map(Some));
    assert_eq!(room.signals(1).len(), 2);
    assert_eq!(room.held(Topic::DeadLetters, 0), 5);
    assert_eq!(room.dropped("malformed_json"), 2);

    let url = format!("{}/api/v1/dead-letters?limit=2", room.url);
    let page: serde_json::Value = room.client.get(&url).send().await.unwrap().json().await.unwrap();
    assert_eq!(words(&page, "dead_letters", "reason"), ["malformed_json", "unknown_field"]);
    assert_eq!(page["dead_letters"][0]["index"], 6);
    assert!(page["dead_letters"][0].get("sent").is_none());
}

#[tokio::test]
async fn nobody_but_the_canary_marks_a_report_as_one() {
    let room = Room::open().await;
    let marked = |id: &str| report(id, r#","canary":true"#);
    for token in [None, Some("leader"), Some("nobody")] {
        let body = format!("[{},{}]", marked("A"), report("B", ""));
        let (status, answer) = room.post_as(token, "signal", body).await;
        assert_eq!((status, words(&answer, "receipts", "id")), (202, vec!["B".to_owned()]));
        let problem = &answer["problems"][0];
        assert_eq!((&problem["status"], &problem["pointer"]), (&403.into(), &"/canary".into()));
        assert_eq!(room.post_as(token, "signal", marked("A")).await.0, 422);
    }
    assert_eq!((room.signals(1).len(), room.held(Topic::DeadLetters, 0)), (3, 0));
    assert_eq!(room.post_as(Some("canary"), "signal", marked("A")).await.0, 202);
    assert!(room.signals(1)[3].1.purpose == Purpose::Canary);
}

#[tokio::test]
async fn dead_letters_are_sealed_and_opened_only_for_who_may_read_words() {
    let room = Room::open().await;
    let secret = report("late", r#","text":"我家的秘密""#).replace(&NOW.0.to_string(), "1000");
    assert_eq!(room.post("signal", secret).await.0, 422);
    let stored = room
        .ingest_parts
        .journal
        .read(Topic::DeadLetters, Partition::CITY, Position::START, 10)
        .unwrap();
    let bytes = String::from_utf8_lossy(&stored[0].bytes).into_owned();
    assert!(!bytes.contains("秘密") && bytes.contains("too_late"));

    let ask = async |query: &str, token: Option<&str>| {
        let request = room.client.get(format!("{}/api/v1/dead-letters?{query}", room.url));
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json::<serde_json::Value>().await.unwrap())
    };
    assert_eq!(ask("words=true", None).await.0, 403);
    assert_eq!(ask("words=true", Some("nobody")).await.0, 403);
    let (status, page) = ask("words=true", Some("leader")).await;
    assert_eq!(status, 200);
    assert!(page["dead_letters"][0]["sent"].as_str().unwrap().contains("我家的秘密"));
    let proxied = room.client.get(format!("{}/api/v1/dead-letters", room.url));
    let proxied = proxied.header("x-forwarded-for", "127.0.0.1").send().await.unwrap();
    assert_eq!(proxied.status(), 403);
    let end = page["end"].as_str().unwrap();
    let (_, later) = ask(&format!("since={end}"), None).await;
    assert_eq!(later["dead_letters"].as_array().unwrap().len(), 0);
    assert_eq!(ask("since=yesterday", None).await.0, 400);
}

#[tokio::test]
async fn a_body_that_is_none_of_ours_is_told_so() {
    let room = Room::open().await;
    let huge = vec![b'['; 10 * 1_024 * 1_024];
    let (status, answer) = room.post("signal", huge).await;
    assert_eq!((status, answer["type"].as_str()), (413, Some("/problems/body-too-large")));
    let many = vec!["{}"; 1_001].join("\n");
    assert_eq!(room.post("signal", many).await.0, 413);
    assert_eq!(room.post("signal", "").await.0, 400);
    assert_eq!(room.post("signal", "[]").await.0, 400);
    assert_eq!(room.post("telepathy", "{}").await.0, 400);
    assert_eq!(room.post("signal&colour=red", "{}").await.0, 400);
    assert_eq!(room.post("signal", &b"\xff\xfe"[..]).await.0, 422);
    let tower = "[".repeat(1_000_000);
    assert_eq!(room.post("signal", tower).await.0, 422);
    let form = room.client.post(format!("{}/api/v1/signals", room.url));
    let form = form.header("content-type", "application/x-www-form-urlencoded").body("{}");
    assert_eq!(form.send().await.unwrap().status().as_u16(), 415);
    assert_eq!(room.post("signal", report("still-here", "")).await.0, 202);
    assert_eq!(room.signals(1).len(), 1);
}

#[tokio::test]
async fn a_hotline_order_without_a_place_waits_with_the_city_and_its_urge_goes_everywhere() {
    let room = Room::open().await;
    let order = format!(r#"{{"工单编号":"LY1","受理时间":{},"诉求内容":"路灯不亮"}}"#, NOW.0);
    let (status, answer) = room.post("hotline", order).await;
    assert_eq!((status, answer["receipts"][0]["partition"].as_u64()), (202, Some(0)));
    let urge = format!(r#"{{"工单编号":"LY1","操作":"催办","受理时间":{}}}"#, NOW.0);
    let (_, answer) = room.post("hotline", urge).await;
    assert_eq!(answer["receipts"][0]["also"].as_array().unwrap().len(), 2);
    let about = room.signals(0)[0].1.source;
    assert!(room.signals(0)[0].1.owes_reply);
    for (partition, nth) in [(0, 1), (1, 0), (2, 0)] {
        let urge = &room.signals(partition)[nth].1;
        assert_eq!(urge.kind, SignalKind::Urge { about });
        assert!(!urge.owes_reply);
    }
}

#[tokio::test]
async fn what_could_identify_a_person_is_counted_and_nowhere_kept() {
    let room = Room::open().await;
    let hit =
        |more: &str| format!(r#"{{"camera":1,"item":"G01009","observed_at":{}{more}}}"#, NOW.0);
    let body = [
        hit(""),
        hit(r#","face":{"embedding":[0.123]}"#),
        hit(r#","attributes":{"Licence-Plate":"辽K12345"}"#),
        hit("").replace("G01009", "G01001"),
        hit("").replace("\"camera\":1", "\"camera\":99"),
        r#"{"camera":1,"face":"#.to_owned(),
        hit("").replace("\"camera\":1", "\"camera\":2"),
    ]
    .join("\n");
    let (status, answer) = room.post("detection", body).await;
    assert_eq!((status, answer["durable"].as_u64(), answer["refused"].as_u64()), {
        (202, Some(2), Some(5))
    });
    assert_eq!((room.dropped("person_field"), room.dropped("not_for_video")), (2, 1));
    assert_eq!(room.held(Topic::DeadLetters, 0), 0);
    let looks: usize = (0..4).map(|lane| room.held(Topic::Detections, lane)).sum();
    assert_eq!(looks, 2);
    for lane in 0..4 {
        let stored =
            room.ingest_parts.journal.read(Topic::Detections, Partition(lane), Position::START, 10);
        let bytes: Vec<u8> = stored.unwrap().iter().flat_map(|it| it.bytes.to_vec()).collect();
        assert!(!String::from_utf8_lossy(&bytes).contains("12345"));
    }
}

/// A journal whose appends never become durable, or fail.
#[derive(Debug)]
struct Stuck {
    inner: MemoryJournal,
    fails: bool,
    waiting: std::sync::Mutex<Vec<tokio::sync::oneshot::Sender<Result<Appended, JournalError>>>>,
}

impl Stuck {
    fn new(fails: bool) -> Arc<Self> {
        let inner = MemoryJournal::new(Clock::manual(NOW));
        Arc::new(Self { inner, fails, waiting: std::sync::Mutex::default() })
    }
}

impl Journal for Stuck {
    fn append(&self, _: Topic, _: Partition, _: Vec<bytes::Bytes>) -> Pending {
        let (answer, pending) = Pending::pair();
        if self.fails {
            answer.send(Err(JournalError::Storage("no disk".into()))).unwrap();
        } else {
            self.waiting.lock().unwrap().push(answer);
        }
        pending
    }

    fn read(
        &self,
        topic: Topic,
        partition: Partition,
        after: Position,
        entries_max: usize,
    ) -> Result<Vec<Stored>, JournalError> {
        self.inner.read(topic, partition, after, entries_max)
    }

    fn end(&self, topic: Topic, partition: Partition) -> watch::Receiver<Position> {
        self.inner.end(topic, partition)
    }

    fn start(&self, topic: Topic, partition: Partition) -> Position {
        self.inner.start(topic, partition)
    }

    fn remove_through(
        &self,
        topic: Topic,
        partition: Partition,
        through: Position,
    ) -> Result<(), JournalError> {
        self.inner.remove_through(topic, partition, through)
    }

    fn epoch(&self) -> liandong::domain::Epoch {
        self.inner.epoch()
    }
}

#[tokio::test]
async fn nothing_is_acknowledged_before_it_is_durable_and_a_full_house_says_so() {
    let stuck = Stuck::new(false);
    let mut parts = parts(Arc::<Stuck>::clone(&stuck));
    (parts.config.signals_pending_max, parts.config.detections_pending_max) = (1, 1);
    let room = Room::with(parts).await;
    let url = format!("{}/api/v1/signals", room.url);
    let send = |body: String| {
        room.client.post(&url).header("content-type", "application/json").body(body).send()
    };
    let short = std::time::Duration::from_millis(200);
    let mut first = Box::pin(send(report("A", "")));
    assert!(tokio::time::timeout(short, &mut first).await.is_err(), "told before it was durable");
    let second = send(report("B", "")).await.unwrap();
    assert_eq!(second.status().as_u16(), 503);
    assert_eq!(second.headers()["retry-after"], "1");
    assert_eq!(room.dropped("overloaded"), 1);
    let done = Appended { first: Position::new(7, 0), at: NOW };
    stuck.waiting.lock().unwrap().remove(0).send(Ok(done)).unwrap();
    let answer: serde_json::Value = first.await.unwrap().json().await.unwrap();
    assert_eq!(answer["receipts"][0]["position"], "7.0");
}

#[tokio::test]
async fn a_broken_journal_acknowledges_nothing() {
    let room = Room::with(parts(Stuck::new(true))).await;
    let (status, answer) = room.post("signal", report("A", "")).await;
    assert_eq!((status, answer["type"].as_str()), (503, Some("/problems/journal-broken")));
    assert!(answer.get("receipts").is_none());
}
