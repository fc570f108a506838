//! Who asks: the visitor of a request, from its token and whence it comes.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;

use crate::access::{Visitor, Whence};

use super::gateway::Gateway;
use super::refused::Problem;

/// Who asks.
#[derive(Debug, Clone)]
pub(super) struct Asking(pub(super) Visitor);

/// Whence they ask.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coming(pub(super) Whence);

impl<S: Sync> FromRequestParts<S> for Coming {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(Whence::of(peer.map(|ConnectInfo(peer)| peer.ip()), &parts.headers)))
    }
}

impl FromRequestParts<Gateway> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Problem> {
        let Ok(Coming(whence)) = Coming::from_request_parts(parts, gateway).await;
        let token = match parts.headers.get(header::AUTHORIZATION) {
            Some(value) => Some(bearer(value.to_str().unwrap_or_default()).ok_or_else(|| {
                Problem::unreadable("the header is not `Authorization: Bearer TOKEN`")
            })?),
            None => None,
        };
        Ok(Self(gateway.door.enter(token, whence)?))
    }
}

/// The token of `Bearer TOKEN`.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
