//! Copies of parts of a chain: what a clipboard holds. A fragment is a chain of its own, so its text is a chain's
//! JSON with the chain's version, and any chain can be pasted.

use std::collections::BTreeMap;

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{Chain, Group, Note, Point};
use pipeyard_shared::check::check;
use pipeyard_shared::limits::{GROUPS, LimitName, Limits, NOTES};
use pipeyard_shared::ordered;
use pipeyard_shared::problem::Fault;

use super::layout::{Layout, Room};
use super::place::{self, Places};
use super::{Parts, Selection, names};

/// A copy stands so far to the right of its original, and as far below it.
const BESIDE: f64 = 40.0;

/// The selected stages as they are seen, with the wires and groups among them, and the selected notes. Nothing
/// where neither stages nor notes are selected.
pub(crate) fn copy(chain: &Chain, parts: &Parts, seen: &Places) -> Option<Chain> {
    let mut fragment = Chain::new("");
    let stages = chain.stages.iter();
    fragment.stages = stages
        .filter(|stage| parts.stages.contains(&stage.id))
        .cloned()
        .collect();
    place::keep_seen(&mut fragment, seen);
    let wires = chain.wires.iter();
    fragment.wires = wires
        .filter(|wire| {
            parts.stages.contains(&wire.from.stage) && parts.stages.contains(&wire.to.stage)
        })
        .cloned()
        .collect();
    let notes = chain.notes.iter();
    fragment.notes = notes
        .filter(|note| parts.notes.contains(&note.id))
        .cloned()
        .collect();
    let groups = chain.groups.iter();
    fragment.groups = groups
        .filter(|group| group.stages.iter().all(|id| parts.stages.contains(id)))
        .cloned()
        .collect();
    let empty = fragment.stages.is_empty() && fragment.notes.is_empty();
    (!empty).then_some(fragment)
}

/// A fragment's text.
pub(crate) fn to_text(fragment: &Chain) -> String {
    fragment.to_json()
}

/// The fragment of a text, if it is one.
pub(crate) fn from_text(text: &str) -> Option<Chain> {
    let value = serde_json::from_str(text.trim()).ok()?;
    let fragment = Chain::from_value(value).ok()?;
    let empty = fragment.stages.is_empty() && fragment.notes.is_empty();
    (!empty).then_some(fragment)
}

/// The limit that a chain would be over with a copy of the fragment in it, if there is one.
pub(crate) fn over_limit(chain: &Chain, fragment: &Chain) -> Option<Fault> {
    let limits = Limits::default();
    let counts = |chain: &Chain| {
        let (stages, wires) = (chain.stages.len(), chain.wires.len());
        [stages, wires, chain.notes.len(), chain.groups.len()]
    };
    let (before, more) = (counts(chain), counts(fragment));
    let most = [
        (LimitName::Stages, limits.stages),
        (LimitName::Wires, limits.wires),
        (LimitName::Notes, NOTES),
        (LimitName::Groups, GROUPS),
    ];
    let mut counts = most.iter().zip(before.iter().zip(more));
    let counted = counts.find_map(|((limit, most), (before, more))| {
        let found = before + more;
        // A chain that has too many already can still get something else.
        (more > 0 && found > *most as usize).then(|| Fault::OverLimit {
            limit: *limit,
            found: found as u64,
            most: u64::from(*most),
        })
    });
    // The texts in it, and what its stages hold.
    let own = || {
        let problems = check(fragment, &limits).into_iter();
        let mut faults = problems.map(|problem| problem.fault);
        faults.find(|fault| match fault {
            // Those of a whole chain stay behind.
            Fault::OverLimit { limit, .. } => !matches!(
                limit,
                LimitName::Lanes | LimitName::Processes | LimitName::TimeoutMs
            ),
            _ => false,
        })
    };
    counted.or_else(own)
}

/// Where a fragment is put.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Put {
    /// A little beside the originals.
    Beside,
    /// With its upper left corner here.
    At(Point),
}

/// Puts a copy of the fragment into the chain, with ids of its own, and selects it.
///
/// Into a chain that is laid out automatically, the copies come without points, unless a person chose the place.
pub(super) fn paste(chain: &mut Chain, fragment: &Chain, put: Put, seen: &Places) -> Selection {
    let laid_out;
    let fragment = if matches!(put, Put::At(_)) && !place::is_placed(fragment) {
        laid_out = with_points(fragment);
        &laid_out
    } else {
        fragment
    };
    let keeps_points = match put {
        Put::At(_) => true,
        Put::Beside => chain.stages.is_empty() || place::is_placed(chain),
    };
    if keeps_points && place::is_placed(fragment) {
        place::keep_seen(chain, seen);
    }
    let (x, y) = offset(chain, fragment, put);
    let mut ids: BTreeMap<&StageId, StageId> = BTreeMap::new();
    let mut parts = Parts::default();
    for original in &fragment.stages {
        let id = names::stage_id(chain, &original.kind);
        let mut stage = original.clone();
        stage.id = id.clone();
        stage.at = stage
            .at
            .filter(|_| keeps_points)
            .map(|at| at.clamped().moved(x, y));
        chain.stages.push(stage);
        parts.stages.insert(id.clone());
        ids.insert(&original.id, id);
    }
    for original in &fragment.wires {
        let ends = ids
            .get(&original.from.stage)
            .zip(ids.get(&original.to.stage));
        if let Some((from, to)) = ends {
            let mut wire = original.clone();
            wire.id = names::wire_id(chain);
            wire.from.stage = from.clone();
            wire.to.stage = to.clone();
            chain.wires.push(wire);
        }
    }
    for original in &fragment.notes {
        let note = Note {
            id: names::note_id(chain),
            at: original.at.clamped().moved(x, y),
            size: original.size.clamped(),
            text: original.text.clone(),
        };
        parts.notes.insert(note.id.clone());
        chain.notes.push(note);
    }
    for original in &fragment.groups {
        let stages: Vec<StageId> = original
            .stages
            .iter()
            .filter_map(|id| ids.get(id).cloned())
            .collect();
        if !stages.is_empty() {
            let id = names::group_id(chain);
            chain.groups.push(Group {
                id,
                stages,
                ..original.clone()
            });
        }
    }
    Selection::of(parts)
}

/// The fragment with the points at which it would be laid out by itself.
fn with_points(fragment: &Chain) -> Chain {
    let mut placed = fragment.clone();
    let places = Layout::of(fragment, &Room::wide()).places(fragment);
    place::keep_seen(&mut placed, &places);
    placed
}

/// How far the copies are from their originals: beside, they stand where none of them covers another part.
fn offset(chain: &Chain, fragment: &Chain, put: Put) -> (f64, f64) {
    let stages = |chain: &Chain| -> Vec<Point> {
        let stages = chain.stages.iter().filter_map(|stage| stage.at);
        let notes = chain.notes.iter().map(|note| note.at);
        stages.chain(notes).map(Point::clamped).collect()
    };
    let own = stages(fragment);
    match put {
        Put::At(to) => {
            let left = own.iter().map(|at| at.x).fold(f64::INFINITY, f64::min);
            let top = own.iter().map(|at| at.y).fold(f64::INFINITY, f64::min);
            if own.is_empty() {
                (0.0, 0.0)
            } else {
                (to.x - left, to.y - top)
            }
        }
        Put::Beside => {
            let rounded = |at: &Point| (at.x.round() as i64, at.y.round() as i64);
            let taken = ordered::set(stages(chain).iter().map(rounded));
            let steps = 1..=taken.len() as i64 + 1;
            let step = steps
                .map(|step| step as f64 * BESIDE)
                .find(|by| {
                    own.iter()
                        .all(|at| !taken.contains(&rounded(&Point::new(at.x + by, at.y + by))))
                })
                .unwrap_or(BESIDE);
            (step, step)
        }
    }
}
