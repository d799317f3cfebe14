//! What can be done to the selected stage or wire, as buttons and lists below it.

use pipeyard_shared::chain::{
    Chain, FIRST_EXTRA_INPUT, FanIn, InputEnd, InputPort, LAST_EXTRA_INPUT, OutputEnd, OutputPort,
    StageKind, Wire, WireMode,
};
use pipeyard_shared::{StageId, WireId};
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, TargetCast, html};

use crate::desk::Desk;
use crate::editor::template::{Group, Template};
use crate::editor::{Edit, Joining, Parts, Port, Side, can_move, can_rewire};

/// For a stage.
pub(super) fn of_stage(desk: &Desk, chain: &Chain, id: &StageId) -> Html {
    let words = desk.words.outline;
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
    html! {
        <div class="outline__steps" role="group" aria-label={(words.change)(&chain.name_of(id))}>
            if takes {
                { templates(desk, "add-before", words.before, before) }
            }
            if gives {
                { templates(desk, "add-after", words.after, Edit::Add) }
                { templates(desk, "add-branch", words.branch, branch) }
            }
            { connect(desk, chain, id) }
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
pub(super) fn of_wire(desk: &Desk, chain: &Chain, wire: &Wire) -> Html {
    let words = desk.words.outline;
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
    let merges = [FanIn::Lines, FanIn::Ordered, FanIn::Shared];
    let merged = chain.wires_to(&wire.to.stage, wire.to.port).count() > 1;
    let now = chain
        .stage(&wire.to.stage)
        .map(|stage| stage.fan_in_at(wire.to.port));
    let merge = merges.iter().zip(desk.words.merges).map(|(merge, name)| {
        let edit = Edit::Merge(wire.to.stage.clone(), wire.to.port, *merge);
        (name.to_owned(), edit, now == Some(*merge))
    });
    let insert = {
        let id = wire.id.clone();
        move |kind| Edit::Insert {
            wire: id.clone(),
            kind,
            at: None,
        }
    };
    html! {
        <div class="outline__steps" role="group" aria-label={(words.change)(&chain.wire_name(wire))}>
            { templates(desk, "insert", words.on_wire, insert) }
            { choices(desk, "rewire-from", words.from_now, rewirings(chain, &wire.id, outputs(chain))) }
            { choices(desk, "rewire-to", words.to_now, rewirings(chain, &wire.id, inputs(chain))) }
            <button type="button" class="chip" data-step="direct" aria-pressed={direct.to_string()} onclick={press(Edit::Mode(wire.id.clone(), mode))}>{ desk.words.direct }</button>
            if merged {
                { chosen(desk, "merge", desk.words.merge, merge.collect()) }
            }
            <button type="button" class="chip" data-step="disconnect" onclick={press(Edit::Disconnect(wire.id.clone()))}>{ words.remove_alone }</button>
        </div>
    }
}

/// Whether bytes go through it.
fn passes_on(kind: &StageKind) -> bool {
    let stage = pipeyard_shared::chain::Stage::new("new", kind.clone());
    stage.has_input(InputPort::Stdin) && stage.has_output(OutputPort::Stdout)
}

/// A list of all that can be added, by groups.
fn templates(
    desk: &Desk,
    key: &str,
    name: &'static str,
    edit: impl Fn(StageKind) -> Edit + 'static,
) -> Html {
    let groups = Group::ALL.iter().map(|group| {
        let options = group.templates().map(|template| {
            html! { <option key={template.id} value={template.id}>{ template.name(desk.words) }</option> }
        });
        html! { <optgroup key={format!("{group:?}")} label={(desk.words.group)(*group)}>{ for options }</optgroup> }
    });
    let change = {
        let desk = desk.clone();
        Callback::from(move |event: Event| {
            let Some(select) = event.target_dyn_into::<HtmlSelectElement>() else {
                return;
            };
            if let Some(template) = Template::of(&select.value()) {
                desk.edit(edit(template.kind()));
            }
            select.set_value("");
        })
    };
    html! {
        <select class="field__input outline__choice" data-step={key.to_owned()} aria-label={name} onchange={change}>
            <option value="" selected=true>{ name }</option>
            { for groups }
        </select>
    }
}

/// A list of edits of which one is chosen, headed by what they do.
fn choices(desk: &Desk, key: &str, name: &'static str, edits: Vec<(String, Edit)>) -> Html {
    let edits = edits.into_iter().map(|(name, edit)| (name, edit, false));
    select(desk, key, name, true, edits.collect())
}

/// A list of edits of which one has been made.
fn chosen(desk: &Desk, key: &str, name: &'static str, edits: Vec<(String, Edit, bool)>) -> Html {
    select(desk, key, name, false, edits)
}

fn select(
    desk: &Desk,
    key: &str,
    name: &'static str,
    headed: bool,
    edits: Vec<(String, Edit, bool)>,
) -> Html {
    let options = edits.iter().enumerate().map(|(at, (name, _, now))| {
        html! { <option key={at} value={at.to_string()} selected={*now}>{ name.clone() }</option> }
    });
    let options: Vec<Html> = options.collect();
    let off = edits.is_empty();
    let change = {
        let desk = desk.clone();
        Callback::from(move |event: Event| {
            let Some(select) = event.target_dyn_into::<HtmlSelectElement>() else {
                return;
            };
            let at = select.value().parse::<usize>().ok();
            if let Some((_, edit, _)) = at.and_then(|at| edits.get(at)) {
                desk.edit(edit.clone());
            }
            if headed {
                select.set_value("");
            }
        })
    };
    html! {
        <select class="field__input outline__choice" data-step={key.to_owned()} aria-label={name} disabled={off} onchange={change}>
            if headed {
                <option value="" selected=true>{ name }</option>
            }
            { for options }
        </select>
    }
}

/// Everything that a wire out of this stage could lead to.
fn connect(desk: &Desk, chain: &Chain, id: &StageId) -> Html {
    let mut edits = Vec::new();
    for port in [OutputPort::Stdout, OutputPort::Stderr] {
        let from = OutputEnd {
            stage: id.clone(),
            port,
        };
        let joining = Port::Output(from.clone());
        let joining = Joining::from(chain, &joining, None);
        for port in inputs(chain) {
            if let (Port::Input(to), Ok(())) = (&port, joining.with(&port)) {
                let name = format!("{} → {}", from.port, port_name(chain, &port));
                edits.push((name, Edit::Connect(from.clone(), to.clone())));
            }
        }
    }
    choices(desk, "connect", desk.words.outline.connect, edits)
}

fn rewirings(chain: &Chain, wire: &WireId, ports: Vec<Port>) -> Vec<(String, Edit)> {
    let possible = ports
        .into_iter()
        .filter(|port| can_rewire(chain, wire, port).is_ok());
    possible
        .map(|port| (port_name(chain, &port), Edit::Rewire(wire.clone(), port)))
        .collect()
}

fn outputs(chain: &Chain) -> Vec<Port> {
    let ports = [OutputPort::Stdout, OutputPort::Stderr];
    let of = |id: &StageId| {
        ports.map(|port| {
            Port::Output(OutputEnd {
                stage: id.clone(),
                port,
            })
        })
    };
    chain
        .stages
        .iter()
        .flat_map(|stage| of(&stage.id))
        .collect()
}

/// Standard inputs, and of the extra inputs those that are used already and the first that is not.
fn inputs(chain: &Chain) -> Vec<Port> {
    let mut ports = Vec::new();
    for stage in &chain.stages {
        let used = |number: u8| {
            let port = InputPort::Extra(number);
            chain.wires_to(&stage.id, port).next().is_some()
        };
        let all = FIRST_EXTRA_INPUT..=LAST_EXTRA_INPUT;
        let free = all.clone().find(|number| !used(*number));
        let extra = all.filter(|number| used(*number) || Some(*number) == free);
        let inputs = std::iter::once(InputPort::Stdin).chain(extra.map(InputPort::Extra));
        ports.extend(inputs.map(|port| {
            Port::Input(InputEnd {
                stage: stage.id.clone(),
                port,
            })
        }));
    }
    ports
}

fn port_name(chain: &Chain, port: &Port) -> String {
    match port {
        Port::Output(end) => format!("{} {}", chain.name_of(&end.stage), end.port),
        Port::Input(end) => format!("{} {}", chain.name_of(&end.stage), end.port),
    }
}
