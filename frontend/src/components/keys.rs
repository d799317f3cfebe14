//! The sheet of shortcuts: every command that has keys, as both kinds of keyboards print them.

use yew::{Html, html};

use crate::commands::{ALL, GROUPS, Group};
use crate::components::dialog::Dialog;
use crate::desk::Desk;
use crate::i18n::command_names::CommandNames;

/// The sheet, which covers the page.
pub(crate) fn keys(desk: &Desk) -> Html {
    let words = desk.words.commands;
    html! {
        <Dialog id="keys" name={words.shortcuts}>
            <div class="keys">{ for GROUPS.map(|group| table(desk, group)) }</div>
        </Dialog>
    }
}

fn table(desk: &Desk, group: Group) -> Html {
    let words = desk.words.commands;
    let entries = ALL.iter().copied().flatten();
    let entries = entries.filter(|entry| entry.group == group && !entry.chords.is_empty());
    let rows = entries.map(|entry| {
        let printed = |mac: bool| {
            // The first ones are enough to remember.
            let chords = entry.chords.iter().take(2).enumerate();
            let chords =
                chords.map(|(at, chord)| html! { <kbd key={at}>{ chord.shown(mac) }</kbd> });
            html! { <td>{ for chords }</td> }
        };
        html! {
            <tr key={entry.id} data-command={entry.id}>
                <th scope="row">{ (CommandNames::of(desk.language).name)(entry.command) }</th>
                { printed(false) }
                { printed(true) }
            </tr>
        }
    });
    let rows: Vec<Html> = rows.collect();
    html! {
        <table key={format!("{group:?}")} class="keys__group" hidden={rows.is_empty()}>
            <caption>{ (words.group)(group) }</caption>
            // Whoever sees the page reads it above the first ones.
            <thead class={(group != Group::Run).then_some("for-readers")}><tr><th scope="col">{ words.action }</th><th scope="col">{ words.keys }</th><th scope="col">{ words.mac_keys }</th></tr></thead>
            <tbody>{ for rows }</tbody>
        </table>
    }
}
