//! The tab *Code*: the chain in a form that stands without Pipeyard, to be copied or kept.

use std::cell::Cell;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use pipeyard_shared::Chain;
use pipeyard_shared::check::check;
use pipeyard_shared::export::{Code, Form, export};
use pipeyard_shared::limits::Limits;
use pipeyard_shared::recording::Recording;
use pipeyard_shared::words;
use yew::{Callback, Html, Properties, component, html, use_memo, use_state};

use crate::components::later::sharing;
use crate::components::share::copy_text;
use crate::desk::{Desk, use_desk, use_desk_with_sharing};
use crate::hooks::files::save;
use crate::i18n::code::CodeWords;
use crate::replay::plain_name;
use crate::runs::{Run, Stale};
use crate::same::Same;
use crate::toast::Say;

thread_local! {
    /// The form that was looked at last: the tab comes and goes.
    static LAST: Cell<Form> = const { Cell::new(Form::Bash) };
}

/// What is exported.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) chain: Same<Chain>,
    /// The run that is shown, if there is one.
    pub(crate) run: Option<Same<Run>>,
    /// What of it is older than the chain.
    pub(crate) stale: Same<Stale>,
}

/// The tab. What it shows comes with the third file.
#[component]
pub(super) fn CodeTab(props: &Props) -> Html {
    let desk = use_desk_with_sharing();
    sharing(&desk, |parts| (parts.code)(props.clone()))
}

/// What it shows.
pub(crate) fn content(props: Props) -> Html {
    html! { <CodePane ..props /> }
}

/// Copies a chain in a form.
pub(crate) fn copy_as(desk: &Desk, chain: &Chain, form: Form) {
    let words = CodeWords::of(desk.language);
    match exported(desk, chain, form, None) {
        Ok(code) => copy_text(desk, &code.text, (words.copied)(form.name()), || {}),
        Err(problem) => desk.say(Say::New(problem, None)),
    }
}

#[component]
fn CodePane(props: &Props) -> Html {
    let desk = use_desk();
    let words = CodeWords::of(desk.language);
    let form = use_state(|| LAST.get());
    let used = *form;
    // A run that goes on would write the page anew with every event.
    let run = props.run.clone();
    let run = run.filter(|run| used == Form::Markdown && !run.is_active() && !props.stale.any);
    // As a whole: bytes may come after the last event.
    let asked = (props.chain.clone(), used, desk.language, run.clone());
    let code = use_memo(asked, |_| {
        let recording = run.map(|run| run.to_recording());
        exported(&desk, &props.chain, used, recording.as_ref())
    });
    let chosen = {
        let form = form.setter();
        Callback::from(move |chosen: Form| {
            LAST.set(chosen);
            form.set(chosen);
        })
    };
    html! {
        <div class="code">
            { bar(&desk, words, used, &chosen, &code, &props.chain) }
            <ul class="code__notes" hidden={!matches!(&*code, Ok(code) if !code.notes.is_empty())}>
                { for code.iter().flat_map(|code| &code.notes).enumerate().map(|(number, note)| html! { <li key={number}>{ note.words(desk.language) }</li> }) }
            </ul>
            <div class="code__place" key={used.name()}>{ shown(words, used, &code) }</div>
        </div>
    }
}

fn bar(
    desk: &Desk,
    words: &'static CodeWords,
    used: Form,
    chosen: &Callback<Form>,
    code: &Rc<Result<Code, String>>,
    chain: &Same<Chain>,
) -> Html {
    let forms = Form::ALL.map(|form| {
        let press = chosen.reform(move |_| form);
        html! { <button key={form.name()} type="button" id={format!("code-{}", form.ending())} class="chip" aria-pressed={(form == used).to_string()} onclick={press}>{ form.name() }</button> }
    });
    let copies = {
        let (desk, code) = (desk.clone(), code.clone());
        Callback::from(move |_| {
            if let Ok(code) = &*code {
                copy_text(&desk, &code.text, (words.copied)(used.name()), || {});
            }
        })
    };
    let keeps = {
        let (desk, code, chain) = (desk.clone(), code.clone(), chain.clone());
        Callback::from(move |_| {
            let Ok(code) = &*code else { return };
            let name = format!("{}.{}", plain_name(&chain.title, "chain"), used.ending());
            if !save(&name, &code.text) {
                desk.say(Say::New(words.not_kept.to_owned(), None));
            }
        })
    };
    let off = code.is_err();
    html! {
        <div class="data__bar">
            <span class="data__forms" role="group" aria-label={words.forms}>{ for forms }</span>
            <button type="button" id="code-copy" class="button" disabled={off} onclick={copies}>{ words.copy }</button>
            <button type="button" id="code-download" class="button" disabled={off} onclick={keeps}>{ words.download }</button>
        </div>
    }
}

fn shown(words: &CodeWords, form: Form, code: &Result<Code, String>) -> Html {
    match code {
        Err(problem) => {
            html! { <p id="code-problem" class="code__problem" role="status">{ problem.clone() }</p> }
        }
        Ok(code) if form == Form::Svg => {
            let address = format!("data:image/svg+xml;base64,{}", BASE64.encode(&code.text));
            html! { <div id="code" class="code__text code__text--picture" tabindex="0" role="region" aria-label={words.picture}><img class="code__picture" src={address} alt={words.picture} /></div> }
        }
        Ok(code) => {
            html! { <pre id="code" class="code__text" tabindex="0" role="region" aria-label={(words.text)(form.name())}>{ code.text.clone() }</pre> }
        }
    }
}

/// The chain in a form, or why there is none: what cannot be run has nothing that a program could do.
fn exported(
    desk: &Desk,
    chain: &Chain,
    form: Form,
    recording: Option<&Recording>,
) -> Result<Code, String> {
    let is_picture = matches!(form, Form::Svg | Form::Json);
    let problem = check(chain, &Limits::default()).into_iter().next();
    if let Some(problem) = problem.filter(|_| !is_picture) {
        let sentence = words::problem(desk.language, &problem);
        return Err((CodeWords::of(desk.language).problem)(&sentence));
    }
    Ok(export(chain, form, recording))
}
