//! A stage that starts a process: its program, and what the process is given.

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{Chain, InputPort, Process, Setup, Shell, StageKind, Stderr, Stdin};
use pipeyard_shared::problem::{Part, Problem};
use yew::{Callback, Html, html};

use super::arguments::Arguments;
use super::duration::Duration;
use super::environment::environment;
use super::errors::{error_at, error_of_time};
use super::program::ProgramField;
use super::typed::TypedInput;
use crate::components::field::{Choice, TextField};
use crate::desk::Desk;
use crate::runs::Run;
use crate::same::Same;

pub(super) fn process_form(
    desk: &Desk,
    chain: &Same<Chain>,
    run: &Option<Same<Run>>,
    id: &StageId,
    problems: &[Problem],
) -> Html {
    let words = desk.words;
    let Some((stage, setup)) = chain
        .stage(id)
        .and_then(|stage| Some((stage, stage.setup()?)))
    else {
        return html! { <div></div> };
    };
    let wired = chain.wires_to(id, InputPort::Stdin).next().is_some();
    let typed = setup.stdin == Stdin::Typed && !wired;
    let kind = &stage.kind;
    let directory = with_setup(desk, id, kind, "directory", |setup, text: String| {
        setup.directory = Some(text).filter(|text| !text.is_empty()).map(Into::into);
    });
    let timeout = with_setup(desk, id, kind, "timeout", |setup, ms| {
        setup.timeout_ms = ms;
    });
    let inputs = [Stdin::Free, Stdin::Closed, Stdin::Typed];
    let stdin = with_setup(desk, id, kind, "", move |setup, chosen: usize| {
        setup.stdin = inputs[chosen.min(2)];
    });
    let stderr = with_setup(desk, id, kind, "", |setup, chosen: usize| {
        setup.stderr = if chosen == 0 {
            Stderr::Apart
        } else {
            Stderr::Stdout
        };
    });
    let stdin_note = match setup.stdin {
        Stdin::Free => words.stdin_free_note,
        Stdin::Closed => words.stdin_closed_note,
        Stdin::Typed => words.stdin_typed_note,
    };
    let options = vec![
        words.stdin_free.into(),
        words.stdin_closed.into(),
        words.stdin_typed.into(),
    ];
    html! {
        <div class="form">
            <div>
                if typed {
                    <TypedInput chain={chain.clone()} run={run.clone()} id={id.clone()} />
                }
            </div>
            { command(desk, id, kind, problems) }
            { environment(desk, id, kind, problems) }
            <div>
                if !wired {
                    <Choice
                        id="stage-stdin"
                        label={words.standard_input}
                        {options}
                        chosen={inputs.iter().position(|kind| *kind == setup.stdin).unwrap_or(0)}
                        on_change={stdin}
                        note={stdin_note}
                    />
                }
            </div>
            <Choice
                id="stage-stderr"
                label={words.standard_error}
                options={vec![words.stderr_apart.into(), words.stderr_joined.into()]}
                chosen={usize::from(setup.stderr == Stderr::Stdout)}
                on_change={stderr}
            />
            <TextField
                id="stage-directory"
                label={words.directory}
                value={setup.directory.as_ref().map(|path| path.lossy().into_owned()).unwrap_or_default()}
                placeholder={words.the_workspace}
                mono=true
                error={error_at(desk, problems, Part::Directory)}
                on_change={directory}
            />
            <Duration
                id="stage-timeout"
                label={words.timeout}
                value={setup.timeout_ms}
                error={error_of_time(desk, problems)}
                on_change={timeout}
            />
        </div>
    }
}

/// The program and its words, or the text for the shell.
fn command(desk: &Desk, id: &StageId, kind: &StageKind, problems: &[Problem]) -> Html {
    let words = desk.words;
    match kind {
        StageKind::Process(process) => {
            html! {
                <div class="form">
                    <ProgramField id={id.clone()} process={process.clone()} error={error_at(desk, problems, Part::Program)} />
                    <Arguments id={id.clone()} process={process.clone()} problems={problems.to_vec()} />
                </div>
            }
        }
        StageKind::Shell(shell) => {
            let text = {
                let (desk, id, shell) = (desk.clone(), id.clone(), shell.clone());
                Callback::from(move |text: String| {
                    let text = text.into();
                    let shell = Shell {
                        text,
                        ..shell.clone()
                    };
                    desk.shape(&id, StageKind::Shell(shell), "text", 0);
                })
            };
            html! {
                <TextField id="stage-text" label={words.shell_text} value={shell.text.lossy().into_owned()} note={words.shell_note} error={error_at(desk, problems, Part::ShellText)} mono=true rows={4} on_change={text} />
            }
        }
        _ => html! { <div></div> },
    }
}

/// A callback that changes the stage's setup.
fn with_setup<T: 'static>(
    desk: &Desk,
    id: &StageId,
    kind: &StageKind,
    part: &'static str,
    change: impl Fn(&mut Setup, T) + 'static,
) -> Callback<T> {
    let (desk, id, kind) = (desk.clone(), id.clone(), kind.clone());
    Callback::from(move |value| {
        let mut kind = kind.clone();
        if let StageKind::Process(Process { setup, .. }) | StageKind::Shell(Shell { setup, .. }) =
            &mut kind
        {
            change(setup, value);
        }
        desk.shape(&id, kind, part, 0);
    })
}
