//! How large everything is shown, text above all.

/// In hundredths of the usual size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TextSize(u16);

/// Another size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextStep {
    /// The next larger one.
    Larger,
    /// The next smaller one.
    Smaller,
    /// As the page would have it.
    Usual,
}

impl Default for TextSize {
    fn default() -> Self {
        Self(100)
    }
}

impl TextSize {
    /// The sizes that there are. The script that starts the page has their bounds too.
    const ALL: [u16; 5] = [100, 125, 150, 175, 200];

    /// The size after a step.
    pub(crate) fn after(self, step: TextStep) -> Self {
        let mut sizes = Self::ALL.into_iter();
        let next = match step {
            TextStep::Larger => sizes.find(|size| *size > self.0),
            TextStep::Smaller => sizes.rfind(|size| *size < self.0),
            TextStep::Usual => return Self::default(),
        };
        Self(next.unwrap_or(self.0))
    }

    /// The step that the button makes: larger, and from the largest back to the usual size.
    pub(crate) fn around(self) -> TextStep {
        match self.after(TextStep::Larger) == self {
            true => TextStep::Usual,
            false => TextStep::Larger,
        }
    }

    /// In hundredths of the usual size.
    pub(crate) fn percent(self) -> u16 {
        self.0
    }

    /// So many pixels of the window are so many of the page's own.
    pub(crate) fn times(self, pixels: u32) -> u32 {
        pixels * u32::from(self.0) / 100
    }

    /// The factor as a style sheet has it.
    pub(crate) fn decimal(self) -> String {
        format!("{}.{:02}", self.0 / 100, self.0 % 100)
    }

    /// What lengths are multiplied with.
    pub(crate) fn factor(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// The size that was kept; the usual one for anything that is none.
    pub(crate) fn from_text(text: &str) -> Self {
        let size = text.parse().ok().filter(|size| Self::ALL.contains(size));
        size.map_or(Self::default(), Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_stay_within_the_sizes_that_there_are() {
        let usual = TextSize::default();
        assert_eq!(usual.after(TextStep::Smaller), usual);
        let mut size = usual;
        let mut seen = vec![size.percent()];
        while size.around() == TextStep::Larger {
            size = size.after(TextStep::Larger);
            seen.push(size.percent());
        }
        assert_eq!(seen, TextSize::ALL);
        assert_eq!((size.decimal().as_str(), size.times(699)), ("2.00", 1398));
        assert_eq!(size.after(size.around()), usual);
        assert_eq!(size.after(TextStep::Smaller).percent(), 175);
        for odd in ["", "99", "1000000", "large"] {
            assert_eq!(TextSize::from_text(odd), usual);
        }
    }
}
