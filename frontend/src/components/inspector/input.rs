//! An input stage: what kind of bytes, and which.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use pipeyard_shared::StageId;
use pipeyard_shared::Text;
use pipeyard_shared::chain::{Input, StageKind};
use pipeyard_shared::check::{decode_base64, decode_hex};
use yew::{Callback, Html, html};

use crate::components::field::{Choice, NumberField, TextField};
use crate::desk::Desk;
use crate::format;

pub(super) fn input_form(desk: &Desk, id: &StageId, input: &Input) -> Html {
    let words = desk.words;
    let kinds = words
        .input_kinds
        .iter()
        .map(|word| (*word).into())
        .collect::<Vec<_>>();
    let kind = {
        let (desk, id, input) = (desk.clone(), id.clone(), input.clone());
        Callback::from(move |chosen| {
            desk.shape(&id, StageKind::Input(converted(&input, chosen)), "", 0);
        })
    };
    html! {
        <div class="form">
            <Choice id="input-kind" label={words.input_kind} options={kinds} chosen={place(input)} on_change={kind} />
            { content(desk, id, input) }
        </div>
    }
}

fn content(desk: &Desk, id: &StageId, input: &Input) -> Html {
    let words = desk.words;
    let text_field = |label: &'static str,
                      value: String,
                      note: String,
                      make: fn(String) -> Input| {
        let (desk, id) = (desk.clone(), id.clone());
        let change = Callback::from(move |text: String| {
            desk.shape(&id, StageKind::Input(make(text)), "content", 0);
        });
        html! { <TextField id="input-content" {label} {value} {note} mono=true rows={6} on_change={change} /> }
    };
    match input {
        Input::Text(text) => {
            let size = format::bytes(text.as_bytes().len() as u64);
            text_field(words.text, text.lossy().into_owned(), size, |text| {
                Input::Text(text.into())
            })
        }
        Input::Hex(text) => text_field(
            words.hex_digits,
            text.clone(),
            size_of(decode_hex(text).ok()),
            Input::Hex,
        ),
        Input::Base64(text) => text_field(
            words.base64,
            text.clone(),
            size_of(decode_base64(text).ok()),
            Input::Base64,
        ),
        Input::Lines(lines) => text_field(
            words.lines_label,
            joined(lines),
            (words.lines)(lines.len() as u64),
            |text| Input::Lines(text.split('\n').map(Text::from).collect()),
        ),
        Input::Random(count) => {
            let (desk, id) = (desk.clone(), id.clone());
            let change = Callback::from(move |count: Option<u64>| {
                desk.shape(
                    &id,
                    StageKind::Input(Input::Random(count.unwrap_or(0))),
                    "count",
                    0,
                );
            });
            html! { <NumberField id="input-count" label={words.how_many_bytes} value={Some(*count)} unit={words.a_lane} on_change={change} /> }
        }
        Input::Repeat { text, times } => repeat(desk, id, text, *times),
    }
}

fn repeat(desk: &Desk, id: &StageId, text: &Text, times: Option<u64>) -> Html {
    let words = desk.words;
    let type_in = {
        let (desk, id) = (desk.clone(), id.clone());
        Callback::from(move |text: String| {
            let text = text.into();
            desk.shape(
                &id,
                StageKind::Input(Input::Repeat { text, times }),
                "content",
                0,
            );
        })
    };
    let count = {
        let (desk, id, text) = (desk.clone(), id.clone(), text.clone());
        Callback::from(move |times| {
            let text = text.clone();
            desk.shape(
                &id,
                StageKind::Input(Input::Repeat { text, times }),
                "times",
                0,
            );
        })
    };
    html! {
        <div class="form">
            <TextField id="input-content" label={words.text} value={text.lossy().into_owned()} mono=true rows={3} on_change={type_in} />
            <NumberField id="input-times" label={words.times} value={times} placeholder={words.without_end} on_change={count} />
        </div>
    }
}

fn size_of(bytes: Option<Vec<u8>>) -> String {
    bytes
        .map(|bytes| format::bytes(bytes.len() as u64))
        .unwrap_or_default()
}

fn joined(lines: &[Text]) -> String {
    let lines: Vec<_> = lines.iter().map(Text::lossy).collect();
    lines.join("\n")
}

/// The place of a kind in the choice, the same as in the catalogue.
fn place(input: &Input) -> usize {
    match input {
        Input::Text(_) => 0,
        Input::Lines(_) => 1,
        Input::Random(_) => 2,
        Input::Repeat { .. } => 3,
        Input::Hex(_) => 4,
        Input::Base64(_) => 5,
    }
}

/// Another kind, with what can be kept of the content.
fn converted(input: &Input, chosen: usize) -> Input {
    let bytes = match input {
        Input::Text(text) | Input::Repeat { text, .. } => text.as_bytes().to_vec(),
        Input::Lines(lines) => (joined(lines) + "\n").into_bytes(),
        Input::Hex(text) => decode_hex(text).unwrap_or_default(),
        Input::Base64(text) => decode_base64(text).unwrap_or_default(),
        Input::Random(_) => b"hello\n".to_vec(),
    };
    let text = || Text::from_bytes(bytes.clone());
    match chosen {
        0 => Input::Text(text()),
        1 => {
            let whole = String::from_utf8_lossy(&bytes).into_owned();
            Input::Lines(whole.lines().map(Text::from).collect())
        }
        2 => Input::Random(10),
        3 => Input::Repeat {
            text: text(),
            times: None,
        },
        4 => {
            let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            Input::Hex(pairs.join(" "))
        }
        _ => Input::Base64(BASE64.encode(&bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_survives_a_change_of_kind() {
        let text = Input::Text("pear\napple\n".into());
        for chosen in [1, 3, 4, 5] {
            let other = converted(&text, chosen);
            assert_eq!(place(&other), chosen);
            assert_eq!(converted(&other, 0), text, "{chosen}");
        }
    }
}
