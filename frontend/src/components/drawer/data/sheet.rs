//! What a view shows, as rows of one height, of which only those in sight are drawn.

use pipeyard_shared::preview::Preview;

use crate::format::paint::{Colours, Hit, Painted, Span, paint};
use crate::format::search::{Found, MOST_FOUND, find, find_in_hex};
use crate::format::{hex, lines};
use crate::runs::excerpt::{Part, excerpt};

/// Rows, block by block.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sheet {
    blocks: Vec<Block>,
    /// The number of each block's first row.
    starts: Vec<usize>,
    rows: usize,
    /// Digits of the highest line number; 0 where lines have none.
    pub(super) digits: usize,
}

/// Rows of one kind.
#[derive(Clone, Debug, PartialEq)]
enum Block {
    Text {
        bytes: Vec<u8>,
        rows: Vec<lines::Row>,
        spans: Vec<Span>,
        /// Which row begins which line: the number of the first line, if it is known.
        first_line: Option<u64>,
        /// How many lines begin before each row and in it.
        begun: Vec<u32>,
    },
    Hex {
        offset: u64,
        bytes: Vec<u8>,
        width: usize,
    },
    Gap {
        bytes: u64,
        not_kept: u64,
    },
}

/// A row to draw.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Drawn {
    /// A line or a part of one, and its number if it begins here.
    Text(Option<u64>, Vec<Painted>),
    /// Bytes in hex.
    Hex(hex::Row),
    /// Bytes left out, and how many of them the page does not have.
    Gap(u64, u64),
}

/// Places that were found, block by block.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Hits {
    blocks: Vec<Found>,
    /// How many there are.
    pub(super) count: usize,
    /// Whether there are more.
    pub(super) more: bool,
}

impl Sheet {
    /// All kept bytes as text in so many columns. `lines` is how many newlines passed in all, where that
    /// is known for just these bytes: it numbers the lines of the end.
    pub(super) fn text(preview: &Preview, columns: usize, marks: bool, lines: Option<u64>) -> Self {
        let parts = excerpt(preview, usize::MAX / 4);
        let last = parts.len().saturating_sub(1);
        let mut sheet = Self::default();
        let mut highest = 0;
        for (index, part) in parts.into_iter().enumerate() {
            match part {
                Part::Gap { bytes, not_kept } => sheet.push(Block::Gap { bytes, not_kept }),
                Part::Bytes { bytes, .. } => {
                    let own = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
                    let first_line = match index {
                        0 => Some(1),
                        _ if index == last => lines.and_then(|all| Some(all.checked_sub(own)? + 1)),
                        _ => None,
                    };
                    highest = highest.max(first_line.map_or(0, |first| first + own));
                    sheet.push(Block::of_text(
                        bytes,
                        columns,
                        marks,
                        Vec::new(),
                        first_line,
                    ));
                }
            }
        }
        sheet.digits = highest.max(1).ilog10() as usize + 1;
        sheet
    }

    /// A text that was made of the bytes, with its inks, and what was left out of it.
    pub(super) fn made(
        text: String,
        spans: Vec<Span>,
        columns: usize,
        left_out: Option<(u64, u64)>,
    ) -> Self {
        let mut sheet = Self::default();
        sheet.push(Block::of_text(
            text.into_bytes(),
            columns,
            false,
            spans,
            None,
        ));
        if let Some((bytes, not_kept)) = left_out {
            sheet.push(Block::Gap { bytes, not_kept });
        }
        sheet
    }

    /// All kept bytes in hex, so many a row.
    pub(super) fn hex(preview: &Preview, width: usize) -> Self {
        let mut sheet = Self::default();
        for part in excerpt(preview, usize::MAX / 4) {
            sheet.push(match part {
                Part::Gap { bytes, not_kept } => Block::Gap { bytes, not_kept },
                Part::Bytes { offset, bytes } => Block::Hex {
                    offset,
                    bytes,
                    width,
                },
            });
        }
        sheet
    }

    /// A stretch of a text: its lines have numbers only where it is the beginning.
    pub(super) fn text_part(bytes: Vec<u8>, columns: usize, marks: bool, beginning: bool) -> Self {
        let mut sheet = Self::default();
        let first_line = beginning.then_some(1);
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
        if beginning {
            sheet.digits = lines.ilog10() as usize + 1;
        }
        sheet.push(Block::of_text(
            bytes,
            columns,
            marks,
            Vec::new(),
            first_line,
        ));
        sheet
    }

    /// A stretch of bytes in hex.
    pub(super) fn hex_part(offset: u64, bytes: Vec<u8>, width: usize) -> Self {
        let mut sheet = Self::default();
        sheet.push(Block::Hex {
            offset,
            bytes,
            width,
        });
        sheet
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Where something stands. In hex, digits are bytes.
    pub(super) fn search(&self, text: &str) -> Hits {
        let mut hits = Hits::default();
        for block in &self.blocks {
            let mut found = match block {
                Block::Text { bytes, .. } => find(bytes, text.as_bytes()),
                Block::Hex { bytes, .. } => find_in_hex(bytes, text),
                Block::Gap { .. } => Found::default(),
            };
            let room = MOST_FOUND - hits.count;
            hits.more |= found.more || found.places.len() > room;
            found.places.truncate(room);
            hits.count += found.places.len();
            hits.blocks.push(found);
        }
        hits
    }

    /// The row in which a found place begins.
    pub(super) fn row_of(&self, hits: &Hits, number: usize) -> Option<usize> {
        let (block, at) = hits.place(number)?;
        let (start, _) = *hits.blocks.get(block)?.places.get(at)?;
        let row = match self.blocks.get(block)? {
            Block::Text { rows, .. } => rows
                .partition_point(|row| row.start <= start)
                .saturating_sub(1),
            Block::Hex { offset, width, .. } => ((offset % *width as u64) as usize + start) / width,
            Block::Gap { .. } => 0,
        };
        Some(self.starts.get(block)? + row)
    }

    /// A row as it is drawn; `current` is the found place that the person stands at.
    pub(super) fn draw(
        &self,
        row: usize,
        hits: &Hits,
        current: Option<usize>,
        marks: bool,
    ) -> Option<Drawn> {
        if row >= self.rows {
            return None;
        }
        let index = self
            .starts
            .partition_point(|start| *start <= row)
            .checked_sub(1)?;
        let at = row - self.starts[index];
        let found = hits
            .blocks
            .get(index)
            .map_or(&[][..], |found| &found.places);
        let current = current.and_then(|number| hits.place(number));
        let current = current
            .filter(|(block, _)| *block == index)
            .map(|(_, at)| at);
        Some(match self.blocks.get(index)? {
            Block::Gap { bytes, not_kept } => Drawn::Gap(*bytes, *not_kept),
            Block::Text {
                bytes,
                rows,
                spans,
                first_line,
                begun,
            } => {
                let row = rows.get(at)?;
                let number = first_line.filter(|_| row.begins);
                let number = number.map(|first| first + u64::from(begun[at]) - 1);
                let colours = Colours {
                    marks,
                    spans,
                    found,
                    current,
                };
                // The newline itself is drawn only as a mark.
                let end = row.end + usize::from(marks && row.newline);
                let mut pieces = paint(bytes, row.start, end, &colours);
                for piece in &mut pieces {
                    piece.text.retain(|character| character != '\n');
                }
                Drawn::Text(number, pieces)
            }
            Block::Hex {
                offset,
                bytes,
                width,
            } => {
                let hit = |byte: usize| {
                    let place = found.partition_point(|(_, end)| *end <= byte);
                    match found.get(place) {
                        Some((start, _)) if *start <= byte && current == Some(place) => {
                            Hit::Current
                        }
                        Some((start, _)) if *start <= byte => Hit::Found,
                        _ => Hit::None,
                    }
                };
                Drawn::Hex(hex::row(*offset, bytes, *width, at, hit))
            }
        })
    }

    /// What a person gets who copies it: the whole sheet as text. `gap` words what is left out.
    pub(super) fn copy(&self, gap: impl Fn(u64, u64) -> String) -> String {
        let mut text = String::new();
        for block in &self.blocks {
            match block {
                Block::Gap { bytes, not_kept } => {
                    text.push('\n');
                    text.push_str(&gap(*bytes, *not_kept));
                    text.push('\n');
                }
                Block::Text { bytes, .. } => text.push_str(&String::from_utf8_lossy(bytes)),
                Block::Hex {
                    offset,
                    bytes,
                    width,
                } => {
                    for number in 0..hex::count(*offset, bytes.len(), *width) {
                        let row = hex::row(*offset, bytes, *width, number, |_| Hit::None);
                        let joined = |pieces: &[(String, Hit)]| {
                            pieces.iter().map(|(text, _)| &**text).collect::<String>()
                        };
                        text.push_str(&format!(
                            "{}  {}  {}\n",
                            row.offset,
                            joined(&row.digits),
                            joined(&row.text)
                        ));
                    }
                }
            }
        }
        text
    }

    fn push(&mut self, block: Block) {
        self.starts.push(self.rows);
        self.rows += match &block {
            Block::Text { rows, .. } => rows.len(),
            Block::Hex {
                offset,
                bytes,
                width,
            } => hex::count(*offset, bytes.len(), *width),
            Block::Gap { .. } => 1,
        };
        self.blocks.push(block);
    }
}

impl Block {
    fn of_text(
        bytes: Vec<u8>,
        columns: usize,
        marks: bool,
        spans: Vec<Span>,
        first_line: Option<u64>,
    ) -> Self {
        let rows = lines::rows(&bytes, columns, marks);
        let mut count = 0;
        let begun = rows
            .iter()
            .map(|row| {
                count += u32::from(row.begins);
                count
            })
            .collect();
        Self::Text {
            bytes,
            rows,
            spans,
            first_line,
            begun,
        }
    }
}

impl Hits {
    /// The number of the place that begins at a byte of the first block.
    pub(super) fn number_at(&self, byte: usize) -> Option<usize> {
        let first = self.blocks.first()?;
        first.places.iter().position(|(start, _)| *start == byte)
    }

    /// The block of a place, and its number there.
    fn place(&self, number: usize) -> Option<(usize, usize)> {
        let mut before = 0;
        for (block, found) in self.blocks.iter().enumerate() {
            if number < before + found.places.len() {
                return Some((block, number - before));
            }
            before += found.places.len();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn preview(bytes: &[u8], bound: usize) -> Preview {
        let mut preview = Preview::new(bound);
        preview.push(bytes);
        preview
    }

    fn shown(sheet: &Sheet, marks: bool) -> Vec<String> {
        let hits = Hits::default();
        let row = |row| match sheet.draw(row, &hits, None, marks) {
            Some(Drawn::Text(number, pieces)) => {
                let text: String = pieces.into_iter().map(|piece| piece.text).collect();
                format!(
                    "{} {text}",
                    number.map_or("-".to_owned(), |number| number.to_string())
                )
            }
            Some(Drawn::Gap(bytes, _)) => format!("… {bytes}"),
            other => format!("{other:?}"),
        };
        (0..sheet.rows()).map(row).collect()
    }

    #[test]
    fn lines_are_numbered_from_both_ends() {
        let bytes: Vec<u8> = (1..=9)
            .flat_map(|line| format!("{line}\n").into_bytes())
            .collect();
        let kept = preview(&bytes, 4);
        assert_eq!(
            shown(&Sheet::text(&kept, 80, false, Some(9)), false),
            ["1 1", "2 2", "… 10", "8 8", "9 9"]
        );
        let unknown = shown(&Sheet::text(&kept, 80, false, None), false);
        assert_eq!(
            unknown[3], "- 8",
            "the end has no numbers while lines are not known"
        );
        assert_eq!(
            shown(&Sheet::text(&preview(b"a \n\nb", 20), 80, true, None), true),
            ["1 a·↵", "2 ↵", "3 b"]
        );
    }

    #[test]
    fn a_found_place_knows_its_row() {
        let sheet = Sheet::text(&preview(b"one\ntwo\nthree two\n", 100), 80, false, None);
        let hits = sheet.search("two");
        assert_eq!(hits.count, 2);
        assert_eq!(sheet.row_of(&hits, 0), Some(1));
        assert_eq!(sheet.row_of(&hits, 1), Some(2));
        assert_eq!(sheet.row_of(&hits, 2), None);
        let sheet = Sheet::hex(&preview(&[0; 40], 100), 16);
        assert_eq!(sheet.search("00").count, 40);
        assert_eq!(sheet.row_of(&sheet.search("00"), 33), Some(2));
        assert_eq!(Sheet::default().search("x").count, 0);
    }

    proptest! {
        /// Whatever the bytes and however they are shown: no row is missing, and none is drawn beyond the end.
        #[test]
        fn every_row_can_be_drawn(bytes in proptest::collection::vec(any::<u8>(), 0..300), bound in 1usize..80, columns in 1usize..30, text in "[a-f0-9]{0,2}", marks: bool) {
            let kept = preview(&bytes, bound);
            for sheet in [Sheet::text(&kept, columns, true, Some(3)), Sheet::hex(&kept, hex::WIDE), Sheet::hex(&kept, hex::NARROW)] {
                let hits = sheet.search(&text);
                for row in 0..sheet.rows() {
                    prop_assert!(sheet.draw(row, &hits, Some(0), marks).is_some());
                }
                prop_assert!(sheet.draw(sheet.rows(), &hits, None, marks).is_none());
                for number in 0..hits.count {
                    prop_assert!(sheet.row_of(&hits, number).is_some_and(|row| row < sheet.rows()));
                }
                sheet.copy(|bytes, _| bytes.to_string());
            }
        }
    }
}
