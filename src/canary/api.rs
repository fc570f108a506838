//! The public API as the canary uses it: signals, commands, and a page's socket.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use reqwest::{Client, RequestBuilder};
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::domain::{CaseId, CaseState, OrgCode, Timestamp, Verb};

use super::road::Step;

const ANSWERED_WITHIN: Duration = Duration::from_secs(5);

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum ApiError {
    #[error("the server does not answer: {0}")]
    Http(#[from] reqwest::Error),
    #[error("the server answers {status}: {why}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What it says of it.
        why: String,
    },
    #[error("the socket broke: {0}")]
    Socket(#[from] Box<tungstenite::Error>),
    #[error("the socket was closed")]
    Closed,
    #[error("a frame cannot be read: {0}")]
    Frame(#[from] serde_json::Error),
}

/// A canary's report.
#[derive(Debug, Serialize)]
pub(super) struct Report<'a> {
    pub(super) id: String,
    pub(super) channel: &'a str,
    pub(super) item: &'a str,
    pub(super) lat: f64,
    pub(super) lon: f64,
    pub(super) observed_at: Timestamp,
    pub(super) canary: bool,
}

#[derive(Debug, Serialize)]
struct Ask<'a> {
    verb: &'a Verb,
    #[serde(skip_serializing_if = "Option::is_none")]
    org: Option<&'a OrgCode>,
}

/// A row as a frame tells it, whole or what moved: what is absent says nothing new.
#[derive(Debug, Deserialize)]
pub(super) struct Row {
    pub(super) case: CaseId,
    pub(super) state: Option<CaseState>,
    pub(super) lead: Option<OrgCode>,
}

/// The frames that tell of cases; the rest is passed over.
#[derive(Debug, Deserialize)]
struct Frame {
    page: Option<Rows>,
    delta: Option<Rows>,
}

#[derive(Debug, Default, Deserialize)]
struct Rows {
    #[serde(default)]
    came: Vec<Row>,
    #[serde(default)]
    cases: Vec<Row>,
}

/// The API at `url`.
#[derive(Debug, Clone)]
pub(super) struct Api {
    client: Client,
    url: String,
}

impl Api {
    pub(super) fn new(url: &str) -> Result<Self, ApiError> {
        let client = Client::builder().tcp_nodelay(true).timeout(ANSWERED_WITHIN).build()?;
        Ok(Self { client, url: url.trim_end_matches('/').to_owned() })
    }

    pub(super) async fn report(&self, token: &str, report: &Report<'_>) -> Result<(), ApiError> {
        let url = format!("{}/api/v1/signals?feed=signal", self.url);
        sound(self.client.post(url).bearer_auth(token).json(report)).await
    }

    pub(super) async fn ask(&self, step: &Step<'_>) -> Result<(), ApiError> {
        let url = format!("{}/api/v1/commands", self.url);
        let ask = Ask { verb: &step.verb, org: step.org.as_ref() };
        sound(self.client.post(url).bearer_auth(step.token).json(&ask)).await
    }

    /// A desk's socket of the account that `token` stands for.
    pub(super) async fn page(&self, token: &str) -> Result<Page, ApiError> {
        let url = format!("{}/api/v1/socket", self.url.replacen("http", "ws", 1));
        let (mut socket, _) = connect_async(url).await.map_err(Box::new)?;
        let hello = format!("{{\"hello\":{{\"page\":\"desk\",\"token\":\"{token}\"}}}}");
        socket.send(Message::text(hello)).await.map_err(Box::new)?;
        Ok(Page(socket))
    }
}

async fn sound(request: RequestBuilder) -> Result<(), ApiError> {
    let answer = request.send().await?;
    if answer.status().is_success() {
        return Ok(());
    }
    let status = answer.status().as_u16();
    Err(ApiError::Refused { status, why: answer.text().await? })
}

/// A page of the canary.
#[derive(Debug)]
pub(super) struct Page(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Page {
    /// The rows of the next frame: none where it tells of no case. Nothing is lost where this is
    /// dropped before it is there.
    pub(super) async fn rows(&mut self) -> Result<Vec<Row>, ApiError> {
        let heard = self.0.next().await.ok_or(ApiError::Closed)?.map_err(Box::new)?;
        match heard {
            Message::Text(text) => {
                let Frame { page, delta } = serde_json::from_str(&text)?;
                let Rows { mut came, cases } = page.or(delta).unwrap_or_default();
                came.extend(cases);
                Ok(came)
            }
            Message::Close(_) => Err(ApiError::Closed),
            _ => Ok(Vec::new()),
        }
    }
}
