//! Who may ask: what handlers take before all else, so that nothing of a request is looked at, and no body read, for somebody
//! who is not let in. What they are given is the yard of whoever asks; there is no other way to one.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use pipeyard_shared::message::{ByeReason, ServerMessage};
use pipeyard_shared::words::Language;

use super::gate::Refused;
use super::pass::TurnedAway;
use super::{Server, answer, plain};
use crate::learners::Who;
use crate::yard::Yard;

/// Where a page asks why it has no socket; the router has the same.
pub(super) const ROOM_PATH: &str = "/socket/room";

/// A request that brings the key, or a learner's word.
#[derive(Debug)]
pub(super) struct HasKey {
    pub(super) yard: Arc<Yard>,
}

/// A request that may change something: it comes from no other site, too.
#[derive(Debug)]
pub(super) struct MayChange {
    pub(super) yard: Arc<Yard>,
}

/// A request that may become a WebSocket.
#[derive(Debug)]
pub(super) struct MayConnect {
    pub(super) yard: Arc<Yard>,
}

impl FromRequestParts<Server> for HasKey {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Response> {
        let who = server.gate.check_key(&parts.headers);
        let yard = let_in(parts, server, who).await?;
        Ok(Self { yard })
    }
}

impl FromRequestParts<Server> for MayChange {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Response> {
        let who = server.gate.check_change(&parts.headers);
        let yard = let_in(parts, server, who).await?;
        Ok(Self { yard })
    }
}

impl FromRequestParts<Server> for MayConnect {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Response> {
        let who = server.gate.check_socket(&parts.headers);
        let yard = let_in(parts, server, who).await?;
        Ok(Self { yard })
    }
}

async fn let_in(
    parts: &Parts,
    server: &Server,
    who: Result<Who, Refused>,
) -> Result<Arc<Yard>, Response> {
    let who = who.map_err(|refused| match refused {
        // A browser does not tell a page why its socket was refused: here it reads what a socket would have told it.
        Refused::Removed(_) if parts.uri.path() == ROOM_PATH => {
            let reason = ByeReason::Removed;
            let mut answer = answer::json(&ServerMessage::Bye { reason });
            *answer.status_mut() = StatusCode::FORBIDDEN;
            TurnedAway::by(answer, refused)
        }
        refused => server.refusal(refused, &parts.headers),
    })?;
    let learner = who.learner().map(ToString::to_string);
    server.yards.of(who).await.map_err(|error| {
        tracing::warn!(%error, learner, "a learner's yard cannot be opened");
        let what = match plain::language(&parts.headers) {
            Language::En => "Your files cannot be opened just now; the runner's log says why.",
            Language::Ko => "지금은 파일을 열 수 없습니다. 이유는 실행기의 로그에 있습니다.",
        };
        answer::sentence(StatusCode::SERVICE_UNAVAILABLE, what)
    })
}
