//! Getting all the bytes of a place, over plain HTTP.

use pipeyard_shared::LaneNumber;
use yew::{Html, html};

use super::Props;
use crate::desk::Desk;
use crate::format;
use crate::i18n::data::DataWords;
use crate::runs::Flow;
use crate::storage;

/// How to get all the bytes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Download {
    /// There is nothing to get.
    Nothing,
    /// A direct wire keeps nothing.
    Direct,
    /// A recording has no more than what is shown.
    Recorded,
    /// From there: all of it, or so much of so much.
    From {
        /// Where.
        address: String,
        /// How many of its bytes there are, of how many; nothing for all.
        first: Option<(u64, u64)>,
        /// Whether no more will come.
        over: bool,
    },
}

pub(super) fn download(
    props: &Props,
    lane: LaneNumber,
    flow: Option<&Flow>,
    direct: bool,
) -> Download {
    let Some((run, place)) = props.run.as_ref().zip(props.place.as_ref()) else {
        return Download::Nothing;
    };
    if direct {
        return Download::Direct;
    }
    let Some(flow) = flow.filter(|flow| flow.bytes > 0) else {
        return Download::Nothing;
    };
    if run.recorded {
        return Download::Recorded;
    }
    match (storage::session(), run.places.id(lane, place)) {
        (Some(session), Some(id)) => Download::From {
            address: format!("/data/{}/{}/{}", session.as_str(), run.id, id.0),
            first: flow
                .kept
                .filter(|kept| *kept < flow.bytes)
                .map(|kept| (kept, flow.bytes)),
            over: flow.end.is_some(),
        },
        _ => Download::Nothing,
    }
}

pub(super) fn link(desk: &Desk, download: &Download) -> Html {
    let words = DataWords::of(desk.language);
    match download {
        Download::Nothing => html! { <span></span> },
        Download::Direct => {
            html! { <span class="data__reason">{ words.no_download_direct }</span> }
        }
        Download::Recorded => {
            html! { <span class="data__reason">{ words.no_download_recorded }</span> }
        }
        Download::From { address, first, .. } => {
            let name = match first {
                Some((kept, all)) => {
                    (words.download_first)(&format::bytes(*kept), &format::bytes(*all))
                }
                None => words.download.to_owned(),
            };
            html! { <a id="download" class="chip" href={address.clone()} download="">{ name }</a> }
        }
    }
}
