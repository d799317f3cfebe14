//! The chain as shell text: to be typed in, once what reads shell text is there.

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{Chain, Stage};
use pipeyard_shared::shell::stage_text;
use yew::{Html, html};

use crate::desk::Desk;
use crate::editor::layout::reading_order;
use crate::later::Loaded;
use crate::line::paint::{DOTS, is_secret};
use crate::same::Same;

/// What the line needs to know.
#[derive(Clone, PartialEq)]
pub(crate) struct Line {
    /// The chain.
    pub(crate) chain: Same<Chain>,
    /// The stage under the pointer.
    pub(crate) hovered: Option<StageId>,
    /// The selected stage.
    pub(crate) selected: Option<StageId>,
    /// Whether there is a runner whose programs can be asked for.
    pub(crate) connected: bool,
}

/// The line.
pub(crate) fn shell_line(desk: &Desk, line: Line) -> Html {
    let field = match desk.sharing {
        Loaded::Here(parts) => (parts.line)(line),
        Loaded::Coming | Loaded::Missing => plain(&line.chain),
    };
    html! {
        <section class="shell-line" aria-label={desk.words.shell_line}>
            <span class="shell-line__prompt" aria-hidden="true">{ "$" }</span>
            { field }
        </section>
    }
}

/// The commands, until the line can be typed in.
fn plain(chain: &Chain) -> Html {
    let stages = reading_order(chain).into_iter();
    let stages: Vec<String> = stages.map(|at| shown(&chain.stages[at])).collect();
    html! { <div key="plain" class="shell-line__plain">{ stages.join(" | ") }</div> }
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
}
