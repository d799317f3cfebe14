//! Output where it comes out.

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{OutputEnd, OutputPort};
use pipeyard_shared::flow::FlowPoint;
use yew::{Callback, Html, Properties, classes, component, html};

use crate::desk::use_desk;
use crate::runs::Run;
use crate::runs::output::lines;
use crate::same::Same;
use crate::ui::{Sheet, Show};

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The element's id: `stdout` for the chain's own output.
    #[prop_or_default]
    pub(super) id: Option<String>,
    pub(super) stage: StageId,
    pub(super) port: OutputPort,
    pub(super) run: Option<Same<Run>>,
    /// Lines that there is room for.
    pub(super) room: usize,
    /// Whether lines that are too long are broken; otherwise they are cut.
    #[prop_or_default]
    pub(super) broken: bool,
}

#[component]
pub(super) fn OutputBox(props: &Props) -> Html {
    let desk = use_desk();
    let point = FlowPoint::Port(OutputEnd {
        stage: props.stage.clone(),
        port: props.port,
    });
    let found = props
        .run
        .as_ref()
        .map(|run| lines(run, &point, props.room))
        .unwrap_or_default();
    let several = props.run.as_ref().is_some_and(|run| run.lanes.len() > 1);
    let title = match props.port {
        OutputPort::Stdout => desk.words.standard_output,
        OutputPort::Stderr => desk.words.standard_error,
    };
    let open = {
        let (desk, point) = (desk.clone(), point.clone());
        Callback::from(move |_| {
            desk.show(Show::Place(point.clone()));
            desk.show(Show::Sheet(Some(Sheet::Drawer)));
        })
    };
    let empty = found.shown.is_empty();
    let over = props.run.as_ref().is_some_and(|run| !run.is_active());
    let shown = found.shown.into_iter().enumerate().map(|(index, line)| {
        html! {
            <li key={index} class="output__line">
                if several {
                    <span class="output__lane">{ if line.first { line.lane.to_string() } else { String::new() } }</span>
                }
                <code class="output__text" data-lane={line.lane.to_string()} title={line.text.clone()}>{ line.text }</code>
            </li>
        }
    });
    let more = match (found.more_lanes, found.more_lines) {
        (0, false) => String::new(),
        (0, true) => "…".to_owned(),
        (lanes, _) => (desk.words.more_lanes)(lanes),
    };
    html! {
        <section
            id={props.id.clone()}
            class={classes!("output", (props.port == OutputPort::Stderr).then_some("output--error"), props.broken.then_some("output--broken"))}
            aria-label={format!("{title}: {}", props.stage)}
        >
            <button type="button" class="output__title" onclick={open} title={desk.words.show_all}>
                <span>{ title }</span>
                <span class="output__more">{ more }</span>
            </button>
            <ol class="output__lines">{ for shown }</ol>
            <p class="output__empty" hidden={!empty}>
                { if over { desk.words.nothing_written } else { desk.words.nothing_yet } }
            </p>
        </section>
    }
}
