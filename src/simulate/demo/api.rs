//! The public API as the players use it.

use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde::{Deserialize, Serialize};

use crate::domain::{CommandId, OrgCode, Partition, UnitId, Verb};

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The server is not there.
    #[error("the server does not answer: {0}")]
    Http(#[from] reqwest::Error),
    /// It said no at the door.
    #[error("{status}: {body}")]
    Status {
        /// The HTTP status.
        status: StatusCode,
        /// What it said.
        body: String,
    },
}

/// What a player asks.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Ask {
    pub(super) id: CommandId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expected_version: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) org: Option<OrgCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) partition: Option<Partition>,
    pub(super) verb: Verb,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
}

/// The server, as a player sees it.
#[derive(Debug, Clone)]
pub(super) struct Api {
    client: Client,
    url: String,
}

#[derive(Debug, Deserialize)]
struct Units {
    units: Vec<UnitRow>,
}

#[derive(Debug, Deserialize)]
struct UnitRow {
    id: UnitId,
}

impl Api {
    pub(super) fn new(url: &str) -> Result<Self, ApiError> {
        let client = Client::builder().tcp_nodelay(true).build()?;
        Ok(Self { client, url: url.trim_end_matches('/').to_owned() })
    }

    /// Posts what a feed sends.
    pub(super) async fn post_signal(&self, feed: &str, json: String) -> Result<(), ApiError> {
        let url = format!("{}/api/v1/signals?feed={feed}", self.url);
        let request = self.client.post(url).header("content-type", "application/json").body(json);
        sound(request).await.map(drop)
    }

    /// Asks, as the account whose token is given.
    pub(super) async fn ask(&self, token: &str, ask: &Ask) -> Result<(), ApiError> {
        let url = format!("{}/api/v1/commands", self.url);
        sound(self.client.post(url).bearer_auth(token).json(ask)).await.map(drop)
    }

    /// The units that are in the registers already.
    pub(super) async fn units(&self) -> Result<Vec<UnitId>, ApiError> {
        let url = format!("{}/api/v1/units", self.url);
        let page: Units = sound(self.client.get(url)).await?.json().await?;
        Ok(page.units.into_iter().map(|unit| unit.id).collect())
    }

    /// The stream of a partition's changes, from the start or after `since`, as the account whose
    /// token is given sees it.
    pub(super) async fn changes(
        &self,
        token: &str,
        partition: Partition,
        since: Option<&str>,
    ) -> Result<Response, ApiError> {
        let since = since.map(|since| format!("&since={since}")).unwrap_or_default();
        let url = format!("{}/api/v1/changes?partition={partition}{since}", self.url);
        sound(self.client.get(url).bearer_auth(token)).await
    }
}

/// The answer, where it is a yes.
async fn sound(request: RequestBuilder) -> Result<Response, ApiError> {
    let response = request.send().await?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let body = response.text().await.unwrap_or_default();
    Err(ApiError::Status { status, body: body.chars().take(300).collect() })
}
