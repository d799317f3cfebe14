//! `GET /healthz`: whether the runner takes new work. It needs no key, and says nothing else.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Server;

/// `ok`, or `draining` with a status by which whoever hands out work looks for another runner.
pub(super) async fn state(State(server): State<Server>) -> Response {
    let (status, word) = if server.yards.operation().is_draining() {
        (StatusCode::SERVICE_UNAVAILABLE, "draining\n")
    } else {
        (StatusCode::OK, "ok\n")
    };
    (status, [(header::CACHE_CONTROL, "no-store")], word).into_response()
}
