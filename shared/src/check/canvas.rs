//! What must hold of notes, groups and questions: their ids, how many and how long they are, and who is in a
//! group.

use std::collections::BTreeSet;

use crate::chain::Chain;
use crate::id::is_valid_id;
use crate::limits::{GROUP_TITLE_BYTES, GROUPS, LimitName, NOTE_BYTES, NOTES, QUESTION_BYTES};
use crate::ordered;
use crate::problem::{Fault, Problem};

pub(super) fn check(chain: &Chain, problems: &mut Vec<Problem>) {
    let mut report = |fault| problems.push(Problem::of_chain(fault));
    ids(chain.notes.iter().map(|note| note.id.as_str()), &mut report);
    ids(
        chain.groups.iter().map(|group| group.id.as_str()),
        &mut report,
    );
    let longest_note = chain.notes.iter().map(|note| note.text.len()).max();
    let longest_title = chain.groups.iter().map(|group| group.title.len()).max();
    let questions = chain.wires.iter().filter_map(|wire| wire.question.as_ref());
    let longest_question = questions.map(String::len).max();
    let sizes = [
        (LimitName::Notes, chain.notes.len(), NOTES),
        (LimitName::NoteBytes, longest_note.unwrap_or(0), NOTE_BYTES),
        (LimitName::Groups, chain.groups.len(), GROUPS),
        (
            LimitName::GroupTitleBytes,
            longest_title.unwrap_or(0),
            GROUP_TITLE_BYTES,
        ),
        (
            LimitName::QuestionBytes,
            longest_question.unwrap_or(0),
            QUESTION_BYTES,
        ),
    ];
    for (limit, found, most) in sizes {
        if found > most as usize {
            report(Fault::OverLimit {
                limit,
                found: found as u64,
                most: u64::from(most),
            });
        }
    }
    let stages = ordered::set(chain.stages.iter().map(|stage| &stage.id));
    let mut members = BTreeSet::new();
    for group in &chain.groups {
        for stage in &group.stages {
            let (group, stage) = (group.id.clone(), stage.clone());
            if !stages.contains(&stage) {
                report(Fault::NoSuchMember { group, stage });
            } else if !members.insert(stage.clone()) {
                report(Fault::MemberTwice { group, stage });
            }
        }
    }
}

fn ids<'a>(ids: impl Iterator<Item = &'a str>, report: &mut impl FnMut(Fault)) {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !is_valid_id(id) {
            report(Fault::BadId { id: id.to_owned() });
        } else if !seen.insert(id) {
            report(Fault::DuplicateId { id: id.to_owned() });
        }
    }
}
