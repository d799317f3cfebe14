//! What the rest of the page asks of the canvas. A page shows one canvas or none; without one, nothing is done.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use pipeyard_shared::chain::StageKind;

use super::board::Board;
use super::clipboard::Clip;
use crate::editor::view::Look;

/// Something that only the canvas can do, since it knows what is seen of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wish {
    /// Look at it otherwise.
    Look(Look),
    /// Move what is selected by so many pixels, to the right and downwards.
    Nudge(i16, i16),
    /// Let dragging the ground move the view, or select.
    OtherGround,
    /// Let the grid hold what is moved, or not.
    OtherSnap,
    /// Ask for a stage to be added.
    Add,
    /// Let the selected stage be named on its card.
    Rename,
    /// Take a wire up at the selected stage, to be led on by keys.
    Connect,
    /// Put copies of what is selected beside it.
    Duplicate,
    /// Copy, cut or paste.
    Clip(Clip),
    /// Take a stage that was let go at this place of the window.
    Drop(Box<StageKind>, (f64, f64)),
    /// Say a sentence.
    Say(String),
}

thread_local! {
    static BOARD: RefCell<Weak<RefCell<Board>>> = RefCell::default();
}

/// Asks the canvas for something. Says whether there is one.
pub(crate) fn wish(wish: Wish) -> bool {
    let board = BOARD.with_borrow(Weak::upgrade);
    match board.as_ref().map(|board| board.try_borrow_mut()) {
        Some(Ok(mut board)) => {
            board.grant(wish);
            true
        }
        _ => false,
    }
}

/// This board is asked from now on.
pub(super) fn answer(board: &Rc<RefCell<Board>>) {
    BOARD.with_borrow_mut(|known| *known = Rc::downgrade(board));
}
