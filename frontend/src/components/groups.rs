//! Groups on the canvas: a frame behind the cards, or one card for all of them.

use pipeyard_shared::chain::{Chain, Group};
use yew::{Callback, Html, classes, html};

use crate::components::hue;
use crate::components::placed::placed;
use crate::components::status::{self, Status};
use crate::desk::Desk;
use crate::editor::layout::{GroupArea, Layout};
use crate::editor::{Edit, Parts, Selection, group_of};
use crate::runs::Run;

/// Stages that a card names before it counts the rest.
const MOST_NAMES: usize = 4;

/// What is shown.
pub(super) struct Props<'a> {
    pub(super) chain: &'a Chain,
    pub(super) layout: &'a Layout,
    pub(super) selection: &'a Selection,
    pub(super) run: Option<&'a Run>,
    /// The time on the page's clock, while it matters.
    pub(super) now_ms: f64,
}

/// The layer of groups.
pub(super) fn groups(desk: &Desk, props: &Props) -> Html {
    let parts = match props.selection {
        Selection::Many(parts) => (**parts).clone(),
        Selection::Stage(id) => Parts::of_stages([id.clone()]),
        _ => Parts::default(),
    };
    let selected = group_of(props.chain, &parts).map(|group| &group.id);
    let groups = props.layout.groups.iter().filter_map(|at| {
        let group = props.chain.groups.get(at.group)?;
        let own = if at.collapsed {
            card(desk, props, at, group, selected == Some(&group.id))
        } else {
            frame(desk, group, selected == Some(&group.id))
        };
        let class = if at.collapsed {
            "placed--card"
        } else {
            "placed--group"
        };
        Some(placed(format!("group-{}", group.id), at.area, class, own))
    });
    html! { <div class="canvas__groups">{ for groups }</div> }
}

fn frame(desk: &Desk, group: &Group, selected: bool) -> Html {
    html! {
        <div class={classes!("group", selected.then_some("is-selected"))}>
            <div class="group__bar">
                { fold(desk, group) }
                <button type="button" class="group__title" data-group={group.id.to_string()} aria-pressed={selected.to_string()}>{ title(desk, group) }</button>
            </div>
        </div>
    }
}

/// One card for all its stages: their names, and what tells most of how they are.
fn card(desk: &Desk, props: &Props, at: &GroupArea, group: &Group, selected: bool) -> Html {
    let members = props
        .layout
        .members
        .get(at.group)
        .map_or(&[][..], Vec::as_slice);
    let known: Vec<String> = members
        .iter()
        .filter_map(|at| props.chain.stages.get(*at))
        .take(MOST_NAMES)
        .map(|stage| stage.name())
        .collect();
    let more = members.len().saturating_sub(known.len());
    let mut names = known.join(" · ");
    if more > 0 {
        names += &format!(" · +{more}");
    }
    let status = together(desk, props, members);
    let hue = hue(members.first().copied().unwrap_or_default());
    html! {
        <div class="group__card">
            <button
                type="button"
                class={classes!("card", "card--stacked", "card--group", hue, selected.then_some("is-selected"))}
                data-group={group.id.to_string()}
                data-state={status.state}
                aria-pressed={selected.to_string()}
            >
                <span class="card__title"><span class="card__names">
                    <span class="card__kind">{ (desk.words.stages)(members.len()) }</span>
                    <span class="card__name"><span class="card__text">{ title(desk, group) }</span></span>
                </span></span>
                <span class="card__line">{ names }</span>
                <span class={classes!("card__status", format!("is-{}", status.state))}>
                    <span class="card__glyph" aria-hidden="true">{ status.glyph }</span>
                    <b class="card__word">{ status.word }</b>
                </span>
            </button>
            { fold(desk, group) }
        </div>
    }
}

/// The status of the stage that tells most: one that failed, or else one that runs, or else the last.
fn together(desk: &Desk, props: &Props, members: &[usize]) -> Status {
    let stages = members.iter().filter_map(|at| props.chain.stages.get(*at));
    let all: Vec<Status> = stages
        .filter_map(|stage| {
            let run = props.run?;
            let at = run.chain.stage_index(&stage.id)?;
            Some(status::of(desk, run, at, run.elapsed_us(props.now_ms)))
        })
        .collect();
    let of = |state: &str| all.iter().find(|status| status.state == state);
    let telling = of("failed").or_else(|| of("running")).or(all.last());
    telling.cloned().unwrap_or_else(|| status::idle(desk))
}

fn fold(desk: &Desk, group: &Group) -> Html {
    let words = desk.words.stage;
    let name = if group.collapsed {
        words.expand
    } else {
        words.collapse
    };
    let press = {
        let (desk, edit) = (
            desk.clone(),
            Edit::Collapse(group.id.clone(), !group.collapsed),
        );
        Callback::from(move |_| desk.edit(edit.clone()))
    };
    html! {
        <button type="button" class="group__fold" data-fold={group.id.to_string()} aria-label={name} title={name} aria-expanded={(!group.collapsed).to_string()} disabled={desk.recorded} onclick={press}>{ if group.collapsed { "⤢" } else { "⤡" } }</button>
    }
}

fn title(desk: &Desk, group: &Group) -> String {
    match group.title.as_str() {
        "" => desk.words.stage.new_group.to_owned(),
        title => title.to_owned(),
    }
}
