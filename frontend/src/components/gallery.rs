//! The gallery of examples: found by what one wants to see, opened in place of the chain or beside it.

use std::rc::Rc;

use yew::{Callback, Html, Properties, component, html, use_state};

use crate::commands::Scene;
use crate::components::chooser::{Chooser, Chosen, Item};
use crate::desk::{Desk, use_desk};
use crate::editor::Edit;
use crate::gallery::{EXAMPLES, Example, beside};
use crate::i18n::examples::ExampleWords;
use crate::same::Same;
use crate::ui::Show;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) scene: Rc<Scene>,
}

#[component]
pub(crate) fn Gallery(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words.gallery;
    let added = use_state(|| false);
    let items = EXAMPLES
        .iter()
        .map(|example| item(&desk, example))
        .collect();
    let choose = {
        let (desk, scene, added) = (desk.clone(), props.scene.clone(), *added);
        Callback::from(move |chosen| {
            if let Chosen::Item(at) = chosen
                && let Some(example) = EXAMPLES.get(at)
            {
                desk.show(Show::Over(None));
                open(&desk, &scene, example, added);
            }
        })
    };
    let close = {
        let desk = desk.clone();
        Callback::from(move |()| desk.show(Show::Over(None)))
    };
    let choice = |beside: bool, word: &'static str| {
        let added_setter = added.setter();
        let press = Callback::from(move |_| added_setter.set(beside));
        html! { <button type="button" class="chip" data-beside={beside.to_string()} aria-pressed={(*added == beside).to_string()} onclick={press}>{ word }</button> }
    };
    let empty = props.scene.editor.chain().stages.is_empty();
    let tools = html! {
        <div class="chooser__tools" role="group" aria-label={words.how} hidden={empty}>
            <span aria-hidden="true">{ words.how }</span>
            { choice(false, words.replace) }
            { choice(true, words.beside) }
        </div>
    };
    html! { <Chooser id="gallery" label={words.find} items={Same::new(items)} {tools} on_choose={choose} on_close={close} /> }
}

/// An example as something to be chosen.
pub(super) fn item(desk: &Desk, example: &Example) -> Item {
    let words = desk.words.gallery;
    let (title, sentence) = (ExampleWords::of(desk.language).example)(example.id);
    let other = desk.language.other();
    let (other_title, other_sentence) = (ExampleWords::of(other).example)(example.id);
    Item {
        id: example.id.to_owned(),
        group: (words.task)(example.task).into(),
        label: title.to_owned(),
        hint: sentence.to_owned(),
        words: format!("{other_title} {other_sentence}"),
        ..Item::default()
    }
}

/// Opens an example as one step that can be taken back.
pub(super) fn open(desk: &Desk, scene: &Scene, example: &Example, added: bool) {
    let (title, _) = (ExampleWords::of(desk.language).example)(example.id);
    let chain = example.chain(title);
    let own = scene.editor.chain();
    desk.edit(match added && !own.stages.is_empty() {
        true => beside(own, chain),
        false => Edit::Replace(Box::new(chain)),
    });
}
