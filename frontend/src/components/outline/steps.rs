//! What can be done to the selected stage or wire, as buttons and lists below it.

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{Chain, FanIn, InputPort, OutputPort, StageKind, Wire, WireMode};
use yew::{AttrValue, Callback, Html, html};

use crate::components::chooser::Item;
use crate::components::inspector::ports::{connections, rewirings};
use crate::components::inspector::wire_ends::{insertions, passes_on};
use crate::components::pick::{Pick, templates};
use crate::desk::Desk;
use crate::editor::{Edit, Parts, Port, Side, can_move};
use crate::i18n::outline::OutlineWords;
use crate::same::Same;

/// For a stage.
pub(super) fn of_stage(desk: &Desk, chain: &Same<Chain>, id: &StageId) -> Html {
    let words = OutlineWords::of(desk.language);
    let Some(stage) = chain.stage(id) else {
        return Html::default();
    };
    let press = |edit: Edit| {
        let desk = desk.clone();
        Callback::from(move |_| desk.edit(edit.clone()))
    };
    let takes = stage.has_input(InputPort::Stdin);
    let gives = stage.has_output(OutputPort::Stdout);
    let before = {
        let id = id.clone();
        let wire = chain.wires_to(&id, InputPort::Stdin).next();
        let wire = wire.map(|wire| wire.id.clone());
        move |kind: StageKind| match &wire {
            Some(wire) if passes_on(&kind) => Edit::Insert {
                wire: wire.clone(),
                kind,
                at: None,
            },
            _ => Edit::AddAtPort(kind, Port::stdin(&id)),
        }
    };
    let branch = {
        let id = id.clone();
        move |kind| Edit::AddAtPort(kind, Port::stdout(&id))
    };
    let alone = Edit::RemoveAll {
        parts: Parts::of_stages([id.clone()]),
        reconnect: false,
    };
    let move_to = |side, key: &str, name: &'static str, glyph: &'static str| {
        html! { <button type="button" class="chip" data-step={key.to_owned()} disabled={!can_move(chain, id, side)} aria-label={name} title={name} onclick={press(Edit::Move(id.clone(), side))}>{ glyph }</button> }
    };
    let connect = {
        let (desk, chain, id) = (desk.clone(), chain.clone(), id.clone());
        Callback::from(move |()| connections(&desk, &chain, &id))
    };
    html! {
        <div class="outline__steps" role="group" aria-label={(words.change)(&chain.name_of(id))}>
            if takes {
                { pick("add-before", words.before, None, added(desk, before)) }
            }
            if gives {
                { pick("add-after", words.after, None, added(desk, Edit::Add)) }
                { pick("add-branch", words.branch, None, added(desk, branch)) }
            }
            { pick("connect", words.connect, None, connect) }
            { move_to(Side::Left, "left", desk.words.move_left, "↑") }
            { move_to(Side::Right, "right", desk.words.move_right, "↓") }
            <button type="button" class="chip" data-step="bypass" aria-pressed={stage.bypassed.to_string()} onclick={press(Edit::Bypass(vec![id.clone()], !stage.bypassed))}>{ words.bypass }</button>
            <button type="button" class="chip" data-step="duplicate" onclick={press(Edit::Duplicate(id.clone()))}>{ desk.words.duplicate }</button>
            <button type="button" class="chip" data-step="remove" onclick={press(Edit::Remove(id.clone()))}>{ words.remove_joined }</button>
            <button type="button" class="chip" data-step="remove-alone" onclick={press(alone)}>{ words.remove_alone }</button>
        </div>
    }
}

/// For a wire.
pub(super) fn of_wire(desk: &Desk, chain: &Same<Chain>, wire: &Wire) -> Html {
    let words = OutlineWords::of(desk.language);
    let press = |edit: Edit| {
        let desk = desk.clone();
        Callback::from(move |_| desk.edit(edit.clone()))
    };
    let direct = wire.mode == WireMode::Direct;
    let mode = if direct {
        WireMode::Tapped
    } else {
        WireMode::Direct
    };
    let merged = chain.wires_to(&wire.to.stage, wire.to.port).count() > 1;
    let now = chain
        .stage(&wire.to.stage)
        .map(|stage| stage.fan_in_at(wire.to.port));
    let [lines, ordered, shared] = desk.words.merges;
    let merge_name = match now.unwrap_or_default() {
        FanIn::Lines => lines,
        FanIn::Ordered => ordered,
        FanIn::Shared => shared,
    };
    let merges = {
        let (to, names) = (wire.to.clone(), desk.words.merges);
        Callback::from(move |()| {
            let merges = [FanIn::Lines, FanIn::Ordered, FanIn::Shared];
            let named = merges.into_iter().zip(names);
            named
                .map(|(merge, name)| {
                    let item = Item {
                        id: name.to_owned(),
                        label: name.to_owned(),
                        ..Item::default()
                    };
                    (item, Edit::Merge(to.stage.clone(), to.port, merge))
                })
                .collect()
        })
    };
    let insert = {
        let (desk, id) = (desk.clone(), wire.id.clone());
        Callback::from(move |()| insertions(&desk, &id))
    };
    let end = |now: Port, other: Port| {
        let (desk, chain, id) = (desk.clone(), chain.clone(), wire.id.clone());
        Callback::from(move |()| rewirings(&desk, &chain, &id, &now, &other))
    };
    let (from, to) = (
        Port::Output(wire.from.clone()),
        Port::Input(wire.to.clone()),
    );
    html! {
        <div class="outline__steps" role="group" aria-label={(words.change)(&chain.wire_name(wire))}>
            { pick("insert", words.on_wire, None, insert) }
            { pick("rewire-from", words.from_now, None, end(from.clone(), to.clone())) }
            { pick("rewire-to", words.to_now, None, end(to, from)) }
            <button type="button" class="chip" data-step="direct" aria-pressed={direct.to_string()} onclick={press(Edit::Mode(wire.id.clone(), mode))}>{ desk.words.direct }</button>
            if merged {
                { pick("merge", merge_name, Some(desk.words.merge), merges) }
            }
            <button type="button" class="chip" data-step="disconnect" onclick={press(Edit::Disconnect(wire.id.clone()))}>{ words.remove_alone }</button>
        </div>
    }
}

/// All that can be added, with what adding it there is.
fn added(
    desk: &Desk,
    edit: impl Fn(StageKind) -> Edit + 'static,
) -> Callback<(), Vec<(Item, Edit)>> {
    let desk = desk.clone();
    Callback::from(move |()| {
        let all = templates(&desk).into_iter();
        all.map(|(item, template)| (item, edit(template.kind())))
            .collect()
    })
}

fn pick(
    step: &'static str,
    shown: &'static str,
    label: Option<&'static str>,
    choices: Callback<(), Vec<(Item, Edit)>>,
) -> Html {
    html! { <Pick key={step} {step} class="chip" {shown} label={label.map(AttrValue::from)} {choices} /> }
}
