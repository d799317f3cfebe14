//! The palette: a click adds a stage behind the selected one, a drag puts it where a person wants it. To a recorded
//! chain nothing is added.

pub(crate) mod carry;

use std::cell::RefCell;
use std::rc::Rc;

use pipeyard_shared::chain::StageKind;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};
use yew::{
    Callback, Html, InputEvent, TargetCast, UseStateSetter, classes, component, html, use_mut_ref,
    use_state,
};

use crate::desk::{Desk, use_desk};
use crate::editor::Edit;
use crate::editor::template::{Group, Template, search, typed};
use crate::hooks::step_focus;
use crate::i18n::templates::TemplateWords;
use crate::ui::{Sheet, Show};
use carry::{Carried, Carrying, carry};

/// What can be added.
pub(super) fn palette() -> Html {
    html! { <Palette /> }
}

#[component]
fn Palette() -> Html {
    let desk = use_desk();
    let words = desk.words;
    let wanted = use_state(String::new);
    let carrying = use_mut_ref(Carrying::default);
    let typing = {
        let wanted = wanted.setter();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                wanted.set(input.value());
            }
        })
    };
    let found = search(desk.language, &wanted);
    let key = {
        let (desk, wanted, first) = (desk.clone(), wanted.clone(), found.first().copied());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" if !event.ctrl_key() && !event.is_composing() && !wanted.is_empty() => {
                // What opens then takes the focus, and would be pressed by the same key.
                event.prevent_default();
                match first {
                    Some(template) => add(&desk, &[template.kind()]),
                    None => add(&desk, &typed(&wanted)),
                }
                wanted.set(String::new());
            }
            "Escape" if !wanted.is_empty() => {
                event.prevent_default();
                wanted.set(String::new());
            }
            "Escape" => {
                // The page's own keys mean something again, and this one stops no run on its way out.
                event.prevent_default();
                if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                    // Refused by no browser.
                    let _ = field.blur();
                }
            }
            _ => {}
        })
    };
    let steps = Callback::from(|event: KeyboardEvent| {
        step_focus(
            &event,
            ".palette__adding",
            ".palette__search:not(:disabled), .palette__item",
        );
    });
    let heading =
        |group: Group| html! { <h2 class="palette__heading">{ (words.group)(group) }</h2> };
    let items = |group: Option<Group>| -> Html {
        let own = found
            .iter()
            .filter(|template| group.is_none_or(|group| template.group == group));
        own.map(|template| {
            item(
                &desk,
                *template,
                found.first() == Some(template),
                &carrying,
                &wanted.setter(),
            )
        })
        .collect()
    };
    let list = match wanted.trim().is_empty() {
        true => Group::ALL
            .iter()
            .map(|group| html! { <section key={format!("{group:?}")} class="palette__group">{ heading(*group) }<ul>{ items(Some(*group)) }</ul></section> })
            .collect::<Html>(),
        false => html! { <section key="found" class="palette__group"><ul>{ items(None) }{ typed_item(&desk, &wanted, &wanted.setter()) }</ul></section> },
    };
    html! {
        <div class={classes!("palette__adding", desk.recorded.then_some("palette--still"))} onkeydown={steps}>
            <input
                id="palette-search"
                type="search"
                class="field__input palette__search"
                placeholder={words.add_a_stage}
                aria-label={words.add_a_stage}
                value={(*wanted).clone()}
                autocomplete="off"
                spellcheck="false"
                disabled={desk.recorded}
                oninput={typing}
                onkeydown={key}
            />
            // What cannot be pressed takes no focus, and would keep the keyboard from what is further down.
            <div
                class="palette__groups"
                role="group"
                aria-label={words.palette}
                tabindex={desk.recorded.then_some("0")}
                onpointerdown={carry(&desk, &carrying, found_at)}
                onpointermove={carry(&desk, &carrying, found_at)}
                onpointerup={carry(&desk, &carrying, found_at)}
                onpointercancel={carry(&desk, &carrying, found_at)}
                onkeydown={carrying_ends(carrying.clone())}
            >{ list }</div>
            <div class="palette__ghost is-mono" hidden=true aria-hidden="true"></div>
        </div>
    }
}

/// The template of an item.
fn found_at(desk: &Desk, target: &Element) -> Option<(Element, Carried)> {
    let item = target.closest("[data-template]").ok()??;
    let template = Template::of(&item.get_attribute("data-template")?)?;
    let carried = Carried {
        name: template.name(desk.language).to_owned(),
        kind: template.kind(),
    };
    Some((item, carried))
}

/// Escape puts down what is carried.
pub(crate) fn carrying_ends(carrying: Rc<RefCell<Carrying>>) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Escape" && carrying.borrow_mut().end() {
            event.prevent_default();
        }
    })
}

/// One of the list. Tab comes to the first, arrows go to the others.
/// What was searched for is done with once it is added.
fn item(
    desk: &Desk,
    template: Template,
    first: bool,
    carrying: &Rc<RefCell<Carrying>>,
    search: &UseStateSetter<String>,
) -> Html {
    let press = {
        let (desk, carrying, search) = (desk.clone(), carrying.clone(), search.clone());
        Callback::from(move |_| {
            // A browser takes a drag that ends for a click, too.
            if !carrying.borrow_mut().take_dropped() {
                add(&desk, &[template.kind()]);
                search.set(String::new());
            }
        })
    };
    let class = classes!("palette__name", template.is_program().then_some("is-mono"));
    let what = TemplateWords::of(desk.language).what(template);
    html! {
        <li key={template.id}>
            <button type="button" class="palette__item" disabled={desk.recorded} tabindex={(!first).then_some("-1")} data-template={template.id} title={what} onclick={press}>
                <span class="palette__plus" aria-hidden="true">{ "+" }</span>
                <span {class}>{ template.name(desk.language) }</span>
                <span class="palette__what">{ what }</span>
            </button>
        </li>
    }
}

/// What was searched for, as a program of its own.
fn typed_item(desk: &Desk, wanted: &str, search: &UseStateSetter<String>) -> Html {
    let words = desk.words;
    let stages = typed(wanted);
    let what = match &stages[..] {
        [StageKind::Shell(_)] => words.typed_shell.to_owned(),
        [_] => words.typed_program.to_owned(),
        more => (words.typed_programs)(more.len()),
    };
    let press = {
        let (desk, search) = (desk.clone(), search.clone());
        Callback::from(move |_| {
            add(&desk, &stages);
            search.set(String::new());
        })
    };
    html! {
        <li key="typed">
            <button type="button" id="add-typed" class="palette__item" title={what.clone()} onclick={press}>
                <span class="palette__plus" aria-hidden="true">{ "+" }</span>
                <span class="palette__name">{ (words.add_typed)(wanted.trim()) }</span>
                <span class="palette__what palette__what--whole">{ what }</span>
            </button>
        </li>
    }
}

/// Adds stages one behind the other, as one step.
fn add(desk: &Desk, stages: &[StageKind]) {
    match stages {
        [] => return,
        [kind] => desk.edit(Edit::Add(kind.clone())),
        many => desk.edit(Edit::All(many.iter().cloned().map(Edit::Add).collect())),
    }
    desk.show(Show::Sheet(Some(Sheet::Inspector)));
}
