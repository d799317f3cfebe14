//! A story's sentences.

mod en;
mod ko;

use super::{ExitWords, Language, exit, program_of};
use crate::chain::{Chain, Names};
use crate::id::{LaneNumber, StageId};
use crate::story::{At, Sentence};
use crate::text::tame;

/// The sentence, or the few that belong together, with its full stop, on one line.
pub fn story(language: Language, chain: &Chain, sentence: &Sentence) -> String {
    let told = match language {
        Language::En => en::sentence(chain, sentence),
        Language::Ko => ko::sentence(chain, sentence),
    };
    // What programs and systems are called is not ours.
    tame(&told).into_owned()
}

/// How many stages of a deadlock are told one by one.
const WAITS_TOLD: usize = 4;
/// The most characters of a name that stand in a sentence.
const NAME_CHARACTERS: usize = 40;

/// What people call a stage, in backticks; with its number where another stage is called so too.
fn name(chain: &Chain, id: &StageId) -> String {
    let name = match chain.stage(id) {
        Some(stage) => plain(&stage.name()),
        None => plain(id.as_str()),
    };
    match Names::of(chain).number(id) {
        Some(number) => format!("`{name} ({number})`"),
        None => format!("`{name}`"),
    }
}

/// What a status means by the manual of the program that ended so.
fn exit_at(language: Language, chain: &Chain, at: &At, code: i32) -> Option<ExitWords> {
    exit(language, &program_of(chain.stage(&at.stage)?)?, code)
}

/// Short, and without what would end the quotation.
fn plain(name: &str) -> String {
    let mut characters = name.chars();
    let shown = characters.by_ref().take(NAME_CHARACTERS);
    let mut text: String = shown
        .map(|character| if character == '`' { '\'' } else { character })
        .collect();
    if characters.next().is_some() {
        text.push('…');
    }
    text
}

/// The lane, where there are several.
fn lane_of(chain: &Chain, lane: LaneNumber) -> Option<LaneNumber> {
    (chain.lanes.count() > 1).then_some(lane)
}
