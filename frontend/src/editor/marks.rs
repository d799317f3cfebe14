//! Edits of notes and groups.

use pipeyard_shared::chain::{Chain, Group, Note, Point, Size};
use pipeyard_shared::limits::{GROUP_TITLE_BYTES, GROUPS, NOTE_BYTES, NOTES, QUESTION_BYTES};
use pipeyard_shared::{GroupId, NoteId, StageId};

use super::{Parts, names};

/// How large a new note is.
pub(crate) const NOTE_SIZE: Size = Size {
    width: 200.0,
    height: 100.0,
};

/// Adds a note. Nothing where the chain has as many as it may have.
pub(super) fn add_note(chain: &mut Chain, at: Point, text: &str) -> Option<NoteId> {
    if chain.notes.len() >= NOTES as usize {
        return None;
    }
    let id = names::note_id(chain);
    chain.notes.push(Note {
        id: id.clone(),
        at: at.clamped(),
        size: NOTE_SIZE,
        text: cut(text, NOTE_BYTES),
    });
    Some(id)
}

pub(super) fn note<'a>(chain: &'a mut Chain, id: &NoteId) -> Option<&'a mut Note> {
    chain.notes.iter_mut().find(|note| note.id == *id)
}

pub(super) fn write_note(chain: &mut Chain, id: &NoteId, text: &str) {
    if let Some(note) = note(chain, id) {
        note.text = cut(text, NOTE_BYTES);
    }
}

/// Makes a group of stages, which leave the groups that they were in. Nothing where there are no such stages, or
/// the chain has as many groups as it may have.
pub(super) fn group(chain: &mut Chain, stages: &[StageId], title: &str) -> Option<GroupId> {
    let known = chain.stages.iter().map(|stage| &stage.id);
    let members: Vec<StageId> = known.filter(|id| stages.contains(id)).cloned().collect();
    if members.is_empty() || chain.groups.len() >= GROUPS as usize {
        return None;
    }
    for group in &mut chain.groups {
        group.stages.retain(|stage| !members.contains(stage));
    }
    let id = names::group_id(chain);
    chain.groups.push(Group {
        id: id.clone(),
        title: cut(title, GROUP_TITLE_BYTES),
        stages: members,
        collapsed: false,
    });
    chain.keep_groups_real();
    Some(id)
}

pub(super) fn name_group(chain: &mut Chain, id: &GroupId, title: &str) {
    if let Some(group) = chain.groups.iter_mut().find(|group| group.id == *id) {
        group.title = cut(title, GROUP_TITLE_BYTES);
    }
}

pub(super) fn collapse(chain: &mut Chain, id: &GroupId, collapsed: bool) {
    if let Some(group) = chain.groups.iter_mut().find(|group| group.id == *id) {
        group.collapsed = collapsed;
    }
}

/// The group goes, its stages stay.
pub(super) fn dissolve(chain: &mut Chain, id: &GroupId) -> Option<Parts> {
    let at = chain.groups.iter().position(|group| group.id == *id)?;
    let group = chain.groups.remove(at);
    Some(Parts::of_stages(group.stages))
}

/// The group whose stages are exactly these.
pub(crate) fn group_of<'a>(chain: &'a Chain, parts: &Parts) -> Option<&'a Group> {
    if parts.stages.is_empty() || !parts.wires.is_empty() || !parts.notes.is_empty() {
        return None;
    }
    chain.groups.iter().find(|group| {
        group.stages.len() == parts.stages.len()
            && group.stages.iter().all(|id| parts.stages.contains(id))
    })
}

/// A question as long as it may be.
pub(super) fn cut_question(text: &str) -> String {
    cut(text, QUESTION_BYTES)
}

/// As much of a text as there may be, in whole characters.
fn cut(text: &str, most: u32) -> String {
    let mut end = text.len().min(most as usize);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}
