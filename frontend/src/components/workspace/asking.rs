//! What is asked before something is done that cannot be taken back, and a file that is looked at.

use yew::{Callback, Html, KeyboardEvent, Properties, component, html, use_node_ref};

use super::store::{Asking, Viewed, change};
use super::{name, work};
use crate::components::covering::{keep_within, use_covering};
use crate::desk::{Desk, use_desk_with_later};
use crate::format;
use crate::hooks::focus_soon;
use crate::i18n::files::FilesWords;
use crate::later::Later;
use crate::ui::Form;

/// The question, with what does it and what does not.
pub(super) fn question(desk: &Desk, asking: &Asking) -> Html {
    let words = FilesWords::of(desk.language);
    let (sentence, doing) = match asking {
        Asking::Delete(entry, count) => (
            (words.delete_asked)(&name(&entry.path), *count),
            words.delete,
        ),
        Asking::Replace(_, files) => {
            let names: Vec<String> = files.iter().take(3).map(web_sys::File::name).collect();
            (
                (words.replace_asked)(files.len(), &names.join(", ")),
                words.replace,
            )
        }
        Asking::Reset(count) => ((words.reset_asked)(*count), words.reset),
    };
    let act = {
        let (desk, asking) = (desk.clone(), asking.clone());
        Callback::from(move |_| match &asking {
            Asking::Delete(entry, _) => work::delete(&desk, entry),
            Asking::Replace(folder, files) => {
                work::upload(&desk, folder.clone(), files.clone(), true);
            }
            Asking::Reset(_) => work::reset(&desk),
        })
    };
    let keep = Callback::from(|_| {
        change(|store| store.asking = None);
        focus_soon("#files-again".to_owned());
    });
    html! {
        <div id="files-asked" class="files__asked" role="alertdialog" aria-label={words.sure} aria-describedby="files-question">
            <p id="files-question">{ sentence }</p>
            <button type="button" id="files-do" class="button button--danger" onclick={act}>{ doing }</button>
            <button type="button" id="files-keep" class="button" onclick={keep}>{ words.keep }</button>
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) viewed: Viewed,
}

/// What is in a file, over the page.
#[component]
pub(super) fn View(props: &Props) -> Html {
    let desk = use_desk_with_later();
    let words = FilesWords::of(desk.language);
    let (panel, first) = (use_node_ref(), use_node_ref());
    use_covering(panel.clone(), first.clone(), None);
    let close = || change(|store| store.viewed = None);
    let key = {
        let panel = panel.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" && !event.default_prevented() {
                // The same key would stop a run.
                event.prevent_default();
                close();
            } else {
                keep_within(&panel, &event);
            }
        })
    };
    let Viewed { entry, bytes, form } = &props.viewed;
    let shown = name(&entry.path);
    let forms = [Form::Auto, Form::Text, Form::Hex].map(|known| {
        let press = Callback::from(move |_| {
            change(|store| {
                if let Some(viewed) = &mut store.viewed {
                    viewed.form = known;
                }
            });
        });
        html! { <button type="button" class="chip" aria-pressed={(known == *form).to_string()} onclick={press}>{ (words.form)(known) }</button> }
    });
    let part = bytes.as_ref().map_or(entry.bytes, |bytes| bytes.end());
    let size = match part < entry.bytes {
        true => (words.part_of)(&format::bytes(part), &format::bytes(entry.bytes)),
        false => format::bytes(entry.bytes),
    };
    let content = match (bytes, desk.later) {
        (Some(bytes), Later::Here(parts)) => (parts.peek)(&desk, bytes, part == entry.bytes, *form),
        _ => html! { <p class="palette__empty" aria-busy="true">{ words.coming }</p> },
    };
    html! {
        <div id="file-view" class="covering">
            <div class="covering__ground" onclick={move |_| close()}></div>
            <div ref={panel} class="covering__panel dialog files__view" role="dialog" aria-modal="true" aria-label={shown.clone()} onkeydown={key}>
                <div class="dialog__bar">
                    <h2 class="dialog__name is-mono">{ shown }</h2>
                    <button ref={first} type="button" class="button" data-close="" onclick={move |_| close()}>{ desk.words.close }</button>
                </div>
                <div class="files__forms" role="group" aria-label={words.view}>{ for forms }<span class="files__size">{ size }</span></div>
                <div class="files__bytes">{ content }</div>
            </div>
        </div>
    }
}
