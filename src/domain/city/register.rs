//! Registers 登记册: what stands where in the city, row by row. Things and places, and no persons.
//!
//! A register may have a million rows, so they do not travel in the journal: they lie in *sheets*,
//! objects that are named by what is in them, and the journal says which sheets are in force. One
//! person proposes a sheet, another confirms it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::command::Actor;
use super::super::geo::GridCode;
use super::super::id::{InvalidId, SheetId};
use super::super::time::Timestamp;

/// A register.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Register {
    /// 场所: what people come to.
    Place,
    /// 楼栋
    Building,
    /// 经营主体: premises with a licence, by what the licence says to everybody.
    Premises,
    /// 部件: what the city owns in its streets.
    Asset,
    /// 摄像机
    Camera,
}

impl Register {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Place, Self::Building, Self::Premises, Self::Asset, Self::Camera];

    /// What its things may be. A camera's sort is what it looks at.
    #[must_use]
    pub fn sorts(self) -> &'static [&'static str] {
        match self {
            Self::Place => &[
                "school",
                "hospital",
                "station",
                "market",
                "park",
                "square",
                "sports_ground",
                "museum",
                "government",
                "other",
            ],
            Self::Building => {
                &["residential", "office", "commercial", "industrial", "public", "mixed"]
            }
            Self::Premises => &[
                "catering",
                "hotel",
                "entertainment",
                "retail",
                "pharmacy",
                "workshop",
                "storage",
                "hazardous_goods",
                "other",
            ],
            Self::Asset => &[
                "manhole",
                "street_light",
                "traffic_signal",
                "sign",
                "hydrant",
                "bin",
                "bench",
                "tree",
                "railing",
                "pipe",
                "transformer",
                "bus_stop",
                "bridge",
                "toilet",
                "other",
            ],
            Self::Camera => &[
                "road",
                "crossing",
                "square",
                "park",
                "station",
                "market",
                "school_gate",
                "river",
                "community_gate",
                "construction_site",
            ],
        }
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Place => "place",
            Self::Building => "building",
            Self::Premises => "premises",
            Self::Asset => "asset",
            Self::Camera => "camera",
        })
    }
}

impl FromStr for Register {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let named = Self::ALL.into_iter().find(|register| register.to_string() == text);
        let expected = "a register: place, building, premises, asset or camera";
        named.ok_or_else(|| InvalidId::new(text, expected))
    }
}

/// One row. `name` is what the thing is called, never who lives or works there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct RegisterRow<'a> {
    /// Its code; one row of a register has it.
    #[serde(borrow)]
    pub code: &'a str,
    /// The grid that it stands in.
    pub grid: GridCode,
    /// Where in that; may be empty.
    pub address: &'a str,
    /// What it is called; may be empty.
    pub name: &'a str,
    /// What it is: one of its register's sorts.
    pub sort: &'a str,
    /// Who answers for it 权属单位, where that is known.
    pub owner: Option<&'a str>,
    /// Its licence's number, of premises.
    pub licence: Option<&'a str>,
    /// Until when the licence is good, `2027-06-30`.
    pub licence_until: Option<&'a str>,
}

impl RegisterRow<'_> {
    /// Whether its address or its name has `text`.
    #[must_use]
    pub fn says(&self, text: &str) -> bool {
        self.address.contains(text) || self.name.contains(text)
    }
}

/// A sheet, as the journal speaks of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct SheetHead {
    /// Of which register.
    pub register: Register,
    /// Which.
    pub sheet: SheetId,
    /// The newest sheet that it amends; none where it is the whole register anew.
    pub over: Option<SheetId>,
    /// Rows that it has: new ones, and such as take the place of those of their code.
    pub rows: u32,
    /// Codes that it takes out.
    pub gone: u32,
}

/// A sheet that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct SheetProposed {
    /// The sheet.
    pub head: SheetHead,
    /// Whose account proposed it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A sheet that is in force.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct SheetInForce {
    /// The sheet.
    pub head: SheetHead,
    /// Whose account proposed it …
    pub proposed_by: String,
    /// … and whose confirmed it.
    pub confirmed_by: String,
    /// When.
    pub at: Timestamp,
}

/// Which sheets of a register are in force, in order: one whole, and those that amend it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
pub struct RegisterSheets {
    /// In force.
    pub in_force: Vec<SheetInForce>,
    /// What waits.
    pub proposed: Option<SheetProposed>,
}

impl RegisterSheets {
    /// The newest sheet in force.
    #[must_use]
    pub fn newest(&self) -> Option<SheetId> {
        self.in_force.last().map(|sheet| sheet.head.sheet)
    }
}

/// All registers of the city.
pub type Registers = BTreeMap<Register, RegisterSheets>;

/// What can be said of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SheetAct {
    /// It is proposed; what was proposed of its register before is so no more.
    Propose,
    /// Another person confirms it: from now on it is in force.
    Confirm,
    /// It is not to be.
    Withdraw,
}

/// Said of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SheetSaid {
    /// Of which.
    pub head: SheetHead,
    /// Who says it.
    pub by: Actor,
    /// What.
    pub act: SheetAct,
}

/// Why a sheet did not become what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SheetRefusal {
    /// The city's own partition keeps registers, and no other.
    NotTheCitys,
    /// It amends another sheet than the newest in force: it is to be made anew.
    AmendsAnother,
    /// It is in force.
    InForceAlready,
    /// So many sheets amend the register that it is to be written whole again.
    TooManyAmendments,
    /// This sheet is not what is proposed.
    NotProposed,
    /// Who proposed does not confirm.
    SamePerson,
}

impl fmt::Display for SheetRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotTheCitys => "only the city's own partition keeps registers",
            Self::AmendsAnother => {
                "it amends another sheet than the newest in force: propose it again"
            }
            Self::InForceAlready => "it is in force already",
            Self::TooManyAmendments => "too many sheets amend this register: write it whole again",
            Self::NotProposed => "this sheet is not what is proposed",
            Self::SamePerson => "who proposed does not confirm: a second person does",
        })
    }
}
