//! What stands behind the word `chain` of a fenced block: `lanes=10 timeout=100ms typed="a\n"`.

use std::time::Duration;

use pipeyard_shared::chain::{Chain, Lanes, StatusRule};
use pipeyard_shared::check::make_direct;
use pipeyard_shared::lesson::{Ends, Shows};

/// What the attributes say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Attributes {
    pub(super) lanes: Option<u32>,
    pub(super) jobs: Option<u32>,
    pub(super) values: Option<Vec<String>>,
    pub(super) timeout: Option<Duration>,
    pub(super) pipefail: bool,
    pub(super) direct: bool,
    pub(super) ends: Ends,
    pub(super) typed: Option<String>,
    pub(super) name: Option<String>,
}

impl Attributes {
    /// Reads them.
    ///
    /// # Errors
    /// A sentence that names the attribute.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut all = Self::default();
        let (mut never, mut shows) = (false, None);
        for (name, value) in pairs(text)? {
            let wants = |what: &str| format!("`{name}` wants {what}");
            match (name.as_str(), value) {
                ("pipefail", None) => all.pipefail = true,
                (_, None) => return Err(format!("`{name}` has no value: write `{name}=…`")),
                ("lanes", Some(value)) => {
                    all.lanes = Some(value.parse().map_err(|_| wants("a number"))?);
                }
                ("jobs", Some(value)) => {
                    all.jobs = Some(value.parse().map_err(|_| wants("a number"))?);
                }
                ("values", Some(value)) => {
                    all.values = Some(value.split(',').map(str::to_owned).collect());
                }
                ("timeout", Some(value)) => {
                    let time = humantime::parse_duration(&value);
                    all.timeout = Some(time.map_err(|_| wants("a time such as 100ms or 2s"))?);
                }
                ("wires", Some(value)) => match value.as_str() {
                    "direct" => all.direct = true,
                    "tapped" => all.direct = false,
                    _ => return Err(wants("`direct` or `tapped`")),
                },
                ("status", Some(value)) if value == "any" => all.ends = Ends::Somehow,
                ("status", Some(value)) => {
                    let status = value.parse().map_err(|_| wants("a number or `any`"))?;
                    all.ends = Ends::With(status);
                }
                ("ends", Some(value)) if value == "no" => never = true,
                ("ends", Some(_)) => return Err(wants("`no`")),
                ("shows", Some(value)) => match value.as_str() {
                    "blocked" => shows = Some(Shows::Blocked),
                    "deadlock" => shows = Some(Shows::Deadlock),
                    _ => return Err(wants("`blocked` or `deadlock`")),
                },
                ("typed", Some(value)) => all.typed = Some(value),
                ("name", Some(value)) => all.name = Some(value),
                (_, Some(_)) => return Err(unknown(&name)),
            }
        }
        if never {
            all.ends = Ends::Never { shows };
        } else if shows.is_some() {
            return Err("`shows` is for a chain that goes on: write `ends=no` too".to_owned());
        }
        Ok(all)
    }

    /// Puts what they say into a chain.
    pub(super) fn give(&self, chain: &mut Chain) {
        if let Some(values) = &self.values {
            let values = values.iter().map(|value| value.as_str().into());
            chain.lanes = Lanes::Values(values.collect());
        } else if let Some(lanes) = self.lanes {
            chain.lanes = Lanes::Count(lanes);
        }
        if self.jobs.is_some() {
            chain.jobs = self.jobs;
        }
        if let Some(timeout) = self.timeout {
            chain.timeout_ms = Some(u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX));
        }
        if self.pipefail {
            chain.status = StatusRule::Pipefail;
        }
        if self.direct {
            make_direct(chain);
        }
    }

    /// Whether lanes are asked for: then `{lane}` and `{value}` mean something in the text.
    pub(super) fn has_lanes(&self) -> bool {
        self.lanes.is_some() || self.values.is_some()
    }
}

fn unknown(name: &str) -> String {
    format!(
        "`{name}` is none of the attributes: lanes, jobs, values, timeout, pipefail, wires, status, ends, shows, typed, name"
    )
}

/// Names with their values, of which one in quotes may hold blanks, `\n`, `\t`, `\"` and `\\`.
fn pairs(text: &str) -> Result<Vec<(String, Option<String>)>, String> {
    let mut pairs = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let (value, after) = match after.strip_prefix('=') {
            None => (None, after),
            Some(after) => match after.strip_prefix('"') {
                Some(quoted) => {
                    let (value, after) = unquoted(name, quoted)?;
                    (Some(value), after)
                }
                None => {
                    let end = after.find(char::is_whitespace).unwrap_or(after.len());
                    (Some(after[..end].to_owned()), &after[end..])
                }
            },
        };
        pairs.push((name.to_owned(), value));
        rest = after.trim_start();
    }
    Ok(pairs)
}

fn unquoted<'a>(name: &str, quoted: &'a str) -> Result<(String, &'a str), String> {
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((value, &quoted[at + 1..])),
            '\\' => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, c @ ('"' | '\\'))) => value.push(c),
                _ => {
                    return Err(format!(
                        "in `{name}`, behind `\\` comes one of n, t, \" and \\"
                    ));
                }
            },
            c => value.push(c),
        }
    }
    Err(format!("the quotes of `{name}` are not closed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_say_how_a_chain_runs() {
        let read = Attributes::read("lanes=10 jobs=2 timeout=100ms status=124 pipefail")
            .expect("attributes");
        assert_eq!(read.lanes, Some(10));
        assert_eq!(read.jobs, Some(2));
        assert_eq!(read.timeout, Some(Duration::from_millis(100)));
        assert_eq!(read.ends, Ends::With(124));
        assert!(read.pipefail);
        let read =
            Attributes::read(r#"typed="a b\n\"q\"" ends=no shows=blocked"#).expect("attributes");
        assert_eq!(read.typed.as_deref(), Some("a b\n\"q\""));
        let shows = Some(Shows::Blocked);
        assert_eq!(read.ends, Ends::Never { shows });
        let read = Attributes::read("ends=no shows=deadlock").expect("attributes");
        let shows = Some(Shows::Deadlock);
        assert_eq!(read.ends, Ends::Never { shows });
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, named) in [
            ("lane=3", "lane"),
            ("lanes", "lanes"),
            ("lanes=x", "number"),
            ("timeout=fast", "time"),
            ("typed=\"a", "closed"),
            ("typed=\"\\q\"", "behind"),
            ("shows=blocked", "ends=no"),
            ("ends=no shows=nothing", "deadlock"),
            ("ends=yes", "no"),
        ] {
            let error = Attributes::read(text).expect_err(text);
            assert!(error.contains(named), "{text}: {error}");
        }
    }
}
