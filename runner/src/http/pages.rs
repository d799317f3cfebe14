//! Answers over plain HTTP: the page's document and files, and refusals that explain themselves.

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::Server;
use super::assets::{self, Asset};
use super::gate::Refused;

#[derive(Debug, Deserialize)]
pub(super) struct DocumentQuery {
    token: Option<String>,
}

/// `/`: with the key in the address, takes it out of there and into a cookie; else the document.
pub(super) async fn document(
    State(server): State<Server>,
    Query(query): Query<DocumentQuery>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    if let Some(word) = query.token {
        if !server.gate.is_key(&word) {
            return refusal(&Refused::Key);
        }
        let mut response = StatusCode::SEE_OTHER.into_response();
        let headers = response.headers_mut();
        headers.insert(header::LOCATION, HeaderValue::from_static("/"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match HeaderValue::from_str(&server.gate.cookie()) {
            Ok(cookie) => {
                headers.insert(header::SET_COOKIE, cookie);
            }
            Err(_) => return refusal(&Refused::Key),
        }
        return response;
    }
    match server.gate.check_key(&headers) {
        Ok(()) => file(&uri, &headers),
        Err(refused) => refusal(&refused),
    }
}

/// Every other path: a file of the page. They hold no secret, so no key is asked for.
pub(super) async fn asset(headers: HeaderMap, uri: Uri) -> Response {
    file(&uri, &headers)
}

/// The answer to somebody who is not let in.
pub(super) fn refusal(refused: &Refused) -> Response {
    let (what, what_ko) = match refused {
        Refused::Host => (
            "This address is not one of the runner's own.",
            "이 주소는 실행기의 주소가 아닙니다.",
        ),
        Refused::Origin => (
            "Another site's page asked for this connection.",
            "다른 사이트의 페이지가 이 연결을 요청했습니다.",
        ),
        Refused::Key => (
            "The key is missing or is another runner's.",
            "열쇠가 없거나 다른 실행기의 것입니다.",
        ),
    };
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Pipeyard: not let in</title>\n\
         <h1>Not let in</h1>\n<p>{what} Open the address that <code>pipeyard</code> printed when it \
         started: it has the key in it.</p>\n<p lang=\"ko\">{what_ko} <code>pipeyard</code>가 시작할 때 \
         보여 준, 열쇠가 들어 있는 주소를 여세요.</p>\n"
    );
    let kind = (header::CONTENT_TYPE, "text/html; charset=utf-8");
    let cache = (header::CACHE_CONTROL, "no-store");
    (StatusCode::FORBIDDEN, [kind, cache], html).into_response()
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
            (StatusCode::NOT_FOUND, "There is nothing here.\n").into_response()
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
