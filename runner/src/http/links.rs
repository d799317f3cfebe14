//! Short links over HTTP: `GET /links` says whether there are any, `POST /links` keeps one, `GET /s/NAME` leads to what it
//! stands for.
//!
//! Whoever has a short link has been given what it stands for, so following one needs no key; the page that it leads to does.
//! A browser that comes from another site does not bring the key's cookie along, and is told how to open the link. The name
//! is as good as random: nobody finds others by trying.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pipeyard_shared::limits::{LINK_BYTES, Limits};
use pipeyard_shared::link::{self, LinkError};
use pipeyard_shared::words::{Language, link_error};
use serde::Deserialize;
use serde_json::json;

use super::entry::{HasKey, MayChange};
use super::{Server, answer, plain};
use crate::links::StoreError;
use crate::yard::Yard;

/// How a page in a frame looks.
const EMBEDS: [&str; 3] = ["full", "result", "readonly"];

#[derive(Debug, Deserialize)]
pub(super) struct FollowQuery {
    embed: Option<String>,
}

/// `GET /links`: whether short links are kept here, and for how many days.
pub(super) async fn offer(_: HasKey, State(server): State<Server>) -> Response {
    let days = server.links.as_ref().map(|store| store.bounds().days);
    answer::json(&json!({ "short": days.is_some(), "days": days.flatten() }))
}

/// `POST /links`: keeps the fragment that is the body, and gives its name.
pub(super) async fn keep(
    MayChange { yard }: MayChange,
    State(server): State<Server>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let language = plain::language(&headers);
    let Some(store) = &server.links else {
        return answer::sentence(StatusCode::NOT_FOUND, off(language));
    };
    let body = match body {
        Ok(body) => body,
        Err(rejected) if rejected.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let (found, most) = (LINK_BYTES + 1, LINK_BYTES);
            let error = LinkError::TooLong { found, most };
            return answer::sentence(StatusCode::PAYLOAD_TOO_LARGE, &link_error(language, &error));
        }
        Err(rejected) => return rejected.into_response(),
    };
    let checked = tokio::task::spawn_blocking(move || checked(&body)).await;
    let fragment = match checked {
        Ok(Ok(fragment)) => fragment,
        Ok(Err(error)) => {
            return answer::sentence(StatusCode::BAD_REQUEST, &link_error(language, &error));
        }
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    if let Err(answer) = share(&server, &yard, fragment.len() as u64, language).await {
        return answer;
    }
    match store.keep(fragment).await {
        Ok(name) => answer::json(&json!({ "id": name })),
        Err(error) => {
            let (status, sentence) = trouble(&server, &error, language);
            answer::sentence(status, &sentence)
        }
    }
}

/// Takes a link's bytes from the share of whoever makes it.
async fn share(
    server: &Server,
    yard: &Arc<Yard>,
    bytes: u64,
    language: Language,
) -> Result<(), Response> {
    let yard = yard.clone();
    let taking = tokio::task::spawn_blocking(move || match &yard.links {
        Some(share) => share.take(bytes).map(|taken| (taken, share.most())),
        None => Ok((true, 0)),
    });
    match taking.await {
        Ok(Ok((true, _))) => Ok(()),
        Ok(Ok((false, most))) => {
            server.figures().refused("links-each");
            let what = match language {
                Language::En => format!(
                    "The limit `links-each` is reached ({most}), so no more links of yours are kept: use the long one."
                ),
                Language::Ko => format!(
                    "제한 `links-each`({most})에 이르러 더는 링크를 보관할 수 없습니다. 긴 링크를 쓰세요."
                ),
            };
            Err(answer::sentence(StatusCode::INSUFFICIENT_STORAGE, &what))
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "a learner's share of the short links");
            Err(StatusCode::SERVICE_UNAVAILABLE.into_response())
        }
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
    }
}

/// `GET /s/NAME`: leads to the page with the fragment that the name stands for.
pub(super) async fn follow(
    State(server): State<Server>,
    Path(name): Path<String>,
    Query(query): Query<FollowQuery>,
    headers: HeaderMap,
) -> Response {
    let embed = query.embed.filter(|embed| EMBEDS.contains(&embed.as_str()));
    let mut response = lead(&server, name, embed.as_deref(), &headers).await;
    if embed.is_some() {
        server.framing.permit(&mut response);
    }
    response
}

async fn lead(server: &Server, name: String, embed: Option<&str>, headers: &HeaderMap) -> Response {
    let language = plain::language(headers);
    let found = match &server.links {
        Some(store) => store.find(name).await,
        None => Ok(None),
    };
    let fragment = match found {
        Ok(Some(fragment)) => fragment,
        Ok(None) => {
            let what = match language {
                Language::En => {
                    "This runner does not know the link: it has expired, or another runner made it."
                }
                Language::Ko => {
                    "이 실행기가 모르는 링크입니다. 기한이 지났거나 다른 실행기가 만든 링크입니다."
                }
            };
            return plain::no_such_link(StatusCode::NOT_FOUND, what, headers);
        }
        Err(error) => {
            let (status, sentence) = trouble(server, &error, language);
            return plain::no_such_link(status, &sentence, headers);
        }
    };
    let query = embed.map_or(String::new(), |embed| format!("?embed={embed}"));
    let location = HeaderValue::from_str(&format!("/{query}#{fragment}"));
    // The file may be anybody's by now.
    let (Some(_), Ok(location)) = (link::fragment_in(&fragment), location) else {
        let (status, sentence) = trouble(server, &StoreError::Damaged, language);
        return plain::no_such_link(status, &sentence, headers);
    };
    let fields = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::SEE_OTHER, fields).into_response()
}

/// A body that is a good link. A person may have sent the whole address.
fn checked(body: &[u8]) -> Result<String, LinkError> {
    let text = std::str::from_utf8(body).map_err(|_| LinkError::NotALink)?;
    let fragment = link::fragment_in(text).unwrap_or(text);
    link::decode(fragment, &Limits::default())?;
    Ok(fragment.to_owned())
}

fn off(language: Language) -> &'static str {
    match language {
        Language::En => "This runner keeps no short links: it was started with --no-links.",
        Language::Ko => "이 실행기는 --no-links로 시작되어 짧은 링크를 보관하지 않습니다.",
    }
}

/// What to say of a store that fails, to who asks and in the log.
fn trouble(server: &Server, error: &StoreError, language: Language) -> (StatusCode, String) {
    let file = server
        .links
        .as_ref()
        .map(|store| store.bounds().file.display().to_string())
        .unwrap_or_default();
    let korean = language == Language::Ko;
    if matches!(error, StoreError::Full { .. }) {
        server.figures().refused("links-bytes");
    }
    let (status, sentence) = match error {
        StoreError::Full { most } if korean => (
            StatusCode::INSUFFICIENT_STORAGE,
            format!("제한 `links-bytes`({most})에 이르러 링크를 더 보관할 수 없습니다. 긴 링크를 쓰세요."),
        ),
        StoreError::Full { most } => (
            StatusCode::INSUFFICIENT_STORAGE,
            format!("The limit `links-bytes` is reached ({most}), so no more links are kept: use the long one."),
        ),
        StoreError::Held if korean => (
            StatusCode::SERVICE_UNAVAILABLE,
            "다른 프로그램이 짧은 링크 파일을 쓰고 있습니다. 잠시 뒤에 다시 시도하세요.".to_owned(),
        ),
        StoreError::Held => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Another program holds the file of short links: try again in a moment.".to_owned(),
        ),
        StoreError::Damaged | StoreError::Newer | StoreError::Unusable(_) if korean => (
            StatusCode::SERVICE_UNAVAILABLE,
            "지금은 실행기가 짧은 링크를 쓸 수 없습니다. 이유는 실행기의 로그에 있습니다. 긴 링크를 쓰세요.".to_owned(),
        ),
        StoreError::Damaged | StoreError::Newer | StoreError::Unusable(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Short links cannot be used just now; the runner's log says why. Use the long link.".to_owned(),
        ),
    };
    // The path is none of the business of who follows a link.
    match error {
        StoreError::Full { most } => tracing::warn!("the limit `links-bytes` is reached ({most})"),
        StoreError::Held => tracing::warn!("{file} is held by another program"),
        StoreError::Damaged => {
            tracing::warn!(
                "{file} is no store of links, or is damaged: move it away, and a new one is made"
            );
        }
        StoreError::Newer => tracing::warn!("{file} was written by a newer Pipeyard"),
        StoreError::Unusable(reason) => tracing::warn!("{file} cannot be used: {reason}"),
    }
    (status, sentence)
}
