//! What is selected.

use std::collections::BTreeSet;
use std::rc::Rc;

use pipeyard_shared::ordered;
use pipeyard_shared::{Chain, NoteId, StageId, WireId};

/// The part of the chain that the inspector shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Selection {
    /// The chain as a whole.
    #[default]
    Chain,
    /// A stage.
    Stage(StageId),
    /// A wire.
    Wire(WireId),
    /// A note.
    Note(NoteId),
    /// Several parts; never fewer than two.
    Many(Rc<Parts>),
}

/// One part of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A stage.
    Stage(StageId),
    /// A wire.
    Wire(WireId),
    /// A note.
    Note(NoteId),
}

/// Any number of parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Stages.
    pub(crate) stages: BTreeSet<StageId>,
    /// Wires.
    pub(crate) wires: BTreeSet<WireId>,
    /// Notes.
    pub(crate) notes: BTreeSet<NoteId>,
}

impl Parts {
    /// These stages.
    pub(crate) fn of_stages(stages: impl IntoIterator<Item = StageId>) -> Self {
        Self {
            stages: ordered::set(stages),
            ..Self::default()
        }
    }

    /// How many parts there are.
    pub(crate) fn count(&self) -> usize {
        self.stages.len() + self.wires.len() + self.notes.len()
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// Takes a part in, or out if it is in.
    pub(crate) fn toggle(&mut self, part: Part) {
        fn turn<T: Ord>(set: &mut BTreeSet<T>, id: T) {
            if !set.remove(&id) {
                set.insert(id);
            }
        }
        match part {
            Part::Stage(id) => turn(&mut self.stages, id),
            Part::Wire(id) => turn(&mut self.wires, id),
            Part::Note(id) => turn(&mut self.notes, id),
        }
    }

    /// Takes all of the other's parts in.
    pub(crate) fn extend(&mut self, other: Parts) {
        self.stages.extend(other.stages);
        self.wires.extend(other.wires);
        self.notes.extend(other.notes);
    }
}

impl Selection {
    /// These parts: none are the chain, one is itself.
    pub(crate) fn of(parts: Parts) -> Self {
        let stages = parts.stages.iter().cloned().map(Self::Stage);
        let wires = parts.wires.iter().cloned().map(Self::Wire);
        let notes = parts.notes.iter().cloned().map(Self::Note);
        let mut alone = stages.chain(wires).chain(notes);
        match (alone.next(), alone.next()) {
            (None, _) => Self::Chain,
            (Some(only), None) => only,
            _ => Self::Many(Rc::new(parts.clone())),
        }
    }

    /// The selected parts.
    pub(crate) fn parts(&self) -> Parts {
        let mut parts = Parts::default();
        match self {
            Self::Chain => {}
            Self::Stage(id) => parts.toggle(Part::Stage(id.clone())),
            Self::Wire(id) => parts.toggle(Part::Wire(id.clone())),
            Self::Note(id) => parts.toggle(Part::Note(id.clone())),
            Self::Many(many) => parts = (**many).clone(),
        }
        parts
    }

    /// Whether this stage is selected, alone or with others.
    pub(crate) fn has_stage(&self, id: &StageId) -> bool {
        match self {
            Self::Stage(known) => known == id,
            Self::Many(parts) => parts.stages.contains(id),
            _ => false,
        }
    }

    /// Whether this wire is selected, alone or with others.
    pub(crate) fn has_wire(&self, id: &WireId) -> bool {
        match self {
            Self::Wire(known) => known == id,
            Self::Many(parts) => parts.wires.contains(id),
            _ => false,
        }
    }

    /// Whether this note is selected, alone or with others.
    pub(crate) fn has_note(&self, id: &NoteId) -> bool {
        match self {
            Self::Note(known) => known == id,
            Self::Many(parts) => parts.notes.contains(id),
            _ => false,
        }
    }

    /// Whether this part is selected, alone or with others.
    pub(crate) fn has(&self, part: &Part) -> bool {
        match part {
            Part::Stage(id) => self.has_stage(id),
            Part::Wire(id) => self.has_wire(id),
            Part::Note(id) => self.has_note(id),
        }
    }

    /// The selection with one part more, or less if it was in.
    pub(crate) fn toggled(&self, part: Part) -> Self {
        let mut parts = self.parts();
        parts.toggle(part);
        Self::of(parts)
    }

    /// All stages and notes of a chain.
    pub(super) fn all(chain: &Chain) -> Self {
        Self::of(Parts {
            stages: ordered::set(chain.stages.iter().map(|stage| stage.id.clone())),
            wires: BTreeSet::new(),
            notes: ordered::set(chain.notes.iter().map(|note| note.id.clone())),
        })
    }

    /// What of it the chain has.
    pub(super) fn within(self, chain: &Chain) -> Self {
        let real = match &self {
            Self::Chain => true,
            Self::Stage(id) => chain.stage(id).is_some(),
            Self::Wire(id) => chain.wire(id).is_some(),
            Self::Note(id) => chain.note(id).is_some(),
            Self::Many(_) => false,
        };
        match self {
            Self::Many(parts) => {
                let pick = |parts: &Parts| Parts {
                    stages: picked(chain.stages.iter().map(|stage| &stage.id), &parts.stages),
                    wires: picked(chain.wires.iter().map(|wire| &wire.id), &parts.wires),
                    notes: picked(chain.notes.iter().map(|note| &note.id), &parts.notes),
                };
                let found = pick(&parts);
                if found == *parts {
                    Self::Many(parts)
                } else {
                    Self::of(found)
                }
            }
            real_one if real => real_one,
            _ => Self::Chain,
        }
    }
}

impl From<Part> for Selection {
    fn from(part: Part) -> Self {
        match part {
            Part::Stage(id) => Self::Stage(id),
            Part::Wire(id) => Self::Wire(id),
            Part::Note(id) => Self::Note(id),
        }
    }
}

fn picked<'a, T: Ord + Clone + 'a>(
    known: impl Iterator<Item = &'a T>,
    of: &BTreeSet<T>,
) -> BTreeSet<T> {
    ordered::set(known.filter(|id| of.contains(*id)).cloned())
}
