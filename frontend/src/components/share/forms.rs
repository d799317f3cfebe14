//! Other forms of a link: as a QR code, and within another page.

use pipeyard_shared::qr::{QUIET, code};
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, Properties, TargetCast, component, html, use_state};

use super::{base, copy_text};
use crate::desk::{Desk, use_desk};
use crate::embed::Embed;
use crate::i18n::sharing::SharingWords;
use crate::passing::Passed;

/// Characters of a link whose code a phone reads from a screen without trouble.
const EASY: usize = 600;
/// Pixels of a square of the code.
const SQUARE: usize = 3;

/// The link as a code, where one can hold it.
pub(super) fn qr(words: &'static SharingWords, link: &str) -> Html {
    let Some(code) = code(link) else {
        return html! { <p class="share__part share__note" id="share-qr-none">{ words.no_qr }</p> };
    };
    let size = code.size() + 2 * QUIET;
    let pixels = (size * SQUARE).to_string();
    let whole = size.to_string();
    html! {
        <details class="share__part" id="share-qr">
            <summary>{ words.qr }</summary>
            <p class="share__note">{ if link.len() > EASY { words.qr_dense } else { words.qr_note } }</p>
            <svg class="share__qr" role="img" aria-label={words.qr_alt} width={pixels.clone()} height={pixels} viewBox={format!("0 0 {size} {size}")} shape-rendering="crispEdges">
                <rect width={whole.clone()} height={whole} fill="#ffffff" />
                <path transform={format!("translate({QUIET} {QUIET})")} d={code.svg_path()} fill="#000000" />
            </svg>
        </details>
    }
}

/// The text by which another page shows the chain.
pub(super) fn embedding(_: &Desk, words: &'static SharingWords, shared: &Passed) -> Html {
    let fragment = shared.fragment.clone().unwrap_or_default();
    let title = shared.chain.title.clone();
    html! {
        <details class="share__part" id="share-embed">
            <summary>{ words.embed }</summary>
            <Snippet {fragment} {title} />
        </details>
    }
}

#[derive(PartialEq, Properties)]
struct Props {
    fragment: String,
    title: String,
}

#[component]
fn Snippet(props: &Props) -> Html {
    let desk = use_desk();
    let words = SharingWords::of(desk.language);
    let chosen = use_state(|| Embed::Full);
    let text = snippet(&base(), *chosen, &props.title, &props.fragment);
    let choose = {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| {
            let word = event
                .target_dyn_into::<HtmlSelectElement>()
                .map(|select| select.value())
                .unwrap_or_default();
            if let Some(found) = Embed::ALL.into_iter().find(|embed| embed.word() == word) {
                chosen.set(found);
            }
        })
    };
    let copy = {
        let (desk, text) = (desk.clone(), text.clone());
        Callback::from(move |_| copy_text(&desk, &text, words.copied_embed.to_owned(), || {}))
    };
    html! {
        <>
            <p class="share__note">{ words.embed_note }</p>
            <div class="share__ways">
                <select id="embed-kind" class="field__input" aria-label={words.embed_kind} onchange={choose}>
                    { for Embed::ALL.map(|embed| html! {
                        <option value={embed.word()} selected={*chosen == embed}>{ (words.embed_of)(embed) }</option>
                    }) }
                </select>
                <button type="button" id="copy-embed" class="button" onclick={copy}>{ words.copy_embed }</button>
            </div>
            <textarea id="embed-text" class="share__link" readonly=true rows="4" aria-label={words.embed} value={text} />
        </>
    }
}

/// The element of another page.
fn snippet(base: &str, embed: Embed, title: &str, fragment: &str) -> String {
    let title = if title.is_empty() { "Pipeyard" } else { title };
    let title = title
        .replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;");
    let word = embed.word();
    format!(
        "<iframe src=\"{base}?embed={word}#{fragment}\" title=\"{title}\" width=\"100%\" height=\"480\" loading=\"lazy\"></iframe>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_stays_within_its_quotes() {
        let text = snippet("http://x/", Embed::Result, "\"><script>&", "1abc");
        assert_eq!(
            text,
            "<iframe src=\"http://x/?embed=result#1abc\" title=\"&quot;>&lt;script>&amp;\" width=\"100%\" height=\"480\" loading=\"lazy\"></iframe>"
        );
    }
}
