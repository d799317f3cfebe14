//! Bytes of a file, as the drawer shows those of a flow.

use std::rc::Rc;

use pipeyard_shared::preview::Preview;
use yew::{Html, Properties, component, html, use_memo};

use super::download::Download;
use super::sheet::Hits;
use super::view::{Content, Room, Source, content, guess};
use super::{Places, view};
use crate::desk::{Desk, use_desk};
use crate::format::hex;
use crate::same::Same;
use crate::ui::Form;

/// Columns of text, beyond which a line goes on in the next row.
const COLUMNS: usize = 400;

/// The first bytes, whether these are all of them, and how they are shown.
pub(crate) fn peek(_: &Desk, bytes: &Same<Preview>, whole: bool, form: Form) -> Html {
    html! { <Peek bytes={bytes.clone()} {whole} {form} /> }
}

#[derive(PartialEq, Properties)]
struct Props {
    bytes: Same<Preview>,
    whole: bool,
    form: Form,
}

#[component]
fn Peek(props: &Props) -> Html {
    let desk = use_desk();
    let asked = (props.bytes.clone(), props.whole, props.form);
    let shown = use_memo(asked, |(bytes, whole, form)| {
        let source = Source {
            preview: Rc::clone(&bytes.0),
            whole: *whole,
            lines: None,
        };
        let form = match form {
            Form::Auto => guess(&source),
            form => *form,
        };
        let room = Room {
            columns: COLUMNS,
            hex_width: hex::NARROW,
            marks: false,
        };
        Some(content(&source, form, room))
    });
    let places = match &*shown {
        Some(Content::Table(_)) => Places::Cells(Same::new(Vec::new())),
        _ => Places::Rows(Same::new(Hits::default())),
    };
    view(
        &desk,
        "file-bytes",
        &shown,
        &places,
        None,
        false,
        &Download::Nothing,
    )
}
