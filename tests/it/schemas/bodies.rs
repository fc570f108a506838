//! A case with everything a case can have, as pages are told of it and read it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use liandong::domain::trade::{
    Card, ClockMark, Exclusion, ExclusionReason, Extension, Part, PartRole, Pause, Satisfaction,
    Supervision, Urgency, Visit,
};
use liandong::domain::{
    Actor, Assignment, AttachedBy, Attachment, Case, CaseState, Change, Channel, CommandId,
    Episode, Feature, Happened, Hint, LimitUnit, OrderStamp, Outcome, Place, Point, PrivacyClass,
    Purpose, Reason, ReasonCode, Refusal, Reply, Role, Sealed, StageClock, Step, StepCode,
    Suggestion, Tally, Ticket, TicketId, Timestamp, Unit, UnitId, UnitStatus,
};
use liandong::vault::Vault;
use serde_json::json;

use crate::desk_room::{COUNTY, Room, case};
use crate::socket::page::Page;

const NOW: Timestamp = Timestamp(1_000_000);

fn whole() -> Case {
    let likeness = Reason { feature: Feature::Distance, points: -3, found: 40 };
    let against = TicketId { partition: COUNTY, number: 9 };
    let suggestion = Suggestion {
        case: case(2, "211002001001", PrivacyClass::None).id,
        against,
        hint: Hint::Join,
        points: 12,
        reasons: vec![likeness],
    };
    Case {
        version: 2,
        place: Place { point: Some(Point { x_dm: 5, y_dm: -5 }), grid: "211002001".parse().ok() },
        state: CaseState::Handling,
        clock: Some(clock()),
        urgency: Urgency::Urgent,
        colour: Some(1),
        channel: Some(Channel::Grid),
        origin: Some(org()),
        stamps: BTreeMap::from([(StepCode::of("accept"), NOW)]),
        parts: BTreeMap::from([(org(), part())]),
        supervision: Some(Box::new(Supervision { card: Card::Yellow, by: Some(org()), at: NOW })),
        extension: Some(Box::new(Extension { until: NOW, asked_at: NOW })),
        pause: Some(Box::new(Pause {
            since: NOW,
            review_at: NOW,
            left_ms: 5,
            unit: LimitUnit::Hours,
        })),
        rating: Some(4),
        filed_at: Some(NOW),
        dispatched_at: Some(NOW),
        lead: Some(org()),
        assists: BTreeSet::from([org()]),
        units: BTreeSet::from([UnitId(4)]),
        suggestions: vec![suggestion],
        purpose: Purpose::Drill,
        ..case(1, "211002001001", PrivacyClass::None)
    }
}

fn clock() -> StageClock {
    StageClock {
        since: NOW,
        due: NOW.plus_ms(9),
        overdue: false,
        unit: LimitUnit::WorkingHours,
        limit_ms: 9,
        mark: ClockMark::Warned,
        next: Some(NOW.plus_ms(9)),
        paused_ms: 3,
    }
}

fn part() -> Part {
    Part {
        role: PartRole::Assist,
        since: NOW,
        done: vec![(StepCode::of("signed"), NOW)],
        due: Some(NOW),
        late: 1,
        ended: false,
    }
}

fn org() -> liandong::domain::OrgCode {
    liandong::domain::OrgCode("211002-CG".to_owned())
}

fn ticket(number: u64, reply: Reply, words: Option<Sealed>) -> Change {
    let against = Some(TicketId { partition: COUNTY, number: 1 });
    let reasons = vec![Reason { feature: Feature::Words, points: 30, found: 80 }];
    let by = if number == 1 { AttachedBy::Opening } else { AttachedBy::Command(CommandId(7)) };
    let source = format!("{number:032x}").parse().unwrap();
    let ticket = Ticket {
        id: TicketId { partition: COUNTY, number },
        case: whole().id,
        source,
        external_id: "a".to_owned(),
        channel: Channel::Police110,
        item: None,
        place: Place::default(),
        observed_at: NOW,
        arrived_at: NOW,
        admitted_at: NOW,
        reply,
        attachment: Attachment { by, against, points: 30, reasons },
        urges: 1,
        withdrawn: false,
        episode: Some(Episode { hits: 3, over: true }),
        purpose: Purpose::Drill,
        words,
        contacted_at: Some(NOW),
        visit: Some(Box::new(Visit {
            at: NOW,
            resolved: true,
            satisfaction: Satisfaction::Satisfied,
        })),
        exclusion: Some(Box::new(Exclusion { reason: ExclusionReason::Unreasonable, at: NOW })),
        due: Some(NOW),
    };
    Change::TicketMoved { ticket: Arc::new(ticket) }
}

fn step(what: Happened) -> Change {
    let by = Actor { account: "leader".to_owned(), role: Role::ShiftLeader, org: org() };
    let step = Step { what, by: Some(by), command: Some(CommandId(7)), at: NOW };
    Change::CaseMoved { case: Arc::new(whole()), step: Arc::new(step) }
}

fn unit() -> Change {
    let mut assignment = Assignment::new(whole().id, NOW);
    assignment.stamp(OrderStamp::Displayed, NOW);
    let (id, name, status) = (UnitId(4), "一队".to_owned(), UnitStatus::OnScene);
    let (assignment, grid) = (Some(assignment), "211002001".parse().ok());
    let unit = Unit { id, name, org: org(), status, assignment, grid, changed_at: NOW };
    Change::UnitMoved { unit: Box::new(unit) }
}

fn refused(refusal: Refusal) -> Change {
    let (case, outcome) = (Some(whole().id), Outcome::Refused(refusal));
    Change::CommandAnswered { command: CommandId(8), case, outcome, repeated: false }
}

/// Everything there is to say of it; the room holds each frame and body to its schema.
async fn publish_all(room: &Room, from: u64) -> u64 {
    let seal = |source: u128, words: &str| {
        room.vault.seal(Vault::key_for(liandong::domain::SourceKey(source)), words).unwrap()
    };
    let words = r#"{"text":"积水","address":"中华大街","contact":{"phone":"13800138000"}}"#;
    let (note, text) = (Some(seal(1, "已清理")), None);
    let first = TicketId { partition: COUNTY, number: 1 };
    let tally = Tally {
        tickets: BTreeMap::from([(Channel::Hotline, 2)]),
        cases: BTreeMap::from([(CaseState::Handling, 1)]),
        ..Tally::default()
    };
    let changes = vec![
        step(Happened::Opened { ticket: first }),
        step(Happened::Cancelled { reason: ReasonCode::Test, second: "other-leader".to_owned() }),
        step(Happened::Handled { note }),
        step(Happened::Replied { ticket: first, text }),
        step(Happened::Urged),
        ticket(1, Reply::Owed { due: NOW, overdue: true }, Some(seal(1, words))),
        ticket(2, Reply::Given { due: NOW, at: NOW }, None),
        unit(),
        refused(Refusal::UnitEngaged { case: whole().id }),
        refused(Refusal::WrongState { state: CaseState::Closed }),
        Change::TallyMoved { tally: Box::new(tally) },
    ];
    let count = u64::try_from(changes.len()).unwrap();
    room.publish(from, changes).await;
    from + count
}

#[tokio::test]
async fn whatever_is_told_of_a_case_is_as_the_schemas_say() {
    let room = Room::open().await;
    let mut desk = Page::open(&room, json!({ "page": "desk", "token": "leader" })).await;
    desk.until_live().await;
    let end = publish_all(&room, 0).await;
    let delta = desk.until("delta").await;
    assert_eq!(delta["units"][0]["assignment"]["case"], "1-1");
    assert_eq!(delta["answers"].as_array().unwrap().len(), 2);
    let ended = Case { clock: None, lead: None, version: 3, ..whole() };
    room.publish(end, vec![crate::desk_room::moved(ended)]).await;
    let moved = desk.until("delta").await;
    assert_eq!(
        moved["cases"][0],
        json!({ "case": "1-1", "version": 3, "due": null, "lead": null, "clock": null })
    );
    desk.until("beat").await;
    for page in ["desk", "wall"] {
        let mut late = Page::open(&room, json!({ "page": page, "token": "leader" })).await;
        late.until_live().await;
    }
    let (_, dossier) = room.get("/api/v1/cases/1-1", Some("leader")).await;
    assert_eq!(dossier["members"][0]["written"]["clear"]["contact"]["phone"], "13800138000");
    assert_eq!(dossier["timeline"][2]["written"], json!({ "clear": "已清理" }));
    let sealed = room.get("/api/v1/cases/1-1", None).await.1;
    assert_eq!(sealed["members"][0]["written"], "sealed");
    for road in ["/api/v1/cases", "/api/v1/units", "/api/v1/tally"] {
        assert_eq!(room.get(road, Some("leader")).await.0, 200, "{road}");
    }
}
