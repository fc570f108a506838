//! Closed cases as the core makes them, each with a place, a time and words of its own.

use std::sync::Arc;

use liandong::domain::time::DAY_MS;
use liandong::domain::{
    CaseId, GridCode, Partition, Position, SourceKey, Ticket, TicketId, Timestamp,
};
use liandong::vault::Vault;
use liandong::wire::archive_v1::Archived;
use liandong::wire::words_v1::{self, Words};

use super::run::{Options, PARTITIONS};
use crate::Failure;
use crate::parts::figures;

/// Lives that are copied.
const LIVES: u64 = 2_000;
pub(super) const BEGINS_MS: i64 = 1_690_000_000_000;
const COUNTIES: [u64; 8] = [211_002, 211_003, 211_004, 211_005, 211_011, 211_021, 211_081, 211_082];
const STREETS: [&str; 12] = [
    "中华大街",
    "新运大街",
    "民主路",
    "武圣路",
    "胜利路",
    "青年大街",
    "卫国路",
    "东兴路",
    "护城河路",
    "南郊街",
    "文圣路",
    "繁荣路",
];
const MATTERS: [&str; 16] = [
    "井盖丢失，夜间行人易踩空",
    "路灯连续三晚不亮",
    "小区门口积水没过脚面",
    "占道经营堵住消防通道",
    "暖气不热，室内只有十四度",
    "楼上装修凌晨施工扰民",
    "垃圾清运不及时，异味很大",
    "人行道地砖松动破损",
    "公交站牌被广告遮挡",
    "下水道反水流到院内",
    "电动车在楼道充电",
    "树枝压住电线打火",
    "施工围挡倒塌在机动车道",
    "河道里漂着成片死鱼",
    "健身器材螺丝脱落",
    "老旧小区外墙皮掉落",
];
const WISHES: [&str; 6] = [
    "请尽快派人处理并回复。",
    "之前反映过两次没有结果。",
    "希望相关部门到现场看看。",
    "已经有老人摔倒。",
    "请告知处理时限。",
    "附近学校孩子每天经过。",
];
/// A word that one case in 10,000 has.
pub(super) const RARE: &str = "塌陷";
const RARE_EVERY: u64 = 10_000;

/// What all cases are made of.
pub(super) struct City<'a> {
    options: &'a Options,
    vault: &'a Vault,
    lives: Vec<Archived>,
}

impl<'a> City<'a> {
    pub(super) fn new(options: &'a Options, vault: &'a Vault) -> Result<Self, Failure> {
        let picture = figures::closed_cases(LIVES)?;
        let rows = picture.rows(Partition(1)).ok_or("no rows")?;
        let life = |id: &CaseId| {
            let members = rows.members.get(id).into_iter().flatten();
            let tickets = members.filter_map(|ticket| rows.tickets.get(ticket));
            let steps = rows.timelines.get(id).into_iter().flatten();
            let row = rows.cases.get(id).filter(|row| row.state.is_ended())?;
            Some(Archived {
                row: (**row).clone(),
                tickets: tickets.map(|ticket| Arc::unwrap_or_clone(Arc::clone(ticket))).collect(),
                timeline: steps.cloned().collect(),
                position: Position::START,
                at: Timestamp(0),
            })
        };
        let lives: Vec<_> = rows.cases.keys().filter_map(|id| life(&id)).collect();
        if lives.is_empty() {
            Err("no case ended".into())
        } else {
            Ok(Self { options, vault, lives })
        }
    }

    /// Those of `partition`, in the order in which they left.
    pub(super) fn closed_in(&self, partition: Partition) -> impl Iterator<Item = Archived> + '_ {
        let (all, own) = (self.options.cases, u64::from(partition.0));
        (0..all).filter(move |number| number % u64::from(PARTITIONS) == own).map(move |number| {
            let life = &self.lives[usize::try_from(mixed(number)).unwrap_or(0) % self.lives.len()];
            self.copied(life, (partition, number))
        })
    }

    fn copied(&self, life: &Archived, (partition, number): (Partition, u64)) -> Archived {
        let mut case = life.clone();
        let opened = opened_ms(self.options, number);
        let id = CaseId { partition, number: number / u64::from(PARTITIONS) + 1 };
        (case.row.id, case.row.opened_at) = (id, Timestamp(opened));
        case.row.ended_at = Some(Timestamp(opened + 2 * DAY_MS));
        case.row.place.grid = GridCode::new(GridCode::GRID, grid(number));
        case.position = Position::new(id.number, 0);
        case.at = Timestamp(opened + 47 * DAY_MS);
        for (index, ticket) in case.tickets.iter_mut().enumerate() {
            let more = u64::try_from(index).unwrap_or(0);
            *ticket = self.said(ticket, id, (number, more));
        }
        case
    }

    fn said(&self, ticket: &Ticket, case: CaseId, (number, more): (u64, u64)) -> Ticket {
        let source = SourceKey(u128::from(number) << 16 | u128::from(more));
        let text = text(number + more);
        let words = Words { text: text.into(), address: street(number).into(), contact: None };
        let sealed = words_v1::encode(&words)
            .ok()
            .and_then(|words| self.vault.seal(Vault::key_for(source), &words).ok());
        Ticket {
            id: TicketId { partition: case.partition, number: case.number * 4 + more },
            case,
            source,
            external_id: quoted(number),
            words: sealed,
            ..ticket.clone()
        }
    }
}

/// When case `number` was opened.
pub(super) fn opened_ms(options: &Options, number: u64) -> i64 {
    let days = i64::try_from(options.days).unwrap_or(i64::MAX);
    let (number, cases) = (i128::from(number), i128::from(options.cases.max(1)));
    let since = i128::from(days.saturating_mul(DAY_MS)) * number / cases;
    BEGINS_MS + i64::try_from(since).unwrap_or(0)
}

/// The number that a sender quotes.
pub(super) fn quoted(number: u64) -> String {
    format!("GD{:010}", mixed(number) % 10_000_000_000)
}

/// The grid of case `number`.
pub(super) fn grid(number: u64) -> u64 {
    let mixed = mixed(number);
    let county = COUNTIES[usize::try_from(number % u64::from(PARTITIONS)).unwrap_or(0)];
    // Eight townships of eight communities of eight grids.
    let [town, community, grid] = [mixed % 8 + 1, mixed / 8 % 8 + 1, mixed / 64 % 8 + 1];
    county * 1_000_000_000 + town * 1_000_000 + community * 1_000 + grid
}

fn street(number: u64) -> String {
    let mixed = mixed(number);
    let street = STREETS[usize::try_from(mixed % 12).unwrap_or(0)];
    format!("{street}{}号", mixed / 12 % 400 + 1)
}

fn text(number: u64) -> String {
    let mixed = mixed(number ^ 0x5555);
    let pick = |of: usize, shift: u32| usize::try_from(mixed >> shift).unwrap_or(0) % of;
    let rare = if number.is_multiple_of(RARE_EVERY) { RARE } else { "" };
    let [matter, also, wish] = [MATTERS[pick(16, 3)], MATTERS[pick(16, 13)], WISHES[pick(6, 23)]];
    format!("{}附近{matter}{rare}；另外{also}。{wish}", street(number))
}

fn mixed(number: u64) -> u64 {
    let number = (number ^ number >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ number >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    (number ^ number >> 31) >> 1
}
