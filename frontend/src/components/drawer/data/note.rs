//! What is to be said of the bytes that are shown: how many there are, what is missing, how they ended.

use pipeyard_shared::event::Pace;

use super::view::Content;
use crate::desk::Desk;
use crate::format::{self, json::Fault};
use crate::i18n::data::DataWords;
use crate::runs::Flow;

/// The sentences below the view.
pub(super) fn note(desk: &Desk, flow: &Flow, content: &Content) -> String {
    let words = desk.words;
    let total = flow.bytes.max(flow.preview.end());
    let mut sentences = Vec::new();
    if flow.uncounted {
        sentences.push(words.not_counted.to_owned());
    } else if flow.estimated {
        let about = (words.watch.about)(&(words.bytes)(&format::grouped(total)));
        sentences.push(format!("{about}, {}", words.watch.lines_unknown));
    } else {
        let bytes = (words.bytes)(&format::grouped(total));
        let lines = flow.lines.map(words.lines);
        sentences.push(
            [Some(bytes), lines]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(", "),
        );
    }
    // What a pace holds back stands on the writer's side, where nobody counts it.
    if flow.end.is_none()
        && flow.pace() != Pace::Open
        && flow.waiting.is_none_or(|waiting| waiting == 0)
    {
        sentences.push(DataWords::of(desk.language).held_back.to_owned());
    } else if let Some(waiting) = flow.waiting.filter(|_| flow.end.is_none()) {
        let room = flow.room.map(format::pipe);
        sentences.push((DataWords::of(desk.language).waiting_in_pipe)(
            &format::pipe(waiting),
            room.as_deref(),
        ));
    }
    match flow.preview.gap() {
        0 => {}
        gap => sentences.push((words.not_kept)(gap)),
    }
    sentences.extend(of_content(desk, content));
    if let Some(end) = flow.end {
        sentences.push(words.flow_end(end).to_owned());
    } else if let Some(held) = &flow.held {
        sentences.push((words.held_by)(&held.program.lossy(), held.pid));
    }
    sentences.join(". ") + "."
}

fn of_content(desk: &Desk, content: &Content) -> Vec<String> {
    let words = DataWords::of(desk.language);
    match content {
        Content::Rows(_, remarks) => {
            let fault = remarks.fault.map(
                |Fault {
                     line, column, what, ..
                 }| (words.json_fault)(line, column, what),
            );
            let documents =
                (remarks.documents > 1).then(|| (words.json_documents)(remarks.documents));
            let long = remarks.too_long.then(|| words.json_too_long.to_owned());
            [documents, fault, long].into_iter().flatten().collect()
        }
        Content::Table(table) => {
            let rows = table.rows.len() - usize::from(table.header);
            let more = table.more.then(|| words.table_more.to_owned());
            [Some((words.table_rows)(rows, table.columns)), more]
                .into_iter()
                .flatten()
                .collect()
        }
        Content::Image(..) | Content::PartOfImage(_) | Content::NoImage => Vec::new(),
    }
}
