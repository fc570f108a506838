//! Bodies over HTTP, as JSON: what is asked, and the rows and pages that are answered.

mod desk;
mod kpis;
mod registers;
mod rules;
mod search;
mod trade;

pub use desk::{
    AsOf, CasePage, CaseRow, CasesPage, CommandBody, CommandPage, CommandReceipt, ErasedPage,
    Opened, Standing, StepRow, TallyPage, TicketRow, UnitRow, UnitsPage,
};
pub use kpis::{KpiAbout, KpiCase, KpiCasesPage, KpiRow, KpiUnit, KpisPage};
pub use registers::{
    RegisterPage, RegisterRowPage, RegisterRowsPage, RegistersPage, SheetReceipt, SheetRefusedPage,
};
pub use rules::{Difference, Differences, ProposalPage, RefusedPage, RulesPage, RulesReceipt};
pub use search::{SearchPage, SearchRow};
pub use trade::{
    ActingRow, KindRow, KindsPage, MarkRow, OfferRow, PartStepRow, RoadPage, StageRow,
};
