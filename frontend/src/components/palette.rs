//! The palette: a click adds a stage behind the selected one. To a recorded chain nothing is added.

use web_sys::HtmlInputElement;
use yew::{
    Callback, Html, InputEvent, KeyboardEvent, TargetCast, classes, component, html, use_state,
};

use crate::desk::{Desk, use_desk};
use crate::editor::Edit;
use crate::editor::template::{PALETTE, Template};
use crate::ui::{Sheet, Show};

#[component]
pub(crate) fn Palette() -> Html {
    let desk = use_desk();
    let words = desk.words;
    let search = use_state(String::new);
    let typed = {
        let search = search.setter();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                search.set(input.value());
            }
        })
    };
    let found: Vec<_> = PALETTE
        .iter()
        .map(|(group, templates)| {
            let fitting = templates
                .iter()
                .copied()
                .filter(|template| fits(&desk, *template, &search));
            (*group, fitting.collect::<Vec<_>>())
        })
        .filter(|(_, templates)| !templates.is_empty())
        .collect();
    let first = found
        .first()
        .and_then(|(_, templates)| templates.first())
        .copied();
    let key = {
        let (desk, search) = (desk.clone(), search.clone());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" if !event.ctrl_key() && !event.is_composing() => {
                if let Some(template) = first.filter(|_| !search.is_empty()) {
                    add(&desk, template);
                }
            }
            "Escape" if !search.is_empty() => {
                event.prevent_default();
                search.set(String::new());
            }
            _ => {}
        })
    };
    let groups = found.iter().map(|(group, templates)| {
        let items = templates.iter().map(|template| item(&desk, *template));
        html! {
            <section key={format!("{group:?}")} class="palette__group">
                <h2 class="palette__heading">{ (words.group)(*group) }</h2>
                <ul>{ for items }</ul>
            </section>
        }
    });
    html! {
        <aside class={classes!("palette", desk.recorded.then_some("palette--still"))} aria-label={words.palette}>
            <input
                id="palette-search"
                type="search"
                class="field__input palette__search"
                placeholder={words.add_a_stage}
                aria-label={words.add_a_stage}
                value={(*search).clone()}
                autocomplete="off"
                disabled={desk.recorded}
                oninput={typed}
                onkeydown={key}
            />
            // What cannot be pressed takes no focus, and would keep the keyboard from what is further down.
            <div class="palette__groups" role="group" aria-label={words.palette} tabindex={desk.recorded.then_some("0")}>{ for groups }</div>
            <p class="palette__none" hidden={!found.is_empty()}>{ words.nothing_found }</p>
        </aside>
    }
}

fn item(desk: &Desk, template: Template) -> Html {
    let press = {
        let desk = desk.clone();
        Callback::from(move |_| add(&desk, template))
    };
    let (name, explanation) = named(desk, template);
    let class = if template.program().is_some() {
        "palette__name is-mono"
    } else {
        "palette__name"
    };
    html! {
        <li key={format!("{template:?}")}>
            <button type="button" class="palette__item" disabled={desk.recorded} data-template={format!("{template:?}").to_ascii_lowercase()} onclick={press}>
                <span class="palette__plus" aria-hidden="true">{ "+" }</span>
                <span {class}>{ name }</span>
                <span class="palette__what">{ explanation }</span>
            </button>
        </li>
    }
}

fn add(desk: &Desk, template: Template) {
    desk.edit(Edit::Add(template.kind()));
    desk.show(Show::Sheet(Some(Sheet::Inspector)));
}

/// What a template is called, and what it does.
pub(super) fn named(desk: &Desk, template: Template) -> (&'static str, &'static str) {
    let (name, explanation) = (desk.words.template)(template);
    (template.program().unwrap_or(name), explanation)
}

fn fits(desk: &Desk, template: Template, search: &str) -> bool {
    let search = search.trim().to_ascii_lowercase();
    let (name, explanation) = named(desk, template);
    [name, explanation]
        .iter()
        .any(|text| text.to_ascii_lowercase().contains(&search))
}
