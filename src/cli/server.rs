//! The one web server of a process: bound before anything starts, ended after its requests.

use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;

use crate::shutdown::Stop;

/// How long requests under way may take once asked to stop.
const ANSWERED_WITHIN: Duration = Duration::from_secs(3);

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address cannot be had.
    #[error("http.listen = {address} cannot be had: {error}; is another process there?")]
    Bind {
        /// Which.
        address: SocketAddr,
        /// Why.
        error: std::io::Error,
    },
    /// It stopped by itself.
    #[error("the web server broke: {0}")]
    Broke(#[from] std::io::Error),
}

/// A listener that nobody is served on yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Takes the address.
    ///
    /// # Errors
    /// Where it cannot be had.
    pub async fn bind(address: SocketAddr) -> Result<Self, ServerError> {
        let bind = |error| ServerError::Bind { address, error };
        let listener = TcpListener::bind(address).await.map_err(bind)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// The address taken.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until asked to stop and every request is answered; who reads too slowly for that is
    /// cut off.
    ///
    /// # Errors
    /// Where it breaks.
    pub async fn serve(self, router: Router, mut stop: Stop) -> Result<(), ServerError> {
        // A small answer goes out at once, not with the next one.
        let listener = self.listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection keeps its delay");
            }
        });
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let mut stopping = stop.clone();
        let served = axum::serve(listener, service)
            .with_graceful_shutdown(async move { stop.asked().await })
            .into_future();
        let cut_off = async move {
            stopping.asked().await;
            tokio::time::sleep(ANSWERED_WITHIN).await;
        };
        tokio::select! {
            ended = served => ended?,
            () = cut_off => tracing::info!("connections that would not end were cut off"),
        }
        Ok(())
    }
}

/// The address as this machine reaches it.
pub(super) fn on_this_machine(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(_) if address.ip().is_unspecified() => {
            ([127, 0, 0, 1], address.port()).into()
        }
        SocketAddr::V6(_) if address.ip().is_unspecified() => {
            ([0, 0, 0, 0, 0, 0, 0, 1], address.port()).into()
        }
        address => address,
    }
}
