//! What every process shows of itself: whether it lives, whether it is ready, and its figures.

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;

use super::ground::Ground;

/// The roads `/healthz`, `/readyz` and `/metrics` of a process without a gateway, which has them of
/// its own.
pub(super) fn routes(ground: &Ground) -> Router {
    let (health, metrics) = (ground.health.clone(), ground.metrics.clone());
    let ready = move || {
        let waiting = health.waiting();
        let list: Vec<_> = waiting.iter().map(|(part, what)| format!("{part}: {what}\n")).collect();
        let code = if list.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        std::future::ready((
            code,
            if list.is_empty() { "ready\n".to_owned() } else { list.concat() },
        ))
    };
    let figures = move || {
        let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
        std::future::ready((kind, metrics.render()))
    };
    Router::new()
        .route("/healthz", get(|| std::future::ready("alive\n")))
        .route("/readyz", get(ready))
        .route("/metrics", get(figures))
}
