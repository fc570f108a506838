//! The roads that pages read and ask by: where each lies, what is said there and what is answered.

use schemars::{Schema, SchemaGenerator};

use super::city_v1::{Catalog, City, Collection};
use super::pages::{
    CasePage, CasesPage, CommandBody, CommandPage, CommandReceipt, KindsPage, KpiCasesPage,
    KpisPage, RegisterRowsPage, RegistersPage, RulesPage, RulesReceipt, SearchPage, SheetReceipt,
    TallyPage, UnitsPage,
};

/// Where the socket is opened.
pub const SOCKET: &str = "/api/v1/socket";

/// What a body looks like.
type Shape = fn(&mut SchemaGenerator) -> Schema;

/// A road over HTTP.
#[derive(Debug, Clone, Copy)]
pub struct Road {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Where it lies; a name in braces stands for one part of it.
    pub path: &'static str,
    /// What is said there, where anything is.
    pub(super) says: Option<Shape>,
    /// What is answered where nothing is wrong; a problem otherwise.
    pub(super) answers: Shape,
}

const fn read(path: &'static str, answers: Shape) -> Road {
    Road { method: "GET", path, says: None, answers }
}

/// An act that needs no words.
const fn act(path: &'static str) -> Road {
    Road { method: "POST", path, says: None, answers: shape::<RulesReceipt> }
}

const fn of_sheet(path: &'static str) -> Road {
    Road { method: "POST", path, says: None, answers: shape::<SheetReceipt> }
}

/// The city's name, bounds and counties.
pub const CITY: Road = read("/api/v1/city", shape::<City<'_>>);
/// Outlines of counties and towns.
pub const OUTLINES: Road = read("/api/v1/city/outlines", shape::<Collection<'_>>);
/// The kinds of matters.
pub const KINDS: Road = read("/api/v1/kinds", shape::<KindsPage>);
/// Items and organisations.
pub const CATALOG: Road = read("/api/v1/catalog", shape::<Catalog<'_>>);
/// Rows of cases.
pub const CASES: Road = read("/api/v1/cases", shape::<CasesPage>);
/// One case whole.
pub const CASE: Road = read("/api/v1/cases/{id}", shape::<CasePage>);
/// Cases open and archived, by what is asked of them.
pub const SEARCH: Road = read("/api/v1/search", shape::<SearchPage>);
/// Rows of units.
pub const UNITS: Road = read("/api/v1/units", shape::<UnitsPage>);
/// Counts.
pub const TALLY: Road = read("/api/v1/tally", shape::<TallyPage>);
/// Figures.
pub const KPIS: Road = read("/api/v1/kpis", shape::<KpisPage>);
/// The cases behind a figure.
pub const KPI_CASES: Road = read("/api/v1/kpis/{id}/cases", shape::<KpiCasesPage>);
/// The rules in force, and what is proposed.
pub const RULES: Road = read("/api/v1/rules", shape::<RulesPage>);
/// Proposing what the files say now.
pub const PROPOSE_RULES: Road = act("/api/v1/rules/proposals");
/// Approving it, as a second person.
pub const APPROVE_RULES: Road = act("/api/v1/rules/proposals/{version}/approval");
/// Taking it back.
pub const WITHDRAW_RULES: Road = act("/api/v1/rules/proposals/{version}/withdrawal");
/// The registers: what is in force, and what is proposed.
pub const REGISTERS: Road = read("/api/v1/registers", shape::<RegistersPage>);
/// Rows of one.
pub const REGISTER_ROWS: Road =
    read("/api/v1/registers/{register}/rows", shape::<RegisterRowsPage>);
/// Proposing a sheet, as CSV.
pub const PROPOSE_SHEET: Road = of_sheet("/api/v1/registers/{register}/proposals");
/// Confirming it, as a second person.
pub const CONFIRM_SHEET: Road =
    of_sheet("/api/v1/registers/{register}/proposals/{sheet}/confirmation");
/// Taking it back.
pub const WITHDRAW_SHEET: Road =
    of_sheet("/api/v1/registers/{register}/proposals/{sheet}/withdrawal");
/// Where a command stands.
pub const COMMAND: Road = read("/api/v1/commands/{id}", shape::<CommandPage>);
/// Asking.
pub const COMMANDS: Road = Road {
    method: "POST",
    path: "/api/v1/commands",
    says: Some(shape::<CommandBody>),
    answers: shape::<CommandReceipt>,
};

/// All of them.
pub const ROADS: [Road; 22] = [
    CITY,
    OUTLINES,
    CATALOG,
    KINDS,
    CASES,
    CASE,
    SEARCH,
    UNITS,
    TALLY,
    KPIS,
    KPI_CASES,
    RULES,
    PROPOSE_RULES,
    APPROVE_RULES,
    WITHDRAW_RULES,
    REGISTERS,
    REGISTER_ROWS,
    PROPOSE_SHEET,
    CONFIRM_SHEET,
    WITHDRAW_SHEET,
    COMMAND,
    COMMANDS,
];

fn shape<Body: schemars::JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<Body>()
}
