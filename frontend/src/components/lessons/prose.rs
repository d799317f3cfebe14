//! Text of a lesson. It is a tree of plain text: nothing of a file is ever taken for HTML.

use pipeyard_shared::lesson::{Inline, Prose};
use yew::{Callback, Html, html};

use super::fetch;
use crate::desk::Desk;
use crate::i18n::lessons::LessonWords;

/// Blocks of text.
pub(super) fn blocks(desk: &Desk, blocks: &[Prose]) -> Html {
    html! { <>{ for blocks.iter().map(|one| block(desk, one)) }</> }
}

/// A block of text.
pub(super) fn block(desk: &Desk, block: &Prose) -> Html {
    match block {
        Prose::Paragraph(words) => html! { <p>{ line(desk, words) }</p> },
        Prose::Heading(words) => html! { <h4 class="lesson__heading">{ line(desk, words) }</h4> },
        Prose::List { start, items } => {
            let items = items
                .iter()
                .map(|item| html! { <li>{ blocks(desk, item) }</li> });
            match start {
                Some(start) => {
                    html! { <ol class="lesson__list" start={start.to_string()}>{ for items }</ol> }
                }
                None => html! { <ul class="lesson__list">{ for items }</ul> },
            }
        }
        Prose::Code(text) => {
            html! { <pre class="lesson__code" tabindex="0"><code>{ text.trim_end_matches('\n') }</code></pre> }
        }
        Prose::Quote(inner) => {
            html! { <blockquote class="lesson__quote">{ blocks(desk, inner) }</blockquote> }
        }
        Prose::Table(rows) => table(desk, rows),
    }
}

/// Words in a row.
pub(super) fn line(desk: &Desk, words: &[Inline]) -> Html {
    html! { <>{ for words.iter().map(|one| inline(desk, one)) }</> }
}

/// A sentence of ours, in which what stands between two marks is code: nothing of it is ever markup.
pub(super) fn coded(text: &str, mark: char) -> Html {
    let pieces = text.split(mark).enumerate();
    let pieces = pieces.map(|(at, piece)| match at % 2 {
        0 => html! { <>{ piece }</> },
        _ => html! { <code>{ piece }</code> },
    });
    html! { <>{ for pieces }</> }
}

/// A sentence of ours about words of a lesson.
pub(super) fn about(desk: &Desk, said: fn(&str) -> String, words: &[Inline]) -> Html {
    let text = said(PLACE);
    let (before, after) = text.split_once(PLACE).unwrap_or((&text, ""));
    html! { <>{ before }{ line(desk, words) }{ after }</> }
}

/// Where the words come to stand.
const PLACE: &str = "\u{1}";

fn inline(desk: &Desk, one: &Inline) -> Html {
    match one {
        Inline::Text(text) => html! { <>{ text }</> },
        Inline::Code(text) => html! { <code>{ text }</code> },
        Inline::Emphasis(words) => html! { <em>{ line(desk, words) }</em> },
        Inline::Strong(words) => html! { <strong>{ line(desk, words) }</strong> },
        Inline::Break => html! { <br /> },
        Inline::Lesson { name, words } => {
            let press = {
                let (desk, name) = (desk.clone(), name.clone());
                Callback::from(move |_| fetch::open(&desk, &name))
            };
            html! { <button type="button" class="lesson__link" data-lesson={name.clone()} onclick={press}>{ line(desk, words) }</button> }
        }
        Inline::Link { address, words } if is_web(address) => {
            let note = LessonWords::of(desk.language).elsewhere;
            html! { <a href={address.clone()} target="_blank" rel="noopener noreferrer" title={note}>{ line(desk, words) }</a> }
        }
        Inline::Link { words, .. } => line(desk, words),
    }
}

/// The runner lets no other address through; a page relies on nobody.
fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

fn table(desk: &Desk, rows: &[Vec<Vec<Inline>>]) -> Html {
    let Some((head, rest)) = rows.split_first() else {
        return Html::default();
    };
    html! {
        <div class="lesson__table" tabindex="0">
            <table>
                <thead><tr>{ for head.iter().map(|cell| html! { <th scope="col">{ line(desk, cell) }</th> }) }</tr></thead>
                <tbody>
                    { for rest.iter().map(|row| html! { <tr>{ for row.iter().map(|cell| html! { <td>{ line(desk, cell) }</td> }) }</tr> }) }
                </tbody>
            </table>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::is_web;

    #[test]
    fn only_pages_of_the_web_are_led_to() {
        assert!(is_web("https://example.org") && is_web("http://example.org"));
        for address in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//example.org",
            "",
        ] {
            assert!(!is_web(address), "{address}");
        }
    }
}
