//! A chain that came with a link: what it would do, before anybody runs it.

mod panel;

use std::rc::Rc;

use pipeyard_shared::limits::Limits;
use pipeyard_shared::link::{LinkError, decode, fragment_in};
use pipeyard_shared::words::{Language, link_error};
use yew::{Html, html};

use crate::commands::Scene;
use crate::components::later::sharing;
use crate::desk::Desk;
use crate::editor::Action;
use crate::i18n::sharing::SharingWords;
use crate::replay::{Fault, Opened, Play};
use panel::Panel;

/// What a visited chain would do, and the ways from it. Nothing while one's own is shown. It is loaded later.
pub(crate) fn visit(desk: &Desk, scene: &Rc<Scene>) -> Html {
    match desk.visited {
        Some(_) => sharing(desk, |parts| (parts.visit)(desk, scene)),
        None => Html::default(),
    }
}

/// The panel. It comes with the third file.
pub(crate) fn content(desk: &Desk, scene: &Rc<Scene>) -> Html {
    match &desk.visited {
        Some(chain) => html! { <Panel chain={chain.clone()} scene={scene.clone()} /> },
        None => Html::default(),
    }
}

/// Opens the fragment of an address; runs nothing. It comes with the third file.
pub(crate) fn opened(desk: &Desk, address: &str) {
    let shared = match fragment_in(address) {
        Some(fragment) => decode(fragment, &Limits::default()),
        None => Err(LinkError::NotALink),
    };
    match shared {
        Ok(shared) => {
            desk.visit(Action::Visit(Box::new(shared.chain)));
            if let Some(recording) = shared.recording {
                let words = SharingWords::of(desk.language);
                let opened = Opened::of_recording(words.of_the_link.to_owned(), recording);
                desk.play(Play::Open(Ok(opened)));
            }
        }
        Err(error) => {
            // What the sentence says.
            if desk.visited.is_some() {
                desk.visit(Action::Mine);
            }
            let sentence = |language| {
                let error = link_error(language, &error);
                (SharingWords::of(language).not_opened)(&error)
            };
            let fault = Fault::Link([sentence(Language::En), sentence(Language::Ko)]);
            desk.play(Play::Open(Err(fault.into())));
        }
    }
}
