//! `GET /metrics`: the runner's figures, for Prometheus.
//!
//! They tell what others do here, so they need the operator's key, or one of their own (`--metrics-token`) that opens nothing else:
//! whoever scrapes them need not be able to start programs. There is no listener of their own: one more port would be one
//! more to guard.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Server;
use crate::figures::{CONTENT_TYPE, Now};

pub(super) async fn text(State(server): State<Server>, headers: HeaderMap) -> Response {
    if let Err(refused) = server.gate.check_metrics_key(&headers) {
        return server.refusal(&refused, &headers);
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
                (header::CONTENT_TYPE, CONTENT_TYPE),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (fields, text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
