//! The pages: built under `dashboards/web`, embedded, and served from this origin alone.

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use rust_embed::{Embed, EmbeddedFile};

use super::refused::Problem;

/// What was built; read from the disk in debug builds.
#[derive(Embed)]
#[folder = "dashboards/web/dist"]
struct Built;

/// Nothing comes from, or goes to, anywhere else; the map draws with a worker and its own styles.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: blob:; connect-src 'self'; form-action 'none'; \
     frame-ancestors 'none'; base-uri 'none'",
);
/// An asset's name changes with its bytes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// `GET /`: the wall.
pub(super) async fn home() -> Redirect {
    Redirect::temporary("/wall")
}

/// `GET /wall`, and `/wall/2` for a second one.
pub(super) async fn wall() -> Result<Response, Problem> {
    page("wall.html")
}

/// `GET /desk`
pub(super) async fn desk() -> Result<Response, Problem> {
    page("desk.html")
}

/// `GET /unit`
pub(super) async fn unit() -> Result<Response, Problem> {
    page("unit.html")
}

/// `GET /assets/{name}`: scripts, styles and fonts.
pub(super) async fn asset(Path(name): Path<String>) -> Result<Response, Problem> {
    let missing = || Problem::unknown(format!("there is no asset {name}"));
    let file = Built::get(&format!("assets/{name}")).ok_or_else(missing)?;
    Ok(sent(file, FOR_EVER))
}

fn page(name: &str) -> Result<Response, Problem> {
    let missing = || Problem::broken("this build has no pages: run `make web`, then build again");
    Built::get(name).map(|file| sent(file, ASK_AGAIN)).ok_or_else(missing)
}

fn sent(file: EmbeddedFile, keep: HeaderValue) -> Response {
    let kind = HeaderValue::from_str(file.metadata.mimetype());
    let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, keep),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (StatusCode::OK, headers, file.data).into_response()
}
