//! `GET /data/{session}/{run}/{flow}`: what is kept of a flow, whole, as a file.
//!
//! A download is plain HTTP rather than frames of the socket: the browser saves it without holding it in
//! memory, and TCP holds back a runner that is faster than the disk.

use std::sync::Arc;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use pipeyard_shared::SessionId;
use pipeyard_shared::chain::{Chain, WireMode};
use pipeyard_shared::flow::{FlowId, FlowMap, FlowPoint};
use pipeyard_shared::id::RunId;

use super::entry::HasKey;
use super::file;
use crate::engine::Flow;

/// How many bytes behind what is kept have passed and are not.
const MISSING: HeaderName = HeaderName::from_static("pipeyard-missing");

/// The key comes before all else: whoever has none learns nothing, not even what would be a path.
pub(super) async fn download(
    HasKey { yard }: HasKey,
    path: Result<Path<(String, u64, u32)>, PathRejection>,
    headers: HeaderMap,
) -> Response {
    let Ok(Path((session, run, flow))) = path else {
        return not_found("Nothing has such a number.\n");
    };
    let Some(run) = yard.sessions.find_run(&SessionId::new(session), RunId(run)) else {
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
    let disposition = format!("attachment; filename=\"{name}\"");
    let flow = flow.clone();
    let sent = file::send(kept, disposition, headers, move |from, most| {
        flow.read_kept(from, most)
    });
    ([(MISSING, missing.to_string())], sent).into_response()
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
}
