//! A stage to be added at a place of the canvas, chosen from a list: where a wire was dropped on nothing, on a double
//! click, or by keyboard.

use std::rc::Rc;

use pipeyard_shared::chain::{Point, StageKind};
use yew::{AttrValue, Callback, Html, UseStateSetter, html};

use crate::components::chooser::{Chooser, Chosen, Item};
use crate::components::pick::templates;
use crate::desk::Desk;
use crate::editor::fragment::Put;
use crate::editor::layout::{CARD_HEIGHT, PORT, WIDEST_CARD};
use crate::editor::template::{Template, typed};
use crate::editor::{Edit, Places, Port};
use crate::hooks::focus_soon;
use crate::same::Same;
use crate::sharing::chain_of;

/// What is to be added where.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    /// Where on the canvas; beside the selected stage without.
    pub(super) at: Option<Point>,
    /// What it is to be joined to.
    pub(super) join: Option<Port>,
    /// Where in the window the list stands.
    pub(super) window: (f64, f64),
    /// Where all stages are seen.
    pub(super) seen: Rc<Places>,
}

/// The list.
pub(crate) fn adding(desk: &Desk, asked: &Asked, close: &UseStateSetter<Option<Asked>>) -> Html {
    let (items, found): (Vec<Item>, Vec<Template>) = templates(desk).into_iter().unzip();
    let on_close = {
        let close = close.clone();
        Callback::from(move |()| close.set(None))
    };
    let on_choose = {
        let (desk, asked, close) = (desk.clone(), asked.clone(), close.clone());
        Callback::from(move |chosen| {
            let wanted = match chosen {
                Chosen::Item(at) => found.get(at).map(|template| edit(template.kind(), &asked)),
                Chosen::Typed(text) => of_text(&text, &asked),
            };
            close.set(None);
            if let Some(wanted) = wanted {
                desk.edit(wanted);
                focus_soon(".canvas .card.is-selected".to_owned());
            }
        })
    };
    html! {
        <Chooser
            id="adding"
            label={desk.words.add_a_stage}
            items={Same::new(items)}
            at={Some(asked.window)}
            typed={Some(AttrValue::from(desk.words.canvas.add_typed))}
            {on_choose}
            {on_close}
        />
    }
}

/// The stage with its port where the wire ends, or its middle where the pointer is.
fn edit(kind: StageKind, asked: &Asked) -> Edit {
    let Some(at) = asked.at else {
        return Edit::Add(kind);
    };
    let (left, up) = match asked.join {
        Some(Port::Output(_)) => (0.0, PORT),
        Some(Port::Input(_)) => (WIDEST_CARD, PORT),
        None => (WIDEST_CARD / 2.0, CARD_HEIGHT / 2.0),
    };
    Edit::AddAt {
        kind,
        at: Point::new(at.x - left, at.y - up),
        join: asked.join.clone(),
        seen: asked.seen.clone(),
    }
}

/// What was typed: the stage of a command, or all stages of a pipeline with their wires.
fn of_text(text: &str, asked: &Asked) -> Option<Edit> {
    let mut kinds = typed(text);
    if kinds.len() > 1 && asked.join.is_some() {
        // The first at the wire, each other one behind the one before.
        let mut kinds = kinds.into_iter();
        let first = kinds.next().map(|kind| edit(kind, asked));
        return Some(Edit::All(
            first.into_iter().chain(kinds.map(Edit::Add)).collect(),
        ));
    }
    let chain = chain_of(text.trim()).filter(|chain| chain.stages.len() > 1);
    if let (Some(chain), None) = (chain, &asked.join) {
        return Some(Edit::Paste {
            fragment: Box::new(chain),
            put: asked.at.map_or(Put::Beside, Put::At),
            seen: asked.seen.clone(),
        });
    }
    kinds.pop().map(|kind| edit(kind, asked))
}
