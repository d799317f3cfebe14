//! Lessons over HTTP: `GET /lessons` lists them, `GET /lessons/NAME` gives one, `POST /lessons/read` reads a teacher's file,
//! `POST /lessons/verdict` judges a run.
//!
//! The page says in `?language=` in which language it is; without that, the browser's headers do.

use std::sync::Arc;

use axum::extract::rejection::BytesRejection;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use pipeyard_shared::lesson::Exercise;
use pipeyard_shared::lesson::exchange::{Asked, Attempt, FileFault, FileRead};
use pipeyard_shared::message::Refusal;
use pipeyard_shared::words::{self, Language};
use serde::Deserialize;

use super::entry::{HasKey, MayChange};
use super::{Server, answer, bodies, plain};
use crate::lessons::{LESSON_BYTES, Unjudged, parse_file_name, read_bytes};

/// The most bytes of a body: an exercise, or a lesson's file, of which [`LESSON_BYTES`] are taken.
pub(super) const BODY_BYTES: usize = 1 << 20;

#[derive(Debug, Deserialize)]
pub(super) struct Asking {
    language: Option<String>,
    /// The name of a file that is read.
    name: Option<String>,
}

impl Asking {
    fn language(&self, headers: &HeaderMap) -> Language {
        match &self.language {
            Some(tag) => Language::from_tag(tag),
            None => plain::language(headers),
        }
    }
}

/// `GET /lessons`: what lessons there are.
pub(super) async fn list(
    _: HasKey,
    State(server): State<Server>,
    Query(asking): Query<Asking>,
    headers: HeaderMap,
) -> Response {
    let language = asking.language(&headers);
    let shelf = server.shelf.clone();
    let listing = tokio::task::spawn_blocking(move || shelf.list(language));
    match listing.await {
        Ok(shelf) => answer::json(&shelf),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// `GET /lessons/NAME`: a lesson. Names need no decoding, and some of them are those of other requests' paths.
pub(super) async fn lesson(
    _: HasKey,
    State(server): State<Server>,
    Query(asking): Query<Asking>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let language = asking.language(&headers);
    let name = uri.path().rsplit('/').next().unwrap_or_default().to_owned();
    let shelf = server.shelf.clone();
    let finding = tokio::task::spawn_blocking(move || shelf.find(&name, language));
    match finding.await {
        Ok(Some(lesson)) => answer::json(&*lesson),
        Ok(None) => answer::sentence(StatusCode::NOT_FOUND, no_lesson(language)),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// `POST /lessons/read?name=FILE`: the file that is the body, as a lesson, or what is wrong with it.
pub(super) async fn read(
    MayChange { yard }: MayChange,
    State(server): State<Server>,
    Query(asking): Query<Asking>,
    request: Request,
) -> Response {
    let language = asking.language(request.headers());
    let held = match bodies::take(&server, &yard, request, language).await {
        Ok(held) => held,
        Err(full) => return full,
    };
    let body = match held.bytes {
        Ok(body) if body.len() <= LESSON_BYTES => body,
        Ok(_) => return answer::sentence(StatusCode::PAYLOAD_TOO_LARGE, &too_large(language)),
        Err(rejected) => return unread(rejected, &too_large(language)),
    };
    let name = asking.name.unwrap_or_default();
    let reading = tokio::task::spawn_blocking(move || {
        let read = of_file(&name, &body);
        drop((body, held.place));
        read
    });
    match reading.await {
        Ok(read) => answer::json(&read),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// `POST /lessons/verdict`: whether a run is the answer to an exercise.
pub(super) async fn verdict(
    MayChange { yard }: MayChange,
    State(server): State<Server>,
    Query(asking): Query<Asking>,
    request: Request,
) -> Response {
    let language = asking.language(request.headers());
    let held = match bodies::take(&server, &yard, request, language).await {
        Ok(held) => held,
        Err(full) => return full,
    };
    // Only now: who brings it slowly is no work that a drain waits for.
    let Some(_active) = server.yards.operation().begin() else {
        let ending = words::refusal(language, &Refusal::ShuttingDown).concat();
        return answer::sentence(StatusCode::SERVICE_UNAVAILABLE, &ending);
    };
    let body = match held.bytes {
        Ok(body) => body,
        Err(rejected) => return unread(rejected, &too_large_exercise(language)),
    };
    let read = tokio::task::spawn_blocking(move || {
        let attempt = serde_json::from_slice::<Attempt>(&body);
        // What is read of it is held until it is judged, and as large.
        (attempt, held.place)
    });
    let Ok((Ok(attempt), _place)) = read.await else {
        return answer::sentence(StatusCode::BAD_REQUEST, no_attempt(language));
    };
    let exercise = match exercise(&server, attempt.exercise).await {
        Ok(Some(exercise)) => exercise,
        Ok(None) => return answer::sentence(StatusCode::NOT_FOUND, no_exercise(language)),
        Err(failed) => return failed.into_response(),
    };
    let Some(run) = yard.sessions.find_run(&attempt.session, attempt.run) else {
        return answer::sentence(StatusCode::NOT_FOUND, no_run(language));
    };
    match yard.judges.verdict(run, exercise, language).await {
        Ok(verdict) => answer::json(&verdict),
        Err(unjudged) => {
            if let Some(limit) = unjudged.limit() {
                server.figures().refused(limit);
            }
            answer::sentence(status(&unjudged), &unjudged.said(language))
        }
    }
}

async fn exercise(server: &Server, asked: Asked) -> Result<Option<Arc<Exercise>>, StatusCode> {
    let (lesson, language, number) = match asked {
        Asked::Own(exercise) => return Ok(Some(Arc::from(exercise))),
        Asked::Of {
            lesson,
            language,
            number,
        } => (lesson, language, number),
    };
    let shelf = server.shelf.clone();
    let finding = tokio::task::spawn_blocking(move || {
        let lesson = shelf.find(&lesson, language)?;
        let (_, exercise) = lesson.exercises().nth(number as usize)?;
        Some(Arc::new(exercise.clone()))
    });
    finding.await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

fn of_file(name: &str, bytes: &[u8]) -> FileRead {
    let (name, language) = match parse_file_name(name) {
        Ok(said) => said,
        Err(what) => return FileRead::Faults(vec![FileFault { line: None, what }]),
    };
    match read_bytes(&name, language, bytes) {
        Ok(written) => FileRead::Lesson(Box::new(written.lesson.for_learners())),
        Err(faults) => FileRead::Faults(faults.into_iter().map(FileFault::from).collect()),
    }
}

fn status(unjudged: &Unjudged) -> StatusCode {
    match unjudged {
        Unjudged::StillRunning | Unjudged::OutputGone => StatusCode::CONFLICT,
        Unjudged::Busy(..) | Unjudged::NoRoom => StatusCode::SERVICE_UNAVAILABLE,
        Unjudged::Solution(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Unjudged::Lost => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn no_lesson(language: Language) -> &'static str {
    match language {
        Language::En => "The runner has no such lesson.",
        Language::Ko => "실행기에 그런 수업이 없습니다.",
    }
}

fn no_exercise(language: Language) -> &'static str {
    match language {
        Language::En => "The runner has no such exercise: load the lesson again.",
        Language::Ko => "실행기에 그런 연습이 없습니다. 수업을 다시 불러오세요.",
    }
}

fn no_run(language: Language) -> &'static str {
    match language {
        Language::En => "The runner does not have this run any more: run the chain again.",
        Language::Ko => "실행기에 이 실행이 더는 없습니다. 체인을 다시 실행하세요.",
    }
}

fn no_attempt(language: Language) -> &'static str {
    match language {
        Language::En => "The request names no run and exercise.",
        Language::Ko => "요청에 실행과 연습이 없습니다.",
    }
}

fn too_large(language: Language) -> String {
    match language {
        Language::En => {
            format!("A lesson has at most {LESSON_BYTES} bytes (limit `lesson-bytes`).")
        }
        Language::Ko => format!("수업은 {LESSON_BYTES}바이트까지입니다(제한 `lesson-bytes`)."),
    }
}

fn too_large_exercise(language: Language) -> String {
    match language {
        Language::En => {
            format!("An exercise has at most {BODY_BYTES} bytes (limit `exercise-bytes`).")
        }
        Language::Ko => {
            format!("연습은 {BODY_BYTES}바이트까지입니다(제한 `exercise-bytes`).")
        }
    }
}

fn unread(rejected: BytesRejection, too_large: &str) -> Response {
    if rejected.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return answer::sentence(StatusCode::PAYLOAD_TOO_LARGE, too_large);
    }
    rejected.into_response()
}
