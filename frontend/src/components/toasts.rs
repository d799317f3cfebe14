//! Short sentences at the lower edge. Each stays until it can have been read, longer while somebody looks at it.

use gloo_timers::callback::Timeout;
use yew::{Callback, Html, Properties, component, html, use_effect_with, use_state};

use crate::desk::{Desk, use_desk};
use crate::editor::{Action, Editor};
use crate::storage;
use crate::toast::{Say, Toast, Toasts};

/// How long the oldest stays, in milliseconds.
const STAYS_MS: u32 = 10_000;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) toasts: Toasts,
    pub(crate) editor: Editor,
}

#[component]
pub(crate) fn ToastList(props: &Props) -> Html {
    let desk = use_desk();
    let held = use_state(|| false);
    let oldest = props.toasts.list.first().map(|toast| toast.id);
    {
        let desk = desk.clone();
        use_effect_with((oldest, *held), move |(oldest, held)| {
            let timer = oldest
                .filter(|_| !held)
                .map(|id| Timeout::new(STAYS_MS, move || desk.say(Say::Dismiss(id))));
            move || drop(timer)
        });
    }
    let hold = |on: bool| {
        let held = held.setter();
        Callback::from(move |()| held.set(on))
    };
    let (over, out) = (hold(true), hold(false));
    let toasts = props.toasts.list.iter();
    html! {
        <div
            id="toasts"
            class="toasts"
            role="status"
            onpointerenter={over.reform(|_| ())}
            onpointerleave={out.reform(|_| ())}
            onfocusin={over.reform(|_| ())}
            onfocusout={out.reform(|_| ())}
        >
            { for toasts.map(|toast| item(&desk, &props.editor, toast, &out)) }
        </div>
    }
}

/// One of them. A button that goes takes the pointer and the focus along without a word, so `let_go` says it.
fn item(desk: &Desk, editor: &Editor, toast: &Toast, let_go: &Callback<()>) -> Html {
    let words = desk.words;
    let id = toast.id;
    let kept = toast.back.is_some();
    let dismiss = {
        let (desk, let_go) = (desk.clone(), let_go.clone());
        Callback::from(move |_| {
            if kept {
                storage::forget_before();
            }
            desk.say(Say::Dismiss(id));
            let_go.emit(());
        })
    };
    // Once something else was done, Undo would take that back.
    let undoes = toast
        .before
        .as_ref()
        .is_some_and(|before| editor.undo_leads_to(before));
    let undo = {
        let (desk, let_go) = (desk.clone(), let_go.clone());
        Callback::from(move |_| {
            desk.act(Action::Undo);
            desk.say(Say::Dismiss(id));
            let_go.emit(());
        })
    };
    let bring = {
        let (desk, let_go, back) = (desk.clone(), let_go.clone(), toast.back.clone());
        Callback::from(move |_| {
            if let Some(chain) = &back {
                desk.take_over(chain);
            }
            storage::forget_before();
            desk.say(Say::Dismiss(id));
            let_go.emit(());
        })
    };
    html! {
        <div key={id} class="toast">
            <p>{ &toast.text }</p>
            <button type="button" class="button" data-toast="undo" hidden={!undoes} onclick={undo}>{ words.undo }</button>
            if kept {
                <button type="button" class="button" data-toast="back" onclick={bring}>{ words.gallery.bring_back }</button>
            }
            <button type="button" class="button button--bare button--small" data-toast="dismiss" aria-label={words.dismiss} title={words.dismiss} onclick={dismiss}>{ "✕" }</button>
        </div>
    }
}
