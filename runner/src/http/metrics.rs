//! `GET /metrics`: the runner's figures, for Prometheus.
//!
//! They tell what others do here, so they need the operator's key, or one of their own (`--metrics-token`) that opens nothing else:
//! whoever scrapes them need not be able to start programs. There is no listener of their own: one more port would be one
//! more to guard.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pipeyard_shared::words::Language;

use super::pass::TurnedAway;
use super::{Server, answer, plain};
use crate::figures::{CONTENT_TYPE, Now};

pub(super) async fn text(State(server): State<Server>, headers: HeaderMap) -> Response {
    if let Err(refused) = server.gate.check_metrics_key(&headers) {
        let what = match plain::language(&headers) {
            Language::En => {
                "The figures need the runner's key, or the one of `--metrics-token`, as a bearer token: `Authorization: Bearer KEY`."
            }
            Language::Ko => {
                "수치를 보려면 실행기의 열쇠나 `--metrics-token`의 열쇠를 `Authorization: Bearer KEY`로 보내세요."
            }
        };
        return TurnedAway::by(answer::sentence(StatusCode::FORBIDDEN, what), refused);
    }
    let operation = server.yards.operation();
    let disk = &server.yards.operator().sessions.means().disk;
    let now = Now {
        connections: server.yards.operator().connections.taken(),
        http_connections: server.slots.taken(),
        sessions: server.yards.sessions(),
        spill_bytes: disk.as_ref().map_or(0, |disk| disk.used()),
        draining: operation.is_draining(),
    };
    match operation.figures().text(now) {
        Ok(text) => {
            let fields = [
                (header::CONTENT_TYPE, content_type(&headers)),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (fields, text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A browser saves what is of a type that it does not know, and shows this.
fn content_type(headers: &HeaderMap) -> &'static str {
    match plain::is_browser(headers) {
        true => "text/plain; charset=utf-8",
        false => CONTENT_TYPE,
    }
}
