//! Links: what goes in comes out, short chains make short links, and links of the past open for ever.

use pipeyard_shared::chain::{
    Access, Chain, Group, Input, Lanes, Note, Point, Size, Stage, StageKind, Variable,
};
use pipeyard_shared::event::{Event, Meter, RunEvent};
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::limits::Limits;
use pipeyard_shared::link::{LINK_VERSION, Shared, decode, encode, fragment_in};
use pipeyard_shared::preview::Slice;
use pipeyard_shared::recording::{Piece, Recording, Sample};
use pipeyard_shared::shell::{Reading, import};
use pipeyard_shared::text::Text;
use proptest::prelude::*;

/// Where a runner is by default, as its links begin.
const BASE: &str = "http://127.0.0.1:7878/#";

/// What somebody looks at a web log with.
const TEN_STAGES: &str = r#"cat access.log | grep -v 'bot\|crawler' | awk '$9 == 200 {print $1, $7}' | sed 's/\?.*//' | tr A-Z a-z | sort | uniq -c | sort -k1,1nr -k3 | head -n 25 | column -t"#;

fn opened(fragment: &str) -> Shared {
    decode(fragment, &Limits::default()).unwrap_or_else(|error| panic!("{fragment}: {error}"))
}

fn link(shared: &Shared) -> String {
    let fragment = encode(shared).unwrap_or_else(|error| panic!("{error}"));
    format!("{BASE}{fragment}")
}

fn ten_stages() -> Chain {
    let chain = import(TEN_STAGES.as_bytes(), &Reading::default())
        .expect("a pipeline")
        .chain;
    assert_eq!(chain.stages.len(), 10);
    chain
}

#[test]
fn a_chain_of_ten_stages_makes_a_short_link() {
    let mut chain = ten_stages();
    let plain = link(&Shared::of_chain(chain.clone()));
    chain.title = "Which pages do people ask for most?".to_owned();
    for (number, stage) in (0..).zip(&mut chain.stages) {
        let number = f64::from(number);
        stage.at = Some(Point::new(
            310.0 * (number % 4.0) - 17.0,
            187.0 * (number / 4.0).floor(),
        ));
    }
    let placed = link(&Shared::of_chain(chain));
    assert!(plain.len() < 400, "{} characters: {plain}", plain.len());
    assert!(placed.len() < 700, "{} characters: {placed}", placed.len());
}

#[test]
fn every_example_travels() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../frontend/src/gallery");
    let mut examples = 0;
    for entry in std::fs::read_dir(folder).expect("the gallery") {
        let path = entry.expect("an entry").path();
        let json = std::fs::read_to_string(&path).expect("an example");
        let shared = Shared::of_chain(Chain::from_json(&json).expect("a chain"));
        let link = link(&shared);
        let fragment = fragment_in(&link).expect("a link");
        assert_eq!(opened(fragment), shared, "{}", path.display());
        examples += 1;
    }
    assert!(examples > 10, "{examples} examples");
}

/// Links that were made once, each with the chain that it holds. They stand on pages, in mails and in books: whatever
/// becomes of the code, each of these opens. A new version adds to them and changes none.
#[test]
fn links_of_the_past_open() {
    let kept = include_str!("kept.txt").lines();
    let lines: Vec<&str> = kept.filter(|line| !line.starts_with("# ")).collect();
    let [pipeline, its_chain, whole] = lines[..] else {
        panic!("{} lines", lines.len());
    };
    let its_chain = Chain::from_json(its_chain).expect("a chain");
    assert_eq!(opened(pipeline), Shared::of_chain(its_chain));
    assert_eq!(opened(whole), everything());
    // Not a promise, but who changes what is written has a thought about what reads it.
    for link in [pipeline, whole] {
        let made = encode(&opened(link));
        assert_eq!(made.as_deref(), Ok(link), "version {LINK_VERSION}");
    }
}

/// Something of all that a link can hold.
fn everything() -> Shared {
    let mut encrypt = Stage::process(
        "openssl",
        "openssl",
        ["enc", "-des3", "-pass", "env:password"],
    );
    if let Some(setup) = encrypt.setup_mut() {
        setup.environment = vec![Variable::set("password", "correct horse")];
        setup.timeout_ms = Some(1_500);
    }
    let mut chain = Chain::of_stages(
        "암호와 해시",
        vec![
            Stage::input("random", Input::Random(10)),
            encrypt,
            Stage::file("out", "sums.txt", Access::Append),
        ],
    );
    chain.stages[0].at = Some(Point::new(-12.5, 40.0));
    chain.lanes = Lanes::Values(vec!["one".into(), Text::from_bytes(vec![0xff, b'x'])]);
    chain.notes.push(Note {
        id: "n1".into(),
        at: Point::new(0.0, 120.0),
        size: Size {
            width: 200.0,
            height: 80.0,
        },
        text: "Different sums,\nalthough all do the same.".to_owned(),
    });
    chain.groups.push(Group {
        id: "g1".into(),
        title: "secret".to_owned(),
        stages: vec!["openssl".into()],
        collapsed: true,
    });
    let recording = recording(&chain, 2, b"Salted__\x00\xff");
    Shared {
        chain,
        recording: Some(recording),
    }
}

fn recording(chain: &Chain, events: u64, data: &[u8]) -> Recording {
    let meters = vec![Meter {
        flow: FlowId(0),
        bytes: data.len() as u64,
        lines: Some(1),
        waiting: None,
        room: None,
    }];
    Recording {
        runner: "0.1.0".to_owned(),
        chain: chain.clone(),
        events: (0..events)
            .map(|seq| RunEvent {
                seq,
                at_us: seq * 1_000,
                event: Event::StopAsked,
            })
            .collect(),
        samples: vec![Sample {
            at_us: 100_000,
            meters,
        }],
        data: vec![Piece {
            flow: FlowId(0),
            slice: Slice {
                offset: 3,
                bytes: data.to_vec(),
            },
        }],
    }
}

/// Any arguments, titles, places and notes, some of them of bytes that are no text.
fn any_chain() -> impl Strategy<Value = Chain> {
    let argument = prop_oneof![
        ".{0,12}".prop_map(Text::from),
        prop::collection::vec(1..=255_u8, 0..9).prop_map(Text::from_bytes),
    ];
    let stage = (
        "[a-z]{1,8}",
        prop::collection::vec(argument, 0..4),
        prop::option::of((-9_999_i32..9_999, -9_999_i32..9_999)),
        0..4_u8,
    );
    let stages = prop::collection::vec(stage, 0..12);
    (".{0,20}", stages, 1..9_u32, ".{0,40}").prop_map(|(title, stages, lanes, note)| {
        let stages = (1..)
            .zip(stages)
            .map(|(number, (program, args, at, kind))| {
                let id = format!("s{number}");
                let mut stage = match kind {
                    0 => Stage::shell(&id, &program),
                    1 => Stage::input(&id, Input::Text(args.first().cloned().unwrap_or("".into()))),
                    _ => Stage::process(&id, &program, []),
                };
                if let StageKind::Process(process) = &mut stage.kind {
                    process.args = args;
                }
                stage.at = at.map(|(x, y)| Point::new(f64::from(x), f64::from(y) / 2.0));
                stage
            });
        let mut chain = Chain::of_stages(title, stages.collect());
        chain.lanes = Lanes::Count(lanes);
        if !note.is_empty() {
            chain.notes.push(Note {
                id: "n".into(),
                at: Point::default(),
                size: Size {
                    width: 40.0,
                    height: 40.0,
                },
                text: note,
            });
        }
        chain
    })
}

proptest! {
    #[test]
    fn decode_undoes_encode(
        chain in any_chain(),
        events in 0..9_u64,
        data in prop::collection::vec(any::<u8>(), 0..99),
        recorded in any::<bool>(),
        changed in any::<bool>(),
    ) {
        let mut shared = Shared::of_chain(chain);
        // What is recorded can be run, whatever has become of the chain since.
        if recorded {
            let run = if changed { ten_stages() } else { shared.chain.clone() };
            shared.recording = Some(recording(&run, events, &data));
        }
        let runs = |recording: &Recording| pipeyard_shared::check::check(&recording.chain, &Limits::default()).is_empty();
        if shared.recording.as_ref().is_none_or(runs) {
            let link = link(&shared);
            let fragment = fragment_in(&link).expect("a fragment");
            prop_assert_eq!(decode(fragment, &Limits::default()), Ok(shared));
            prop_assert!(fragment.ends_with(|last: char| last.is_ascii_alphanumeric()));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,60}", tail in "[0-9A-Za-z_-]{0,60}") {
        let _ = decode(&text, &Limits::default());
        let _ = decode(&format!("1{tail}"), &Limits::default());
        let _ = fragment_in(&text);
        let _ = fragment_in(&format!("http://{text}#{tail}"));
    }

    /// Whatever is changed in a link, it opens as what it was or not at all.
    #[test]
    fn a_changed_character_is_seen(chain in any_chain(), place in any::<prop::sample::Index>(), other in "[0-9A-Za-z_-]") {
        let good = encode(&Shared::of_chain(chain)).expect("short");
        let at = place.index(good.len());
        let changed = format!("{}{other}{}", &good[..at], &good[at + 1..]);
        if changed != good {
            prop_assert!(decode(&changed, &Limits::default()).is_err(), "{}", changed);
        }
    }
}
