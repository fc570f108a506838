//! Why a request got nothing: as problem+json, with what would be right.

use crate::access::Turned;
use crate::journal::JournalError;
use crate::wire::problem::Written;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A problem of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str) -> Self {
        Self { kind, title, status: status.as_u16(), detail: String::new() }
    }

    /// Its form in JSON.
    pub(super) fn written(&self) -> Written<'_> {
        let Self { kind, title, status, ref detail } = *self;
        Written { kind: kind.into(), title, status, detail, index: None, pointer: None }
    }

    #[expect(clippy::needless_pass_by_value, reason = "errors are handed over whole")]
    fn detail(self, detail: impl ToString) -> Self {
        Self { detail: detail.to_string(), ..self }
    }

    /// The body or an argument cannot be read.
    pub(super) fn unreadable(detail: impl ToString) -> Self {
        let title = "The request cannot be read";
        Self::new(StatusCode::BAD_REQUEST, "/problems/unreadable", title).detail(detail)
    }

    /// The body is too large.
    pub(super) fn too_large(bytes_max: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "/problems/too-large", "The body is too large")
            .detail(format!("at most {bytes_max} bytes"))
    }

    /// What is asked makes no sense, however well it is written.
    pub(super) fn senseless(detail: impl ToString) -> Self {
        let title = "The request makes no sense";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "/problems/senseless", title).detail(detail)
    }

    /// Nothing has that name, or it is not for this visitor to see.
    pub(super) fn unknown(detail: impl ToString) -> Self {
        Self::new(StatusCode::NOT_FOUND, "/problems/unknown", "There is no such thing here")
            .detail(detail)
    }

    /// A reader's positions are of another incarnation of the journal.
    pub(super) fn other_epoch(detail: impl ToString) -> Self {
        let title = "The positions are of another journal: start anew";
        Self::new(StatusCode::CONFLICT, "/problems/other-epoch", title).detail(detail)
    }

    /// What a reader asks for was removed by retention.
    pub(super) fn removed(detail: impl ToString) -> Self {
        let title = "These changes are no longer kept: take a picture and follow from it";
        Self::new(StatusCode::GONE, "/problems/removed", title).detail(detail)
    }

    /// As many as may are here already.
    pub(super) fn full(detail: impl ToString) -> Self {
        let title = "There are as many as there may be: try again later";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "/problems/full", title).detail(detail)
    }

    /// Something this process depends on is gone.
    pub(super) fn broken(detail: impl ToString) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "/problems/broken", "Something is broken")
            .detail(detail)
    }

    /// A part of the process is not ready yet.
    pub(super) fn not_ready(detail: impl ToString) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "/problems/not-ready", "Not ready yet")
            .detail(detail)
    }

    /// A page of another site asks.
    pub(super) fn foreign(detail: impl ToString) -> Self {
        Self::new(StatusCode::FORBIDDEN, "/problems/foreign", "This may not be asked from there")
            .detail(detail)
    }

    /// The cluster does not answer; whether a command was taken, its number tells later.
    fn away(error: impl std::fmt::Display) -> Self {
        tracing::warn!(%error, "the journal does not answer");
        let title = "The journal does not answer for now; the same command may be sent again";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "/problems/journal-away", title)
    }

    /// This process only shows.
    pub(super) fn read_only() -> Self {
        let title = "This process only shows: it takes no commands";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "/problems/read-only", title)
    }
}

impl From<Turned> for Problem {
    fn from(turned: Turned) -> Self {
        let (status, title) = match turned {
            Turned::TokenMissing | Turned::TokenUnknown => {
                (StatusCode::UNAUTHORIZED, "Nobody known asks")
            }
            Turned::TokenElsewhere
            | Turned::RoleMayNot(_)
            | Turned::OutsideScope
            | Turned::OrgMissing
            | Turned::OrgNotTheirs => (StatusCode::FORBIDDEN, "This may not be asked"),
        };
        Self::new(status, "/problems/turned-away", title).detail(turned)
    }
}

impl From<JournalError> for Problem {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Removed { .. } => Self::removed(error),
            JournalError::Away(_) => Self::away(error),
            JournalError::Storage(_)
            | JournalError::Closed
            | JournalError::Empty
            | JournalError::Damaged { .. } => {
                tracing::error!(%error, "the gateway cannot use the journal");
                Self::broken(error)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(self.written())).into_response();
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, kind);
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
