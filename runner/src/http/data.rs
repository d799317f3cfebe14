//! `GET /data/{session}/{run}/{flow}`: what is kept of a flow, whole, as a file.
//!
//! A download is plain HTTP rather than frames of the socket: the browser saves it without holding it in
//! memory, and TCP holds back a runner that is faster than the disk.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use pipeyard_shared::SessionId;
use pipeyard_shared::chain::{Chain, WireMode};
use pipeyard_shared::flow::{FlowId, FlowMap, FlowPoint};
use pipeyard_shared::id::RunId;

use super::{Server, plain};
use crate::engine::Flow;

/// Bytes that are read and sent at a time.
const PIECE_BYTES: usize = 256 << 10;
/// How many bytes behind what is kept have passed and are not.
const MISSING: HeaderName = HeaderName::from_static("pipeyard-missing");

/// The key comes before all else: whoever has none learns nothing, not even what would be a path.
pub(super) async fn download(
    State(server): State<Server>,
    path: Result<Path<(String, u64, u32)>, PathRejection>,
    headers: HeaderMap,
) -> Response {
    if let Err(refused) = server.gate.check_key(&headers) {
        return plain::refusal(&refused, &headers);
    }
    let Ok(Path((session, run, flow))) = path else {
        return not_found("Nothing has such a number.\n");
    };
    let Some(run) = server
        .sessions
        .find_run(&SessionId::new(session), RunId(run))
    else {
        return not_found("The session has no such run.\n");
    };
    let Some(flow) = run.flow(FlowId(flow)) else {
        return not_found("The run has no such flow.\n");
    };
    if flow.is_direct() || is_laid_direct(run.chain(), flow.id()) {
        let why = "This wire is direct: the kernel carries it, and nobody keeps its bytes.\n";
        return (StatusCode::CONFLICT, why).into_response();
    }
    send(flow, &file_name(run.chain(), flow.id()), &headers)
}

fn not_found(what: &'static str) -> Response {
    (StatusCode::NOT_FOUND, what).into_response()
}

/// What is kept of a flow, or the range of it that is asked for, as a file of this name.
fn send(flow: &Arc<Flow>, name: &str, headers: &HeaderMap) -> Response {
    let kept = flow.kept();
    let missing = flow.meter().bytes.saturating_sub(kept);
    let asked = headers.get(header::RANGE);
    let asked = asked.and_then(|range| parse_range(range.to_str().ok()?, kept));
    let Ok(part) = asked.transpose() else {
        let whole = (header::CONTENT_RANGE, format!("bytes */{kept}"));
        return (StatusCode::RANGE_NOT_SATISFIABLE, [whole]).into_response();
    };
    let range = part.clone().unwrap_or(0..kept);
    let fields = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CONTENT_LENGTH,
            (range.end - range.start).to_string(),
        ),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (MISSING, missing.to_string()),
    ];
    let body = body(flow.clone(), range);
    let Some(part) = part else {
        return (fields, body).into_response();
    };
    // A range has at least one byte.
    let place = format!("bytes {}-{}/{kept}", part.start, part.end - 1);
    let place = [(header::CONTENT_RANGE, place)];
    (StatusCode::PARTIAL_CONTENT, place, fields, body).into_response()
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

/// Whether a flow is a wire that will be the kernel's own once its lane is opened.
fn is_laid_direct(chain: &Chain, flow: FlowId) -> bool {
    let flows = FlowMap::of(chain);
    let Some((_, FlowPoint::Wire(id))) = flows.place(flow) else {
        return false;
    };
    chain
        .wire(id)
        .is_some_and(|wire| wire.mode == WireMode::Direct)
}

/// A name that says what it is: the lane where there are several, and the wire or port. Ids have letters,
/// digits, `-` and `_` only.
fn file_name(chain: &Chain, flow: FlowId) -> String {
    let flows = FlowMap::of(chain);
    let Some((lane, point)) = flows.place(flow) else {
        return "flow.bin".to_owned();
    };
    let what = match point {
        FlowPoint::Wire(id) => match chain.wire(id) {
            Some(wire) => format!("{}-to-{}", wire.from.stage, wire.to.stage),
            None => id.to_string(),
        },
        FlowPoint::Port(end) => format!("{}-{}", end.stage, end.port),
    };
    if chain.lanes.count() > 1 {
        format!("{what}-lane-{lane}.bin")
    } else {
        format!("{what}.bin")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::chain::{Lanes, Stage};
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

    /// What nobody carries yet was taken for a wire that has carried nothing.
    #[test]
    fn a_wire_is_direct_before_its_lane_is_opened() {
        let stages = ["a", "b"].map(|id| Stage::process(id, "cat", []));
        let mut chain = Chain::of_stages("", stages.to_vec());
        chain.lanes = Lanes::Count(3);
        let per_lane = FlowMap::of(&chain).per_lane() as u32;
        let wire = FlowId(2 * per_lane);
        assert!(!is_laid_direct(&chain, wire), "it is tapped");
        chain.wires[0].mode = WireMode::Direct;
        assert!(is_laid_direct(&chain, wire));
        assert!(!is_laid_direct(&chain, FlowId(2 * per_lane + 1)), "a port");
        assert_eq!(file_name(&chain, wire), "a-to-b-lane-3.bin");
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
