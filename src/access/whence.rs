//! Whence a request comes: from this machine, or from elsewhere.
//!
//! This machine is trusted with more (`gateway.open_reads`, tokens with `loopback_only`), and the
//! peer's address alone does not tell: behind a proxy on this machine everybody's is loopback, and
//! a page of another site reaches it through a name that its owner lets point here.

use std::net::IpAddr;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, header};

/// What proxies add besides `X-Forwarded-…`.
const ADDED_BY_PROXIES: [HeaderName; 3] =
    [header::FORWARDED, header::VIA, HeaderName::from_static("x-real-ip")];

/// Where a request was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whence {
    /// On this machine, and addressed to it by a name that is nobody else's.
    Here,
    /// Anywhere else, or nobody knows.
    Elsewhere,
}

impl Whence {
    /// Whence a request with `headers` comes, over a connection from `peer`.
    #[must_use]
    pub fn of(peer: Option<IpAddr>, headers: &HeaderMap) -> Self {
        let near = peer.is_some_and(|peer| peer.to_canonical().is_loopback());
        let mut hosts = headers.get_all(header::HOST).into_iter().peekable();
        let named =
            hosts.peek().is_some() && hosts.all(|host| host.to_str().is_ok_and(names_this_machine));
        if near && named && !headers.keys().any(is_a_proxys) { Self::Here } else { Self::Elsewhere }
    }
}

/// Whether `host`, with any port or none, is this machine's own name for itself.
fn names_this_machine(host: &str) -> bool {
    host.parse::<Authority>().is_ok_and(|authority| {
        let own = ["localhost", "127.0.0.1", "[::1]"];
        own.iter().any(|own| authority.host().eq_ignore_ascii_case(own))
    })
}

fn is_a_proxys(name: &HeaderName) -> bool {
    ADDED_BY_PROXIES.contains(name) || name.as_str().starts_with("x-forwarded-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whence(peer: &str, headers: &[(&str, &str)]) -> Whence {
        let pair = |(name, value): &(&str, &str)| {
            (name.parse::<HeaderName>().unwrap(), value.parse().unwrap())
        };
        let mut map = HeaderMap::new();
        for (name, value) in headers.iter().map(pair) {
            map.append(name, value);
        }
        Whence::of(peer.parse().ok(), &map)
    }

    #[test]
    fn this_machine_speaks_to_itself_by_its_own_name() {
        for host in ["localhost", "LocalHost:8080", "127.0.0.1", "127.0.0.1:80", "[::1]:8080"] {
            for peer in ["127.0.0.1", "127.0.0.9", "::1", "::ffff:127.0.0.1"] {
                assert_eq!(whence(peer, &[("host", host)]), Whence::Here, "{peer} {host}");
            }
            assert_eq!(whence("10.1.2.3", &[("host", host)]), Whence::Elsewhere);
            assert_eq!(whence("unknown", &[("host", host)]), Whence::Elsewhere);
        }
    }

    #[test]
    fn a_name_that_somebody_let_point_here_is_not_ours() {
        for host in ["evil.example", "evil.example:8080", "localhost.evil.example", "localhost@e"] {
            assert_eq!(whence("127.0.0.1", &[("host", host)]), Whence::Elsewhere, "{host}");
        }
        assert_eq!(whence("127.0.0.1", &[]), Whence::Elsewhere);
        let two = [("host", "localhost"), ("host", "evil.example")];
        assert_eq!(whence("127.0.0.1", &two), Whence::Elsewhere);
    }

    #[test]
    fn who_comes_through_a_proxy_may_be_anybody() {
        let added = ["forwarded", "via", "x-real-ip", "x-forwarded-for", "X-Forwarded-Proto"];
        for name in added {
            let headers = [("host", "localhost"), (name, "127.0.0.1")];
            assert_eq!(whence("127.0.0.1", &headers), Whence::Elsewhere, "{name}");
        }
    }
}
