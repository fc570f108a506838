//! `GET /api/v1/socket`: from HTTP to a socket.
//!
//! The connection itself is taken, not a stream over it: what is sent is framed once for all
//! pages, and a teller writes it where it stands (`docs/decisions/0008`).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::upgrade::downcast;
use tokio::net::TcpStream;
use tungstenite::handshake::derive_accept_key;

use crate::wire::socket_v1::PROTOCOL;

use super::super::asking::Coming;
use super::super::gateway::Gateway;
use super::super::refused::Problem;
use super::outbox::Outbox;
use super::session;

const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Opens a socket.
pub(in crate::gateway) async fn open(
    State(gateway): State<Gateway>,
    Coming(whence): Coming,
    mut request: Request,
) -> Result<Response, Problem> {
    let headers = request.headers();
    let accepted = accepted(headers).map_err(Problem::unreadable)?;
    if !is_ours(headers) {
        return Err(Problem::foreign("a page of another site may not open a socket here"));
    }
    // Taken before a word is said: who says none must not hold more sockets than there are places.
    // Without one it is opened only to be told why it is closed, for no page reads a refusal here.
    let place = Arc::clone(&gateway.followers).try_acquire_owned().ok();
    let speaks_ours = lists(headers, &header::SEC_WEBSOCKET_PROTOCOL, PROTOCOL);
    let upgrade = request.extensions_mut().remove::<OnUpgrade>();
    let upgrade = upgrade.ok_or_else(|| Problem::unreadable("this connection cannot upgrade"))?;
    #[expect(
        clippy::disallowed_methods,
        reason = "it ends with its page, or at the stop it hears"
    )]
    tokio::spawn(async move {
        // Who hangs up before it is open was never there.
        if let Some((stream, early)) = upgrade.await.ok().and_then(taken) {
            session::run(gateway, Arc::new(Outbox::new(stream)), (early, whence), place).await;
        }
    });
    let mut response = (
        StatusCode::SWITCHING_PROTOCOLS,
        [(header::CONNECTION, "upgrade"), (header::UPGRADE, "websocket")],
        [(header::SEC_WEBSOCKET_ACCEPT, accepted)],
        Body::empty(),
    )
        .into_response();
    if speaks_ours {
        let ours = header::HeaderValue::from_static(PROTOCOL);
        response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, ours);
    }
    Ok(response)
}

/// The connection below HTTP, and what of it was read already.
fn taken(upgraded: Upgraded) -> Option<(TcpStream, Vec<u8>)> {
    let parts = downcast::<TokioIo<TcpStream>>(upgraded);
    if parts.is_err() {
        tracing::error!("a socket was opened over something that is no TCP connection");
    }
    parts.ok().map(|parts| (parts.io.into_inner(), parts.read_buf.to_vec()))
}

/// What is answered to a request for a socket (RFC 6455, 4.2.1), or why it is none.
fn accepted(headers: &HeaderMap) -> Result<String, &'static str> {
    if !lists(headers, &header::CONNECTION, "upgrade") {
        return Err("`connection` does not say `upgrade`");
    }
    if !lists(headers, &header::UPGRADE, "websocket") {
        return Err("`upgrade` does not say `websocket`");
    }
    if !lists(headers, &header::SEC_WEBSOCKET_VERSION, "13") {
        return Err("`sec-websocket-version` is not 13");
    }
    let key = headers.get(header::SEC_WEBSOCKET_KEY).ok_or("`sec-websocket-key` is missing")?;
    Ok(derive_accept_key(key.as_bytes()))
}

/// Whether a header's list has `word`.
fn lists(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|one| one.trim().eq_ignore_ascii_case(word))
}

/// Whether the page that asks is one of ours. Browsers let any site open a socket to this machine,
/// where rows may be read without a token; they say which site it is. What is no browser says none.
fn is_ours(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let origin = origin.to_str().unwrap_or_default();
    let Some((_, site)) = origin.split_once("://") else { return false };
    // A proxy may write a host of its own, and then says which one the browser asked; no page can
    // make a browser say that.
    [&header::HOST, &X_FORWARDED_HOST].into_iter().any(|name| {
        let host = headers.get(name).and_then(|host| host.to_str().ok());
        host.is_some_and(|hosts| hosts.split(',').next().map(str::trim) == Some(site))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_site_is_not_ours() {
        let of = |origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "127.0.0.1:8080".parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            is_ours(&headers)
        };
        assert!(of(None) && of(Some("http://127.0.0.1:8080")));
        assert!(!of(Some("https://evil.example")) && !of(Some("null")));
        assert!(!of(Some("http://127.0.0.1:8081")));
    }

    #[test]
    fn a_proxy_that_writes_its_own_host_says_which_was_asked() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "127.0.0.1:8080".parse().unwrap());
        headers.insert(header::ORIGIN, "https://city.example".parse().unwrap());
        assert!(!is_ours(&headers));
        headers.insert(X_FORWARDED_HOST, "city.example, inner".parse().unwrap());
        assert!(is_ours(&headers));
        headers.insert(header::ORIGIN, "https://evil.example".parse().unwrap());
        assert!(!is_ours(&headers));
    }
}
