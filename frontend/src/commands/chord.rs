//! Keys that are pressed together.

/// Keys that ask for a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chord {
    /// The last one's name, as the browser gives it; letters are small.
    pub(crate) name: &'static str,
    /// With Control, or Command on a Mac.
    pub(crate) control: bool,
    /// With Shift.
    pub(crate) shift: bool,
    /// With Alt.
    pub(crate) alt: bool,
    within: Within,
}

/// Where the focus must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    /// Anywhere, in text fields too: no field has a use for these keys.
    Everywhere,
    /// Anywhere but where text is typed.
    Page,
    /// On the chain itself, or nowhere.
    Chain,
    /// The browser makes an event of its own of them, or presses what has the focus: they are shown, and not heard.
    Browser,
}

/// A key that was pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pressed<'a> {
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
}

/// A key by itself; no text field loses it.
pub(super) const fn key(name: &'static str) -> Chord {
    Chord {
        name,
        control: false,
        shift: false,
        alt: false,
        within: Within::Page,
    }
}

/// A key with Control, or Command on a Mac; no text field loses it.
pub(super) const fn control(name: &'static str) -> Chord {
    Chord {
        control: true,
        ..key(name)
    }
}

impl Chord {
    /// With Shift as well.
    pub(super) const fn shift(self) -> Self {
        Self {
            shift: true,
            ..self
        }
    }

    /// With Alt as well.
    pub(super) const fn alt(self) -> Self {
        Self { alt: true, ..self }
    }

    /// In text fields too.
    pub(super) const fn everywhere(self) -> Self {
        Self {
            within: Within::Everywhere,
            ..self
        }
    }

    /// Only while the chain has the focus, or nothing has.
    pub(super) const fn on_chain(self) -> Self {
        Self {
            within: Within::Chain,
            ..self
        }
    }

    /// Shown, and left to the browser.
    pub(super) const fn of_browser(self) -> Self {
        Self {
            within: Within::Browser,
            ..self
        }
    }

    /// Whether these are the keys, where they mean something.
    pub(crate) fn fits(&self, key: &Pressed<'_>) -> bool {
        let heard = match self.within {
            Within::Everywhere => true,
            Within::Page => !key.in_field,
            Within::Chain => key.on_chain && !key.in_field,
            Within::Browser => false,
        };
        // What keyboards put a sign on, they put with Shift or without.
        let sign = self.name.len() == 1 && !self.name.as_bytes()[0].is_ascii_alphabetic();
        heard
            && self.name.eq_ignore_ascii_case(key.name)
            && self.control == key.control
            && self.alt == key.alt
            && (sign || self.shift == key.shift)
    }

    /// The keys as they are printed on a keyboard.
    pub(crate) fn shown(&self, mac: bool) -> String {
        let names = match mac {
            true => ["⌃", "⌥", "⇧", "⌘"],
            false => ["", "Alt+", "Shift+", "Ctrl+"],
        };
        // The order of each system's own menus.
        let order = match mac {
            true => [(self.alt, 1), (self.shift, 2), (self.control, 3)],
            false => [(self.control, 3), (self.alt, 1), (self.shift, 2)],
        };
        let mut shown = String::new();
        for (held, name) in order {
            if held {
                shown += names[name];
            }
        }
        shown + self.last(mac)
    }

    /// The keys as `aria-keyshortcuts` wants them.
    pub(crate) fn spoken(&self, mac: bool) -> String {
        let mut spoken = String::new();
        for (held, name) in [
            (self.control, if mac { "Meta+" } else { "Control+" }),
            (self.alt, "Alt+"),
            (self.shift, "Shift+"),
        ] {
            if held {
                spoken += name;
            }
        }
        spoken + &capital(self.name)
    }

    fn last(&self, mac: bool) -> &'static str {
        const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        match self.name {
            "Enter" => "⏎",
            "Escape" => "Esc",
            "Delete" => {
                if mac {
                    "⌦"
                } else {
                    "Del"
                }
            }
            "Backspace" => "⌫",
            "ContextMenu" => "▤",
            "ArrowLeft" => "←",
            "ArrowRight" => "→",
            "ArrowUp" => "↑",
            "ArrowDown" => "↓",
            letter if letter.len() == 1 => {
                let place = letter.as_bytes()[0].wrapping_sub(b'a') as usize;
                LETTERS.get(place..=place).unwrap_or(letter)
            }
            name => name,
        }
    }
}

fn capital(name: &str) -> String {
    match name.len() {
        1 => name.to_ascii_uppercase(),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_shown_as_each_system_prints_them() {
        let redo = control("z").shift();
        assert_eq!(redo.shown(false), "Ctrl+Shift+Z");
        assert_eq!(redo.shown(true), "⇧⌘Z");
        assert_eq!(redo.spoken(false), "Control+Shift+Z");
        assert_eq!(redo.spoken(true), "Meta+Shift+Z");
        assert_eq!(key("ArrowLeft").alt().shown(false), "Alt+←");
        assert_eq!(key("?").shown(true), "?");
        assert_eq!(key("0").shown(false), "0");
    }

    #[test]
    fn a_sign_is_itself_wherever_a_keyboard_has_it() {
        for shift in [false, true] {
            let pressed = Pressed {
                name: "?",
                shift,
                ..Pressed::default()
            };
            assert!(key("?").fits(&pressed));
        }
        let shifted = Pressed {
            name: "F",
            shift: true,
            ..Pressed::default()
        };
        assert!(!key("f").fits(&shifted));
    }
}
