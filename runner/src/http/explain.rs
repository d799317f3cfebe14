//! `GET /explain?program=grep&flag=-v&flag=-n&language=en`: what a program and its flags are for, by this machine's manual
//! pages.

use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use pipeyard_shared::explain::{Explained, Trouble};
use pipeyard_shared::words::Language;
use tokio::time::timeout;

use super::entry::HasKey;
use super::{Server, answer, plain};
use crate::manual::MOST_WORDS;

/// Pages that are rendered at once: the limit `explained-pages`.
pub(super) const PAGES_AT_ONCE: usize = 2;
/// How long somebody waits for others' pages.
const PATIENCE: Duration = Duration::from_secs(10);

/// JSON; see [`Explained`]. The key comes before all else.
pub(super) async fn explain(
    _: HasKey,
    State(server): State<Server>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Response {
    let Some(asked) = asked(query) else {
        let what = match plain::language(&headers) {
            Language::En => format!(
                "The request names no program, or has more than {MOST_WORDS} words (limit `explained-words`)."
            ),
            Language::Ko => format!(
                "요청에 프로그램이 없거나 낱말이 {MOST_WORDS}개(제한 `explained-words`)보다 많습니다."
            ),
        };
        return answer::sentence(StatusCode::BAD_REQUEST, &what);
    };
    let language = match &asked.language {
        Some(tag) => Language::from_tag(tag),
        None => plain::language(&headers),
    };
    let (program, words) = (asked.program, asked.words);
    let manual = server.manual.clone();
    let permit = if manual.has(language, &program, &words) {
        None
    } else {
        match timeout(PATIENCE, server.pages.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Some(permit),
            _ => {
                server.figures().refused("explained-pages");
                return answer::json(&Explained {
                    trouble: Some(Trouble::Busy),
                    ..Explained::default()
                });
            }
        }
    };
    let reading = tokio::task::spawn_blocking(move || {
        let explained = manual.explain(language, &program, &words);
        drop(permit);
        explained
    });
    match reading.await {
        Ok(explained) => answer::json(&explained),
        Err(error) => {
            tracing::error!(%error, "a manual page could not be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

struct Asked {
    program: String,
    words: Vec<String>,
    language: Option<String>,
}

fn asked(query: Vec<(String, String)>) -> Option<Asked> {
    let mut program = None;
    let mut words = Vec::new();
    let mut language = None;
    for (name, value) in query {
        match name.as_str() {
            "program" => program = Some(value),
            "flag" => words.push(value),
            "language" => language = Some(value),
            _ => {}
        }
    }
    (words.len() <= MOST_WORDS).then_some(Asked {
        program: program?,
        words,
        language,
    })
}
