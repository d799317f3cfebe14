//! Pages of several shapes, written for these tests.

use proptest::prelude::*;

use super::*;

/// As groff renders `man(7)`, wide.
const WIDE: &str = "\
SIFT(1)                          User Commands                          SIFT(1)

NAME
       sift, rsift - let some lines through

SYNOPSIS
       sift [OPTION...] WORD
       -v WORD

DESCRIPTION
       sift reads lines.  The flag
       -q is described below.

OPTIONS
   Choosing
       -v, --invert
              Let the other lines through.  More of it, e.g. this.

       -m NUM, --most=NUM
              Stop after NUM lines.

              -x is only talked about in a second paragraph.

              -yes can be given with
                     a text that is set further in.

       -C NUM, -NUM, --around=NUM
              Show NUM lines around.

       -r, --recursive
              Read directories, i.e. all files in them.  Then go on.

       --color[=WHEN], --colour[=WHEN]
              Colour what was found.

       -i[SUFFIX], --in-place[=SUFFIX]
              Write in place.

       -e WORD
       --word=WORD
              Look for WORD.

       -z     Lines end in a zero byte.

       -k

       -j, --gap

              Text below a gap.

       -n, --number
              Number lines.

EXAMPLES
       -o foo
              Not a flag of it.

NOTES
       -w     Not where flags are described.

SEE ALSO
       grep(1)

sift 2.1                          2024-05-01                           SIFT(1)
";

/// As `mdoc(7)` is rendered, 78 columns wide, with letters struck twice.
const NARROW: &str = "\
GLUE(1)                     General Commands Manual                    GLUE(1)

N\u{8}NA\u{8}AM\u{8}ME\u{8}E
     glue \u{2013} join things

DESCRIPTION
     The options are as follows:

     \u{2212}4      Forces glue to use four hands only, and to hold the things that it
             joins for a while.

     \u{2212}d _\u{8}d_\u{8}e_\u{8}l_\u{8}i_\u{8}m
             Puts delim between things.

     \u{2212}\u{2212}long  Takes its time.

Debian                         January 1, 2024                         Debian
";

const KOREAN: &str = "\
체(1)                             사용자 명령                             체(1)

이름
       체 - 줄을 골라 냅니다

개요
       체 [옵션]

옵션
       -v, --invert
              맞지 않는 줄을 냅니다.  더 있습니다.

체 1.0                            2024-05-01                             체(1)
";

fn page(text: &str) -> Page {
    read(text).expect("a page")
}

fn told(page: &Page, line: &str) -> Vec<(usize, String)> {
    let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let flags = page.flags(&words, false).into_iter();
    flags.map(|flag| (flag.at, flag.said.what)).collect()
}

fn first(page: &Page, word: &str) -> Option<String> {
    told(page, word).into_iter().next().map(|(_, what)| what)
}

#[test]
fn a_page_tells_its_name_and_what_it_is_from() {
    let sift = page(WIDE);
    assert_eq!(sift.source, "sift(1), sift 2.1");
    assert_eq!(sift.summary, "let some lines through");
    assert_eq!(page(NARROW).source, "glue(1)");
    assert_eq!(page(NARROW).summary, "join things");
    assert_eq!(page(KOREAN).source, "체(1), 체 1.0");
    assert_eq!(page(KOREAN).summary, "줄을 골라 냅니다");
}

#[test]
fn a_flag_is_told_by_the_first_sentence_in_all_its_forms() {
    let sift = page(WIDE);
    for (word, what) in [
        ("-v", "Let the other lines through."),
        ("--invert", "Let the other lines through."),
        ("--most=3", "Stop after NUM lines."),
        ("-m3", "Stop after NUM lines."),
        ("-10", "Show NUM lines around."),
        ("-r", "Read directories, i.e. all files in them."),
        ("--colour", "Colour what was found."),
        ("--in-place=.bak", "Write in place."),
        ("-i.bak", "Write in place."),
        ("-e", "Look for WORD."),
        ("--word=a", "Look for WORD."),
        ("-j", "Text below a gap."),
        ("-z", "Lines end in a zero byte."),
    ] {
        assert_eq!(first(&sift, word).as_deref(), Some(what), "{word}");
    }
    let glue = page(NARROW);
    assert_eq!(
        first(&glue, "-4").as_deref(),
        Some(
            "Forces glue to use four hands only, and to hold the things that it joins for a while."
        )
    );
    assert_eq!(
        first(&glue, "-d").as_deref(),
        Some("Puts delim between things.")
    );
    assert_eq!(first(&glue, "--long").as_deref(), Some("Takes its time."));
    assert_eq!(
        first(&page(KOREAN), "-v").as_deref(),
        Some("맞지 않는 줄을 냅니다.")
    );
}

#[test]
fn flags_in_a_list_with_bullets_are_told() {
    let page = page(
        "JQ(1)                                                                    JQ(1)\n\n\
         NAME\n       jq - Command-line JSON processor\n\n\
         FILTERS\n       You can affect how it reads:\n\n       \
         ○   --slurp/-s:\n\n           Read the entire input into an array. Once.\n\n       \
         ○   --raw-output / -r:\n\n           Write strings as they are.\n\n       \
         ○   --color-output / -C and --monochrome-output / -M:\n\n           Use colours.\n\n       \
         ○   --arg name value:\n\n           Bind a variable.\n\n\
                                                  July 2025                              JQ(1)\n",
    );
    let said = |word: &str| first(&page, word);
    assert_eq!(
        said("-s").as_deref(),
        Some("Read the entire input into an array.")
    );
    assert_eq!(said("--raw-output").as_deref(), said("-r").as_deref());
    assert_eq!(said("-r").as_deref(), Some("Write strings as they are."));
    assert_eq!(said("-C").as_deref(), Some("Use colours."));
    assert_eq!(said("--monochrome-output"), said("-M"));
    assert_eq!(said("--arg").as_deref(), Some("Bind a variable."));
}

#[test]
fn what_is_in_doubt_is_left_out() {
    let sift = page(WIDE);
    // Talked about, shown as an example, not described, abbreviated, half of a bundle, or no flag at all.
    for word in [
        "-q",
        "-x",
        "-yes",
        "-o",
        "-w",
        "-k",
        "--inv",
        "-vy",
        "-",
        "word",
        "--no-invert",
    ] {
        assert_eq!(told(&sift, word), [], "{word}");
    }
}

#[test]
fn a_bundle_is_all_of_its_flags_and_a_value_is_none() {
    let sift = page(WIDE);
    let places =
        |line: &str| -> Vec<usize> { told(&sift, line).iter().map(|(at, _)| *at).collect() };
    assert_eq!(told(&sift, "-rn").len(), 2);
    assert_eq!(places("-vm3 -n"), [0, 0, 1]);
    // The word behind a flag that wants a value is the value, whatever it looks like.
    assert_eq!(places("-e -v -v"), [0, 2]);
    assert_eq!(places("--most -3 -v"), [0, 2]);
    assert_eq!(places("--color -v"), [0, 1]);
    assert_eq!(places("-v -- -n"), [0]);
    assert_eq!(places("word -n"), [1]);
}

#[test]
fn what_another_program_is_given_is_not_this_ones() {
    let sift = page(WIDE);
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let places = |line: &str| -> Vec<usize> {
        let flags = sift.flags(&words(line), true);
        flags.iter().map(|flag| flag.at).collect()
    };
    assert_eq!(places("-v -m 3 other -n"), [0, 1]);
    // Where a flag is not known, neither is whether what follows is its value.
    assert_eq!(places("-q -n"), Vec::<usize>::new());
}

#[test]
fn words_of_one_dash_are_not_taken_apart() {
    let text = WIDE
        .replace("-z     Lines", "-zero  Lines")
        .replace("-k\n", "-o     Old.\n");
    let find = page(&text);
    assert_eq!(
        first(&find, "-zero").as_deref(),
        Some("Lines end in a zero byte.")
    );
    assert_eq!(told(&find, "-rn"), []);
}

#[test]
fn what_is_no_page_about_a_program_is_none() {
    for text in [
        "",
        "This system has been minimized.\n\nTo restore it, run unminimize.\n",
        "SIFT(1)\n",
        "SIFT(1)\n\nNAME\n       sift\n",
        "SIFT(3)   SIFT(3)\n\nNAME\n       sift - a function\n",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(text in any::<String>(), word in any::<String>()) {
        if let Some(page) = read(&text) {
            page.flags(&[word], false);
        }
    }

    #[test]
    fn what_is_quoted_is_bounded(
        parts in prop::collection::vec(
            prop_oneof![
                Just("X(1)  X(1)\n\nNAME\n       x - y\n\nOPTIONS\n".to_owned()),
                "[ ]{0,8}-{0,2}[a-z=\\[\\], ]{0,200}\n?",
                "[ ]{8}[a-zA-Z. \u{8}\u{1b}가-힣]{0,400}\n{0,2}",
            ],
            0..12,
        ),
        word in "-{0,2}[a-z=0-9]{0,6}",
    ) {
        if let Some(page) = read(&parts.concat()) {
            for flag in page.flags(&[word], false) {
                prop_assert!(flag.said.what.chars().count() <= super::super::sentence::SENTENCE_CHARACTERS + 2);
                prop_assert!(flag.forms.chars().count() <= FORMS_CHARACTERS);
                prop_assert!(!flag.said.what.is_empty());
            }
        }
    }
}
