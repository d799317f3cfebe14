//! The lines that were typed before, for Up and Down.

/// The most lines that are kept.
const MOST_LINES: usize = 50;
/// The longest line that is kept, in bytes.
const LINE_BYTES: usize = 4_000;

/// Lines, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Past {
    lines: Vec<String>,
}

impl Past {
    /// The lines of a kept text; none of what is no such text.
    pub(crate) fn from_text(text: &str) -> Self {
        let lines: Vec<String> = serde_json::from_str::<Vec<serde_json::Value>>(text)
            .unwrap_or_default()
            .iter()
            .filter_map(|line| line.as_str().map(str::to_owned))
            .filter(|line| line.len() <= LINE_BYTES)
            .collect();
        let first = lines.len().saturating_sub(MOST_LINES);
        Self {
            lines: lines[first..].to_vec(),
        }
    }

    /// As a text to be kept.
    pub(crate) fn to_text(&self) -> String {
        let lines = self.lines.iter().map(|line| line.as_str().into());
        serde_json::Value::Array(lines.collect()).to_string()
    }

    /// Takes a line in as the last one. One that was there moves to the end.
    pub(crate) fn put(&mut self, line: &str) {
        let line = line.trim();
        if line.is_empty() || line.len() > LINE_BYTES {
            return;
        }
        self.lines.retain(|known| known != line);
        self.lines.push(line.to_owned());
        let most = self.lines.len().saturating_sub(MOST_LINES);
        self.lines.drain(..most);
    }

    /// The line so many steps back: 1 is the last one that is not what the field holds anyway.
    pub(crate) fn back(&self, steps: usize, held: &str) -> Option<&str> {
        let others = self.lines.iter().rev().filter(|line| *line != held.trim());
        others.map(String::as_str).nth(steps.checked_sub(1)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back_latest_first_and_once() {
        let mut past = Past::default();
        for line in ["a", "b", " a ", "", "c | d"] {
            past.put(line);
        }
        let past = Past::from_text(&past.to_text());
        assert_eq!(past.back(1, ""), Some("c | d"));
        assert_eq!(past.back(2, ""), Some("a"));
        assert_eq!(past.back(3, ""), Some("b"));
        assert_eq!(past.back(4, ""), None);
        assert_eq!(past.back(0, ""), None);
        assert_eq!(past.back(1, "c | d"), Some("a"), "what is there already");
    }

    #[test]
    fn they_are_bounded_and_what_is_no_text_of_them_is_none() {
        let mut past = Past::default();
        for number in 0..200 {
            past.put(&number.to_string());
        }
        past.put(&"x".repeat(5_000));
        assert_eq!(past.lines.len(), MOST_LINES);
        assert_eq!(past.back(1, ""), Some("199"));
        for text in ["", "{", "3", "[1,{}]"] {
            assert_eq!(Past::from_text(text), Past::default(), "{text}");
        }
    }
}
