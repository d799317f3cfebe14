//! Keys and what they mean.

use crate::editor::Side;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Run the chain.
    Run,
    /// Stop the run.
    Stop,
    /// Close what covers the page, or select nothing.
    Leave,
    /// Take the last edit back.
    Undo,
    /// Do it again.
    Redo,
    /// Remove the selected part.
    Remove,
    /// Duplicate the selected stage.
    Duplicate,
    /// Select the stage beside the selected one.
    Select(Side),
    /// Change places with the stage beside.
    Move(Side),
}

/// A key that was pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Key<'a> {
    /// Its name, as the browser gives it.
    pub(crate) name: &'a str,
    /// With Control, or Command on a Mac.
    pub(crate) control: bool,
    /// With Shift.
    pub(crate) shift: bool,
    /// With Alt.
    pub(crate) alt: bool,
    /// While something that takes typing has the focus.
    pub(crate) in_field: bool,
    /// While the chain itself has the focus, or nothing has.
    pub(crate) on_chain: bool,
    /// While a run is active.
    pub(crate) running: bool,
}

/// What a key means. Within text fields only what no field has a use for.
pub(crate) fn command(key: &Key<'_>) -> Option<Command> {
    let Key {
        name,
        control,
        shift,
        alt,
        in_field,
        on_chain,
        running,
    } = *key;
    match (name, control, shift, alt) {
        ("Enter", true, _, false) => return Some(Command::Run),
        ("Escape", false, _, false) if running => return Some(Command::Stop),
        ("Escape", false, _, false) => return Some(Command::Leave),
        _ if in_field => return None,
        _ => {}
    }
    match (name, control, shift, alt) {
        ("z" | "Z", true, false, false) => Some(Command::Undo),
        ("z" | "Z", true, true, false) | ("y", true, false, false) => Some(Command::Redo),
        ("d", true, false, false) => Some(Command::Duplicate),
        ("Delete" | "Backspace", false, false, false) if on_chain => Some(Command::Remove),
        ("ArrowLeft", false, false, _) if on_chain => Some(sideways(Side::Left, alt)),
        ("ArrowRight", false, false, _) if on_chain => Some(sideways(Side::Right, alt)),
        _ => None,
    }
}

fn sideways(side: Side, moves: bool) -> Command {
    if moves {
        Command::Move(side)
    } else {
        Command::Select(side)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key<'_> {
        Key {
            name,
            on_chain: true,
            ..Key::default()
        }
    }

    #[test]
    fn keys_mean_what_people_expect() {
        let control = |name| Key {
            control: true,
            ..key(name)
        };
        assert_eq!(command(&control("Enter")), Some(Command::Run));
        assert_eq!(command(&control("z")), Some(Command::Undo));
        let shifted = Key {
            shift: true,
            ..control("Z")
        };
        assert_eq!(command(&shifted), Some(Command::Redo));
        assert_eq!(command(&key("Delete")), Some(Command::Remove));
        assert_eq!(
            command(&key("ArrowLeft")),
            Some(Command::Select(Side::Left))
        );
        let moving = Key {
            alt: true,
            ..key("ArrowRight")
        };
        assert_eq!(command(&moving), Some(Command::Move(Side::Right)));
    }

    #[test]
    fn escape_stops_what_runs_and_leaves_otherwise() {
        let running = Key {
            running: true,
            ..key("Escape")
        };
        assert_eq!(command(&running), Some(Command::Stop));
        assert_eq!(command(&key("Escape")), Some(Command::Leave));
    }

    #[test]
    fn a_text_field_keeps_its_own_keys() {
        for (name, control) in [
            ("z", true),
            ("Delete", false),
            ("Backspace", false),
            ("ArrowLeft", false),
        ] {
            let typing = Key {
                control,
                in_field: true,
                ..key(name)
            };
            assert_eq!(command(&typing), None, "{name}");
        }
        let run = Key {
            control: true,
            in_field: true,
            ..key("Enter")
        };
        assert_eq!(command(&run), Some(Command::Run));
    }

    #[test]
    fn what_stands_beside_the_chain_keeps_its_arrows() {
        for name in ["ArrowRight", "Delete"] {
            let tab = Key {
                on_chain: false,
                ..key(name)
            };
            assert_eq!(command(&tab), None);
        }
    }
}
