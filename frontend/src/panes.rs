//! The panes around the canvas, and how large a person wants them.

/// A pane whose edge can be dragged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pane {
    /// The palette, on the left.
    Palette,
    /// The inspector, on the right.
    Inspector,
    /// The drawer, below.
    Drawer,
}

/// How large the panes are wanted, in pixels; nothing is as the page would have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Panes([Option<u16>; 3]);

impl Pane {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Palette, Self::Inspector, Self::Drawer];

    /// The smallest and the largest, in pixels. A small window allows less: the canvas keeps a part of it.
    pub(crate) fn bounds(self) -> (u16, u16) {
        match self {
            Self::Palette => (160, 420),
            Self::Inspector => (240, 640),
            Self::Drawer => (180, 720),
        }
    }

    /// Its name in the document, in the style sheet and in the storage. The script that starts the page knows it too.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Palette => "palette",
            Self::Inspector => "inspector",
            Self::Drawer => "drawer",
        }
    }

    /// The size that it can have next to what was wanted.
    pub(crate) fn fitting(self, wanted: f64) -> u16 {
        let (least, most) = self.bounds();
        wanted.clamp(f64::from(least), f64::from(most)) as u16
    }
}

impl Panes {
    /// How large a pane is wanted.
    pub(crate) fn of(self, pane: Pane) -> Option<u16> {
        self.0[pane as usize]
    }

    /// With another size of a pane.
    pub(crate) fn with(mut self, pane: Pane, size: Option<u16>) -> Self {
        self.0[pane as usize] = size;
        self
    }

    /// As it is kept: `palette=200 drawer=320`.
    pub(crate) fn text(self) -> String {
        let kept = Pane::ALL.into_iter().filter_map(|pane| {
            let size = self.of(pane)?;
            Some(format!("{}={size}", pane.word()))
        });
        kept.collect::<Vec<_>>().join(" ")
    }

    /// What was kept; what cannot be read is as the page would have it.
    pub(crate) fn from_text(text: &str) -> Self {
        let mut panes = Self::default();
        for (name, size) in text.split(' ').filter_map(|part| part.split_once('=')) {
            let pane = Pane::ALL.into_iter().find(|pane| pane.word() == name);
            if let (Some(pane), Ok(size)) = (pane, size.parse::<u16>()) {
                panes = panes.with(pane, Some(pane.fitting(f64::from(size))));
            }
        }
        panes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_kept_within_bounds() {
        let panes = Panes::default().with(Pane::Palette, Some(200));
        let panes = panes.with(Pane::Drawer, Some(300));
        assert_eq!(panes.text(), "palette=200 drawer=300");
        assert_eq!(Panes::from_text(&panes.text()), panes);
        let odd = Panes::from_text("inspector=9999 x=1 drawer=? palette=0");
        assert_eq!(odd.text(), "palette=160 inspector=640");
        assert_eq!(Panes::from_text(""), Panes::default());
    }
}
