//! What a page reads of the city once: made at the start, served as it is.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use crate::access::Act;

use super::asking::Asking;
use super::gateway::Gateway;
use super::refused::Problem;

/// The pages, as they are sent.
#[derive(Debug, Clone, Default)]
pub struct CityPages {
    /// Name, bounds, counties.
    pub city: Bytes,
    /// Outlines of counties and towns.
    pub outlines: Bytes,
    /// Items and organisations.
    pub catalog: Bytes,
}

/// `GET /api/v1/city`
pub(super) async fn city(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
) -> Result<Response, Problem> {
    visitor.may(Act::ReadRows)?;
    Ok(sent(gateway.parts.city.city.clone(), "application/json"))
}

/// `GET /api/v1/city/outlines`
pub(super) async fn outlines(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
) -> Result<Response, Problem> {
    visitor.may(Act::ReadRows)?;
    Ok(sent(gateway.parts.city.outlines.clone(), "application/geo+json"))
}

/// `GET /api/v1/catalog`
pub(super) async fn catalog(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
) -> Result<Response, Problem> {
    visitor.may(Act::ReadRows)?;
    Ok(sent(gateway.parts.city.catalog.clone(), "application/json"))
}

fn sent(body: Bytes, kind: &'static str) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], body).into_response()
}
