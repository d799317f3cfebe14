//! Chains to begin with, by what one wants to see. What they are called is in `i18n/gallery.rs`.

use std::rc::Rc;

use pipeyard_shared::Chain;
use pipeyard_shared::chain::Point;

use crate::editor::fragment::Put;
use crate::editor::layout::{Layout, Room};
use crate::editor::{Edit, is_placed};

/// Between a chain and what is put below it, in pixels of the canvas.
const BELOW: f64 = 60.0;

/// An example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Example {
    /// Its name in the document and in the catalogues.
    pub(crate) id: &'static str,
    /// What it is about.
    pub(crate) task: Task,
    json: &'static str,
}

/// What an example is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// One program, or a few in a row.
    Begin,
    /// Many at the same time.
    Parallel,
    /// Bytes that are no text.
    Bytes,
    /// More than a row.
    Wires,
    /// What goes wrong, and how that looks.
    Trouble,
}

macro_rules! example {
    ($id:literal, $task:ident) => {
        Example {
            id: $id,
            task: Task::$task,
            json: include_str!(concat!("gallery/", $id, ".json")),
        }
    };
}

/// All examples; those of one task follow each other.
pub(crate) const EXAMPLES: [Example; 17] = [
    example!("hello", Begin),
    example!("count", Begin),
    example!("typed", Begin),
    example!("watch", Parallel),
    example!("ten", Parallel),
    example!("lanes", Parallel),
    example!("cores", Parallel),
    example!("encrypt", Bytes),
    example!("hash", Bytes),
    example!("sizes", Bytes),
    example!("branch", Wires),
    example!("merge", Wires),
    example!("errors", Wires),
    example!("timeout", Trouble),
    example!("early", Trouble),
    example!("slow", Trouble),
    example!("deadlock", Trouble),
];

impl Example {
    /// The chain, with this title.
    pub(crate) fn chain(&self, title: &str) -> Chain {
        // The tests read every one of them.
        let mut chain = Chain::from_json(self.json).unwrap_or_else(|_| Chain::new(""));
        chain.title = title.to_owned();
        chain
    }
}

/// Puts a copy of a chain beside one, as one step: below what a person has placed, or where the layout puts it.
pub(crate) fn beside(chain: &Chain, added: Chain) -> Edit {
    let layout = Layout::of(chain, &Room::wide());
    let bounds = layout.bounds_with_notes(chain);
    let put = match is_placed(chain) {
        true => Put::At(Point::new(bounds.x, bounds.y + bounds.height + BELOW)),
        false => Put::Beside,
    };
    Edit::Paste {
        fragment: Box::new(added),
        put,
        seen: Rc::new(layout.places(chain)),
    }
}

#[cfg(test)]
mod tests {
    use pipeyard_shared::check::check;
    use pipeyard_shared::limits::Limits;
    use pipeyard_shared::words::Language;

    use super::*;
    use crate::editor::{Action, Editor};
    use crate::i18n::examples::ExampleWords;

    #[test]
    fn every_example_can_be_run_and_is_called_something_in_both_languages() {
        let mut known = Vec::new();
        for example in EXAMPLES {
            for language in [Language::En, Language::Ko] {
                let (title, sentence) = (ExampleWords::of(language).example)(example.id);
                assert!(!title.is_empty() && !sentence.is_empty(), "{}", example.id);
                assert!(!known.contains(&title), "{title}");
                known.push(title);
            }
            let chain = example.chain("x");
            assert_eq!(check(&chain, &Limits::default()), [], "{}", example.id);
            assert_eq!(
                Chain::from_json(example.json)
                    .ok()
                    .map(|chain| chain.stages.len()),
                Some(chain.stages.len())
            );
        }
    }

    #[test]
    fn an_example_beside_another_is_one_step_and_covers_nothing() {
        let chain = EXAMPLES[0].chain("one");
        let editor = Editor::new(chain.clone());
        let both = editor.after(Action::Edit(beside(&chain, EXAMPLES[1].chain("two"))));
        assert_eq!(both.chain().stages.len(), 6);
        assert_eq!(both.chain().title, "one");
        assert_eq!(both.after(Action::Undo).chain(), editor.chain());
    }
}
