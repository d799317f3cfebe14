//! An explanation as it is shown: the same in a tip and in the list of a stage.

use pipeyard_shared::chain::{Stage, StageKind};
use pipeyard_shared::explain::{Explained, Said};
use pipeyard_shared::words;
use yew::{Html, html};

use crate::desk::Desk;
use crate::i18n::explain::ExplainWords;
use crate::runs::Run;

/// The program of a stage, and the words that it is given.
pub(super) fn command(kind: &StageKind) -> Option<(String, Vec<String>)> {
    match kind {
        StageKind::Process(process) => {
            let words = process.args.iter();
            let words = words.map(|word| word.lossy().into_owned()).collect();
            Some((process.program.lossy().into_owned(), words))
        }
        StageKind::Shell(shell) => {
            let words = vec!["-c".to_owned(), shell.text.lossy().into_owned()];
            Some(("bash".to_owned(), words))
        }
        _ => None,
    }
}

/// The program's sentence and who says it.
pub(super) fn program(desk: &Desk, name: &str, explained: &Explained) -> Html {
    let words = ExplainWords::of(desk.language);
    let trouble = explained.trouble.filter(|_| explained.program.is_none());
    let trouble = trouble.map(|trouble| words::explain_trouble(desk.language, trouble));
    html! {
        <div class="explained__program">
            <p class="explained__what"><b class="is-mono">{ name.to_owned() }</b>{ explained.program.as_ref().map(|said| format!(" · {}", said.what)) }</p>
            { explained.program.as_ref().map(|said| by(words, said)) }
            { trouble.map(|trouble| html! { <p class="explained__by">{ trouble }</p> }) }
        </div>
    }
}

/// The flags of a word, or of all words; `most` of them.
pub(super) fn flags(explained: &Explained, at: Option<usize>, most: usize) -> Html {
    let flags = explained.flags.iter();
    let flags = flags.filter(|flag| at.is_none_or(|at| flag.at == at));
    let rows: Vec<Html> = flags
        .take(most)
        .enumerate()
        .map(|(key, flag)| {
            html! { <div {key} class="explained__flag"><dt class="is-mono">{ flag.forms.clone() }</dt><dd>{ flag.said.what.clone() }</dd></div> }
        })
        .collect();
    html! { <dl class="explained__flags" hidden={rows.is_empty()}>{ for rows }</dl> }
}

/// Who says it.
pub(super) fn by(words: &ExplainWords, said: &Said) -> Html {
    let source = said.source.as_deref().unwrap_or(words.ours);
    html! { <p class="explained__by">{ format!("— {source}") }</p> }
}

/// What the last statuses of a stage mean, each once.
pub(super) fn meanings(desk: &Desk, run: Option<&Run>, stage: &Stage) -> Vec<String> {
    let Some((run, at)) = run.and_then(|run| Some((run, run.chain.stage_index(&stage.id)?))) else {
        return Vec::new();
    };
    let ran = &run.chain.stages[at];
    let lanes = run.lanes.iter().filter_map(|lane| lane.stages.get(at));
    let endings = lanes.filter_map(|lane| lane.ending.as_ref());
    let mut told: Vec<String> = Vec::new();
    for ending in endings {
        let meaning = words::ending_meaning(desk.language, ran, ending);
        if let Some(meaning) = meaning.filter(|meaning| !told.contains(meaning)) {
            told.push(meaning);
        }
    }
    told
}
