//! Where a person has put things. Either every stage has a point or none: as long as none has, the chain is laid
//! out automatically.

use pipeyard_shared::chain::{Chain, Point};
use pipeyard_shared::layout::points;
pub(crate) use pipeyard_shared::layout::{Places, is_placed};
use pipeyard_shared::ordered;
use pipeyard_shared::{NoteId, StageId};

/// What is put where.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Arrangement {
    /// Stages.
    pub(crate) stages: Vec<(StageId, Point)>,
    /// Notes.
    pub(crate) notes: Vec<(NoteId, Point)>,
}

/// Puts things where they are wanted. What is seen of all other stages stays where it is.
pub(super) fn arrange(chain: &mut Chain, wanted: &Arrangement, seen: &Places) {
    let stages = ordered::map(wanted.stages.iter().map(|(id, at)| (id, *at)));
    let known = chain
        .stages
        .iter()
        .any(|stage| stages.contains_key(&stage.id));
    if known {
        keep_seen(chain, seen);
    }
    for stage in &mut chain.stages {
        if let Some(at) = stages.get(&stage.id) {
            stage.at = Some(at.clamped());
        }
    }
    for note in &mut chain.notes {
        if let Some((_, at)) = wanted.notes.iter().find(|(id, _)| *id == note.id) {
            note.at = at.clamped();
        }
    }
}

/// Every stage that has no point gets the one at which it is seen.
pub(super) fn keep_seen(chain: &mut Chain, seen: &Places) {
    for stage in &mut chain.stages {
        if stage.at.is_none() {
            stage.at = seen.get(&stage.id).copied().map(Point::clamped);
        }
    }
}

/// Lets the chain be laid out automatically again.
pub(super) fn tidy(chain: &mut Chain) {
    for stage in &mut chain.stages {
        stage.at = None;
    }
}

/// Gives every stage of a placed chain its point.
pub(super) fn fill(chain: &mut Chain) {
    let missing = chain.stages.iter().any(|stage| stage.at.is_none());
    if !missing || !is_placed(chain) {
        return;
    }
    let points = points(chain);
    for (stage, point) in chain.stages.iter_mut().zip(points) {
        stage.at = Some(point);
    }
}
