//! What the pane on the left shows: what can be added, the files of the workspace, or lessons.

/// A tab of the pane on the left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Left {
    /// What can be added.
    #[default]
    Add,
    /// The files that runs see.
    Files,
    /// The list of lessons, or the one that is open.
    Lessons,
}

/// What can be asked of the lesson that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Go to the next step.
    Next,
    /// Go to the step before.
    Previous,
    /// Load the step's chain.
    Load,
    /// Load it and run it.
    Run,
    /// Check the step's exercise.
    Check,
    /// Put the chain of one's own back.
    Mine,
}

impl Left {
    /// All of them, in their order.
    pub(crate) const ALL: [Self; 3] = [Self::Add, Self::Files, Self::Lessons];

    /// The word by which it is kept, and known in the document.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Files => "files",
            Self::Lessons => "lessons",
        }
    }

    /// The one of a word; the palette for any other.
    pub(crate) fn from_word(word: &str) -> Self {
        let known = Self::ALL.into_iter().find(|known| known.word() == word);
        known.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_comes_back_by_its_word() {
        for left in Left::ALL {
            assert_eq!(Left::from_word(left.word()), left);
        }
        assert_eq!(Left::from_word("?"), Left::Add);
    }
}
