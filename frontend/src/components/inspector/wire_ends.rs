//! Where a wire comes from and where it goes, to be changed; and a stage put between the two.

use pipeyard_shared::WireId;
use pipeyard_shared::chain::{Chain, InputPort, OutputEnd, OutputPort, Stage};
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, Properties, TargetCast, component, html};

use super::ports::{input_name, inputs_of, option, output_name};
use crate::desk::{Desk, use_desk};
use crate::editor::template::{Group, Template};
use crate::editor::{Edit, Joining, Port};
use crate::same::Same;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) chain: Same<Chain>,
    pub(super) id: WireId,
}

#[component]
pub(super) fn WireEnds(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words.stage;
    let chain = &props.chain;
    let Some(wire) = chain.wire(&props.id) else {
        return html! { <div></div> };
    };
    let (from, to) = (
        Port::Output(wire.from.clone()),
        Port::Input(wire.to.clone()),
    );
    html! {
        <div class="form">
            { end(&desk, chain, &props.id, ("wire-from", words.from), outputs(chain), &from, &to) }
            { end(&desk, chain, &props.id, ("wire-to", words.to), inputs(chain), &to, &from) }
            { insert(&desk, &props.id) }
        </div>
    }
}

/// All ports at which the end could be, those at which it cannot be with the reason.
fn end(
    desk: &Desk,
    chain: &Same<Chain>,
    wire: &WireId,
    (id, label): (&'static str, &'static str),
    ports: Vec<Port>,
    now: &Port,
    other: &Port,
) -> Html {
    let joining = Joining::from(chain, other, Some(wire));
    let options = ports.iter().enumerate().map(|(index, port)| {
        let name = match port {
            Port::Output(end) => output_name(chain, end),
            Port::Input(end) => input_name(chain, end),
        };
        option(
            desk,
            chain,
            index,
            port == now,
            name,
            joining.with(port).err(),
        )
    });
    let options: Html = options.collect();
    let change = {
        let (desk, wire) = (desk.clone(), wire.clone());
        Callback::from(move |event: Event| {
            if let Some(port) = chosen(&event).and_then(|index| ports.get(index)) {
                desk.edit(Edit::Rewire(wire.clone(), port.clone()));
            }
        })
    };
    html! {
        <div class="field">
            <label for={id} class="field__label">{ label }</label>
            <select {id} class="field__input is-mono" onchange={change}>{ options }</select>
        </div>
    }
}

fn outputs(chain: &Chain) -> Vec<Port> {
    let both = |stage: &Stage| {
        let ports = [OutputPort::Stdout, OutputPort::Stderr].into_iter();
        let own: Vec<OutputPort> = ports.filter(|port| stage.has_output(*port)).collect();
        let stage = stage.id.clone();
        own.into_iter().map(move |port| {
            let stage = stage.clone();
            Port::Output(OutputEnd { stage, port })
        })
    };
    chain.stages.iter().flat_map(both).collect()
}

fn inputs(chain: &Chain) -> Vec<Port> {
    let all = chain
        .stages
        .iter()
        .flat_map(|stage| inputs_of(chain, stage));
    all.map(Port::Input).collect()
}

/// A list of what can stand between the two ends.
fn insert(desk: &Desk, wire: &WireId) -> Html {
    let words = desk.words;
    let groups = Group::ALL.iter().map(|group| {
        let fitting = group.templates().filter(|template| fits(*template));
        let options = fitting.map(|template| {
            html! { <option key={template.id} value={template.id}>{ format!("{} · {}", template.name(words), words.templates.what(template)) }</option> }
        });
        let options: Vec<Html> = options.collect();
        if options.is_empty() {
            return Html::default();
        }
        html! { <optgroup key={format!("{group:?}")} label={(words.group)(*group)}>{ options }</optgroup> }
    });
    let groups: Html = groups.collect();
    let change = {
        let (desk, wire) = (desk.clone(), wire.clone());
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            let template = select.and_then(|select| Template::of(&select.value()));
            if let Some(template) = template {
                desk.edit(Edit::Insert {
                    wire: wire.clone(),
                    kind: template.kind(),
                    at: None,
                });
            }
        })
    };
    html! {
        <div class="field">
            <label for="insert-stage" class="field__label">{ words.stage.insert_here }</label>
            <select id="insert-stage" class="field__input" onchange={change}>
                <option value="" selected=true>{ words.stage.insert_choose }</option>
                { groups }
            </select>
        </div>
    }
}

fn fits(template: Template) -> bool {
    let stage = Stage::new("x", template.kind());
    stage.has_input(InputPort::Stdin) && stage.has_output(OutputPort::Stdout)
}

fn chosen(event: &Event) -> Option<usize> {
    event
        .target_dyn_into::<HtmlSelectElement>()?
        .value()
        .parse()
        .ok()
}
