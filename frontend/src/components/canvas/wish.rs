//! What the rest of the page asks of the canvas. A page shows one canvas or none; without one, nothing is done.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use super::board::Board;
use crate::editor::template::Template;
use crate::editor::view::Look;

/// Something that only the canvas can do, since it knows what is seen of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Wish {
    /// Look at it otherwise.
    Look(Look),
    /// Move what is selected by so many pixels, to the right and downwards.
    Nudge(i16, i16),
    /// Take a template that was let go at this place of the window.
    Drop(Template, (f64, f64)),
}

thread_local! {
    static BOARD: RefCell<Weak<RefCell<Board>>> = RefCell::default();
}

/// Asks the canvas for something.
pub(crate) fn wish(wish: Wish) {
    let board = BOARD.with_borrow(Weak::upgrade);
    if let Some(board) = board
        && let Ok(mut board) = board.try_borrow_mut()
    {
        board.grant(wish);
    }
}

/// This board is asked from now on.
pub(super) fn answer(board: &Rc<RefCell<Board>>) {
    BOARD.with_borrow_mut(|known| *known = Rc::downgrade(board));
}
