//! The gateway's roads over HTTP.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{get, post};

use super::gateway::Gateway;
use super::refused::Problem;
use super::{changes, city, command, dossier, pages, reads, socket};

/// All of them.
pub fn routes(gateway: Gateway) -> Router {
    let body_limit = DefaultBodyLimit::max(command::BODY_BYTES_MAX);
    Router::new()
        .route("/api/v1/commands", post(command::ask).layer(body_limit))
        .route("/api/v1/commands/{id}", get(command::standing))
        .route("/api/v1/cases", get(reads::cases))
        .route("/api/v1/cases/{id}", get(dossier::case))
        .route("/api/v1/tickets/{id}/erase", post(dossier::erase))
        .route("/api/v1/units", get(reads::units))
        .route("/api/v1/tally", get(reads::tally))
        .route("/api/v1/changes", get(changes::stream))
        .route("/api/v1/city", get(city::city))
        .route("/api/v1/city/outlines", get(city::outlines))
        .route("/api/v1/catalog", get(city::catalog))
        .route("/api/v1/socket", get(socket::open))
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
