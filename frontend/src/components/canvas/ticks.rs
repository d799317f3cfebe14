//! Frames, for as long as a gesture asks for them: to move the view at an edge, and for a long press.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::board::Board;

/// What asks the browser for a frame. It lives as long as the canvas.
pub(super) struct Ticks {
    on_frame: Closure<dyn FnMut(f64)>,
    /// Whether a frame is on its way.
    asked: bool,
    /// When the frame before was.
    before_ms: Option<f64>,
}

impl Ticks {
    /// For this board.
    pub(super) fn of(board: &Rc<RefCell<Board>>) -> Self {
        let board = Rc::downgrade(board);
        let on_frame = Closure::new(move |now_ms: f64| {
            if let Some(board) = board.upgrade()
                && let Ok(mut board) = board.try_borrow_mut()
            {
                board.frame(now_ms);
            }
        });
        Self {
            on_frame,
            asked: false,
            before_ms: None,
        }
    }

    /// Asks for a frame, if none is on its way.
    pub(super) fn ask(&mut self) {
        let window = web_sys::window().filter(|_| !self.asked);
        if let Some(window) = window {
            let on_frame = self.on_frame.as_ref().unchecked_ref();
            self.asked = window.request_animation_frame(on_frame).is_ok();
        }
    }

    /// A frame has come: how many milliseconds after the one before, if they follow each other.
    pub(super) fn come(&mut self, now_ms: f64) -> f64 {
        self.asked = false;
        let before_ms = self.before_ms.replace(now_ms);
        before_ms.map_or(0.0, |before_ms| now_ms - before_ms)
    }

    /// No frames are needed any more.
    pub(super) fn rest(&mut self) {
        self.before_ms = None;
    }
}
