//! `GET /data/{session}/{run}/{flow}`: what is kept of a flow, whole, as a file.
//!
//! A download is plain HTTP rather than frames of the socket: the browser saves it without holding it in
//! memory, and TCP holds back a runner that is faster than the disk.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use pipeyard_shared::SessionId;
use pipeyard_shared::flow::{FlowId, FlowMap, FlowPoint};
use pipeyard_shared::id::RunId;

use super::{Server, pages};
use crate::engine::{Flow, Run};

/// Bytes that are read and sent at a time.
const PIECE_BYTES: usize = 256 << 10;
/// How many bytes behind what is kept have passed and are not.
const MISSING: &str = "pipeyard-missing";

pub(super) async fn download(
    State(server): State<Server>,
    Path((session, run, flow)): Path<(String, u64, u32)>,
    headers: HeaderMap,
) -> Response {
    if let Err(refused) = server.gate.check_key(&headers) {
        return pages::refusal(&refused);
    }
    let session = SessionId::new(session);
    let Some(run) = server.sessions.find_run(&session, RunId(run)) else {
        return (StatusCode::NOT_FOUND, "The session has no such run.\n").into_response();
    };
    let Some(flow) = run.flow(FlowId(flow)).cloned() else {
        return (StatusCode::NOT_FOUND, "The run has no such flow.\n").into_response();
    };
    if flow.is_direct() {
        let why = "This wire is direct: the kernel carries it, and nobody keeps its bytes.\n";
        return (StatusCode::CONFLICT, why).into_response();
    }
    let kept = flow.kept();
    let missing = flow.meter().bytes.saturating_sub(kept);
    let range = headers
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok());
    let (status, range) = match range.and_then(|range| parse_range(range, kept)) {
        None => (StatusCode::OK, 0..kept),
        Some(Ok(range)) => (StatusCode::PARTIAL_CONTENT, range),
        Some(Err(Unsatisfiable)) => {
            let whole = (header::CONTENT_RANGE, format!("bytes */{kept}"));
            return (StatusCode::RANGE_NOT_SATISFIABLE, [whole]).into_response();
        }
    };
    let mut response = Response::new(body(flow.clone(), range.clone()));
    *response.status_mut() = status;
    let name = file_name(&run, flow.id());
    let mut texts = vec![
        (
            header::CONTENT_LENGTH,
            (range.end - range.start).to_string(),
        ),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    if status == StatusCode::PARTIAL_CONTENT {
        let (first, last) = (range.start, range.end - 1);
        let what = format!("bytes {first}-{last}/{kept}");
        texts.push((header::CONTENT_RANGE, what));
    }
    let fields = response.headers_mut();
    for (name, text) in texts {
        // Numbers, and a name of plain letters.
        if let Ok(value) = HeaderValue::from_str(&text) {
            fields.insert(name, value);
        }
    }
    fields.insert(MISSING, HeaderValue::from(missing));
    let plain = HeaderValue::from_static("application/octet-stream");
    fields.insert(header::CONTENT_TYPE, plain);
    fields.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The bytes of a range, a piece at a time, as fast as they are taken.
fn body(flow: Arc<Flow>, range: Range<u64>) -> Body {
    let pieces = stream::try_unfold((flow, range), |(flow, left)| async move {
        if left.is_empty() {
            return Ok::<_, io::Error>(None);
        }
        let most = usize::try_from(left.end - left.start)
            .unwrap_or(PIECE_BYTES)
            .min(PIECE_BYTES);
        let from = flow.clone();
        let read = tokio::task::spawn_blocking(move || from.read_kept(left.start, most));
        let bytes = read.await.map_err(io::Error::other)??;
        if bytes.is_empty() {
            // The length was promised: the connection must break rather than end early.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let next = left.start + bytes.len() as u64..left.end;
        Ok(Some((Bytes::from(bytes), (flow, next))))
    });
    Body::from_stream(pieces)
}

/// The range lies behind the end.
#[derive(Debug, PartialEq, Eq)]
struct Unsatisfiable;

/// One range of bytes (RFC 9110, 14.1.2). Nothing for what is no such range, which is then passed over as
/// the standard has it, and for several at once, which need not be served.
fn parse_range(text: &str, kept: u64) -> Option<Result<Range<u64>, Unsatisfiable>> {
    let (unit, range) = text.split_once('=')?;
    let (first, last) = range.split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    let range = match (first.trim(), last.trim()) {
        ("", last) => kept.saturating_sub(number(last)?)..kept,
        (first, "") => number(first)?..kept,
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if first > last {
                return None;
            }
            first..last.saturating_add(1).min(kept)
        }
    };
    Some(if range.is_empty() {
        Err(Unsatisfiable)
    } else {
        Ok(range)
    })
}

/// A name that says what it is: the run, the lane where there are several, and the wire or port. Ids have
/// letters, digits, `-` and `_` only.
fn file_name(run: &Run, flow: FlowId) -> String {
    let places = FlowMap::of(run.chain());
    let Some((lane, point)) = places.place(flow) else {
        return "flow.bin".to_owned();
    };
    let what = match point {
        FlowPoint::Wire(id) => match run.chain().wire(id) {
            Some(wire) => format!("{}-to-{}", wire.from.stage, wire.to.stage),
            None => id.to_string(),
        },
        FlowPoint::Port(end) => format!("{}-{}", end.stage, end.port),
    };
    if run.chain().lanes.count() > 1 {
        format!("{what}-lane-{lane}.bin")
    } else {
        format!("{what}.bin")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranges_are_read_as_the_standard_has_them() {
        assert_eq!(parse_range("bytes=0-9", 100), Some(Ok(0..10)));
        assert_eq!(parse_range("Bytes=0-9", 100), Some(Ok(0..10)));
        assert_eq!(parse_range("bytes=90-", 100), Some(Ok(90..100)));
        assert_eq!(parse_range("bytes=-7", 100), Some(Ok(93..100)));
        assert_eq!(parse_range("bytes=-700", 100), Some(Ok(0..100)));
        assert_eq!(parse_range("bytes=50-5000", 100), Some(Ok(50..100)));
        assert_eq!(parse_range("bytes=100-", 100), Some(Err(Unsatisfiable)));
        assert_eq!(parse_range("bytes=0-", 0), Some(Err(Unsatisfiable)));
        for passed_over in [
            "bytes=9-1",
            "lines=0-9",
            "bytes=0-1,5-6",
            "bytes=-",
            "bytes=a-b",
        ] {
            assert_eq!(parse_range(passed_over, 100), None, "{passed_over}");
        }
    }

    proptest! {
        #[test]
        fn no_range_leaves_what_is_kept(text in "bytes=[0-9]{0,25}-[0-9]{0,25}", kept: u64) {
            if let Some(Ok(range)) = parse_range(&text, kept) {
                prop_assert!(range.start < range.end && range.end <= kept);
            }
        }
    }
}
