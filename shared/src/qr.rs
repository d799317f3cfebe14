//! A text as a QR code: squares that are dark or light.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// Characters of an ordinary link that the largest code holds. Codes of more than some hundred are hard to scan from a
/// screen.
pub const QR_BYTES: usize = 2_953;
/// Squares of light that must be around a code.
pub const QUIET: usize = 4;

/// A code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Squares {
    size: usize,
    dark: Vec<bool>,
}

/// The code of a text; nothing where it has more than [`QR_BYTES`] bytes.
pub fn code(text: &str) -> Option<Squares> {
    // What costs nothing more is taken of redundancy.
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let size = code.size();
    let places = (0..size).flat_map(|y| (0..size).map(move |x| (x, y)));
    Some(Squares {
        size: usize::try_from(size).ok()?,
        dark: places.map(|(x, y)| code.get_module(x, y)).collect(),
    })
}

impl Squares {
    /// How many squares are in a row, without the light around them.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Whether the square in this column and row, from 0, is dark. Beyond the code all is light.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.size && y < self.size && self.dark.get(y * self.size + x) == Some(&true)
    }

    /// The dark squares as the `d` of an SVG's path, in a box from 0 to `size` in both directions.
    pub fn svg_path(&self) -> String {
        let mut path = String::new();
        for y in 0..self.size {
            let mut x = 0;
            while x < self.size {
                let run = (x..self.size).take_while(|x| self.is_dark(*x, y)).count();
                if run > 0 {
                    let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
                }
                x += run.max(1);
            }
        }
        path
    }

    /// The code as lines of text, two rows a line, with the light around it. `█` and its halves are the light parts: most
    /// terminals are dark.
    pub fn lines(&self) -> String {
        let whole = self.size + 2 * QUIET;
        let is_light = |x: usize, y: usize| {
            let inner = x.checked_sub(QUIET).zip(y.checked_sub(QUIET));
            y < whole && !inner.is_some_and(|(x, y)| self.is_dark(x, y))
        };
        let mut lines = String::new();
        for y in (0..whole).step_by(2) {
            for x in 0..whole {
                lines.push(match (is_light(x, y), is_light(x, y + 1)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            lines.push('\n');
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_and_light_around() {
        let code = code("http://127.0.0.1:7878/#1abc").expect("it is short");
        let end = code.size() - 1;
        for (x, y) in [(0, 0), (end, 0), (0, end)] {
            assert!(code.is_dark(x, y), "{x} {y}");
        }
        assert!(!code.is_dark(code.size(), 0) && !code.is_dark(0, code.size()));
        let lines: Vec<String> = code.lines().lines().map(str::to_owned).collect();
        let whole = code.size() + 2 * QUIET;
        assert_eq!(lines.len(), whole.div_ceil(2));
        assert!(lines.iter().all(|line| line.chars().count() == whole));
        assert!(lines[0].chars().all(|square| square == '█'));
    }

    #[test]
    fn the_path_has_the_dark_squares() {
        let code = code("a").expect("it is short");
        let mut found = vec![false; code.size * code.size];
        for part in code.svg_path().split_terminator('z') {
            let (place, run) = part[1..].split_once('h').expect("a row");
            let (x, y) = place.split_once(' ').expect("a place");
            let run = run.split_once('v').expect("a height").0;
            let [x, y, run] = [x, y, run].map(|text| text.parse::<usize>().expect("a number"));
            found[y * code.size + x..][..run].fill(true);
        }
        assert_eq!(found, code.dark);
    }

    #[test]
    fn what_is_too_long_has_no_code() {
        assert!(code(&"a".repeat(QR_BYTES)).is_some());
        assert_eq!(code(&"a".repeat(QR_BYTES + 1)), None);
    }
}
