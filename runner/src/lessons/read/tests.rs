use super::*;
use pipeyard_shared::lesson::{Comparison, Ends, Inline};
use proptest::prelude::*;

const TOP: &str = "+++\ntitle = \"A lesson\"\nsummary = \"What it is about.\"\n+++\n\n";

fn lesson(body: &str) -> Lesson {
    read("one", Language::En, &format!("{TOP}{body}"))
        .expect("a lesson")
        .lesson
}

fn faults(text: &str) -> Vec<String> {
    let faults = read("one", Language::En, text).expect_err("faults");
    faults.iter().map(ToString::to_string).collect()
}

fn faults_of_body(body: &str) -> Vec<String> {
    faults(&format!("{TOP}{body}"))
}

#[test]
fn a_lesson_is_read_whole() {
    let lesson = lesson(
        "Hello *you*.\n\n## First\n\n- `ls` lists\n- [next](lesson:two)\n\n\
         ```chain lanes=3 status=any\necho {lane}\n```\n\n\
         ```predict\nask = \"How many?\"\nkind = \"number\"\nanswer = \"1\"\nmeasured = \"lines out of output\"\nbecause = \"One.\"\n```\n\n\
         ## Second\n\n```exercise\ntask = \"Sort\"\nsolution = \"sort words.txt\"\noutput = \"set\"\nhints = [\"sort\"]\n```\n\n```text\nplain\n```\n",
    );
    assert_eq!(lesson.opening.len(), 1);
    assert_eq!(lesson.steps.len(), 2);
    assert_eq!(lesson.steps[0].title, "First");
    let [
        Part::Prose(Prose::List { items, .. }),
        Part::Chain(given),
        Part::Question(question),
    ] = &lesson.steps[0].parts[..]
    else {
        panic!("{:?}", lesson.steps[0].parts);
    };
    assert_eq!(items.len(), 2);
    assert!(
        matches!(&items[1][..], [Prose::Paragraph(words)] if matches!(words[..], [Inline::Lesson { .. }]))
    );
    assert_eq!(given.chain.lanes.count(), 3);
    assert_eq!(given.ends, Ends::Somehow);
    assert!(question.is_right("1"));
    let (step, exercise) = lesson.exercises().next().expect("an exercise");
    assert_eq!((step, exercise.output), (1, Comparison::Set));
    assert_eq!(exercise.solution.stages.len(), 1);
}

#[test]
fn words_of_questions_and_exercises_have_the_form_of_other_text() {
    let lesson = lesson(
        "## One\n\n```predict\nask = \"Run `a*b`, see *Data*?\"\nkind = \"choice\"\nchoices = [\"2 * 3 * 4\", \"`ls`\"]\nanswer = \"`ls`\"\n\
         because = \"[So](lesson:two).\"\n```\n\n\
         ```exercise\ntask = \"First.\\n\\nSecond.\"\nsolution = \"ls\"\nhints = [\"\\\\- is a sign\"]\n```\n",
    );
    let [Part::Question(question), Part::Exercise(exercise)] = &lesson.steps[0].parts[..] else {
        panic!("{:?}", lesson.steps[0].parts);
    };
    let text = |text: &str| Inline::Text(text.to_owned());
    let code = |text: &str| Inline::Code(text.to_owned());
    assert_eq!(
        question.ask,
        [
            text("Run "),
            code("a*b"),
            text(", see "),
            Inline::Emphasis(vec![text("Data")]),
            text("?")
        ]
    );
    assert_eq!(
        question.choices,
        [vec![text("2 * 3 * 4")], vec![code("ls")]]
    );
    assert!(question.is_right("1") && question.agrees("ls"));
    assert!(matches!(&question.because[..], [Inline::Lesson { name, .. }, _] if name == "two"));
    let task = [text("First."), Inline::Break, text("Second.")];
    assert_eq!(exercise.task, task);
    assert_eq!(exercise.hints, [[text("- is a sign")]]);
    for (words, named) in [
        ("- one", "`task`: only words"),
        ("<b>x</b>", "HTML"),
        ("[x](javascript:alert)", "leads nowhere"),
    ] {
        let block = format!("```exercise\ntask = \"{words}\"\nsolution = \"ls\"\n```\n");
        let told = faults_of_body(&format!("## One\n\n{block}"));
        assert!(
            told[0].starts_with("line 8:") && told[0].contains(named),
            "{told:?}"
        );
    }
}

#[test]
fn lines_of_faults_are_those_of_the_file() {
    assert_eq!(
        faults_of_body("## One\n\n```chain\necho |\n```\n")[0]
            .lines()
            .next(),
        Some("line 9: 1:7 (byte 6): a command is missing here")
    );
    let told = faults_of_body("## One\n\n```exercise\ntask = \"x\"\nsolutoin = \"ls\"\n```\n");
    assert!(
        told[0].starts_with("line 10:") && told[0].contains("solutoin"),
        "{told:?}"
    );
    let told = faults("+++\ntitle = \"A\"\ntitel = \"B\"\nsummary = \"\"\n+++\n## One\n");
    assert!(
        told[0].starts_with("line 3:") && told[0].contains("titel"),
        "{told:?}"
    );
}

#[test]
fn a_value_of_another_kind_is_told_in_words() {
    for (line, wanted) in [
        ("task = 1", "text in quotes is wanted"),
        ("task = \"x\"\nhints = \"one\"", "a list is wanted"),
    ] {
        let block = format!("```exercise\n{line}\nsolution = \"ls\"\n```\n");
        let told = faults_of_body(&format!("## One\n\n{block}"));
        assert!(told[0].contains(wanted), "{told:?}");
    }
}

#[test]
fn every_fault_is_told_at_once() {
    let told = faults_of_body(
        "# Title\n\n```chain\nls\n```\n\n## One\n\n<b>bold</b>\n\n[x](javascript:alert(1))\n\n![p](p.png)\n\n```chain lane=3\nls\n```\n",
    );
    assert_eq!(told.len(), 6, "{told:#?}");
    for (line, named) in [
        ("6", "top"),
        ("8", "first step"),
        ("14", "HTML"),
        ("16", "javascript"),
        ("18", "HTML"),
        ("20", "lane"),
    ] {
        assert!(
            told.iter()
                .any(|fault| fault.starts_with(&format!("line {line}:")) && fault.contains(named)),
            "{line} {named}: {told:#?}"
        );
    }
}

#[test]
fn questions_that_nobody_can_check_are_refused() {
    for (block, named) in [
        ("kind = \"number\"\nanswer = \"3\"", "measured"),
        (
            "kind = \"number\"\nanswer = \"many\"\nmeasured = \"status\"",
            "number",
        ),
        (
            "kind = \"choice\"\nchoices = [\"a\", \"b\"]\nanswer = \"c\"",
            "choices",
        ),
        (
            "kind = \"choice\"\nchoices = [\"a\"]\nanswer = \"a\"",
            "two",
        ),
        (
            "kind = \"number\"\nanswer = \"3\"\nmeasured = \"colour of sort\"",
            "colour",
        ),
    ] {
        let told = faults_of_body(&format!(
            "## One\n\n```predict\nask = \"?\"\nbecause = \"\"\n{block}\n```\n"
        ));
        assert!(told[0].contains(named), "{block}: {told:?}");
    }
}

#[test]
fn what_is_no_lesson_says_what_one_is() {
    assert!(faults("Hello")[0].contains("+++"));
    assert!(faults("+++\ntitle = \"x\"\n")[0].contains("missing"));
    assert!(faults_of_body("Only words.")[0].contains("## "));
    let large = vec![b'x'; LESSON_BYTES + 1];
    let faults = read_bytes("one", Language::En, &large).expect_err("too large");
    assert!(faults[0].what.contains("lesson-bytes"), "{faults:?}");
    assert_eq!(faults[0].line, None);
    let deep = "> ".repeat(50) + "deep";
    assert!(faults_of_body(&format!("## One\n\n{deep}\n"))[0].contains("deep"));
}

#[test]
fn a_block_with_a_slip_in_its_word_is_no_text() {
    for (word, named) in [
        ("chian", "`chain`"),
        ("Chain", "`chain`"),
        ("predikt", "`predict`"),
        ("excercise", "`exercise`"),
    ] {
        let told = faults_of_body(&format!("## One\n\n```{word}\nls\n```\n"));
        assert!(told[0].contains(named), "{word}: {told:?}");
    }
    for word in [
        "", "sh", "text", "console", "python", "csv", "plain", "main",
    ] {
        let body = format!("{TOP}## One\n\n```{word}\nls\n```\n");
        assert!(read("one", Language::En, &body).is_ok(), "{word}");
    }
}

#[test]
fn files_stay_below_the_workspace() {
    for path in ["/etc/passwd", "../x", "a/../../b", ""] {
        let told = faults_of_body(&format!(
            "## One\n\n```exercise\ntask = \"x\"\nsolution = \"ls\"\nfiles = [\"{path}\"]\n```\n"
        ));
        assert!(told[0].contains("files"), "{path}: {told:?}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(\\PC|\n|#|`|\\+|\\[|\\]|\\(|<|>|=|\"|-|\\||\t){0,200}") {
        let _ = read("one", Language::En, &text);
        let _ = read("one", Language::En, &format!("{TOP}{text}"));
        for word in ["chain", "predict", "exercise"] {
            let _ = read("one", Language::En, &format!("{TOP}## One\n```{word}\n{text}\n```\n"));
        }
    }
}

proptest! {
    /// The course with a part of it gone, or twice, or with other bytes in it, which need not be text.
    #[test]
    fn no_changed_lesson_makes_it_panic(
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
        count in 0..200_usize,
        bytes in prop::collection::vec(any::<u8>(), 0..4),
    ) {
        let mut lesson = include_bytes!("../../../lessons/what-is-a-pipe.en.md").to_vec();
        let from = from.index(lesson.len());
        let part = lesson[from..(from + count).min(lesson.len())].to_vec();
        let at = to.index(lesson.len());
        lesson.splice(at..at, part.into_iter().chain(bytes));
        if let Err(faults) = read_bytes("one", Language::En, &lesson) {
            prop_assert!(!faults.is_empty());
        }
        lesson.drain(from.min(at)..from.max(at));
        let _ = read_bytes("one", Language::En, &lesson);
    }
}

#[test]
fn json_is_told_as_shell_text_where_a_line_says_it() {
    let wire = |to: &str| {
        format!(
            r#"{{"from":{{"stage":"a","port":"stdout"}},"to":{{"stage":"b","port":"{to}"}},"id":"w"}}"#
        )
    };
    let chain = |reader: &str, to: &str| {
        format!(
            r#"{{"pipeyard":1,"stages":[{{"id":"a","kind":{{"process":{{"program":"ls"}}}}}},{reader}],"wires":[{}]}}"#,
            wire(to)
        )
    };
    let plain = chain(r#"{"id":"b","kind":{"process":{"program":"wc"}}}"#, "stdin");
    let odd = chain(
        r#"{"id":"b","kind":{"process":{"program":"cat","args":["x{fd3}y"]}}}"#,
        "fd3",
    );
    let told = |text: &str| {
        let lesson = lesson(&format!(
            "## One\n\n```chain\n{text}\n```\n\n```exercise\ntask = \"Do\"\nsolution = '{text}'\n```\n"
        ));
        let Part::Chain(given) = &lesson.steps[0].parts[0] else {
            panic!("{lesson:?}");
        };
        let (_, exercise) = lesson.exercises().next().expect("an exercise");
        assert_eq!(given.text, exercise.solution_text);
        given.text.clone()
    };
    assert_eq!(told(&plain), "ls | wc");
    assert_eq!(told(&odd), odd, "no line says it");
    assert_eq!(told("{ ls; }"), "{ ls; }");
}
