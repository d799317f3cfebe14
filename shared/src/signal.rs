//! Signals by number and by name, as Linux numbers them on x86-64 and AArch64 (`signal(7)`).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A signal's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Signal(pub i32);

impl Signal {
    /// Sent to a foreground group by Ctrl+C.
    pub const INT: Signal = Signal(2);
    /// Cannot be caught.
    pub const KILL: Signal = Signal(9);
    /// Written to a pipe whose reader has left.
    pub const PIPE: Signal = Signal(13);
    /// Asks to end.
    pub const TERM: Signal = Signal(15);
    /// Goes on after a stop.
    pub const CONT: Signal = Signal(18);
    /// Cannot be caught; the process stands still.
    pub const STOP: Signal = Signal(19);
    /// The processor time that a process may take is used up.
    pub const XCPU: Signal = Signal(24);
    /// A file would have become larger than a process may make one.
    pub const XFSZ: Signal = Signal(25);

    /// The name with its `SIG`, or `signal N` where there is none.
    pub fn name(self) -> String {
        match NAMES.iter().find(|(number, _)| *number == self.0) {
            Some((_, name)) => format!("SIG{name}"),
            None => format!("signal {}", self.0),
        }
    }

    /// The signal of a name, with or without `SIG`, or of a number in digits.
    pub fn from_name(name: &str) -> Option<Self> {
        let bare = name.strip_prefix("SIG").unwrap_or(name);
        let named = NAMES.iter().find(|(_, known)| *known == bare);
        named.map(|(number, _)| Self(*number)).or_else(|| {
            name.parse()
                .ok()
                .filter(|number| (1..=64).contains(number))
                .map(Self)
        })
    }

    /// Whether a page may send it to a stage: one that ends, stops, continues or informs it.
    pub fn can_be_sent(self) -> bool {
        NAMES.iter().any(|(number, _)| *number == self.0)
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name())
    }
}

const NAMES: [(i32, &str); 31] = [
    (1, "HUP"),
    (2, "INT"),
    (3, "QUIT"),
    (4, "ILL"),
    (5, "TRAP"),
    (6, "ABRT"),
    (7, "BUS"),
    (8, "FPE"),
    (9, "KILL"),
    (10, "USR1"),
    (11, "SEGV"),
    (12, "USR2"),
    (13, "PIPE"),
    (14, "ALRM"),
    (15, "TERM"),
    (16, "STKFLT"),
    (17, "CHLD"),
    (18, "CONT"),
    (19, "STOP"),
    (20, "TSTP"),
    (21, "TTIN"),
    (22, "TTOU"),
    (23, "URG"),
    (24, "XCPU"),
    (25, "XFSZ"),
    (26, "VTALRM"),
    (27, "PROF"),
    (28, "WINCH"),
    (29, "IO"),
    (30, "PWR"),
    (31, "SYS"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_agree_both_ways() {
        for (number, _) in NAMES {
            let signal = Signal(number);
            assert_eq!(Signal::from_name(&signal.name()), Some(signal));
        }
        assert_eq!(Signal::from_name("TERM"), Some(Signal::TERM));
        assert_eq!(Signal::from_name("9"), Some(Signal::KILL));
        assert_eq!(Signal::from_name("0"), None);
        assert_eq!(Signal::from_name("NOPE"), None);
    }
}
