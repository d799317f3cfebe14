//! What every request passes before anything else looks at it, and every answer on its way out.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Query, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::asker::Asker;
use super::{Server, gate, plain};

/// Files of the page, and what is not there: one row of figures for all of them.
const OTHER_ROUTE: &str = "other";

pub(super) async fn pass(State(server): State<Server>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = match server.gate.check_host(request.headers()) {
        Ok(()) => match weigh_keys(&server, &request) {
            Ok(()) => next.run(request).await,
            Err(wait) => {
                server.figures().refused("key-guesses");
                plain::too_often(wait, request.headers())
            }
        },
        Err(refused) => server.refusal(&refused, request.headers()),
    };
    gate::add_security_headers(response.headers_mut());
    let route = route.as_ref().map_or(OTHER_ROUTE, MatchedPath::as_str);
    server.figures().answered(route, began.elapsed());
    response
}

/// Whether the keys that a request brings may be looked at.
fn weigh_keys(server: &Server, request: &Request) -> Result<(), Duration> {
    // Read as the handlers read it: a word behind an escaped name is a word.
    let query = Query::<Vec<(String, String)>>::try_from_uri(request.uri());
    let query = query.map(|Query(pairs)| pairs).unwrap_or_default();
    let in_address = query
        .iter()
        .filter(|(name, _)| name == "token" || name == "room");
    let in_address = in_address.map(|(_, word)| word.as_str());
    let brought: Vec<&str> = server
        .gate
        .brought(request.headers())
        .chain(in_address)
        .collect();
    let asker = request.extensions().get::<Asker>();
    let Some(Asker(address)) = asker.filter(|_| !brought.is_empty()) else {
        return Ok(());
    };
    let wrong = brought.into_iter().filter(|word| !server.gate.knows(word));
    let wrong: Vec<&str> = wrong.collect();
    let weighed = server.attempts.weigh(*address, &wrong, Instant::now());
    if weighed.is_err() {
        tracing::info!(%address, "the limit `key-guesses` is reached");
    }
    weighed
}
