//! Who may ask: what handlers take before all else, so that nothing of a request is looked at, and no body read, for somebody
//! who is not let in.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;

use super::{Server, plain};

/// A request that brings the key.
#[derive(Debug)]
pub(super) struct HasKey;

/// A request that may change something: it brings the key, and comes from no other site.
#[derive(Debug)]
pub(super) struct MayChange;

impl FromRequestParts<Server> for HasKey {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Response> {
        let let_in = server.gate.check_key(&parts.headers);
        let_in.map_err(|refused| plain::refusal(&refused, &parts.headers))?;
        Ok(Self)
    }
}

impl FromRequestParts<Server> for MayChange {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Response> {
        let let_in = server.gate.check_change(&parts.headers);
        let_in.map_err(|refused| plain::refusal(&refused, &parts.headers))?;
        Ok(Self)
    }
}
