//! One style sheet out of many.

/// Sheets that come before all others: what they define, the others use or refine.
const FIRST: [&str; 2] = ["tokens.css", "page.css"];

/// Joins style sheets: `tokens.css`, `page.css`, then the rest by name, without comments,
/// indentation and empty lines. Names are unique; their order does not matter.
pub(super) fn join(sheets: &[(String, String)]) -> String {
    let mut sheets: Vec<_> = sheets.iter().collect();
    let rank = |name: &str| {
        FIRST
            .iter()
            .position(|first| *first == name)
            .unwrap_or(FIRST.len())
    };
    sheets.sort_by(|(one, _), (other, _)| (rank(one), one).cmp(&(rank(other), other)));
    sheets.iter().map(|(_, text)| tighten(text)).collect()
}

/// The rest of what a minifier does is done as well by compression, and without its risks.
fn tighten(css: &str) -> String {
    let css = without_comments(css);
    let lines = css.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Comments end a token, so that each leaves a space. A quoted text keeps what looks like one.
fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find(['"', '\'', '/']) {
        let (before, here) = rest.split_at(start);
        kept.push_str(before);
        rest = if let Some(comment) = here.strip_prefix("/*") {
            kept.push(' ');
            comment.split_once("*/").map_or("", |(_, after)| after)
        } else {
            let length = if here.starts_with('/') {
                1
            } else {
                quoted_length(here)
            };
            kept.push_str(&here[..length]);
            &here[length..]
        };
    }
    kept + rest
}

/// The length of the quoted text that `css` starts with, its quotes included.
fn quoted_length(css: &str) -> usize {
    let bytes = css.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == bytes[0] => return at + 1,
            _ => at += 1,
        }
    }
    css.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(name: &str) -> (String, String) {
        (
            name.to_owned(),
            format!("/* {name} */ .{} {{}}", name.trim_end_matches(".css")),
        )
    }

    #[test]
    fn tokens_come_first_then_the_page_then_the_rest_by_name() {
        let sheets = ["wire.css", "page.css", "card.css", "tokens.css"].map(sheet);
        assert_eq!(join(&sheets), ".tokens {}\n.page {}\n.card {}\n.wire {}\n");
    }

    #[test]
    fn comments_go_and_quoted_text_stays() {
        let css =
            "a::before { content: \"/* \\\" kept */\"; } /* gone \"*/\nb { margin: 1px/**/2px }";
        assert_eq!(
            tighten(css),
            "a::before { content: \"/* \\\" kept */\"; }\nb { margin: 1px 2px }\n"
        );
    }

    #[test]
    fn slashes_that_start_no_comment_stay() {
        assert_eq!(
            tighten("a { grid-area: 1 / 2; inset: calc(1px / 2) }"),
            "a { grid-area: 1 / 2; inset: calc(1px / 2) }\n"
        );
    }

    #[test]
    fn what_is_never_closed_ends_with_the_sheet() {
        assert_eq!(tighten("a {} /* open"), "a {}\n");
        assert_eq!(tighten("a { content: '한\\"), "a { content: '한\\\n");
    }
}
