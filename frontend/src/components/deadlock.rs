//! A ring of stages that wait for each other, said in a sentence: the story's own.

use pipeyard_shared::Chain;
use pipeyard_shared::event::Wait;
use pipeyard_shared::story::Sentence;
use yew::{Html, html};

use crate::components::named::named;
use crate::desk::Desk;
use crate::later::Later;
use crate::runs::Run;
use crate::same::Same;

/// Always there, so that what appears in it is read out, once.
pub(super) fn deadlock_notice(desk: &Desk, chain: &Chain, run: &Option<Same<Run>>) -> Html {
    let run = run.as_ref().filter(|run| run.is_active());
    let sentence = run.and_then(|run| {
        let (lane, deadlock) = run.deadlocked()?;
        // Of another chain than the one that is shown, nothing is said here.
        let shown = |wait: &Wait| chain.stage(&wait.stage).is_some();
        if !deadlock.waits.iter().all(shown) {
            return None;
        }
        let waits = deadlock.waits.clone();
        let sentence = Sentence::Deadlock { lane, waits };
        match desk.later {
            Later::Here(parts) => Some((parts.sentence)(desk.language, &run.chain, &sentence)),
            Later::Coming | Later::Missing => None,
        }
    });
    html! {
        <div id="deadlock" class="deadlock" role="alert">
            if let Some(sentence) = sentence {
                <p class="deadlock__text"><b aria-hidden="true">{ "❚❚ " }</b>{ named(&sentence) }</p>
            }
        </div>
    }
}
