//! `GET /api/v1/socket`: from HTTP to a socket.

use std::net::SocketAddr;

use axum::extract::ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;

use super::super::gateway::Gateway;
use super::super::refused::Problem;
use super::session;

/// Both sides agree on this.
const PROTOCOL: &str = "liandong.v1";
/// What a socket reads at once. Pages say little, and the library's 128 KiB a socket would cost
/// twenty times the memory and four times the time.
const READ_BYTES: usize = 1_024;
/// What is gathered before the socket is written to; a round is flushed once in any case.
const WRITE_BYTES: usize = 64 * 1_024;
/// What a page may say at once.
const SAID_BYTES_MAX: usize = 64 * 1_024;

/// Opens a socket.
pub(in crate::gateway) async fn open(
    State(gateway): State<Gateway>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let upgrade = upgrade.map_err(|error| Problem::unreadable(error.body_text()))?;
    if !is_ours(&headers) {
        return Err(Problem::foreign("a page of another site may not open a socket here"));
    }
    Ok(upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(WRITE_BYTES)
        .max_message_size(SAID_BYTES_MAX)
        .max_frame_size(SAID_BYTES_MAX)
        .on_upgrade(move |socket| session::run(gateway, socket, address.ip())))
}

/// Whether the page that asks is one of ours. Browsers let any site open a socket to this machine,
/// where rows may be read without a token; they say which site it is. What is no browser says none.
fn is_ours(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let origin = origin.to_str().unwrap_or_default();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    origin.split_once("://").is_some_and(|(_, site)| Some(site) == host)
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
}
