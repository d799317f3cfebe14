//! A ring of stages that wait for each other, said in a sentence.

use pipeyard_shared::chain::{Chain, InputPort, OutputPort};
use pipeyard_shared::event::{Doing, Wait};
use yew::{Html, Properties, component, html};

use crate::desk::{Desk, use_desk};
use crate::runs::Run;
use crate::same::Same;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) run: Option<Same<Run>>,
}

/// Always there, so that what appears in it is read out, once.
#[component]
pub(super) fn DeadlockNotice(props: &Props) -> Html {
    let desk = use_desk();
    let run = props.run.as_ref().filter(|run| run.is_active());
    let sentence = run.and_then(|run| {
        let (lane, deadlock) = run.deadlocked()?;
        let sentence = sentence(&desk, &run.chain, &deadlock.waits);
        let several = run.lanes.len() > 1;
        Some(if several {
            format!("{}: {sentence}", (desk.words.lane)(lane.0))
        } else {
            sentence
        })
    });
    html! {
        <div id="deadlock" class="deadlock" role="alert">
            if let Some(sentence) = sentence {
                <p class="deadlock__text"><b><span aria-hidden="true">{ "❚❚ " }</span>{ desk.words.watch.deadlock }</b>{ " " }{ sentence }</p>
            }
        </div>
    }
}

/// Who waits for whom, and that nobody can go on.
fn sentence(desk: &Desk, chain: &Chain, waits: &[Wait]) -> String {
    let words = desk.words.watch;
    let name = |id| {
        chain
            .stage(id)
            .map(|stage| stage.name())
            .unwrap_or_default()
    };
    let parts = waits.iter().map(|wait| {
        let who = name(&wait.stage);
        let on: Vec<String> = wait.on.iter().map(name).collect();
        let on = on.join(words.and);
        match wait.doing {
            Doing::BlockedWriting { port } => {
                let port = match port {
                    OutputPort::Stdout => desk.words.standard_output,
                    OutputPort::Stderr => desk.words.standard_error,
                };
                (words.waits_to_write)(&who, port, &on)
            }
            Doing::WaitingForInput { port } => {
                let port = match port {
                    InputPort::Stdin => desk.words.standard_input.to_owned(),
                    InputPort::Extra(_) => port.to_string(),
                };
                (words.waits_to_read)(&who, &port, &on)
            }
            Doing::Running | Doing::Waiting | Doing::Stopped => (words.waits)(&who, &on),
        }
    });
    let parts: Vec<String> = parts.collect();
    let end = if waits.len() > 2 {
        words.none_of_them
    } else {
        words.neither
    };
    format!("{}. {end}", parts.join("; "))
}
