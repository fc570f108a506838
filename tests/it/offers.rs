//! What a dossier says may be asked of its case: by role, by where it stands, by the guards.

use std::collections::BTreeMap;
use std::sync::Arc;

use liandong::domain::trade::{ClockMark, Names, full_loop};
use liandong::domain::{
    Case, CaseId, CaseState, Change, Channel, Entry, Happened, LimitUnit, OrgCode, Partition,
    Point, Position, PrivacyClass, Role, StageClock, StageCode, Step, StepCode, Timestamp,
    VerbCode,
};
use liandong::situation::{CORE, Effects, Situation, apply};
use serde_json::Value;

use crate::desk_room::{COUNTY, Room, case, moved};
use crate::small_city;

const TOWN_A: &str = "211002001001001";
const TOWN_B: &str = "211002002001001";

/// A case of the whole loop that is being handled by `lead`.
fn handled_by(lead: &str) -> Case {
    Case {
        state: CaseState::Handling,
        stage: StageCode::of("handling"),
        lead: Some(OrgCode(lead.to_owned())),
        clock: Some(StageClock {
            since: Timestamp(0),
            due: Timestamp(2_000_000),
            overdue: false,
            unit: LimitUnit::Hours,
            limit_ms: 2_000_000,
            mark: ClockMark::Noted,
            next: Some(Timestamp(1_600_000)),
            paused_ms: 0,
        }),
        stamps: BTreeMap::from([(StepCode::of("file"), Timestamp(7))]),
        ..case(1, TOWN_A, PrivacyClass::None)
    }
}

/// Offers by name, each with its refusal where it is refused now.
fn offers(page: &Value) -> BTreeMap<String, Value> {
    let rows = page["offers"].as_array().unwrap().iter();
    rows.map(|row| (row["verb"].as_str().unwrap().to_owned(), row["refusal"].clone())).collect()
}

async fn dossier(room: &Room, road: &str, token: Option<&str>) -> Value {
    let (status, page) = room.get(road, token).await;
    assert_eq!(status, 200, "{page}");
    page
}

#[tokio::test]
async fn offers_are_what_the_role_may_ask_there_and_say_what_is_refused_now() {
    let room = Room::open().await;
    room.publish(0, vec![moved(handled_by("CG"))]).await;
    room.until("/api/v1/cases/1-1", 200).await;

    let page = dossier(&room, "/api/v1/cases/1-1", Some("handler")).await;
    let theirs = offers(&page);
    assert_eq!(theirs["handled"], "not_lead", "the handler is another organisation's");
    assert!(!theirs.contains_key("check_pass") && !theirs.contains_key("file"), "{theirs:?}");
    assert_eq!(page["acting"]["org"], "ZHZX");

    let theirs = offers(&dossier(&room, "/api/v1/cases/1-1", Some("leader")).await);
    assert_eq!((&theirs["suspend"], &theirs["reassign"]), (&Value::Null, &Value::Null));
    assert_eq!(theirs["allow_extension"], "no_extension_pending");
    assert_eq!(theirs["release"], "unit_not_assigned");
    assert!(!theirs.contains_key("extend") && !theirs.contains_key("check_pass"), "{theirs:?}");

    let page = dossier(&room, "/api/v1/cases/1-1", None).await;
    assert_eq!((page["acting"].clone(), offers(&page).len()), (Value::Null, 0));
    let (status, _) = room.get("/api/v1/cases/1-1?org=CG", Some("handler")).await;
    assert_eq!(status, 403, "the token acts for its own organisation only");
    assert_eq!(room.get("/api/v1/cases/1-1?of=CG", Some("handler")).await.0, 400);
}

#[tokio::test]
async fn a_dossier_tells_the_marks_of_the_clock_and_where_on_its_road_the_case_stands() {
    let room = Room::open().await;
    room.publish(0, vec![moved(handled_by("CG"))]).await;
    room.until("/api/v1/cases/1-1", 200).await;
    let page = dossier(&room, "/api/v1/cases/1-1", Some("leader")).await;
    let marks: Vec<_> = page["marks"].as_array().unwrap().iter().collect();
    let told = |at: usize| (&marks[at]["mark"], &marks[at]["at"], &marks[at]["reached"]);
    assert_eq!(told(1), (&"noted".into(), &1_000_000.into(), &true.into()));
    assert_eq!(told(2), (&"warned".into(), &1_600_000.into(), &false.into()));
    assert_eq!(told(3), (&"overdue".into(), &2_000_000.into(), &false.into()));
    assert_eq!(told(4), (&"yellow".into(), &3_000_000.into(), &false.into()));

    let stages = page["road"]["stages"].as_array().unwrap();
    let here: Vec<_> = stages.iter().filter(|stage| stage["here"] == true).collect();
    assert_eq!((here.len(), &here[0]["stage"]), (1, &"handling".into()));
    let since = |code: &str| {
        stages.iter().find(|stage| stage["stage"] == code).map(|stage| stage["since"].clone())
    };
    assert_eq!(since("reported"), Some(1.into()), "it was opened then");
    assert_eq!(since("filed"), Some(7.into()));
    assert_eq!(since("handled"), Some(Value::Null), "it has yet to come there");
    let endings = page["road"]["endings"].as_array().unwrap();
    assert!(endings.iter().any(|ending| ending["stage"] == "closed"));
}

#[tokio::test]
async fn the_kinds_and_their_offers_are_those_of_the_rules_in_force() {
    let mut playbook = small_city::playbook(2);
    let mut kind = full_loop().clone();
    kind.names = Names::new("巡查", "Patrol");
    kind.opened_by = vec![Role::Receiver];
    if let Some(stage) = kind.stages.get_mut(&StageCode::of("handling")) {
        stage.moves.retain(|a_move| a_move.verb != VerbCode::Suspend);
    }
    playbook.kinds = BTreeMap::from([(kind.code, kind)]);
    let room = Room::open().await;
    let playbook = Arc::new(playbook);
    let adopted = Change::PlaybookAdopted { playbook: Arc::clone(&playbook) };
    room.publish(0, vec![adopted, moved(handled_by("CG"))]).await;
    room.until("/api/v1/cases/1-1", 200).await;
    let page = dossier(&room, "/api/v1/cases/1-1", Some("leader")).await;
    assert!(!offers(&page).contains_key("suspend"));
    assert_eq!(page["road"]["names"]["en"], "Patrol");

    // The kinds are the city's own: its partition has the rules too.
    let adopted = Change::PlaybookAdopted { playbook };
    room.publish_of(Partition::CITY, 0, vec![adopted]).await;
    let opens = async |token| {
        let page = dossier(&room, "/api/v1/kinds", token).await;
        page["kinds"][0]["opens"].clone()
    };
    for _ in 0..200 {
        if opens(Some("receiver")).await == true {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(opens(Some("receiver")).await, true);
    assert_eq!((opens(Some("handler")).await, opens(None).await), (false.into(), false.into()));
}

#[tokio::test]
async fn a_dossier_names_no_case_that_is_out_of_sight() {
    let room = Room::open().await;
    let other = CaseId { partition: COUNTY, number: 2 };
    let blown = Case {
        parent: Some(other),
        handed_to: Some(CaseId { partition: Partition(1), number: 3 }),
        ..case(1, TOWN_A, PrivacyClass::None)
    };
    let what = Happened::OpenedFor { parent: other };
    let step = Arc::new(Step { what, by: None, command: None, at: Timestamp(1) });
    let opened = Change::CaseMoved { case: Arc::new(blown), step };
    let hidden = [case(2, TOWN_B, PrivacyClass::None), case(3, TOWN_B, PrivacyClass::None)];
    let changes = hidden.map(moved).into_iter().chain([opened]).collect();
    room.publish(0, changes).await;
    room.until("/api/v1/cases/1-1", 200).await;
    let page = dossier(&room, "/api/v1/cases/1-1", Some("town")).await;
    assert_eq!((&page["parent"], &page["handed_to"]), (&Value::Null, &Value::Null));
    assert_eq!(page["timeline"].as_array().unwrap().len(), 0);
    let page = dossier(&room, "/api/v1/cases/1-1", Some("leader")).await;
    assert_eq!((&page["parent"], &page["handed_to"]), (&"1-2".into(), &"1-3".into()));
}

#[tokio::test]
async fn a_step_that_ends_it_for_good_is_refused_while_a_reply_is_owed() {
    let mut playbook = small_city::playbook(2);
    let mut kind = full_loop().clone();
    let reported = kind.stages.get_mut(&StageCode::of("reported")).unwrap();
    reported.moves.push("advance:answer > evaluated by receiver".parse().unwrap());
    playbook.kinds = BTreeMap::from([(kind.code, kind)]);
    let (mut situation, mut effects) = (Situation::new(COUNTY), Effects::default());
    let here = Point { x_dm: 0, y_dm: 0 };
    let item = Some(small_city::item("G01001"));
    let mut signal = small_city::signal(1, Channel::Hotline, item, here);
    signal.place.grid = TOWN_A.parse().ok();
    let entries =
        [Entry::Core(CORE), Entry::Adopt(Box::new(playbook)), Entry::Signal(Box::new(signal))];
    let mut changes = Vec::new();
    for (offset, entry) in (1..).zip(entries) {
        let at = (Position::new(offset, 0), small_city::DAWN);
        apply(&mut situation, &mut effects, at, entry);
        changes.append(&mut effects.changes);
    }
    let room = Room::open().await;
    room.publish(0, changes).await;
    room.until("/api/v1/cases/1-1", 200).await;
    let page = dossier(&room, "/api/v1/cases/1-1", Some("receiver")).await;
    let theirs = offers(&page);
    assert_eq!(theirs["advance"], "tickets_waiting", "{theirs:?}");
    let offer = page["offers"].as_array().unwrap().iter().find(|it| it["verb"] == "advance");
    assert!(offer.unwrap()["why"].is_string(), "in words, too");
}
