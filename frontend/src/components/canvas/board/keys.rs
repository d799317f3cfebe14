//! Keys that mean something while a gesture goes on; all others are commands.

use web_sys::{HtmlElement, KeyboardEvent};

use super::super::clipboard::is_ours;
use super::super::keyed::Keyed;
use super::super::pointing::focused;
use super::{Board, Seen};
use crate::editor::gesture::Input;
use crate::hooks::{key_name, typing};

impl Board {
    pub(super) fn key(&mut self, seen: &Seen, event: &KeyboardEvent) {
        let up = event.type_() == "keyup";
        if !up && (typing() || !is_ours(&seen.canvas)) {
            // Those keys are for others.
            self.drop_keyed(seen);
        }
        if event.key() == " " {
            if !up && self.keyed.is_some() {
                self.join(seen);
                event.prevent_default();
                // Let go, it presses nothing either.
                self.space = Some(true);
                return;
            }
            if up && self.space == Some(true) {
                // It moved the view, and presses nothing.
                event.prevent_default();
            }
            self.space = (!up).then(|| self.space.unwrap_or_default());
            return;
        }
        if up || event.is_composing() {
            return;
        }
        let done = match event.key().as_str() {
            "Tab" => self.tab(seen, event.shift_key()),
            _ if self.keyed.is_some() => self.lead(seen, event),
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
    fn lead(&mut self, seen: &Seen, event: &KeyboardEvent) -> bool {
        let key = key_name(event);
        let with_others = event.ctrl_key() || event.meta_key() || event.alt_key();
        let forwards = match key.as_str() {
            "Control" | "Shift" | "Alt" | "Meta" => return false,
            "ArrowRight" | "ArrowDown" if !with_others => true,
            "ArrowLeft" | "ArrowUp" if !with_others => false,
            "Enter" if !with_others => {
                self.join(seen);
                return true;
            }
            "c" | "C" if !with_others => {
                let end = self.keyed.as_ref().map(|keyed| keyed.end.clone());
                self.connect(seen, end.as_ref());
                return true;
            }
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

    /// The wire that is led ends at the port that is chosen.
    fn join(&mut self, seen: &Seen) {
        let keyed = self.keyed.take();
        if let Some(aim) = keyed.as_ref().and_then(Keyed::aim) {
            self.tell(seen, Input::Pick(aim.port.clone()));
        }
    }

    /// Something else gets the focus. A wire that is led is let go when that is not on the canvas, or text is
    /// typed into it: its keys are for others then.
    pub(super) fn focus_moves(&mut self, seen: &Seen) {
        let ours = is_ours(&seen.canvas) && !typing();
        match &mut self.keyed {
            Some(keyed) if ours => keyed.rooted = true,
            Some(keyed) if keyed.rooted => self.drop_keyed(seen),
            _ => {}
        }
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
