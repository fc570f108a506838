//! An order as its receivers read it: a value of the topic `orders`.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{CaseId, Order, OrderTo, OrderWhat, OrgCode, Purpose, UnitId};

/// What the field is told: which case, never what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PublicOrder {
    /// The delivery id, the same for ever: who has acted on it does not act again.
    #[schemars(regex(pattern = r"^[0-9]{1,5}@[0-9]{1,20}\.[0-9]{1,10}/[0-9]{1,5}$"))]
    pub delivery: String,
    /// The case it is about.
    pub case: CaseId,
    /// The unit that is told, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "UnitId")]
    pub unit: Option<UnitId>,
    /// The organisation that is told, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "OrgCode")]
    pub org: Option<OrgCode>,
    /// What to do.
    pub what: OrderWhat,
    /// Whether it is a drill.
    pub drill: bool,
}

impl From<&Order> for PublicOrder {
    fn from(order: &Order) -> Self {
        let (unit, org) = match &order.to {
            OrderTo::Unit(unit) => (Some(*unit), None),
            OrderTo::Org(org) => (None, Some(org.clone())),
        };
        Self {
            delivery: order.id.to_string(),
            case: order.case,
            unit,
            org,
            what: order.what,
            drill: order.purpose == Purpose::Drill,
        }
    }
}

impl PublicOrder {
    /// The record's key: who is told.
    #[must_use]
    pub fn key(&self) -> String {
        match (&self.unit, &self.org) {
            (Some(unit), _) => format!("unit-{unit}"),
            (None, Some(org)) => format!("org-{org}"),
            (None, None) => String::new(),
        }
    }
}
