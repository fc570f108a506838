//! What every process shows of itself: whether it lives, whether it is ready, and its figures.

use std::process::ExitCode;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;

use crate::config::Config;

use super::ground::{Followed, Ground};
use super::launch::Failure;
use super::roles::Roles;
use super::server::Server;

/// Runs what `start` starts until it is stopped: a role alone on a cluster, which reads what is
/// `followed`. Its figures are served beside it.
pub(super) async fn alone(
    config: Config,
    followed: Followed,
    start: impl FnOnce(&mut Roles, &Ground) -> Result<(), Failure>,
) -> Result<ExitCode, Failure> {
    let mut roles = Roles::new()?;
    let server = Server::bind(config.http.listen).await?;
    let ground = Ground::open_for(config, followed)?;
    start(&mut roles, &ground)?;
    tracing::info!("figures at http://{}/metrics", server.address());
    roles.start("http", server.serve(routes(&ground), roles.stop()));
    Ok(roles.until_stopped().await)
}

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
