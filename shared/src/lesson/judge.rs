//! Whether a run is the answer to an exercise, and if not, what differs.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::difference::{Difference, difference};
use super::{Comparison, Exercise, WantedStatus};
use crate::chain::{Chain, StageKind, StatusRule};
use crate::ending::Status;

/// What a run came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The chain's status, as a shell counts.
    pub status: Status,
    /// How long it took, milliseconds.
    pub took_ms: u64,
    /// What left it by standard output, lane after lane and stage after stage.
    pub output: Wrote,
    /// What left it by standard error, likewise.
    pub errors: Wrote,
    /// What became of the files that the exercise names.
    pub files: BTreeMap<String, Left>,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wrote {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether they are all of them.
    pub is_whole: bool,
}

/// What a run left of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Left {
    /// It is not there, or is no file.
    #[default]
    Nothing,
    /// It was there before, and the run did not touch it.
    Untouched,
    /// It was written, and is more than can be looked at.
    TooLong,
    /// It was written, and holds this.
    Holds(Vec<u8>),
}

/// What was found, one after another as the exercise names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Each thing that was looked at.
    pub criteria: Vec<Criterion>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// What comes out, and what differs.
    Output(Option<Difference>),
    /// More came out than could be looked at.
    OutputTooLong,
    /// What is written to standard error, and what differs.
    Errors(Option<Difference>),
    /// More was written there than could be looked at.
    ErrorsTooLong,
    /// A program must be in the chain.
    Required {
        /// It.
        program: String,
        /// Whether it is.
        met: bool,
    },
    /// A program must not be in the chain.
    Forbidden {
        /// It.
        program: String,
        /// Whether it is not.
        met: bool,
    },
    /// No more processes than this.
    AtMost {
        /// So many.
        most: u32,
        /// How many there are.
        found: u32,
    },
    /// How the chain ended.
    Status {
        /// So it should.
        wanted: i32,
        /// So it did.
        found: i32,
    },
    /// It took longer than it may.
    Time {
        /// So long it may take, milliseconds.
        most_ms: u64,
        /// So long it took.
        found_ms: u64,
    },
    /// Its lanes are not as many as the solution's, which may be why something else came out.
    Lanes {
        /// So many should be.
        wanted: u32,
        /// So many are.
        found: u32,
    },
    /// A file is written.
    File {
        /// Its path in the workspace.
        path: String,
        /// What is wrong with it.
        trouble: Option<FileTrouble>,
    },
    /// A file that answers read is not as they found it at first: what comes out says nothing any more.
    Changed {
        /// Its path in the workspace.
        path: String,
    },
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileTrouble {
    /// It is not there.
    Missing,
    /// It was there before the run, which did not write it.
    Untouched,
    /// It is more than can be looked at.
    TooLong,
    /// It holds something else.
    Differs(Difference),
}

impl Verdict {
    /// Whether the exercise is done.
    pub fn is_done(&self) -> bool {
        self.criteria.iter().all(Criterion::is_met)
    }
}

impl Criterion {
    /// Whether it is as it should be.
    pub fn is_met(&self) -> bool {
        match self {
            Self::Output(difference) | Self::Errors(difference) => difference.is_none(),
            Self::OutputTooLong | Self::ErrorsTooLong | Self::Changed { .. } => false,
            Self::Required { met, .. } | Self::Forbidden { met, .. } => *met,
            Self::AtMost { most, found } => found <= most,
            Self::Status { wanted, found } => wanted == found,
            Self::Time { most_ms, found_ms } => found_ms <= most_ms,
            Self::Lanes { wanted, found } => wanted == found,
            Self::File { trouble, .. } => trouble.is_none(),
        }
    }
}

/// Judges a run of a chain by what the solution came to in the same workspace.
pub fn judge(exercise: &Exercise, chain: &Chain, found: &Outcome, wanted: &Outcome) -> Verdict {
    let mut criteria = Vec::new();
    if exercise.output != Comparison::Nothing {
        criteria.push(
            match wrote(exercise.output, &found.output, &wanted.output) {
                Some(difference) => Criterion::Output(difference),
                None => Criterion::OutputTooLong,
            },
        );
    }
    if let Some(by) = exercise.stderr.filter(|by| *by != Comparison::Nothing) {
        criteria.push(match wrote(by, &found.errors, &wanted.errors) {
            Some(difference) => Criterion::Errors(difference),
            None => Criterion::ErrorsTooLong,
        });
    }
    let programs = Programs::of(chain);
    criteria.extend(exercise.require.iter().map(|program| Criterion::Required {
        program: program.clone(),
        met: programs.have(program),
    }));
    criteria.extend(exercise.forbid.iter().map(|program| Criterion::Forbidden {
        program: program.clone(),
        met: !programs.have(program),
    }));
    if let Some(most) = exercise.at_most {
        let found = programs.processes;
        criteria.push(Criterion::AtMost { most, found });
    }
    let solution = &exercise.solution;
    if let WantedStatus::Is(wanted) = exercise.status {
        let found = found.status.by(rule(exercise, chain));
        criteria.push(Criterion::Status { wanted, found });
    }
    // Who types a chain of their own has not the time limit of the one to begin from.
    if let Some(most_ms) = solution.timeout_ms
        && chain.timeout_ms != solution.timeout_ms
        && found.took_ms > most_ms
    {
        let found_ms = found.took_ms;
        criteria.push(Criterion::Time { most_ms, found_ms });
    }
    let lanes = |chain: &Chain| u32::try_from(chain.lanes.count()).unwrap_or(u32::MAX);
    let (wanted_lanes, found_lanes) = (lanes(solution), lanes(chain));
    let differs = criteria
        .iter()
        .any(|criterion| matches!(criterion, Criterion::Output(Some(_))));
    if differs && wanted_lanes != found_lanes {
        criteria.push(Criterion::Lanes {
            wanted: wanted_lanes,
            found: found_lanes,
        });
    }
    criteria.extend(exercise.files.iter().map(|path| Criterion::File {
        path: path.clone(),
        trouble: trouble(path, found, wanted),
    }));
    Verdict { criteria }
}

/// By which rule an answer's status is told: by the chain's own, unless all of the exercise's chains have pipefail. Who
/// types a chain of their own has it not, and would get by with what pipefail is to find.
fn rule(exercise: &Exercise, chain: &Chain) -> StatusRule {
    let mut chains = exercise.start.iter().chain([&exercise.solution]);
    match chains.all(|chain| chain.status == StatusRule::Pipefail) {
        true => StatusRule::Pipefail,
        false => chain.status,
    }
}

/// What differs; nothing at all where one of them is not whole.
fn wrote(by: Comparison, found: &Wrote, wanted: &Wrote) -> Option<Option<Difference>> {
    (found.is_whole && wanted.is_whole).then(|| difference(by, &found.bytes, &wanted.bytes))
}

fn trouble(path: &str, found: &Outcome, wanted: &Outcome) -> Option<FileTrouble> {
    match (found.files.get(path), wanted.files.get(path)) {
        (None | Some(Left::Nothing), _) => Some(FileTrouble::Missing),
        (Some(Left::Untouched), _) => Some(FileTrouble::Untouched),
        (Some(Left::TooLong), _) | (_, Some(Left::TooLong)) => Some(FileTrouble::TooLong),
        (Some(Left::Holds(found)), Some(Left::Holds(wanted))) => {
            difference(Comparison::Exact, found, wanted).map(FileTrouble::Differs)
        }
        // The solution of a lesson that nobody has checked may write no file at all.
        (Some(Left::Holds(found)), _) => {
            difference(Comparison::Exact, found, b"").map(FileTrouble::Differs)
        }
    }
}

/// Programs that start others, which stand among their arguments.
const LAUNCHERS: [&str; 14] = [
    "bash", "dash", "env", "find", "nice", "nohup", "parallel", "setsid", "sh", "stdbuf", "time",
    "timeout", "xargs", "zsh",
];

/// Shells, which count as `bash`, as every text for a shell does: who forbids it wants no loop in any of them.
const SHELLS: [&str; 4] = ["bash", "dash", "sh", "zsh"];

/// The programs that a chain starts, as far as its text tells.
struct Programs {
    names: BTreeSet<String>,
    processes: u32,
}

impl Programs {
    fn of(chain: &Chain) -> Self {
        let mut names = BTreeSet::new();
        let mut processes = 0;
        for stage in &chain.reduced().stages {
            match &stage.kind {
                StageKind::Process(process) => {
                    processes += 1;
                    let program = process.program.to_string();
                    let base = program.rsplit('/').next().unwrap_or_default();
                    if SHELLS.contains(&base) {
                        names.insert("bash".to_owned());
                    }
                    if LAUNCHERS.contains(&base) {
                        let words = process.args.iter().map(ToString::to_string);
                        words.for_each(|word| names.extend(words_of(&word)));
                    }
                    names.insert(base.to_owned());
                }
                StageKind::Shell(shell) => {
                    processes += 1;
                    names.insert("bash".to_owned());
                    names.extend(words_of(&shell.text.to_string()));
                }
                _ => {}
            }
        }
        Self { names, processes }
    }

    fn have(&self, program: &str) -> bool {
        self.names.contains(program)
    }
}

/// Every word of a text: which of them a shell would start is not for us to say.
fn words_of(text: &str) -> Vec<String> {
    let is_of_word = |c: char| c.is_alphanumeric() || "_.+-[".contains(c);
    let words = text
        .split(|c| !is_of_word(c))
        .filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{Lanes, Stage};
    use crate::shell::{Reading, import};

    fn chain(text: &str) -> Chain {
        import(text.as_bytes(), &Reading::default())
            .expect("shell text")
            .chain
    }

    fn exercise() -> Exercise {
        Exercise {
            task: Vec::new(),
            start: None,
            solution: chain("sort words.txt | uniq"),
            solution_text: "sort words.txt | uniq".into(),
            output: Comparison::Exact,
            stderr: None,
            require: vec!["sort".into()],
            forbid: vec!["awk".into()],
            at_most: Some(2),
            status: WantedStatus::default(),
            files: vec!["out".into()],
            hints: Vec::new(),
            wrong: Vec::new(),
            also: Vec::new(),
            after: Vec::new(),
        }
    }

    fn outcome(output: &str, file: Option<&str>) -> Outcome {
        Outcome {
            status: Status::default(),
            took_ms: 0,
            output: whole(output),
            errors: whole(""),
            files: [("out".to_owned(), file.map_or(Left::Nothing, holding))].into(),
        }
    }

    fn whole(text: &str) -> Wrote {
        Wrote {
            bytes: text.into(),
            is_whole: true,
        }
    }

    fn holding(text: &str) -> Left {
        Left::Holds(text.into())
    }

    #[test]
    fn an_answer_by_other_means_is_an_answer() {
        let wanted = outcome("a\nb\n", Some("x"));
        let verdict = judge(&exercise(), &chain("sort -u words.txt"), &wanted, &wanted);
        assert!(verdict.is_done(), "{verdict:?}");
        assert_eq!(verdict.criteria.len(), 6);
    }

    #[test]
    fn each_thing_that_is_amiss_is_told_by_itself() {
        let wanted = outcome("a\nb\n", Some("x"));
        let mut found = outcome("a\n", None);
        found.status.last = 1;
        let by = chain("cat words.txt | head -1 | awk 1");
        let verdict = judge(&exercise(), &by, &found, &wanted);
        assert!(verdict.criteria.iter().all(|criterion| !criterion.is_met()));
        assert_eq!(verdict.criteria.len(), 6);
    }

    #[test]
    fn what_stands_in_a_shell_counts_too() {
        let wanted = outcome("", Some(""));
        let by = chain("for i in 1; do awk 1; done | sort");
        let verdict = judge(&exercise(), &by, &wanted, &wanted);
        assert!(verdict.criteria.contains(&Criterion::Forbidden {
            program: "awk".into(),
            met: false
        }));
    }

    /// A loop that a process `sh` is given passed where no shell was wanted.
    #[test]
    fn every_shell_counts_as_the_shell() {
        let by = |program: &str| Chain::of_stages("", vec![Stage::process("one", program, ["-c"])]);
        for shell in ["sh", "dash", "/bin/bash", "zsh"] {
            assert!(Programs::of(&by(shell)).have("bash"), "{shell}");
        }
        assert!(!Programs::of(&by("env")).have("bash"));
    }

    #[test]
    fn what_was_not_kept_whole_is_never_taken_for_right() {
        let wanted = outcome("a\n", Some("x"));
        let mut found = wanted.clone();
        found.output.is_whole = false;
        found.errors.is_whole = false;
        found.files = [("out".to_owned(), Left::TooLong)].into();
        let exercise = Exercise {
            stderr: Some(Comparison::Set),
            ..exercise()
        };
        let verdict = judge(&exercise, &chain("sort"), &found, &wanted);
        assert_eq!(verdict.criteria[0], Criterion::OutputTooLong);
        assert_eq!(verdict.criteria[1], Criterion::ErrorsTooLong);
        let path = "out".to_owned();
        let trouble = Some(FileTrouble::TooLong);
        assert!(
            verdict
                .criteria
                .contains(&Criterion::File { path, trouble })
        );
    }

    #[test]
    fn the_exercises_pipefail_and_time_hold_for_a_chain_that_has_neither() {
        let mut exercise = exercise();
        exercise.solution.status = StatusRule::Pipefail;
        exercise.solution.timeout_ms = Some(2_000);
        let wanted = outcome("a\n", Some("x"));
        let mut found = wanted.clone();
        (found.status.pipefail, found.took_ms) = (141, 2_001);
        let mut answer = chain("sort words.txt");
        let verdict = judge(&exercise, &answer, &found, &wanted);
        let status = Criterion::Status {
            wanted: 0,
            found: 141,
        };
        let time = Criterion::Time {
            most_ms: 2_000,
            found_ms: 2_001,
        };
        assert!(verdict.criteria.contains(&status), "{verdict:?}");
        assert!(verdict.criteria.contains(&time), "{verdict:?}");
        // Where pipefail is what is to be found, the chain's own rule says how it ends; and what has the limit was ended by it.
        exercise.start = Some(answer.clone());
        answer.timeout_ms = Some(2_000);
        let verdict = judge(&exercise, &answer, &found, &wanted);
        assert!(verdict.is_done(), "{verdict:?}");
    }

    /// The chain that the page begins with has three.
    #[test]
    fn other_lanes_are_told_where_the_output_differs() {
        let wanted = outcome("a\n", Some("x"));
        let mut answer = chain("sort words.txt");
        answer.lanes = Lanes::Count(3);
        assert!(judge(&exercise(), &answer, &wanted, &wanted).is_done());
        let found = outcome("a\na\na\n", Some("x"));
        let verdict = judge(&exercise(), &answer, &found, &wanted);
        let lanes = Criterion::Lanes {
            wanted: 1,
            found: 3,
        };
        assert!(verdict.criteria.contains(&lanes), "{verdict:?}");
    }

    #[test]
    fn messages_are_looked_at_where_they_matter() {
        let wanted = Outcome {
            errors: whole("lost\n"),
            ..outcome("a\n", Some("x"))
        };
        let found = outcome("a\n", Some("x"));
        let answer = chain("sort words.txt");
        assert!(judge(&exercise(), &answer, &found, &wanted).is_done());
        let exercise = Exercise {
            stderr: Some(Comparison::Exact),
            ..exercise()
        };
        let verdict = judge(&exercise, &answer, &found, &wanted);
        let missing = Difference::Nothing { wanted: 1 };
        assert_eq!(verdict.criteria[1], Criterion::Errors(Some(missing)));
        assert!(judge(&exercise, &answer, &wanted, &wanted).is_done());
    }

    #[test]
    fn a_file_that_was_there_before_is_nobodys_answer() {
        let wanted = outcome("a\n", Some("x"));
        let mut found = wanted.clone();
        found.files = [("out".to_owned(), Left::Untouched)].into();
        let verdict = judge(&exercise(), &chain("sort words.txt"), &found, &wanted);
        let path = "out".to_owned();
        let trouble = Some(FileTrouble::Untouched);
        assert_eq!(
            verdict.criteria.last(),
            Some(&Criterion::File { path, trouble })
        );
    }
}
