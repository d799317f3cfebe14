//! The chain as shell text, each stage underlined in its colour.

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{Chain, InputPort, OutputPort, Stage};
use pipeyard_shared::shell::stage_text;
use yew::{Callback, Html, Properties, classes, component, html};

use crate::components::hue;
use crate::desk::use_desk;
use crate::editor::Selection;
use crate::editor::layout::reading_order;
use crate::same::Same;
use crate::ui::Show;

/// What stands in place of a secret.
const DOTS: &str = "••••••";

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) chain: Same<Chain>,
    pub(crate) hovered: Option<StageId>,
    pub(crate) selected: Option<StageId>,
}

#[component]
pub(crate) fn ShellLine(props: &Props) -> Html {
    let desk = use_desk();
    let order = reading_order(&props.chain);
    let plain = is_plain(&props.chain, &order);
    let mut before: Option<usize> = None;
    let stages = order.iter().map(|&at| {
        let stage = &props.chain.stages[at];
        let joint = match before.replace(at) {
            Some(left) if is_piped(&props.chain, left, at) => "|",
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
                        (props.hovered.as_ref() == Some(id)).then_some("is-lit"),
                        (props.selected.as_ref() == Some(id)).then_some("is-selected"),
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
        <nav class="shell-line" aria-label={desk.words.shell_line}>
            <span class="shell-line__prompt" aria-hidden="true">{ "$" }</span>
            <ol class="shell-line__stages">{ for stages }</ol>
            <span class="shell-line__note">{ if plain { "" } else { desk.words.not_a_pipeline } }</span>
        </nav>
    }
}

/// The stage as a command, without what looks like a secret.
pub(super) fn shown(stage: &Stage) -> String {
    let mut stage = stage.clone();
    if let Some(setup) = stage.setup_mut() {
        for variable in &mut setup.environment {
            if is_secret(&variable.name.lossy()) && variable.value.is_some() {
                variable.value = Some(DOTS.into());
            }
        }
    }
    let text = stage_text(&stage).replace(&format!("'{DOTS}'"), DOTS);
    // It has one line, whatever the stage's text has.
    text.replace('\n', "↵ ")
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["pass", "secret", "token", "key"]
        .iter()
        .any(|word| name.contains(word))
}

fn is_piped(chain: &Chain, from: usize, to: usize) -> bool {
    let (from, to) = (&chain.stages[from].id, &chain.stages[to].id);
    chain
        .wires_from(from, OutputPort::Stdout)
        .any(|wire| wire.to.stage == *to && wire.to.port == InputPort::Stdin)
}

/// Whether the text says all that there is: one wire from each stage to the next, and no others.
fn is_plain(chain: &Chain, order: &[usize]) -> bool {
    let piped = order
        .windows(2)
        .all(|pair| is_piped(chain, pair[0], pair[1]));
    piped && chain.wires.len() + 1 == order.len().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::example;

    #[test]
    fn secrets_are_dots_and_the_rest_is_the_command() {
        let chain = example::opening();
        assert_eq!(
            shown(&chain.stages[1]),
            "password=•••••• openssl enc -des3 -pbkdf2 -pass env:password"
        );
        assert_eq!(shown(&chain.stages[0]), "head -c 10 /dev/urandom");
    }

    #[test]
    fn only_a_row_of_stages_is_a_pipeline() {
        let mut chain = example::opening();
        assert!(is_plain(&chain, &reading_order(&chain)));
        chain.wires.pop();
        assert!(!is_plain(&chain, &reading_order(&chain)));
    }
}
