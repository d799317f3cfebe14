//! Which view shows some bytes best, and what it shows of them.

use pipeyard_shared::preview::Preview;

use super::sheet::Sheet;
use crate::format::image::Image;
use crate::format::json::{self, Fault};
use crate::format::table::{self, Table};
use crate::format::{hex, visible};
use crate::same::Same;
use crate::ui::Form;

/// Bytes that a guess looks at: what is a table or JSON for so long is one.
const GUESS_BYTES: usize = 16 << 10;

/// Bytes to look at.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Source {
    /// Head and tail.
    pub(super) preview: std::rc::Rc<Preview>,
    /// Whether no more will come, and all that came is in the preview.
    pub(super) whole: bool,
    /// Newlines in all that passed, where that is known for just these bytes.
    pub(super) lines: Option<u64>,
}

/// What a view shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    /// Rows, and what is to be said of them.
    Rows(Same<Sheet>, Remarks),
    /// A table.
    Table(Same<Table>),
    /// A picture.
    Image(Image, Vec<u8>),
    /// These bytes are the beginning of a picture that is not all here.
    PartOfImage(Image),
    /// They are no picture.
    NoImage,
}

/// What is to be said of a view.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Remarks {
    /// Where it is not JSON.
    pub(super) fault: Option<Fault>,
    /// How many JSON documents there are.
    pub(super) documents: usize,
    /// Whether the text that was made became too long.
    pub(super) too_long: bool,
}

/// The form in which bytes are shown when nobody has chosen one.
pub(super) fn guess(source: &Source) -> Form {
    let head = source.preview.head();
    let sample = &head[..head.len().min(GUESS_BYTES)];
    let whole =
        source.whole && sample.len() == head.len() && source.preview.end() == head.len() as u64;
    if let Some(image) = Image::of(head) {
        // A text that happens to draw something is looked at as a text until all of it is there.
        return if source.whole || image != Image::Svg {
            Form::Image
        } else {
            Form::Text
        };
    }
    if visible::is_binary(head) {
        Form::Hex
    } else if json::is_json(sample, whole) {
        Form::Json
    } else if table::guess(sample, whole).is_some() {
        Form::Table
    } else {
        Form::Text
    }
}

/// Room for rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Room {
    /// Columns of text.
    pub(super) columns: usize,
    /// Bytes a row of hex.
    pub(super) hex_width: usize,
    /// Whether spaces, tabs and line ends are marked in a text.
    pub(super) marks: bool,
}

/// What a form shows of some bytes.
pub(super) fn content(source: &Source, form: Form, room: Room) -> Content {
    let Room {
        columns,
        hex_width,
        marks,
    } = room;
    let preview = &*source.preview;
    let rows = |sheet| Content::Rows(Same::new(sheet), Remarks::default());
    match form {
        Form::Auto | Form::Text => rows(Sheet::text(preview, columns, marks, source.lines)),
        Form::Hex => rows(Sheet::hex(preview, hex_width)),
        Form::Json => {
            let (first, left_out) = contiguous(preview);
            let pretty = json::pretty(&first, source.whole && left_out.is_none());
            let remarks = Remarks {
                fault: pretty.fault,
                documents: pretty.documents,
                too_long: pretty.too_long,
            };
            Content::Rows(
                Same::new(Sheet::made(pretty.text, pretty.spans, columns, left_out)),
                remarks,
            )
        }
        Form::Table => {
            let (first, left_out) = contiguous(preview);
            let whole = source.whole && left_out.is_none();
            let separator = table::guess_loosely(&first, whole);
            Content::Table(Same::new(Table::read(&first, separator, whole)))
        }
        Form::Image => match Image::of(preview.head()) {
            None => Content::NoImage,
            Some(image) => {
                let (bytes, left_out) = contiguous(preview);
                if source.whole && left_out.is_none() {
                    Content::Image(image, bytes)
                } else {
                    Content::PartOfImage(image)
                }
            }
        },
    }
}

/// Bytes a row of hex that a pane of this width has room for, where a character is so wide.
pub(super) fn hex_width(pane: f64, character: f64) -> usize {
    // Offset, pairs, text, and the spaces between.
    let needed = (7 + 3 * hex::WIDE + 1 + 2 + hex::WIDE) as f64;
    if pane >= needed * character {
        hex::WIDE
    } else {
        hex::NARROW
    }
}

/// The bytes from the first one on, as far as none is missing; and how many are left out behind them.
fn contiguous(preview: &Preview) -> (Vec<u8>, Option<(u64, u64)>) {
    let first = preview
        .slices()
        .into_iter()
        .next()
        .filter(|slice| slice.offset == 0);
    let bytes = first.map(|slice| slice.bytes).unwrap_or_default();
    let behind = preview.end() - bytes.len() as u64;
    (bytes, (behind > 0).then(|| (behind, preview.gap())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ROOM: Room = Room {
        columns: 20,
        hex_width: hex::NARROW,
        marks: false,
    };

    fn source(bytes: &[u8], bound: usize, whole: bool) -> Source {
        let mut preview = Preview::new(bound);
        preview.push(bytes);
        Source {
            whole: whole && preview.gap() == 0,
            preview: preview.into(),
            lines: None,
        }
    }

    #[test]
    fn the_view_follows_the_data() {
        for (bytes, form) in [
            (&b"plain text\n"[..], Form::Text),
            (b"", Form::Text),
            (b"Salted__\x9b\x1e\xc4\x07", Form::Hex),
            (b"{\"a\": 1}\n", Form::Json),
            (b"{\"a\": 1}\n{\"a\": 2}\n", Form::Json),
            (b"a,b,c\n1,2,3\n", Form::Table),
            (b"\x89PNG\r\n\x1a\n\0\0", Form::Image),
            (b"  50000 y\n  3 n\n", Form::Text),
            (b"d41d8cd98f00b204e9800998ecf8427e  -\n", Form::Text),
        ] {
            assert_eq!(
                guess(&source(bytes, 1 << 10, true)),
                form,
                "{:?}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[test]
    fn a_picture_is_shown_when_all_of_it_is_there() {
        let png = b"\x89PNG\r\n\x1a\n and so on";
        assert!(
            matches!(content(&source(png, 100, true), Form::Image, ROOM), Content::Image(Image::Png, bytes) if bytes == png)
        );
        assert_eq!(
            content(&source(png, 100, false), Form::Image, ROOM),
            Content::PartOfImage(Image::Png)
        );
        assert_eq!(
            content(&source(png, 6, true), Form::Image, ROOM),
            Content::NoImage,
            "not even the first bytes"
        );
        assert_eq!(
            content(&source(b"text", 100, true), Form::Image, ROOM),
            Content::NoImage
        );
    }

    #[test]
    fn what_json_and_tables_leave_out_is_counted() {
        let long = "[1, 2]\n".repeat(20);
        let Content::Rows(sheet, remarks) =
            content(&source(long.as_bytes(), 14, true), Form::Json, ROOM)
        else {
            panic!("rows");
        };
        assert_eq!((remarks.documents, remarks.fault), (2, None));
        assert!(
            sheet
                .copy(|bytes, kept| format!("{bytes}/{kept}"))
                .ends_with("126/112\n")
        );
    }

    #[test]
    fn hex_is_narrow_where_there_is_no_room() {
        assert_eq!(hex_width(600.0, 6.6), hex::WIDE);
        assert_eq!(hex_width(358.0, 6.6), hex::NARROW);
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd(bytes in proptest::collection::vec(any::<u8>(), 0..200), bound in 1usize..64, whole: bool) {
            let source = source(&bytes, bound, whole);
            guess(&source);
            for form in [Form::Auto, Form::Text, Form::Hex, Form::Json, Form::Table, Form::Image] {
                content(&source, form, ROOM);
            }
        }
    }
}
