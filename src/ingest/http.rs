//! Ingest's roads over HTTP: signals in, dead letters out.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use serde::Deserialize;

use crate::access::{Act, Turned, Visitor, Whence};
use crate::domain::limits::BODY_BYTES_MAX;
use crate::domain::{InvalidId, Position};
use crate::wire::feeds::Feed;
use crate::wire::problem::{CONTENT_TYPE, Problem, ProblemKind};
use crate::wire::public;
use crate::wire::receipts::nothing_taken;

use super::dead_letters::{self, Asked};
use super::intake::{Ingest, Sender, Taken};

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(30);
/// What is held for a body before it is there: more only as it comes.
const HELD_AT_ONCE: usize = 1_024 * 1_024;
/// What is read of a body that is too large, so that its sender hears the answer.
const DRAINED_BYTES_MAX: usize = 8 * BODY_BYTES_MAX;
/// Dead letters of one page.
const LETTERS_MAX: usize = 1_000;
/// Media types a body may have.
const MEDIA_TYPES: [&str; 6] = [
    "application/json",
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
    "text/csv",
];

/// All of them.
pub fn routes(ingest: Ingest) -> Router {
    Router::new()
        .route("/api/v1/signals", post(take))
        .route("/api/v1/dead-letters", get(dead_letters))
        .route("/api/v1/vault-key", get(vault_key))
        .with_state(ingest)
}

async fn take(State(ingest): State<Ingest>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let taken = async {
        let declared = declared_length(&parts.headers);
        let held = declared.unwrap_or(BODY_BYTES_MAX).min(BODY_BYTES_MAX);
        let _place = ingest.pressure.body(held)?;
        let body = read(body, held).await?;
        let feed = feed(parts.uri.query())?;
        media_type(&parts.headers)?;
        Ok::<_, Problem>((feed, body))
    };
    let (feed, body) = match taken.await {
        Ok(taken) => taken,
        Err(problem) => {
            ingest.drop_one(problem.kind);
            return refused(&problem);
        }
    };
    // A feed needs no token; the canary's is what lets it mark its reports.
    let is_canary = visitor(&ingest, &parts).is_ok_and(|visitor| visitor.is_canary());
    let sender = if is_canary { Sender::Canary } else { Sender::Feed };
    match ingest.take_from(sender, feed, &body).await {
        Ok(Taken::Signals(receipts)) if receipts.receipts.is_empty() => {
            let body = nothing_taken(&receipts.problems);
            problem_json(StatusCode::UNPROCESSABLE_ENTITY, body)
        }
        Ok(Taken::Signals(receipts)) => {
            (StatusCode::ACCEPTED, axum::Json(receipts)).into_response()
        }
        Ok(Taken::Detections(noted)) if noted.durable == 0 => {
            problem_json(StatusCode::UNPROCESSABLE_ENTITY, nothing_taken(&noted.problems))
        }
        Ok(Taken::Detections(noted)) => (StatusCode::ACCEPTED, axum::Json(noted)).into_response(),
        Err(problem) => refused(&problem),
    }
}

fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The whole body of some `held` bytes, within its limit and in time.
async fn read(body: Body, held: usize) -> Result<Bytes, Problem> {
    let slow = |_| Problem::new(ProblemKind::BodyTooSlow, "the body took longer than 30 s");
    tokio::time::timeout(BODY_TIME, read_all(body, held)).await.map_err(slow)?
}

async fn read_all(body: Body, held: usize) -> Result<Bytes, Problem> {
    let broken = |_| Problem::new(ProblemKind::BodyTooSlow, "the body broke off");
    let mut chunks = body.into_data_stream();
    let Some(first) = chunks.next().await.transpose().map_err(broken)? else {
        return Ok(Bytes::new());
    };
    let Some(second) = chunks.next().await.transpose().map_err(broken)? else {
        return within(first);
    };
    let mut whole = BytesMut::with_capacity(held.min(HELD_AT_ONCE).max(first.len()));
    whole.extend_from_slice(&first);
    let mut length = whole.len();
    let mut next = Some(second);
    while let Some(chunk) = next {
        length += chunk.len();
        if length <= BODY_BYTES_MAX {
            whole.extend_from_slice(&chunk);
        } else {
            whole.clear();
        }
        if DRAINED_BYTES_MAX < length {
            break;
        }
        next = chunks.next().await.transpose().map_err(broken)?;
    }
    if BODY_BYTES_MAX < length { Err(too_large()) } else { Ok(whole.freeze()) }
}

fn within(body: Bytes) -> Result<Bytes, Problem> {
    if body.len() <= BODY_BYTES_MAX { Ok(body) } else { Err(too_large()) }
}

fn too_large() -> Problem {
    let why = format!("at most {BODY_BYTES_MAX} bytes; send several smaller bodies");
    Problem::new(ProblemKind::BodyTooLarge, why)
}

/// The feed a query names; our own where it names none.
fn feed(query: Option<&str>) -> Result<Feed, Problem> {
    let mut feed = Feed::Signal;
    for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let bad = |why| Problem::new(ProblemKind::BadQuery, why);
        if key != "feed" {
            return Err(bad(format!("there is no parameter {key:?}; only `feed`")));
        }
        feed = value.parse().map_err(|error: InvalidId| bad(error.to_string()))?;
    }
    Ok(feed)
}

/// A body says it is JSON or a table, or does not say.
fn media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let value = value.to_str().unwrap_or_default();
    let named = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if MEDIA_TYPES.contains(&named.as_str()) {
        return Ok(());
    }
    let why =
        format!("{named:?} is not read; send application/json, application/x-ndjson or text/csv");
    Err(Problem::new(ProblemKind::MediaType, why))
}

fn refused(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.kind.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = problem_json(status, problem.to_json());
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn problem_json(status: StatusCode, body: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, CONTENT_TYPE)], body).into_response()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LettersQuery {
    limit: Option<usize>,
    since: Option<Position>,
    #[serde(default)]
    words: bool,
}

async fn dead_letters(State(ingest): State<Ingest>, request: Request) -> Response {
    let asked = Query::<LettersQuery>::try_from_uri(request.uri())
        .map_err(|error| Problem::new(ProblemKind::BadQuery, error.to_string()));
    let (parts, _) = request.into_parts();
    let visitor = visitor(&ingest, &parts);
    let page = asked.and_then(|Query(asked)| {
        let visitor = visitor.map_err(not_allowed)?;
        visitor.may(Act::ReadRows).map_err(not_allowed)?;
        if !visitor.covers(None) {
            return Err(not_allowed(Turned::OutsideScope));
        }
        if asked.words {
            visitor.may(Act::ReadWords).map_err(not_allowed)?;
        }
        let asked = Asked {
            since: asked.since.unwrap_or(Position::START),
            limit: asked.limit.unwrap_or(100).clamp(1, LETTERS_MAX),
            opened: asked.words,
        };
        let parts = &ingest.parts;
        Ok(dead_letters::page(parts.journal.as_ref(), &parts.admission.vault, asked)?)
    });
    match page {
        Ok(page) => axum::Json(page).into_response(),
        Err(problem) => refused(&problem),
    }
}

/// What contacts are sealed to before they travel by a road that keeps them: public.
async fn vault_key(State(ingest): State<Ingest>) -> Response {
    axum::Json(public::vault_key(&ingest.parts.admission.vault.public_key())).into_response()
}

fn not_allowed(turned: Turned) -> Problem {
    Problem::new(ProblemKind::NotAllowed, turned.to_string())
}

/// Who asks, by token and whence they come.
fn visitor(ingest: &Ingest, parts: &Parts) -> Result<Visitor, Turned> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let whence = Whence::of(peer.map(|ConnectInfo(peer)| peer.ip()), &parts.headers);
    let token = parts.headers.get(header::AUTHORIZATION).map(|value| {
        let value = value.to_str().unwrap_or_default();
        let (scheme, token) = value.split_once(' ').unwrap_or_default();
        if scheme.eq_ignore_ascii_case("bearer") { token.trim() } else { "" }
    });
    ingest.parts.door.enter(token, whence)
}
