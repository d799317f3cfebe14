//! The history as text, so that it survives a reload.
//!
//! Chains of neighbouring steps are nearly alike, so every stage, wire, note and group is written once, and a step
//! is a list of the places of its parts among them, with ranges: `"0-498 731|500-1099|||1100"`.

use std::collections::HashMap;
use std::rc::Rc;

use pipeyard_shared::Chain;
use pipeyard_shared::lean::{self, Unknown};
use serde_json::Value;

use super::history::{History, Step};
use super::passed::Passed;
use super::{Editor, Selection};

/// The version of the text.
const VERSION: u64 = 1;
/// Steps that are kept, to each side of the present; the farthest are forgotten first.
const MOST_STEPS: usize = 100;
/// The most bytes that parts may have together, beyond those of the present chain.
const MOST_BYTES: usize = 1 << 20;

impl Editor {
    /// The chain and the steps nearest to it, as one line of JSON.
    pub(crate) fn to_text(&self) -> String {
        let mut pool = Pool::default();
        let now = pool.step(&self.chain, None);
        let bound = pool.bytes + MOST_BYTES;
        let (past, future) = self.history.steps();
        let mut keep = |steps: &[Step]| -> String {
            let mut kept: Vec<String> = Vec::new();
            let mut beside = (self.chain.clone(), now.clone());
            for step in steps.iter().rev().take(MOST_STEPS) {
                let listed = pool.step(&step.chain, Some((&beside.0, &beside.1)));
                if pool.bytes > bound {
                    break;
                }
                kept.push(format!("\"{}\"", listed.text()));
                beside = (step.chain.clone(), listed);
            }
            kept.join(",")
        };
        let (past, future) = (keep(past), keep(future));
        let passed = self.passed_on().map(|passed| {
            let listed = pool.step(passed, Some((&self.chain, &now)));
            format!(r#","passed":"{}""#, listed.text())
        });
        let passed = passed.unwrap_or_default();
        let (parts, now) = (pool.parts.join(","), now.text());
        format!(
            r#"{{"pipeyard_history":{VERSION},"parts":[{parts}],"now":"{now}","past":[{past}],"future":[{future}]{passed}}}"#
        )
    }

    /// The editor of a text. Nothing where it is of another version or cannot be read; steps that cannot be read
    /// end the history there.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let kept: Value = serde_json::from_str(text).ok()?;
        if kept.get("pipeyard_history")?.as_u64()? != VERSION {
            return None;
        }
        let parts = kept.get("parts")?.as_array()?;
        let mut read = Reading::default();
        let now = read.step(parts, kept.get("now")?)?;
        let passed = kept.get("passed");
        let passed = passed.and_then(|step| read.step(parts, step));
        let mut steps = |name: &str| -> Vec<Step> {
            let listed = kept.get(name).and_then(Value::as_array);
            let listed = listed.map_or(&[][..], Vec::as_slice);
            let mut steps = Vec::new();
            for step in listed.iter().take(MOST_STEPS) {
                let Some(chain) = read.step(parts, step) else {
                    break;
                };
                steps.push(Step {
                    chain: Rc::new(chain),
                    selection: Selection::Chain,
                });
            }
            steps.reverse();
            steps
        };
        Some(Self {
            history: History::of(steps("past"), steps("future")),
            passed: passed.map(|chain| Passed::on(Rc::new(chain))),
            ..Self::new(now)
        })
    }
}

/// A step by the numbers of its parts: stages, wires, notes, groups, and the rest of the chain.
#[derive(Clone, Default)]
struct Listed {
    lists: [Vec<usize>; 4],
    rest: usize,
}

/// Parts that are written once.
#[derive(Default)]
struct Pool {
    parts: Vec<String>,
    known: HashMap<String, usize>,
    bytes: usize,
}

impl Pool {
    /// The numbers of a chain's parts. What it has in common with a chain that is listed already is not written
    /// again to find that out.
    fn step(&mut self, chain: &Chain, beside: Option<(&Chain, &Listed)>) -> Listed {
        fn list<T: PartialEq>(
            pool: &mut Pool,
            parts: &[T],
            beside: Option<(&[T], &[usize])>,
            write: impl Fn(&T) -> serde_json::Result<String>,
        ) -> Vec<usize> {
            let (others, numbers) = beside.unwrap_or_default();
            let known = |at: usize, part: &T| {
                let same = others.get(at).is_some_and(|other| other == part);
                same.then(|| numbers.get(at).copied()).flatten()
            };
            // One part more or less shifts all that follow.
            let shift = |at: usize| (at + others.len()).checked_sub(parts.len());
            let parts_with_places = parts.iter().enumerate();
            parts_with_places
                .map(|(at, part)| {
                    known(at, part)
                        .or_else(|| known(shift(at)?, part))
                        // Parts are text and numbers, which JSON can always hold.
                        .unwrap_or_else(|| pool.number(write(part).unwrap_or_default()))
                })
                .collect()
        }
        let rest = Chain {
            stages: Vec::new(),
            wires: Vec::new(),
            notes: Vec::new(),
            groups: Vec::new(),
            title: chain.title.clone(),
            lanes: chain.lanes.clone(),
            ..*chain
        };
        let (stages, wires) = (&chain.stages, &chain.wires);
        let (notes, groups) = (&chain.notes, &chain.groups);
        let old = |at: usize| beside.map(|(_, listed)| listed.lists[at].as_slice());
        let other = beside.map(|(chain, _)| chain);
        Listed {
            lists: [
                list(
                    self,
                    stages,
                    other.map(|chain| &chain.stages[..]).zip(old(0)),
                    serde_json::to_string,
                ),
                list(
                    self,
                    wires,
                    other.map(|chain| &chain.wires[..]).zip(old(1)),
                    serde_json::to_string,
                ),
                list(
                    self,
                    notes,
                    other.map(|chain| &chain.notes[..]).zip(old(2)),
                    serde_json::to_string,
                ),
                list(
                    self,
                    groups,
                    other.map(|chain| &chain.groups[..]).zip(old(3)),
                    serde_json::to_string,
                ),
            ],
            rest: self.number(rest.to_json()),
        }
    }

    fn number(&mut self, part: String) -> usize {
        if let Some(number) = self.known.get(&part) {
            return *number;
        }
        let number = self.parts.len();
        self.bytes += part.len();
        self.parts.push(part.clone());
        self.known.insert(part, number);
        number
    }
}

impl Listed {
    fn text(&self) -> String {
        let mut text = String::new();
        for list in &self.lists {
            write_ranges(&mut text, list);
            text.push('|');
        }
        text + &self.rest.to_string()
    }
}

fn write_ranges(text: &mut String, numbers: &[usize]) {
    let mut at = 0;
    while at < numbers.len() {
        let mut end = at;
        while numbers.get(end + 1) == Some(&(numbers[end] + 1)) {
            end += 1;
        }
        if at > 0 {
            text.push(' ');
        }
        *text += &numbers[at].to_string();
        if end > at {
            *text += &format!("-{}", numbers[end]);
        }
        at = end + 1;
    }
}

/// Parts that have been read: each once, whoever needs it.
#[derive(Default)]
struct Reading {
    stages: HashMap<usize, pipeyard_shared::chain::Stage>,
    wires: HashMap<usize, pipeyard_shared::chain::Wire>,
    notes: HashMap<usize, pipeyard_shared::chain::Note>,
    groups: HashMap<usize, pipeyard_shared::chain::Group>,
}

impl Reading {
    fn step(&mut self, parts: &[Value], step: &Value) -> Option<Chain> {
        let mut lists = step.as_str()?.split('|');
        let stages = read_list(&mut self.stages, parts, lists.next()?, |part| {
            lean::read(part, Unknown::Refused).ok()
        })?;
        let wires = read_list(&mut self.wires, parts, lists.next()?, |part| {
            lean::read(part, Unknown::Refused).ok()
        })?;
        let notes = read_list(&mut self.notes, parts, lists.next()?, |part| {
            lean::read(part, Unknown::Refused).ok()
        })?;
        let groups = read_list(&mut self.groups, parts, lists.next()?, |part| {
            lean::read(part, Unknown::Refused).ok()
        })?;
        let rest = parts.get(lists.next()?.parse::<usize>().ok()?)?;
        Some(Chain {
            stages,
            wires,
            notes,
            groups,
            ..Chain::from_value(rest.clone()).ok()?
        })
    }
}

fn read_list<T: Clone>(
    known: &mut HashMap<usize, T>,
    parts: &[Value],
    ranges: &str,
    read: impl Fn(Value) -> Option<T>,
) -> Option<Vec<T>> {
    let mut list = Vec::new();
    for range in ranges.split_ascii_whitespace() {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        let found = parts.get(first..last.checked_add(1)?)?;
        // A list is never longer than all parts together: a text cannot ask for more memory than it has.
        if list.len() + found.len() > parts.len() {
            return None;
        }
        for (number, part) in (first..).zip(found) {
            if let Some(part) = known.get(&number) {
                list.push(part.clone());
                continue;
            }
            let part = read(part.clone())?;
            known.insert(number, part.clone());
            list.push(part);
        }
    }
    Some(list)
}

#[cfg(test)]
mod tests;
