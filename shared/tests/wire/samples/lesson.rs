//! Lessons, what pages ask about them, and verdicts.

use pipeyard_shared::chain::{Chain, Stage};
use pipeyard_shared::id::{RunId, SessionId};
use pipeyard_shared::lesson::exchange::{Asked, Attempt, FileFault, FileRead, Listed, Shelf};
use pipeyard_shared::lesson::{
    Comparison, Criterion, Difference, Ends, Exercise, FileTrouble, Given, Inline, Lesson, Part,
    Prose, Question, QuestionKind, Shows, Step, Verdict, WantedStatus,
};
use pipeyard_shared::words::Language;

pub(crate) fn shelves() -> Vec<(&'static str, Shelf)> {
    let own = lesson(Language::Ko, Vec::new());
    let lessons = vec![
        Listed::of(&lesson(Language::En, vec![exercises()]), false),
        Listed {
            order: None,
            minutes: None,
            words: Vec::new(),
            ..Listed::of(&own, true)
        },
    ];
    vec![
        ("empty", Shelf::default()),
        ("two_lessons", Shelf { lessons }),
    ]
}

pub(crate) fn files_read() -> Vec<(&'static str, FileRead)> {
    let fault = |line, what: &str| FileFault {
        line,
        what: what.into(),
    };
    let faults = vec![
        fault(Some(7), "`lanes` wants a number"),
        fault(None, "it is no UTF-8 text"),
    ];
    let steps = vec![prose(), chains(), questions(), exercises()];
    vec![
        ("faults", FileRead::Faults(faults)),
        (
            "lesson",
            FileRead::Lesson(Box::new(lesson(Language::En, steps))),
        ),
    ]
}

pub(crate) fn attempts() -> Vec<(&'static str, Attempt)> {
    let attempt = |exercise| Attempt {
        session: SessionId::new("4fd1c2"),
        run: RunId(7),
        exercise,
    };
    let of = Asked::Of {
        lesson: "standard-error".into(),
        language: Language::En,
        number: 1,
    };
    vec![
        ("exercise_of_a_lesson", attempt(of)),
        (
            "exercise_of_its_own",
            attempt(Asked::Own(Box::new(exercise()))),
        ),
    ]
}

pub(crate) fn verdicts() -> Vec<(&'static str, Verdict)> {
    let line = || Difference::Line {
        line: 3,
        found: Some("pear".into()),
        wanted: Some("fig".into()),
        lines_found: 5,
        lines_wanted: 4,
    };
    let out = |difference| Criterion::Output(Some(difference));
    let file = |trouble| Criterion::File {
        path: "out.txt".into(),
        trouble,
    };
    let program = || "sort".to_owned();
    let done = vec![
        Criterion::Output(None),
        Criterion::Errors(None),
        file(None),
        Criterion::Status {
            wanted: 0,
            found: 0,
        },
    ];
    let undone = vec![
        out(line()),
        Criterion::Required {
            program: program(),
            met: true,
        },
        Criterion::AtMost { most: 3, found: 5 },
    ];
    let every = vec![
        out(Difference::Nothing { wanted: 4 }),
        out(Difference::Order {
            line: 1,
            found: "b".into(),
            wanted: "a".into(),
        }),
        out(Difference::Blanks {
            line: 2,
            found: "a·".into(),
            wanted: "a".into(),
        }),
        out(Difference::LastLineEnd { wanted: true }),
        out(Difference::Lines {
            missing: (vec!["a".into()], 2),
            extra: (Vec::new(), 0),
        }),
        out(Difference::Number {
            place: 1,
            found: Some("41".into()),
            wanted: None,
        }),
        Criterion::OutputTooLong,
        Criterion::Errors(Some(line())),
        Criterion::ErrorsTooLong,
        Criterion::Forbidden {
            program: program(),
            met: false,
        },
        file(Some(FileTrouble::Missing)),
        file(Some(FileTrouble::Untouched)),
        file(Some(FileTrouble::TooLong)),
        file(Some(FileTrouble::Differs(line()))),
        Criterion::Changed {
            path: "words.txt".into(),
        },
        Criterion::Time {
            most_ms: 5_000,
            found_ms: 6_120,
        },
        Criterion::Lanes {
            wanted: 1,
            found: 3,
        },
    ];
    vec![
        ("done", Verdict { criteria: done }),
        ("not_done", Verdict { criteria: undone }),
        ("everything_else", Verdict { criteria: every }),
    ]
}

fn lesson(language: Language, steps: Vec<Step>) -> Lesson {
    Lesson {
        name: "standard-error".into(),
        language,
        title: "Standard error".into(),
        order: Some(9),
        minutes: Some(15),
        summary: "Messages do not travel with the data.".into(),
        words: vec!["standard error".into()],
        opening: vec![Prose::Paragraph(words("Every program has two ways out."))],
        steps,
    }
}

fn words(text: &str) -> Vec<Inline> {
    vec![Inline::Text(text.into())]
}

fn step(title: &str, parts: Vec<Part>) -> Step {
    let title = title.into();
    Step { title, parts }
}

fn prose() -> Step {
    let inline = vec![
        Inline::Code("ls -l".into()),
        Inline::Emphasis(words("one")),
        Inline::Strong(words("two")),
        Inline::Break,
        Inline::Lesson {
            name: "exit-status".into(),
            words: words("next"),
        },
        Inline::Link {
            address: "https://example.org/".into(),
            words: words("elsewhere"),
        },
    ];
    let blocks = [
        Prose::Paragraph(inline),
        Prose::Heading(words("Below")),
        Prose::List {
            start: Some(1),
            items: vec![vec![Prose::Paragraph(words("first"))]],
        },
        Prose::Code("plain\n".into()),
        Prose::Quote(vec![Prose::Paragraph(words("said"))]),
        Prose::Table(vec![vec![words("head")], vec![words("cell")]]),
    ];
    step("Text", blocks.map(Part::Prose).into())
}

fn chain() -> Chain {
    Chain::of_stages("", vec![Stage::process("ls", "ls", ["words.txt"])])
}

fn chains() -> Step {
    let given = |ends| Given {
        text: "ls words.txt".into(),
        chain: chain(),
        ends,
        typed: None,
        name: None,
    };
    let shows = [None, Some(Shows::Blocked), Some(Shows::Deadlock)];
    let mut all = vec![
        given(Ends::With(0)),
        Given {
            typed: Some("a\n".into()),
            name: Some("first".into()),
            ..given(Ends::Somehow)
        },
    ];
    all.extend(shows.map(|shows| given(Ends::Never { shows })));
    step("Chains", all.into_iter().map(Part::Chain).collect())
}

fn questions() -> Step {
    let question = |kind| Question {
        ask: words("How many?"),
        kind,
        choices: Vec::new(),
        answer: "1".into(),
        measured: "lines out of ls".parse().ok(),
        because: words("One."),
    };
    let all = [
        question(QuestionKind::Number),
        question(QuestionKind::Text),
        Question {
            choices: vec![words("1"), vec![Inline::Code("2".into())]],
            measured: None,
            ..question(QuestionKind::Choice)
        },
    ];
    step("Questions", all.map(Part::Question).into())
}

fn exercise() -> Exercise {
    Exercise {
        task: words("List it."),
        start: None,
        solution: chain(),
        solution_text: "ls words.txt".into(),
        output: Comparison::Exact,
        stderr: None,
        require: Vec::new(),
        forbid: Vec::new(),
        at_most: None,
        status: WantedStatus::default(),
        files: Vec::new(),
        hints: Vec::new(),
        wrong: Vec::new(),
        also: Vec::new(),
        after: Vec::new(),
    }
}

fn exercises() -> Step {
    let all = [
        exercise(),
        Exercise {
            start: Some(chain()),
            output: Comparison::Nothing,
            stderr: Some(Comparison::Set),
            require: vec!["ls".into()],
            forbid: vec!["awk".into()],
            at_most: Some(2),
            status: WantedStatus::Is(1),
            files: vec!["out.txt".into()],
            hints: vec![words("Look.")],
            after: words("Good."),
            ..exercise()
        },
        Exercise {
            output: Comparison::Number,
            status: WantedStatus::Any,
            ..exercise()
        },
    ];
    let parts = all.map(|exercise| Part::Exercise(Box::new(exercise)));
    step("Exercises", parts.into())
}
