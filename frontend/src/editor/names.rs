//! Ids for new stages and wires: short, telling, and not yet taken.

use pipeyard_shared::chain::{Chain, Stage, StageKind};
use pipeyard_shared::{StageId, WireId, id::is_valid_id};

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
    let taken = |id: &StageId| chain.stage(id).is_some();
    std::iter::once(StageId::new(stem))
        .chain((2u64..).map(|number| StageId::new(format!("{stem}-{number}"))))
        .find(|id| !taken(id))
        .unwrap_or_else(|| StageId::new(stem))
}

/// A free id for a wire: `w1`, `w2`.
pub(super) fn wire_id(chain: &Chain) -> WireId {
    (1u64..)
        .map(|number| WireId::new(format!("w{number}")))
        .find(|id| chain.wire(id).is_none())
        .unwrap_or_else(|| WireId::new("w"))
}
