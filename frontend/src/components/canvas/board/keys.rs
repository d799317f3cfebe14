//! Keys that mean something while a gesture goes on; all others are commands.

use web_sys::{HtmlElement, KeyboardEvent};

use super::super::keyed::Keyed;
use super::super::pointing::focused;
use super::{Board, Seen};
use crate::editor::gesture::Input;

impl Board {
    pub(super) fn key(&mut self, seen: &Seen, event: &KeyboardEvent) {
        if event.key() == " " {
            let up = event.type_() == "keyup";
            if up && self.space == Some(true) {
                // It moved the view, and presses nothing.
                event.prevent_default();
            }
            self.space = (!up).then(|| self.space.unwrap_or_default());
            return;
        }
        if event.type_() == "keyup" || event.is_composing() {
            return;
        }
        let done = match event.key().as_str() {
            "Tab" => self.tab(seen, event.shift_key()),
            _ if self.keyed.is_some() => self.lead(seen, &event.key()),
            "Escape" if !self.gesture.is_idle() => {
                self.tell(seen, Input::Escape);
                true
            }
            _ => false,
        };
        if done {
            event.prevent_default();
        }
    }

    /// Leads a wire on. Keys that do not are as they ever were, and let it go.
    fn lead(&mut self, seen: &Seen, key: &str) -> bool {
        let forwards = match key {
            "ArrowRight" | "ArrowDown" => true,
            "ArrowLeft" | "ArrowUp" => false,
            "Enter" | " " => {
                let port = self.keyed.as_ref().and_then(Keyed::aim);
                let port = port.map(|aim| aim.port.clone());
                self.keyed = None;
                if let Some(port) = port {
                    self.tell(seen, Input::Pick(port));
                }
                return true;
            }
            "c" | "C" => {
                let end = self.keyed.as_ref().map(|keyed| keyed.end.clone());
                self.connect(seen, end.as_ref());
                return true;
            }
            "Control" | "Shift" | "Alt" | "Meta" => return false,
            key => {
                self.drop_keyed(seen);
                return key == "Escape";
            }
        };
        if let Some(keyed) = &mut self.keyed {
            keyed.step(forwards);
        }
        self.point_at_aim(seen);
        true
    }

    /// Right after the ground was pressed, Tab adds a stage there. In any other case it goes to the next button, as
    /// everywhere.
    fn tab(&mut self, seen: &Seen, back: bool) -> bool {
        self.drop_keyed(seen);
        let nothing_focused = |element: HtmlElement| element.tag_name() == "BODY";
        let free = focused(&seen.canvas).is_none_or(nothing_focused);
        let Some((x, y)) = self.grounded.take().filter(|_| free && !back) else {
            return false;
        };
        if seen.desk.recorded {
            return false;
        }
        let at = super::place(&seen.canvas, x, y);
        let at = self.view.to_canvas(at);
        seen.ask.set(Some(self.asked(seen, Some(at), None)));
        true
    }
}
