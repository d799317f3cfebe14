//! `GET /programs`: the programs that stages find by name.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Server;
use super::entry::HasKey;

/// Sorted, a name a line. The key comes before all else.
pub(super) async fn names(_: HasKey, State(server): State<Server>) -> Response {
    // One after another: whoever comes second finds what the first has looked for.
    let mut programs = server.programs.clone().lock_owned().await;
    let looking = tokio::task::spawn_blocking(move || programs.names());
    match looking.await {
        Ok(names) => {
            let fields = [
                (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (fields, names.to_string()).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the programs could not be looked for");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
