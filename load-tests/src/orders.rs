//! A receiver of orders: acts once for each delivery id, and counts the repeats.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::Failure;

/// What was received: body and times received, by delivery id.
#[derive(Debug, Clone, Default)]
pub(crate) struct Received(Arc<Mutex<BTreeMap<String, (Bytes, u64)>>>);

/// What a receiver saw in all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts {
    /// Orders acted on: distinct delivery ids.
    pub(crate) acted: usize,
    /// Deliveries beyond the first of an id.
    pub(crate) repeats: u64,
}

impl Received {
    /// Starts receiving on a free port; returns the address to post to.
    pub(crate) async fn listen(&self) -> Result<String, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/orders", listener.local_addr()?);
        let received = self.clone();
        #[expect(clippy::disallowed_methods, reason = "ends with the load test")]
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let received = received.clone();
                let answer = service_fn(move |request| received.clone().take(request));
                tokio::spawn(async move {
                    let connection = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), answer);
                    drop(connection.await);
                });
            }
        });
        Ok(url)
    }

    async fn take(self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let id = request
            .headers()
            .get("x-liandong-delivery")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let Ok(body) = request.into_body().collect().await else {
            return Ok(status(400));
        };
        let mut received = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = received.entry(id).or_insert_with(|| (body.to_bytes(), 0));
        kept.1 += 1;
        Ok(status(204))
    }

    /// What was seen so far.
    pub(crate) fn counts(&self) -> Counts {
        let received = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let repeats = received.values().map(|(_, times)| times - 1).sum();
        Counts { acted: received.len(), repeats }
    }

    /// The delivery ids acted on.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }
}

fn status(code: u16) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = hyper::StatusCode::from_u16(code).unwrap_or_default();
    response
}
