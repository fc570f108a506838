//! A thin HTTP/1.1 client on hyper: one connection, one request at a time.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::Failure;

/// One kept-alive connection to the server under test.
#[derive(Debug)]
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
}

/// What a request came back with.
#[derive(Debug)]
pub(crate) struct Reply {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The whole body.
    pub(crate) body: Bytes,
}

impl Connection {
    /// Connects to `address` (host:port).
    pub(crate) async fn open(address: &str) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // The connection ends by itself when its sender is dropped or the server is gone.
        #[expect(clippy::disallowed_methods, reason = "a load generator joins nothing")]
        tokio::spawn(async move { drop(connection.await) });
        Ok(Self { sender })
    }

    async fn ask(
        &mut self,
        (method, path, token): (Method, &str, Option<&str>),
        body: Bytes,
    ) -> Result<Response<Incoming>, Failure> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "127.0.0.1")
            .header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        self.sender.ready().await?;
        Ok(self.sender.send_request(request.body(Full::new(body))?).await?)
    }

    /// Posts `body` and reads the whole answer.
    pub(crate) async fn post(
        &mut self,
        path: &str,
        token: Option<&str>,
        body: Bytes,
    ) -> Result<Reply, Failure> {
        whole(self.ask((Method::POST, path, token), body).await?).await
    }

    /// Gets `path` and reads the whole answer.
    pub(crate) async fn get(&mut self, path: &str, token: Option<&str>) -> Result<Reply, Failure> {
        whole(self.ask((Method::GET, path, token), Bytes::new()).await?).await
    }

    /// Gets `path` as a stream of chunks.
    pub(crate) async fn stream(
        mut self,
        path: &str,
        token: Option<&str>,
    ) -> Result<Lines, Failure> {
        let response = self.ask((Method::GET, path, token), Bytes::new()).await?;
        let status = response.status().as_u16();
        if status != 200 {
            let body = whole(response).await?.body;
            return Err(format!("{path}: {status} {}", String::from_utf8_lossy(&body)).into());
        }
        Ok(Lines { _connection: self, body: response.into_body(), rest: Vec::new() })
    }
}

async fn whole(response: Response<Incoming>) -> Result<Reply, Failure> {
    let status = response.status().as_u16();
    let body = response.into_body().collect().await?.to_bytes();
    Ok(Reply { status, body })
}

/// A streamed answer, line by line.
#[derive(Debug)]
pub(crate) struct Lines {
    _connection: Connection,
    body: Incoming,
    rest: Vec<u8>,
}

impl Lines {
    /// The whole lines of the next chunk; none at the stream's end.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        while let Some(frame) = self.body.frame().await {
            let Ok(chunk) = frame?.into_data() else { continue };
            self.rest.extend_from_slice(&chunk);
            let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { continue };
            let left = self.rest.split_off(end + 1);
            return Ok(Some(std::mem::replace(&mut self.rest, left)));
        }
        Ok(None)
    }
}
