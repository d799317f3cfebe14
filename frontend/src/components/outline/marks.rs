//! Notes and groups as lists.

use pipeyard_shared::chain::Chain;
use pipeyard_shared::{GroupId, NoteId};
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::{Callback, Html, InputEvent, TargetCast, html};

use crate::components::inspector::below;
use crate::desk::Desk;
use crate::editor::{Action, Edit, Parts, Selection};
use crate::i18n::outline::OutlineWords;
use crate::same::Same;

/// The chain's notes, and a way to add one.
pub(super) fn notes(desk: &Desk, chain: &Same<Chain>, selection: &Selection) -> Html {
    let words = OutlineWords::of(desk.language);
    let rows = chain.notes.iter().enumerate().map(|(at, note)| {
        let typed = {
            let (desk, id) = (desk.clone(), note.id.clone());
            Callback::from(move |event: InputEvent| {
                if let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() {
                    desk.edit(Edit::NoteText(id.clone(), area.value()));
                }
            })
        };
        let select = {
            let (desk, id) = (desk.clone(), note.id.clone());
            Callback::from(move |_| desk.select(Selection::Note(id.clone())))
        };
        let name = (words.note)(at + 1);
        let chosen = *selection == Selection::Note(note.id.clone());
        html! {
            <li key={note.id.to_string()} class={yew::classes!("outline__note", chosen.then_some("is-selected"))}>
                <textarea class="field__input" rows="2" aria-label={name.clone()} value={note.text.clone()} onfocus={select} oninput={typed} onblur={settle(desk)} />
                <button type="button" class="chip" aria-label={format!("{}: {name}", words.remove_alone)} onclick={remove(desk, &note.id)}>{ words.remove_alone }</button>
            </li>
        }
    });
    let add = {
        let (desk, chain) = (desk.clone(), chain.clone());
        Callback::from(move |_| desk.edit(Edit::AddNote(below(&chain), String::new())))
    };
    html! {
        <section class="outline__marks" aria-label={words.notes}>
            <h2 class="outline__heading">{ words.notes }</h2>
            <ul>{ for rows }</ul>
            <button type="button" id="outline-add-note" class="chip" onclick={add}>{ words.add_note }</button>
        </section>
    }
}

/// The chain's groups.
pub(super) fn groups(desk: &Desk, chain: &Chain) -> Html {
    let words = OutlineWords::of(desk.language);
    let rows = chain.groups.iter().enumerate().map(|(at, group)| {
        let typed = {
            let (desk, id) = (desk.clone(), group.id.clone());
            Callback::from(move |event: InputEvent| {
                if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                    desk.edit(Edit::GroupTitle(id.clone(), input.value()));
                }
            })
        };
        let members: Vec<String> = group.stages.iter().map(|id| chain.name_of(id)).collect();
        let press = |edit: fn(GroupId) -> Edit| {
            let (desk, id) = (desk.clone(), group.id.clone());
            Callback::from(move |_| desk.edit(edit(id.clone())))
        };
        let fold = if group.collapsed {
            press(|id| Edit::Collapse(id, false))
        } else {
            press(|id| Edit::Collapse(id, true))
        };
        html! {
            <li key={group.id.to_string()} class="outline__group">
                <input class="field__input" type="text" aria-label={(words.group_title)(at + 1)} value={group.title.clone()} oninput={typed} onblur={settle(desk)} />
                <span class="outline__members">{ format!("{}: {}", (words.group_of)(members.len()), members.join(", ")) }</span>
                <button type="button" class="chip" aria-pressed={group.collapsed.to_string()} onclick={fold}>{ words.fold }</button>
                <button type="button" class="chip" onclick={press(Edit::Dissolve)}>{ words.dissolve }</button>
            </li>
        }
    });
    html! {
        <section class="outline__marks" aria-label={words.groups} hidden={chain.groups.is_empty()}>
            <h2 class="outline__heading">{ words.groups }</h2>
            <ul>{ for rows }</ul>
        </section>
    }
}

fn settle(desk: &Desk) -> Callback<yew::FocusEvent> {
    let desk = desk.clone();
    Callback::from(move |_| desk.act(Action::Settle))
}

fn remove(desk: &Desk, id: &NoteId) -> Callback<yew::MouseEvent> {
    let (desk, id) = (desk.clone(), id.clone());
    Callback::from(move |_| {
        let mut parts = Parts::default();
        parts.notes.insert(id.clone());
        desk.edit(Edit::RemoveAll {
            parts,
            reconnect: false,
        });
    })
}
