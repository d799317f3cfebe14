//! Ids for new parts: short, telling, and not yet taken.

use pipeyard_shared::chain::{Chain, Stage, StageKind};
use pipeyard_shared::id::is_valid_id;
use pipeyard_shared::{GroupId, NoteId, StageId, WireId};

/// A free id that tells what the stage is: `sort`, `sort-2`.
pub(super) fn stage_id(chain: &Chain, kind: &StageKind) -> StageId {
    let name = Stage::new("x", kind.clone()).name();
    let safe: String = name
        .chars()
        .filter(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_'))
        .take(32)
        .collect();
    let stem = if is_valid_id(&safe) {
        &safe
    } else {
        kind.word()
    };
    let ids = || chain.stages.iter().map(|stage| stage.id.as_str());
    if ids().all(|id| id != stem) {
        return StageId::new(stem);
    }
    let stem = format!("{stem}-");
    StageId::new(format!("{stem}{}", free_number(ids(), &stem, 2)))
}

/// A free id for a wire: `w1`, `w2`.
pub(super) fn wire_id(chain: &Chain) -> WireId {
    let ids = chain.wires.iter().map(|wire| wire.id.as_str());
    WireId::new(format!("w{}", free_number(ids, "w", 1)))
}

/// A free id for a note: `n1`, `n2`.
pub(super) fn note_id(chain: &Chain) -> NoteId {
    let ids = chain.notes.iter().map(|note| note.id.as_str());
    NoteId::new(format!("n{}", free_number(ids, "n", 1)))
}

/// A free id for a group: `g1`, `g2`.
pub(super) fn group_id(chain: &Chain) -> GroupId {
    let ids = chain.groups.iter().map(|group| group.id.as_str());
    GroupId::new(format!("g{}", free_number(ids, "g", 1)))
}

/// The lowest number from `least` on that no id has behind the stem.
fn free_number<'a>(ids: impl Iterator<Item = &'a str>, stem: &str, least: usize) -> usize {
    let mut taken: Vec<usize> = ids
        .filter_map(|id| id.strip_prefix(stem)?.parse().ok())
        .collect();
    taken.sort_unstable();
    taken.iter().fold(
        least,
        |free, number| {
            if *number == free { free + 1 } else { free }
        },
    )
}
