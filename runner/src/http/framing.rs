//! The page within pages of others: who may frame it, and what they get.
//!
//! What can be framed has no runner behind it, and what has a runner cannot be framed. So a page that frames ours can
//! neither start anything nor lay something over a button and have it pressed, whoever looks at it and whatever their
//! cookies are. What is framed shows what a link holds, and replays what is recorded.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, Uri, header};
use axum::response::IntoResponse;

use super::assets;
use super::gate::{CONTENT_SECURITY_POLICY, NO_FRAMES};

/// How the document says that a runner is behind it, and that there is none.
const RUNNER: [&str; 2] = [
    "<meta name=\"pipeyard-runner\" content=\"here\">",
    "<meta name=\"pipeyard-runner\" content=\"none\">",
];

/// Who may frame the page.
#[derive(Clone, Debug, Default)]
pub struct Framing {
    origins: Vec<String>,
}

impl Framing {
    /// These may; with none of them, nobody.
    pub fn by(origins: &[Origin]) -> Self {
        let origins = origins.iter().map(|origin| origin.0.clone());
        Self {
            origins: origins.collect(),
        }
    }

    /// Whether anybody may.
    pub(super) fn is_allowed(&self) -> bool {
        !self.origins.is_empty()
    }

    /// The document for frames. It holds no secret and has no runner, so it needs no key.
    pub(super) fn document(&self) -> Response<Body> {
        let document = assets::find("/", "");
        let text = document
            .as_ref()
            .and_then(|document| std::str::from_utf8(&document.bytes).ok());
        let [here, none] = RUNNER;
        // A document that does not say what it is would look for a runner: better none at all.
        let Some(text) = text.filter(|text| text.contains(here)) else {
            return (StatusCode::SERVICE_UNAVAILABLE, assets::NOT_BUILT_IN).into_response();
        };
        let fields = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-cache"),
            (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        ];
        let mut response = (fields, text.replacen(here, none, 1)).into_response();
        self.permit(&mut response);
        response
    }

    /// Lets an answer be framed, which has neither a runner nor a secret. It says already what else it may do.
    pub(super) fn permit(&self, response: &mut Response<Body>) {
        if !self.is_allowed() {
            return;
        }
        let headers = response.headers_mut();
        let policy = headers.get(header::CONTENT_SECURITY_POLICY);
        let Some(policy) = policy.and_then(|policy| policy.to_str().ok()) else {
            return;
        };
        let by = format!("frame-ancestors {}", self.origins.join(" "));
        if let Ok(policy) = HeaderValue::from_str(&policy.replace(NO_FRAMES, &by)) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}

/// Where a page comes from: a scheme, a host, and a port unless it is the usual one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl std::str::FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let why = || {
            format!(
                "`{text}` is no origin: write it as https://school.example or http://127.0.0.1:8080, without a path"
            )
        };
        let uri: Uri = text.parse().map_err(|_| why())?;
        let host = uri.host().unwrap_or_default();
        // What else a host may have means something in a policy.
        let is_plain = host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
        let scheme = uri.scheme_str().unwrap_or_default();
        let port = uri
            .port_u16()
            .map_or(String::new(), |port| format!(":{port}"));
        let origin = format!("{scheme}://{host}{port}");
        let is_whole = origin.eq_ignore_ascii_case(text);
        if !is_plain || host.is_empty() || !is_whole || !matches!(scheme, "http" | "https") {
            return Err(why());
        }
        Ok(Self(origin.to_ascii_lowercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_origins_are_taken() {
        for (text, origin) in [
            ("https://school.example", "https://school.example"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("HTTPS://School.Example", "https://school.example"),
        ] {
            assert_eq!(text.parse(), Ok(Origin(origin.to_owned())), "{text}");
        }
        for text in [
            "",
            "*",
            "null",
            "school.example",
            "https://*.example",
            "https://school.example/",
            "https://school.example/path",
            "https://school.example?x",
            "https://me@school.example",
            "https://a.example;script-src",
            "https://a.example https://b.example",
            "https://[::1]:80",
            "https://한.example",
            "https://",
            "https://:80",
            "data:text/html",
            "file:///etc",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_policy_names_who_may_and_nobody_else() {
        let origins = ["https://a.example", "http://127.0.0.1:8080"];
        let origins = origins.map(|origin| Origin(origin.to_owned()));
        let mut response = (
            [(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)],
            "",
        )
            .into_response();
        Framing::default().permit(&mut response);
        let policy = |response: &Response<Body>| {
            let value = response.headers().get(header::CONTENT_SECURITY_POLICY);
            value.map(|value| format!("{value:?}")).unwrap_or_default()
        };
        assert!(policy(&response).contains(NO_FRAMES));
        Framing::by(&origins).permit(&mut response);
        let said = policy(&response);
        assert!(
            said.contains("frame-ancestors https://a.example http://127.0.0.1:8080"),
            "{said}"
        );
        assert!(
            !said.contains("'none';  frame") && !said.contains(NO_FRAMES),
            "{said}"
        );
    }

    #[test]
    fn the_document_says_where_its_runner_is() {
        assert!(include_str!("../../../index.html").contains(RUNNER[0]));
    }
}
