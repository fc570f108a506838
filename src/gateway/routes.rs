//! The gateway's roads over HTTP.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{get, post};

use crate::wire::roads;

use super::gateway::Gateway;
use super::refused::Problem;
use super::{
    changes, city, command, dossier, kpis, pages, reads, registers, rules, search, socket,
};

/// All of them.
pub fn routes(gateway: Gateway) -> Router {
    let body_limit = DefaultBodyLimit::max(command::BODY_BYTES_MAX);
    Router::new()
        .route(roads::COMMANDS.path, post(command::ask).layer(body_limit))
        .route(roads::COMMAND.path, get(command::standing))
        .route(roads::CASES.path, get(reads::cases))
        .route(roads::CASE.path, get(dossier::case))
        .route("/api/v1/tickets/{id}/erase", post(dossier::erase))
        .route(roads::SEARCH.path, get(search::search))
        .route(roads::UNITS.path, get(reads::units))
        .route(roads::TALLY.path, get(reads::tally))
        .route(roads::KPIS.path, get(kpis::kpis))
        .route(roads::KPI_CASES.path, get(kpis::kpi_cases))
        .route(roads::RULES.path, get(rules::rules))
        .route(roads::PROPOSE_RULES.path, post(rules::propose))
        .route(roads::APPROVE_RULES.path, post(rules::approve))
        .route(roads::WITHDRAW_RULES.path, post(rules::withdraw))
        .route(roads::REGISTERS.path, get(registers::registers))
        .route(roads::REGISTER_ROWS.path, get(registers::rows))
        .route(roads::PROPOSE_SHEET.path, post(registers::propose))
        .route(roads::CONFIRM_SHEET.path, post(registers::confirm))
        .route(roads::WITHDRAW_SHEET.path, post(registers::withdraw))
        .route("/api/v1/changes", get(changes::stream))
        .route(roads::CITY.path, get(city::city))
        .route(roads::OUTLINES.path, get(city::outlines))
        .route(roads::CATALOG.path, get(city::catalog))
        .route(roads::KINDS.path, get(dossier::kinds))
        .route(roads::SOCKET, get(socket::open))
        .route("/", get(pages::home))
        .route("/wall", get(pages::wall))
        .route("/wall/{number}", get(pages::wall))
        .route("/desk", get(pages::desk))
        .route("/unit", get(pages::unit))
        .route("/assets/{name}", get(pages::asset))
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(gateway)
}

/// Alive as long as it answers.
async fn alive() -> &'static str {
    "alive\n"
}

/// Ready once every part has caught up.
async fn ready(State(gateway): State<Gateway>) -> Result<&'static str, Problem> {
    let waiting = gateway.parts.health.waiting();
    if waiting.is_empty() {
        return Ok("ready\n");
    }
    let list: Vec<_> = waiting.iter().map(|(part, what)| format!("{part}: {what}")).collect();
    Err(Problem::not_ready(list.join("; ")))
}

async fn metrics(State(gateway): State<Gateway>) -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, gateway.parts.metrics.render())
}
