//! Within another page: what of the page is shown there.
//!
//! Such a page leaves the browser's storage and its own address alone, and its colours are the other page's.

use crate::platform::search;

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Embed {
    /// The chain, its data and Run; it can be changed.
    Full,
    /// The data alone.
    Result,
    /// The chain and its data; nothing of it can be changed.
    ReadOnly,
}

/// How the page is embedded, if it is. It never changes.
pub(crate) fn embed() -> Option<Embed> {
    thread_local! {
        static EMBED: Option<Embed> = Embed::of(&search());
    }
    EMBED.with(|embed| *embed)
}

/// Whether what is shown there cannot be changed.
pub(crate) fn is_fixed() -> bool {
    matches!(embed(), Some(Embed::Result | Embed::ReadOnly))
}

impl Embed {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Full, Self::Result, Self::ReadOnly];

    /// Its word in an address.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Result => "result",
            Self::ReadOnly => "readonly",
        }
    }

    /// What the query of an address asks for. A word that is not known shows least.
    fn of(query: &str) -> Option<Self> {
        let mut pairs = query.trim_start_matches('?').split('&');
        let word = pairs.find_map(|pair| pair.strip_prefix("embed="))?;
        let known = Self::ALL.into_iter().find(|known| known.word() == word);
        Some(known.unwrap_or(Self::ReadOnly))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_says_how() {
        for embed in Embed::ALL {
            let query = format!("?a=b&embed={}", embed.word());
            assert_eq!(Embed::of(&query), Some(embed));
        }
        assert_eq!(Embed::of("?embed=whatever"), Some(Embed::ReadOnly));
        for query in ["", "?", "?embed", "?embedded=full"] {
            assert_eq!(Embed::of(query), None, "{query}");
        }
    }
}
