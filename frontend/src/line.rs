//! The chain as one line of shell text that is typed in: what the field shows, and what typing means. Pure; the field
//! itself is `components/line`.

pub(crate) mod complete;
pub(crate) mod paint;
pub(crate) mod past;

use std::rc::Rc;

use pipeyard_shared::chain::{FanIn, Input, StageKind};
use pipeyard_shared::layout::uncover;
use pipeyard_shared::shell::{
    Part, Spoken, SyntaxError, SyntaxFault, import, reading, retype, spoken,
};
use pipeyard_shared::{Chain, StageId};

/// How long after the last key a text is read, in milliseconds.
pub(crate) const PAUSE_MS: u32 = 300;
/// The most texts whose chains are remembered while one is typed.
const MOST_REMEMBERED: usize = 40;

/// Why a chain has no line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoLine {
    /// Bytes are made that only a program could make.
    Makes,
    /// Several write into one input, and not as a shell lets them.
    Merges,
    /// Its parts are joined as no pipeline joins any.
    Joined,
}

/// The line of a chain; that of an empty one is empty.
pub(crate) fn said(chain: &Chain) -> Result<Spoken, NoLine> {
    if chain.stages.is_empty() {
        return Ok(Spoken {
            text: String::new(),
            parts: Vec::new(),
        });
    }
    spoken(chain).ok_or_else(|| why_not(chain))
}

fn why_not(chain: &Chain) -> NoLine {
    let makes = chain.stages.iter().any(|stage| {
        let StageKind::Input(input) = &stage.kind else {
            return false;
        };
        matches!(
            input,
            Input::Hex(_) | Input::Base64(_) | Input::Repeat { times: Some(_), .. }
        )
    });
    let merges = chain.wires.iter().any(|wire| {
        let several = chain.wires_to(&wire.to.stage, wire.to.port).count() > 1;
        let into = chain.stage(&wire.to.stage);
        several && into.is_some_and(|stage| stage.fan_in_at(wire.to.port) != FanIn::Shared)
    });
    match (makes, merges) {
        (true, _) => NoLine::Makes,
        (_, true) => NoLine::Merges,
        _ => NoLine::Joined,
    }
}

/// The chain that a shell text means, if it is one.
pub(crate) fn chain(text: &str) -> Option<Chain> {
    let read = import(text.as_bytes(), &reading(&Chain::new("")));
    read.ok().map(|imported| imported.chain)
}

/// Whether a text gives a secret away that the page shows as dots. One that cannot be read is taken by its looks.
pub(crate) fn tells_secret(text: &str) -> bool {
    let Ok(read) = import(text.as_bytes(), &reading(&Chain::new(""))) else {
        let ends = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_';
        return text.match_indices('=').any(|(at, _)| {
            let name = text[..at].rsplit(ends).next().unwrap_or_default();
            paint::is_secret(name)
        });
    };
    let setups = read.chain.stages.iter().filter_map(|stage| stage.setup());
    setups
        .flat_map(|setup| &setup.environment)
        .any(|variable| variable.value.is_some() && paint::is_secret(&variable.name.lossy()))
}

/// A text that is being typed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Typing {
    /// What the field holds.
    pub(crate) text: String,
    /// What of it says which stage, as far as that is known.
    pub(crate) parts: Vec<Part>,
    /// What is wrong with it, once it has been read.
    pub(crate) wrong: Option<SyntaxError>,
    /// Whether it has been read as it stands.
    pub(crate) is_read: bool,
    /// The text and the chain before any of it was typed.
    began: (String, Rc<Chain>),
    /// The chain that texts are read into, with its parts: that of the beginning, or what it was changed into
    /// elsewhere since.
    base: (Rc<Chain>, Vec<Part>),
    /// What texts became on the way.
    known: Vec<(String, Rc<Chain>, Vec<Part>)>,
    /// The text whose chain the editor is placing.
    awaited: Option<String>,
}

impl Typing {
    /// Nothing has been typed yet.
    pub(crate) fn of(said: &Spoken, chain: &Rc<Chain>) -> Self {
        let text = said.text.clone();
        Self {
            text: text.clone(),
            parts: said.parts.clone(),
            wrong: None,
            is_read: true,
            began: (text.clone(), chain.clone()),
            base: (chain.clone(), said.parts.clone()),
            known: vec![(text, chain.clone(), said.parts.clone())],
            awaited: None,
        }
    }

    /// The chain that a text became, once the editor has placed its stages.
    pub(crate) fn became(&mut self, chain: &Rc<Chain>) {
        let text = self.awaited.take().unwrap_or_else(|| self.text.clone());
        if let Some(known) = self.known.iter_mut().rfind(|known| known.0 == text) {
            known.1 = chain.clone();
        }
    }

    /// Whether it became this chain, with what it holds now or on the way.
    pub(crate) fn became_this(&self, chain: &Rc<Chain>) -> bool {
        self.known.iter().any(|(_, known, _)| known == chain)
    }

    /// From now on, what has been read is what was there before.
    pub(crate) fn begin(&mut self) {
        let read = self.known.iter().rfind(|known| known.0 == self.text);
        if let Some((text, chain, parts)) = read {
            self.began = (text.clone(), chain.clone());
            self.base = (chain.clone(), parts.clone());
        }
    }

    /// The text, where it is not the one that was there.
    pub(crate) fn is_other(&self) -> Option<String> {
        (self.text != self.began.0).then(|| self.text.clone())
    }

    /// The text with the chain that it became, once it was read: what a person wrote in other words than ours is left so.
    /// Nothing where it has a secret in it, which our own words show as dots.
    pub(crate) fn own_words(&self) -> Option<(Spoken, Rc<Chain>)> {
        let read = self.known.iter().rfind(|known| known.0 == self.text);
        let (text, chain, parts) = read.filter(|_| self.is_read && self.wrong.is_none())?;
        let said = Spoken {
            text: text.clone(),
            parts: parts.clone(),
        };
        (!tells_secret(text)).then(|| (said, chain.clone()))
    }

    /// The text that was there comes back, and with it its chain; nothing where both are there.
    pub(crate) fn restore(&mut self, present: &Rc<Chain>) -> Option<Rc<Chain>> {
        let (text, chain) = self.began.clone();
        if self.text == text && chain == *present {
            return None;
        }
        self.changed(text);
        self.is_read = true;
        self.wrong = None;
        if let Some(known) = self.known.iter().find(|known| known.0 == self.text) {
            self.parts.clone_from(&known.2);
        }
        self.awaited = Some(self.text.clone());
        Some(chain)
    }

    /// The field holds another text, which is not read yet.
    pub(crate) fn changed(&mut self, text: String) {
        if text == self.text {
            return;
        }
        self.parts = paint::shifted(&self.parts, &self.text, &text);
        self.text = text;
        self.is_read = false;
        self.wrong = None;
    }

    /// Reads the text. The chain that it makes of the present one; nothing where it is wrong, says nothing yet, or
    /// changes nothing.
    pub(crate) fn read(&mut self, present: &Rc<Chain>) -> Option<Rc<Chain>> {
        self.is_read = true;
        self.wrong = None;
        if self.text.trim().is_empty() {
            return None;
        }
        // A text that comes back brings back all that it stood for, unless the chain was changed otherwise.
        let is_ours =
            |(_, chain, _): &(_, Rc<Chain>, _)| Rc::ptr_eq(chain, present) || chain == present;
        if !self.known.iter().any(is_ours) {
            let parts = said(present).map(|said| said.parts).unwrap_or_default();
            self.base = (present.clone(), parts);
            self.known.clear();
        }
        if let Some((_, chain, parts)) = self.known.iter().find(|known| known.0 == self.text) {
            self.parts.clone_from(parts);
            let chain = (chain != present).then(|| chain.clone());
            self.awaited = chain.is_some().then(|| self.text.clone());
            return chain;
        }
        let (base, parts) = &self.base;
        let fresh = match import(self.text.as_bytes(), &reading(base)) {
            Ok(fresh) => fresh,
            Err(error) if error.fault == SyntaxFault::Nothing => return None,
            Err(error) => {
                self.wrong = Some(error);
                return None;
            }
        };
        // Read into what was there before any of it was typed: what is gone for the length of a pause comes back
        // with its place and its settings.
        let mut retyped = retype(base, parts, &fresh);
        for stage in &mut retyped.chain.stages {
            if base.stage(&stage.id).is_none()
                && let Some(placed) = present.stage(&stage.id)
            {
                stage.at = placed.at;
            }
        }
        let is_new = |stage: &StageId| base.stage(stage).is_none();
        uncover(&mut retyped.chain, is_new);
        self.parts = retyped.parts;
        let chain = Rc::new(retyped.chain);
        if self.known.len() >= MOST_REMEMBERED {
            self.known.remove(1);
        }
        self.known
            .push((self.text.clone(), chain.clone(), self.parts.clone()));
        let chain = (chain != *present).then_some(chain);
        self.awaited = chain.is_some().then(|| self.text.clone());
        chain
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::chain::Point;
    use pipeyard_shared::example;

    fn chain(text: &str) -> Rc<Chain> {
        Rc::new(super::chain(text).expect("shell text"))
    }

    fn typing(chain: &Rc<Chain>) -> Typing {
        Typing::of(&said(chain).expect("a line"), chain)
    }

    #[test]
    fn what_comes_back_is_what_was_there() {
        let mut present = (*chain("seq 9 | sort -n | uniq")).clone();
        present.stages[1].label = Some("mine".into());
        let first = Rc::new(present);
        let mut typing = typing(&first);
        typing.changed("seq 9 | uniq".into());
        let without = typing.read(&first).expect("another chain");
        assert_eq!(without.stages.len(), 2);
        typing.changed("seq 9 | sort -n | uniq".into());
        assert_eq!(typing.read(&without), Some(first.clone()), "its label too");
        typing.changed("seq 9  | sort -n | uniq".into());
        assert_eq!(typing.read(&first), None, "nothing has changed");
    }

    /// Who retyped a line and stopped to think in the middle of it lost the labels, places and times of all stages
    /// behind the caret: each pause had begun from what the pause before it had left.
    #[test]
    fn a_pause_while_typing_costs_nothing() {
        let mut placed = (*chain("seq 9 | sort -n | uniq")).clone();
        placed.stages[1].label = Some("mine".into());
        placed.stages[1].at = Some(Point { x: 380.0, y: 200.0 });
        let first = Rc::new(placed);
        let mut typing = typing(&first);
        let mut present = first.clone();
        for text in ["s", "seq 9 ", "seq 9 | so", "seq 9 | sort -r | uniq"] {
            typing.changed(text.into());
            if let Some(next) = typing.read(&present) {
                typing.became(&next);
                present = next;
            }
        }
        let mut wanted = (*first).clone();
        let StageKind::Process(process) = &mut wanted.stages[1].kind else {
            panic!("a program");
        };
        process.args[0] = "-r".into();
        assert_eq!(*present, wanted, "one word, and nothing else");
        // What was typed since keeps the place that it was given, and a change made elsewhere is no pause.
        typing.changed("seq 9 | sort -r | uniq | wc".into());
        let mut longer = (*typing.read(&present).expect("a fourth")).clone();
        longer.stages[3].at = Some(Point { x: 900.0, y: 60.0 });
        let longer = Rc::new(longer);
        typing.became(&longer);
        typing.changed("seq 9 | sort -r | uniq | wc -l".into());
        let counted = typing.read(&longer).expect("another word");
        assert_eq!(counted.stages[3].at, longer.stages[3].at);
        typing.became(&counted);
        let mut moved = (*counted).clone();
        moved.stages[1].at = Some(Point { x: 0.0, y: 0.0 });
        let moved = Rc::new(moved);
        for text in ["seq 9 | sort -r | uniq | wc", "seq 8 | sort -r | uniq"] {
            typing.changed(text.into());
            let next = typing.read(&moved).expect("another chain");
            assert_eq!(next.stages[1].at, moved.stages[1].at, "{text}");
        }
    }

    #[test]
    fn a_text_with_a_secret_is_known_as_one() {
        for text in [
            "password=x openssl enc",
            "seq 9 | API_TOKEN='a b' curl",
            "password=x openssl | | cat",
        ] {
            assert!(tells_secret(text), "{text}");
        }
        for text in [
            "sort --key=2",
            "LC_ALL=C sort",
            "seq 9 | | cat",
            "echo pass",
        ] {
            assert!(!tells_secret(text), "{text}");
        }
    }

    #[test]
    fn what_was_typed_is_left_as_it_was_typed() {
        let first = chain("seq 9 | sort");
        let mut typing = typing(&first);
        typing.changed("seq  9|tac  # backwards".into());
        assert_eq!(typing.own_words(), None, "it is not read yet");
        let read = typing.read(&first).expect("another chain");
        typing.became(&read);
        let (words, meant) = typing.own_words().expect("it is read");
        assert_eq!(
            (words.text.as_str(), meant),
            ("seq  9|tac  # backwards", read)
        );
        assert_eq!(words.parts.len(), 2);
        typing.changed("password='a b' seq 9".into());
        typing.read(&first);
        assert_eq!(typing.own_words(), None, "a secret is shown as dots");
    }

    /// What stood in the place of one that was gone for the length of a pause lay under it when it came back.
    #[test]
    fn what_is_typed_between_covers_nothing_that_comes_back() {
        let mut first = (*chain("seq 9 | sort | uniq")).clone();
        for (place, stage) in first.stages.iter_mut().enumerate() {
            stage.at = Some(Point::new(place as f64 * 300.0, 0.0));
        }
        let first = Rc::new(first);
        let mut typing = typing(&first);
        typing.changed("seq 9 | tac".into());
        let mut shorter = (*typing.read(&first).expect("a change")).clone();
        shorter.stages[1].at = first.stages[1].at;
        let shorter = Rc::new(shorter);
        typing.became(&shorter);
        typing.changed("seq 9 | tac | sort | uniq".into());
        let whole = typing.read(&shorter).expect("a change");
        let at = |name: &str| whole.stage(&name.into()).and_then(|stage| stage.at);
        assert_eq!(at("tac"), None, "the editor finds a free place");
        assert_eq!(at("sort"), first.stages[1].at);
    }

    #[test]
    fn a_wrong_text_changes_nothing_and_says_where() {
        let first = chain("seq 9 | sort");
        let mut typing = typing(&first);
        typing.changed("seq 9 | sort |".into());
        assert_eq!(typing.read(&first), None);
        assert_eq!(typing.wrong.as_ref().map(|error| error.at), Some(14));
        typing.changed(String::new());
        assert_eq!(typing.read(&first), None);
        assert_eq!(typing.wrong, None, "nothing is wrong with nothing");
    }

    #[test]
    fn why_there_is_no_line_is_told() {
        assert!(said(&Chain::new("")).is_ok());
        assert!(
            said(&example::opening()).is_ok(),
            "lanes are said elsewhere"
        );
        let mut random = (*chain("cat < words")).clone();
        random.stages[0].kind = StageKind::Input(Input::Hex("00".into()));
        assert_eq!(said(&random), Err(NoLine::Makes));
        let mut apart = (*chain("a | b")).clone();
        apart.wires.clear();
        assert_eq!(said(&apart), Err(NoLine::Joined));
        let mut merged = (*chain("a | b | c")).clone();
        merged.wires.push(merged.wires[1].clone());
        merged.wires[2].id = "w9".into();
        merged.wires[2].from = merged.wires[0].from.clone();
        assert_eq!(said(&merged), Err(NoLine::Merges));
    }
}
