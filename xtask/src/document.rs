//! Tables that stand in documents, between two lines that say where they come from.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Puts a text between two marked lines of a file, in place of what stands there.
///
/// # Errors
/// When the file cannot be read or written, or has not both lines.
pub(crate) fn replace_between(path: &Path, lines: [&str; 2], new: &str) -> Result<()> {
    let text = fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
    let text = between(&text, lines, new).with_context(|| format!("{}", path.display()))?;
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))?;
    println!("the table is in {}", path.display());
    Ok(())
}

/// The same for the text of a file.
///
/// # Errors
/// When one of the lines is not there.
pub(crate) fn between(text: &str, [begin, end]: [&str; 2], new: &str) -> Result<String> {
    let Some((before, rest)) = text.split_once(begin) else {
        bail!("there is no line `{begin}`");
    };
    let Some((_, after)) = rest.split_once(end) else {
        bail!("there is no line `{end}`");
    };
    Ok(format!("{before}{begin}\n\n{new}\n{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_the_lines_is_replaced_and_nothing_else() {
        let lines = ["<!-- here -->", "<!-- there -->"];
        let [begin, end] = lines;
        let text = format!("a\n{begin}\nold\n{end}\nb\n");
        let new = between(&text, lines, "new\n").expect("both lines");
        assert_eq!(new, format!("a\n{begin}\n\nnew\n\n{end}\nb\n"));
        assert_eq!(between(&new, lines, "new\n").expect("both lines"), new);
        assert!(between("a", lines, "new").is_err());
        assert!(between(begin, lines, "new").is_err());
    }
}
