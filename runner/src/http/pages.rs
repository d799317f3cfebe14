//! Answers over plain HTTP: the page's document and files.

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::Server;
use super::assets::{self, Asset};
use super::gate::Refused;
use super::plain::not_found;
use super::room;

#[derive(Debug, Deserialize)]
pub(super) struct DocumentQuery {
    token: Option<String>,
    room: Option<String>,
    embed: Option<String>,
}

/// `/`: with the key in the address, takes it out of there and into a cookie; with the room's code makes a learner; else the
/// document. What is to be embedded
/// gets that of frames, where there may be any.
pub(super) async fn document(
    State(server): State<Server>,
    Query(query): Query<DocumentQuery>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    if let Some(word) = query.token {
        if !server.gate.is_key(&word) {
            return server.refusal(Refused::Key, &headers);
        }
        let mut response = StatusCode::SEE_OTHER.into_response();
        let asked = &headers;
        let headers = response.headers_mut();
        headers.insert(header::LOCATION, HeaderValue::from_static("/"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match HeaderValue::from_str(&server.gate.cookie(asked)) {
            Ok(cookie) => {
                headers.insert(header::SET_COOKIE, cookie);
            }
            Err(_) => return server.refusal(Refused::Key, asked),
        }
        return response;
    }
    if let Some(code) = query.room {
        return room::enter(&server, code, &headers).await;
    }
    if query.embed.is_some() && server.framing.is_allowed() {
        return server.framing.document();
    }
    match server.gate.check_key(&headers) {
        Ok(_) => {
            let mut response = file(&uri, &headers);
            // Whoever comes is kept for as long again.
            let cookie = server.gate.renewed(&headers);
            if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
                response.headers_mut().insert(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(refused) => server.refusal(refused, &headers),
    }
}

/// Every other path: a file of the page. They hold no secret, so no key is asked for.
pub(super) async fn asset(headers: HeaderMap, uri: Uri) -> Response {
    file(&uri, &headers)
}

fn file(uri: &Uri, headers: &HeaderMap) -> Response {
    let value = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let accepted = value(header::ACCEPT_ENCODING).unwrap_or_default();
    let Some(asset) = assets::find(uri.path(), accepted) else {
        return if assets::is_built_in() {
            not_found(headers)
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, assets::NOT_BUILT_IN).into_response()
        };
    };
    let known = value(header::IF_NONE_MATCH).is_some_and(|tags| asset.is_known_by(tags));
    let cache_control = asset.cache_control();
    let Asset {
        bytes,
        content_type,
        content_encoding,
        etag,
        ..
    } = asset;
    let (status, body) = if known {
        (StatusCode::NOT_MODIFIED, Body::empty())
    } else {
        (StatusCode::OK, Body::from(bytes))
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(cache_control),
    );
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(encoding) = content_encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}
