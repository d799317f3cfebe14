//! Working edits out on a chain.

use pipeyard_shared::chain::{Chain, Point, Stage};
use pipeyard_shared::ordered;
use pipeyard_shared::{StageId, WireId};

use super::connect::{self, Port};
use super::fragment::{self, Put};
use super::place::{self, Arrangement, Places};
use super::{Edit, Parts, Selection, marks, names, rewire};

/// Applies an edit and returns what should be selected next, where that changes.
pub(super) fn apply(chain: &mut Chain, edit: &Edit, selected: &Selection) -> Option<Selection> {
    let next = change(chain, edit, selected);
    chain.keep_groups_real();
    place::fill(chain);
    next
}

fn change(chain: &mut Chain, edit: &Edit, selected: &Selection) -> Option<Selection> {
    let alone = match selected {
        Selection::Stage(id) => Some(id),
        _ => None,
    };
    match edit {
        Edit::Title(title) => chain.title.clone_from(title),
        Edit::Lanes(lanes) => chain.lanes = lanes.clone(),
        Edit::Jobs(jobs) => chain.jobs = *jobs,
        Edit::Status(rule) => chain.status = *rule,
        Edit::RunTimeout(timeout) => chain.timeout_ms = *timeout,
        Edit::Replace(other) | Edit::Retype(other) => chain.clone_from(other),
        Edit::Add(kind) => return stage_one(rewire::add(chain, kind.clone(), alone)),
        Edit::Duplicate(id) => return duplicate(chain, id).and_then(stage_one),
        Edit::Remove(id) => return rewire::remove(chain, id).and_then(stage_one),
        Edit::Move(id, side) => rewire::move_stage(chain, id, *side),
        Edit::Shape { stage, kind, .. } => {
            if let Some(stage) = stage_mut(chain, stage) {
                stage.kind = kind.clone();
            }
        }
        Edit::Label(id, label) => {
            if let Some(stage) = stage_mut(chain, id) {
                stage.label = label.clone().filter(|label| !label.is_empty());
            }
        }
        Edit::Merge(id, port, fan_in) => {
            if let Some(stage) = stage_mut(chain, id) {
                stage.fan_in.insert(*port, *fan_in);
            }
        }
        Edit::Connect(from, to) => {
            connect::connect(chain, from.clone(), to.clone());
        }
        Edit::Rewire(id, port) => connect::rewire(chain, id, port),
        Edit::Disconnect(id) => chain.wires.retain(|wire| &wire.id != id),
        Edit::Mode(id, mode) => {
            if let Some(wire) = chain.wires.iter_mut().find(|wire| &wire.id == id) {
                wire.mode = *mode;
            }
        }
        Edit::Order(id, side) => rewire::reorder(chain, id, *side),
        Edit::Ask(id, question) => {
            if let Some(wire) = chain.wires.iter_mut().find(|wire| &wire.id == id) {
                wire.question = question.as_deref().map(marks::cut_question);
            }
        }
        Edit::AddAt {
            kind,
            at,
            join,
            seen,
        } => {
            place::keep_seen(chain, seen);
            let id = names::stage_id(chain, kind);
            let stage = Stage::new(id.as_str(), kind.clone());
            chain.stages.push(Stage {
                at: Some(at.clamped()),
                ..stage
            });
            match join {
                Some(Port::Output(from)) => {
                    connect::connect(chain, from.clone(), connect::input(&id));
                }
                Some(Port::Input(to)) => {
                    connect::connect(chain, connect::output(&id), to.clone());
                }
                None => {}
            }
            return stage_one(id);
        }
        Edit::AddAtPort(kind, port) => return stage_one(rewire::add_at(chain, kind.clone(), port)),
        Edit::Insert { wire, kind, at } => {
            let id = rewire::insert(chain, wire, kind.clone())?;
            if let Some((at, seen)) = at {
                put(chain, &id, *at, seen);
            }
            return stage_one(id);
        }
        Edit::PutOn(wire, id) => rewire::put_on(chain, wire, id),
        Edit::Arrange(wanted, seen) => {
            place::arrange(chain, wanted, seen);
            return Some(Selection::of(arranged(wanted)));
        }
        Edit::Nudge { parts, by, seen } => nudge(chain, parts, *by, seen),
        Edit::Tidy => place::tidy(chain),
        Edit::RemoveAll { parts, reconnect } => return remove_all(chain, parts, *reconnect),
        Edit::Bypass(ids, on) => {
            for stage in &mut chain.stages {
                if ids.contains(&stage.id) {
                    stage.bypassed = *on;
                }
            }
        }
        Edit::DuplicateAll(parts, seen) => {
            let fragment = fragment::copy(chain, parts, seen)?;
            return Some(fragment::paste(chain, &fragment, Put::Beside, seen));
        }
        Edit::Paste {
            fragment,
            put,
            seen,
        } => return Some(fragment::paste(chain, fragment, *put, seen)),
        Edit::AddNote(at, text) => return marks::add_note(chain, *at, text).map(Selection::Note),
        Edit::NoteText(id, text) => marks::write_note(chain, id, text),
        Edit::NoteSize(id, size) => {
            if let Some(note) = marks::note(chain, id) {
                note.size = size.clamped();
            }
        }
        Edit::Group(stages, title) => {
            let id = marks::group(chain, stages, title)?;
            let members = chain.group(&id).map(|group| group.stages.clone());
            return Some(Selection::of(Parts::of_stages(members.unwrap_or_default())));
        }
        Edit::GroupTitle(id, title) => marks::name_group(chain, id, title),
        Edit::Collapse(id, collapsed) => marks::collapse(chain, id, *collapsed),
        Edit::Dissolve(id) => return marks::dissolve(chain, id).map(Selection::of),
        Edit::All(edits) => {
            let mut next = None;
            for edit in edits {
                next = change(chain, edit, next.as_ref().unwrap_or(selected)).or(next);
            }
            return next;
        }
    }
    None
}

fn stage_one(id: StageId) -> Option<Selection> {
    Some(Selection::Stage(id))
}

fn stage_mut<'a>(chain: &'a mut Chain, id: &StageId) -> Option<&'a mut Stage> {
    chain.stages.iter_mut().find(|known| known.id == *id)
}

fn duplicate(chain: &mut Chain, id: &StageId) -> Option<StageId> {
    let original = chain.stage(id)?.clone();
    let copy = rewire::add(chain, original.kind, Some(id));
    let stage = stage_mut(chain, &copy)?;
    stage.label = original.label;
    stage.fan_in = original.fan_in;
    stage.bypassed = original.bypassed;
    Some(copy)
}

fn put(chain: &mut Chain, id: &StageId, at: Point, seen: &Places) {
    let wanted = Arrangement {
        stages: vec![(id.clone(), at)],
        notes: Vec::new(),
    };
    place::arrange(chain, &wanted, seen);
}

fn arranged(wanted: &Arrangement) -> Parts {
    Parts {
        stages: ordered::set(wanted.stages.iter().map(|(id, _)| id.clone())),
        notes: ordered::set(wanted.notes.iter().map(|(id, _)| id.clone())),
        ..Parts::default()
    }
}

fn nudge(chain: &mut Chain, parts: &Parts, by: Point, seen: &Places) {
    if chain
        .stages
        .iter()
        .any(|stage| parts.stages.contains(&stage.id))
    {
        place::keep_seen(chain, seen);
    }
    for stage in &mut chain.stages {
        if parts.stages.contains(&stage.id) {
            stage.at = stage.at.map(|at| at.moved(by.x, by.y));
        }
    }
    for note in &mut chain.notes {
        if parts.notes.contains(&note.id) {
            note.at = note.at.clamped().moved(by.x, by.y);
        }
    }
}

fn remove_all(chain: &mut Chain, parts: &Parts, reconnect: bool) -> Option<Selection> {
    let gone = |id: &WireId| parts.wires.contains(id);
    chain.wires.retain(|wire| !gone(&wire.id));
    chain.notes.retain(|note| !parts.notes.contains(&note.id));
    if reconnect {
        let mut beside = None;
        for id in &parts.stages {
            beside = rewire::remove(chain, id).or(beside);
        }
        return beside.and_then(stage_one);
    }
    chain
        .stages
        .retain(|stage| !parts.stages.contains(&stage.id));
    chain.wires.retain(|wire| {
        !parts.stages.contains(&wire.from.stage) && !parts.stages.contains(&wire.to.stage)
    });
    None
}
