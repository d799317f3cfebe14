//! A chain whose text cannot be typed: what of it can be said, a command after another.

use pipeyard_shared::chain::{Chain, InputPort, OutputPort};
use yew::{Callback, Html, classes, html};

use crate::components::hue;
use crate::components::shell_line::{Line, shown};
use crate::desk::Desk;
use crate::editor::Selection;
use crate::editor::layout::reading_order;
use crate::ui::Show;

/// The commands, and why they cannot be typed.
pub(super) fn row(desk: &Desk, line: &Line, why: &'static str) -> Html {
    let mut before: Option<usize> = None;
    let stages = reading_order(&line.chain).into_iter().map(|at| {
        let stage = &line.chain.stages[at];
        let joint = match before.replace(at) {
            Some(left) if is_piped(&line.chain, left, at) => "|",
            Some(_) => "·",
            None => "",
        };
        let id = &stage.id;
        let select = {
            let (desk, id) = (desk.clone(), id.clone());
            Callback::from(move |_| desk.select(Selection::Stage(id.clone())))
        };
        let hover = |on: bool| {
            let (desk, id) = (desk.clone(), id.clone());
            Callback::from(move |_| desk.show(Show::Hover(on.then(|| id.clone()))))
        };
        html! {
            <li key={id.to_string()} class="shell-line__item">
                <span class="shell-line__joint" aria-hidden="true">{ joint }</span>
                <button
                    type="button"
                    class={classes!(
                        "shell-line__stage",
                        hue(at),
                        (line.hovered.as_ref() == Some(id)).then_some("is-lit"),
                        (line.selected.as_ref() == Some(id)).then_some("is-selected"),
                    )}
                    onclick={select}
                    onpointerenter={hover(true)}
                    onpointerleave={hover(false)}
                >
                    { shown(stage) }
                </button>
            </li>
        }
    });
    let stages: Vec<Html> = stages.collect();
    html! {
        <div class="line line--row">
            <ol class="shell-line__stages">{ for stages }</ol>
            <span class="shell-line__note" hidden={why.is_empty()}>{ why }</span>
        </div>
    }
}

fn is_piped(chain: &Chain, from: usize, to: usize) -> bool {
    let (from, to) = (&chain.stages[from].id, &chain.stages[to].id);
    chain
        .wires_from(from, OutputPort::Stdout)
        .any(|wire| wire.to.stage == *to && wire.to.port == InputPort::Stdin)
}
