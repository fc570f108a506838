//! Identifiers, and the map that is made for those which are numbers.

mod by_number;
mod ids;

pub use by_number::{ByNumber, Numbered};
pub(crate) use ids::text_in_json;
pub use ids::{
    CameraId, CaseId, CommandId, InvalidId, ItemCode, OrgCode, Partition, SheetId, SourceKey,
    TicketId, UnitId,
};
