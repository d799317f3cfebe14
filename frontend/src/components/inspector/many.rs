//! Several parts, or a group: how many there are, and what can be done with all of them at once.

use std::rc::Rc;

use pipeyard_shared::chain::{Chain, Group};
use yew::{Callback, Html, html};

use crate::commands::{Command, titled};
use crate::components::field::TextField;
use crate::desk::Desk;
use crate::editor::{Align, Edit, Parts, aligned, group_of};
use crate::same::Same;

use super::seen::places;

pub(super) fn many_form(desk: &Desk, chain: &Same<Chain>, parts: &Rc<Parts>) -> Html {
    let words = desk.words;
    let own = words.stage;
    let group = group_of(chain, parts);
    let name = match group {
        Some(group) if !group.title.is_empty() => group.title.clone(),
        _ => (own.selected)(parts.stages.len(), parts.wires.len(), parts.notes.len()),
    };
    let stages: Vec<_> = parts.stages.iter().cloned().collect();
    let bypassed = |id| chain.stage(id).is_some_and(|stage| stage.bypassed);
    let all_bypassed = !stages.is_empty() && stages.iter().all(bypassed);
    let press = |edit: Edit| {
        let desk = desk.clone();
        Callback::from(move |_| desk.edit(edit.clone()))
    };
    // Where everything stands is looked up when it is needed.
    let with_places = |edit: fn(&Chain, &Rc<Parts>) -> Edit| {
        let (desk, chain, parts) = (desk.clone(), chain.clone(), parts.clone());
        Callback::from(move |_| desk.edit(edit(&chain, &parts)))
    };
    let remove = |reconnect| Edit::RemoveAll {
        parts: (**parts).clone(),
        reconnect,
    };
    let no_stages = stages.is_empty();
    let few = parts.stages.len() + parts.notes.len() < 2;
    let grouping = match group {
        Some(group) => group_fields(desk, group),
        None => {
            html! { <button type="button" id="group" class="button" disabled={no_stages} title={titled(own.group, Command::Group)} onclick={press(Edit::Group(stages.clone(), String::new()))}>{ own.group }</button> }
        }
    };
    html! {
        <div class="form">
            <h2 class="inspector__title">
                <span class="inspector__kind">{ if group.is_some() { own.new_group } else { "" } }</span>
                <span class="inspector__name">{ name }</span>
            </h2>
            { grouping }
            <div class="inspector__place">
                <button type="button" id="bypass" class="button button--switch" role="switch" aria-checked={all_bypassed.to_string()} disabled={no_stages} title={titled(own.bypass_note, Command::Bypass)} onclick={press(Edit::Bypass(stages, !all_bypassed))}>{ own.bypass }</button>
                <button type="button" class="button" disabled={no_stages && parts.notes.is_empty()} title={titled(words.duplicate, Command::Duplicate)} onclick={with_places(|chain, parts| Edit::DuplicateAll((**parts).clone(), places(chain)))}>{ words.duplicate }</button>
                <button type="button" id="remove-all" class="button button--danger" title={titled(words.remove, Command::Remove)} onclick={press(remove(false))}>{ words.remove }</button>
                <button type="button" id="remove-through" class="button button--danger" disabled={no_stages} title={titled(own.remove_through, Command::RemoveThrough)} onclick={press(remove(true))}>{ own.remove_through }</button>
            </div>
            <div class="inspector__place" role="group" aria-label={own.arrange}>
                <button type="button" id="align-left" class="button" disabled={few} onclick={with_places(|chain, parts| put(chain, parts, Align::Left))}>{ own.align_left }</button>
                <button type="button" id="align-top" class="button" disabled={few} onclick={with_places(|chain, parts| put(chain, parts, Align::Top))}>{ own.align_top }</button>
                <button type="button" class="button" disabled={few} onclick={with_places(|chain, parts| put(chain, parts, Align::Across))}>{ own.spread_across }</button>
                <button type="button" class="button" disabled={few} onclick={with_places(|chain, parts| put(chain, parts, Align::Down))}>{ own.spread_down }</button>
            </div>
        </div>
    }
}

fn group_fields(desk: &Desk, group: &Group) -> Html {
    let own = desk.words.stage;
    let title = {
        let (desk, id) = (desk.clone(), group.id.clone());
        Callback::from(move |title: String| desk.edit(Edit::GroupTitle(id.clone(), title)))
    };
    let press = |edit: Edit| {
        let desk = desk.clone();
        Callback::from(move |_| desk.edit(edit.clone()))
    };
    let collapse = Edit::Collapse(group.id.clone(), !group.collapsed);
    html! {
        <div class="form">
            <TextField id="group-title" label={own.group_title} value={group.title.clone()} on_change={title} />
            <div class="inspector__place">
                <button type="button" id="collapse" class="button" onclick={press(collapse)}>{ if group.collapsed { own.expand } else { own.collapse } }</button>
                <button type="button" id="ungroup" class="button" title={titled(own.ungroup, Command::Ungroup)} onclick={press(Edit::Dissolve(group.id.clone()))}>{ own.ungroup }</button>
            </div>
        </div>
    }
}

fn put(chain: &Chain, parts: &Parts, how: Align) -> Edit {
    let seen = places(chain);
    Edit::Arrange(Box::new(aligned(chain, parts, &seen, how)), seen)
}
