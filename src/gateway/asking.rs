//! Who asks: the visitor of a request, from its token and its address.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;

use crate::access::Visitor;

use super::gateway::Gateway;
use super::refused::Problem;

/// Who asks.
#[derive(Debug, Clone)]
pub(super) struct Asking(pub(super) Visitor);

impl FromRequestParts<Gateway> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Problem> {
        // Without an address nobody is known to be on this machine.
        let elsewhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let address = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(elsewhere, |ConnectInfo(address)| address.ip());
        let token = match parts.headers.get(header::AUTHORIZATION) {
            Some(value) => Some(bearer(value.to_str().unwrap_or_default()).ok_or_else(|| {
                Problem::unreadable("the header is not `Authorization: Bearer TOKEN`")
            })?),
            None => None,
        };
        Ok(Self(gateway.door.enter(token, address)?))
    }
}

/// The token of `Bearer TOKEN`.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
