//! Ports, and the wires between them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::{StageId, WireId};

/// The lowest extra input: 0, 1 and 2 are taken.
pub const FIRST_EXTRA_INPUT: u8 = 3;
/// The highest extra input: the descriptor that bash takes for its first process substitution.
pub const LAST_EXTRA_INPUT: u8 = 63;

/// A connection of an output port to an input port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wire {
    /// Its name within the chain.
    pub id: WireId,
    /// Where its bytes come from.
    pub from: OutputEnd,
    /// Where they go.
    pub to: InputEnd,
    /// How they travel.
    #[serde(default, skip_serializing_if = "WireMode::is_tapped")]
    pub mode: WireMode,
    /// What a person is asked before they see its data. It says nothing to a run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
}

/// The end of a wire at which bytes enter it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputEnd {
    /// The stage that writes.
    pub stage: StageId,
    /// Its port.
    pub port: OutputPort,
}

/// The end of a wire at which bytes leave it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputEnd {
    /// The stage that reads.
    pub stage: StageId,
    /// Its port.
    pub port: InputPort,
}

/// A port at which a stage writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputPort {
    /// Standard output, descriptor 1.
    Stdout,
    /// Standard error, descriptor 2.
    Stderr,
}

/// A port at which a stage reads: `stdin`, or `fd3` and so on in the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InputPort {
    /// Standard input, descriptor 0.
    Stdin,
    /// An extra input; the argument `{fd3}` becomes `/dev/fd/3`.
    Extra(u8),
}

/// How a wire carries its bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WireMode {
    /// Relayed by the runner: counted exactly, head and tail kept.
    #[default]
    Tapped,
    /// One kernel pipe (or the file itself) from stage to stage, with nothing between.
    Direct,
}

/// How several wires into one input are merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FanIn {
    /// Whole lines from whoever has one; no line is torn.
    #[default]
    Lines,
    /// The first wire to its end, then the second, as `cat a b`.
    Ordered,
    /// All write into one kernel pipe, as `2>&1` does; only writes up to `PIPE_BUF` stay whole.
    Shared,
}

impl Wire {
    /// A tapped wire between two ports.
    pub fn between(
        id: impl Into<WireId>,
        from: (StageId, OutputPort),
        to: (StageId, InputPort),
    ) -> Self {
        Self {
            id: id.into(),
            from: OutputEnd {
                stage: from.0,
                port: from.1,
            },
            to: InputEnd {
                stage: to.0,
                port: to.1,
            },
            mode: WireMode::Tapped,
            question: None,
        }
    }
}

impl OutputPort {
    /// The descriptor that the stage's process writes to.
    pub fn descriptor(self) -> u8 {
        match self {
            Self::Stdout => 1,
            Self::Stderr => 2,
        }
    }
}

impl InputPort {
    /// The descriptor that the stage's process reads from.
    pub fn descriptor(self) -> u8 {
        match self {
            Self::Stdin => 0,
            Self::Extra(number) => number,
        }
    }
}

impl WireMode {
    fn is_tapped(&self) -> bool {
        *self == Self::Tapped
    }
}

impl fmt::Display for OutputPort {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        })
    }
}

impl fmt::Display for InputPort {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => out.write_str("stdin"),
            Self::Extra(number) => write!(out, "fd{number}"),
        }
    }
}

impl fmt::Display for OutputEnd {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.stage, self.port)
    }
}

impl fmt::Display for InputEnd {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.stage, self.port)
    }
}

impl FromStr for InputPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "stdin" {
            return Ok(Self::Stdin);
        }
        text.strip_prefix("fd")
            .filter(|digits| !digits.starts_with(['0', '+']))
            .and_then(|digits| digits.parse().ok())
            .filter(|number| (FIRST_EXTRA_INPUT..=LAST_EXTRA_INPUT).contains(number))
            .map(Self::Extra)
            .ok_or_else(|| format!("`{text}` is no input port: use `stdin` or `fd3` to `fd63`"))
    }
}

impl Serialize for InputPort {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for InputPort {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
