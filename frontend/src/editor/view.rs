//! How the canvas is looked at: what part of it, and how large. No part of the document, and in no history.
//!
//! Two kinds of places: on the *canvas* (as the chain has them) and on the *screen* (pixels from the canvas
//! element's upper left corner).

use pipeyard_shared::chain::{FARTHEST, Point};

use super::layout::Area;

/// The smallest and the largest picture.
pub(crate) const ZOOMS: (f64, f64) = (0.1, 2.0);
/// One press of a zoom button.
pub(crate) const STEP: f64 = 1.25;
/// Between what is made to fit and the edges of the screen.
const AROUND: f64 = 32.0;
/// So far wires go beyond what they join, on the canvas.
const LOOP: f64 = 20.0;
/// So much of the content always stays on the screen.
const LEFT_IN: f64 = 64.0;
/// How near an edge the pointer is when the view begins to move, and how fast it moves at the edge itself, in
/// pixels a second.
const EDGE: f64 = 40.0;
const FASTEST: f64 = 900.0;

/// How large the screen is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Screen {
    /// In pixels.
    pub(crate) width: f64,
    /// In pixels.
    pub(crate) height: f64,
}

/// How it can be looked at otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Larger by a step.
    In,
    /// Smaller by a step.
    Out,
    /// As large as it is.
    Whole,
    /// All of it.
    Fit,
    /// What is selected.
    Selected,
}

/// A view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct View {
    /// Where on the screen the canvas's origin is.
    pub(crate) pan: Point,
    /// Pixels on the screen for one of the canvas.
    pub(crate) zoom: f64,
}

impl Default for View {
    fn default() -> Self {
        Self {
            pan: Point::default(),
            zoom: 1.0,
        }
    }
}

impl View {
    /// Where on the canvas a place of the screen is.
    pub(crate) fn to_canvas(self, screen: Point) -> Point {
        Point::new(
            (screen.x - self.pan.x) / self.zoom,
            (screen.y - self.pan.y) / self.zoom,
        )
    }

    /// Where on the screen a place of the canvas is.
    pub(crate) fn to_screen(self, canvas: Point) -> Point {
        Point::new(
            canvas.x * self.zoom + self.pan.x,
            canvas.y * self.zoom + self.pan.y,
        )
    }

    /// The part of the canvas that is seen.
    pub(crate) fn seen(self, screen: Screen) -> Area {
        let corner = self.to_canvas(Point::default());
        Area {
            x: corner.x,
            y: corner.y,
            width: screen.width / self.zoom,
            height: screen.height / self.zoom,
        }
    }

    /// Moved by so many pixels of the screen.
    pub(crate) fn panned(self, x: f64, y: f64) -> Self {
        let pan = Point::new(self.pan.x + x, self.pan.y + y);
        Self { pan, ..self }.sane()
    }

    /// Larger or smaller by a factor; what is at this place of the screen stays there.
    pub(crate) fn zoomed(self, factor: f64, at: Point) -> Self {
        self.zoomed_to(self.zoom * factor, at)
    }

    /// The same, with the zoom that it has then.
    pub(crate) fn zoomed_to(self, zoom: f64, at: Point) -> Self {
        let held = self.to_canvas(at);
        let next = Self { zoom, ..self }.sane();
        let now = next.to_screen(held);
        next.panned(at.x - now.x, at.y - now.y)
    }

    /// What a turn of the wheel does (in pixels, downwards is smaller): a notch of 100 is about one step.
    pub(crate) fn wheeled(self, delta: f64, at: Point) -> Self {
        let notches = (delta / 100.0).clamp(-3.0, 3.0);
        self.zoomed(STEP.powf(-notches), at)
    }

    /// The content in the middle of the screen, as large as it fits, but no larger than it is.
    pub(crate) fn fit(content: Area, screen: Screen) -> Self {
        Self::fit_up_to(1.0, content, screen)
    }

    /// The same, but enlarged where there is room for it.
    pub(crate) fn filling(content: Area, screen: Screen) -> Self {
        // Wires go a little beyond what they join.
        Self::fit_up_to(ZOOMS.1, content.grown(LOOP), screen)
    }

    /// How high a screen of this width must be for all of it to fit, in pixels.
    pub(crate) fn height_for(content: Area, width: f64) -> f64 {
        let zoom = ((width - 2.0 * AROUND) / content.width.max(1.0)).clamp(ZOOMS.0, 1.0);
        content.height * zoom + 2.0 * AROUND
    }

    fn fit_up_to(most: f64, content: Area, screen: Screen) -> Self {
        let fits = |room: f64, needed: f64| (room - 2.0 * AROUND).max(1.0) / needed.max(1.0);
        let zoom = fits(screen.width, content.width)
            .min(fits(screen.height, content.height))
            .min(most);
        let view = Self {
            zoom,
            ..Self::default()
        };
        view.sane().centred(content.centre(), screen)
    }

    /// The same zoom, with a place of the canvas in the middle of the screen.
    pub(crate) fn centred(self, on: Point, screen: Screen) -> Self {
        let pan = Point::new(
            screen.width / 2.0 - on.x * self.zoom,
            screen.height / 2.0 - on.y * self.zoom,
        );
        Self { pan, ..self }.sane()
    }

    /// As little moved as needed for an area to be seen whole, or its upper left part where it is too large.
    pub(crate) fn showing(self, area: Area, screen: Screen) -> Self {
        let shift = |low: f64, high: f64, room: f64| {
            let margin = AROUND.min(room / 4.0);
            if low < margin || high - low > room - 2.0 * margin {
                margin - low
            } else {
                (room - margin - high).min(0.0)
            }
        };
        let from = self.to_screen(area.corner());
        let to = (
            from.x + area.width * self.zoom,
            from.y + area.height * self.zoom,
        );
        let seen = from.x >= 0.0 && from.y >= 0.0 && to.0 <= screen.width && to.1 <= screen.height;
        if seen {
            return self;
        }
        self.panned(
            shift(from.x, to.0, screen.width),
            shift(from.y, to.1, screen.height),
        )
    }

    /// As little moved as needed for some of the content to be on the screen: nobody loses all of it.
    pub(crate) fn keeping(self, content: Area, screen: Screen) -> Self {
        let keep = |start: f64, size: f64, room: f64| {
            let left = LEFT_IN.min(size * self.zoom).min(room);
            let (least, most) = (left - size * self.zoom, room - left);
            start.clamp(least.min(most), most.max(least)) - start
        };
        let at = self.to_screen(content.corner());
        self.panned(
            keep(at.x, content.width, screen.width),
            keep(at.y, content.height, screen.height),
        )
    }

    /// Within what is allowed, whatever the numbers were.
    fn sane(self) -> Self {
        let zoom = if self.zoom.is_finite() {
            self.zoom
        } else {
            1.0
        };
        let zoom = zoom.clamp(ZOOMS.0, ZOOMS.1);
        let most = FARTHEST * ZOOMS.1;
        let pan = |at: f64| {
            if at.is_finite() {
                at.clamp(-most, most)
            } else {
                0.0
            }
        };
        Self {
            pan: Point::new(pan(self.pan.x), pan(self.pan.y)),
            zoom,
        }
    }
}

/// How fast the view moves while something is dragged near an edge of the screen, in pixels a second; in the
/// direction in which the content goes.
pub(crate) fn edge_speed(at: Point, screen: Screen) -> Point {
    let speed = |at: f64, room: f64| {
        let edge = EDGE.min(room / 4.0).max(1.0);
        let low = (edge - at).clamp(0.0, edge);
        let high = (at - (room - edge)).clamp(0.0, edge);
        FASTEST * (low - high) / edge
    };
    Point::new(speed(at.x, screen.width), speed(at.y, screen.height))
}

/// The whole canvas in a small picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Minimap {
    /// From the canvas to the picture.
    view: View,
}

impl Minimap {
    /// A picture of this size of the content and what is seen of the canvas.
    pub(crate) fn of(content: Area, seen: Area, size: Screen) -> Self {
        let whole = Area::around([content, seen]).unwrap_or_default();
        let scale = (size.width / whole.width.max(1.0)).min(size.height / whole.height.max(1.0));
        let centre = whole.centre();
        let pan = Point::new(
            size.width / 2.0 - centre.x * scale,
            size.height / 2.0 - centre.y * scale,
        );
        Self {
            view: View { pan, zoom: scale },
        }
    }

    /// Where on the canvas a place of the picture is.
    pub(crate) fn to_canvas(self, at: Point) -> Point {
        self.view.to_canvas(at)
    }
}

#[cfg(test)]
mod tests;
