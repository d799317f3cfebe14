//! Whatever hands do.

use pipeyard_shared::chain::{Input as Given, InputEnd, InputPort, OutputEnd, OutputPort, Stage};
use proptest::prelude::*;

use super::*;
use crate::editor::connect::can_connect;

/// What hands may do, in any order.
fn any_input() -> impl Strategy<Value = (Input, bool)> {
    let stage = prop_oneof![
        Just("random"),
        Just("openssl"),
        Just("md5sum"),
        Just("sort"),
        Just("nobody")
    ];
    let output = prop_oneof![Just(OutputPort::Stdout), Just(OutputPort::Stderr)];
    let input = prop_oneof![
        Just(InputPort::Stdin),
        Just(InputPort::Extra(3)),
        Just(InputPort::Extra(99))
    ];
    let port = prop_oneof![
        (stage.clone(), output).prop_map(|(id, port)| Port::Output(OutputEnd {
            stage: id.into(),
            port
        })),
        (stage.clone(), input).prop_map(|(id, port)| Port::Input(InputEnd {
            stage: id.into(),
            port
        })),
    ]
    .boxed();
    let wire = prop_oneof![Just("w1"), Just("w2"), Just("w7")].prop_map(WireId::from);
    let target = prop_oneof![
        2 => Just(Target::Ground),
        4 => stage.prop_map(card),
        4 => port.clone().prop_map(Target::Port),
        1 => wire.clone().prop_map(Target::Wire),
        2 => (wire, port.clone()).prop_map(|(wire, port)| Target::WireEnd(wire, port)),
        1 => Just(Target::Note("n1".into())),
        1 => Just(Target::NoteCorner("n1".into())),
        1 => Just(Target::Group("g1".into())),
    ]
    .boxed();
    let kind = prop_oneof![Just(Kind::Mouse), Just(Kind::Touch), Just(Kind::Pen)];
    let button = prop_oneof![8 => Just(Button::Primary), 1 => Just(Button::Middle), 1 => Just(Button::Other)];
    let at = (-50.0..950.0, -50.0..550.0).prop_map(|(x, y)| Point::new(x, y));
    let keys = any::<[bool; 4]>().prop_map(|[shift, add, alt, space]| Keys {
        shift: shift && add,
        add: add && alt,
        alt,
        space: space && shift,
    });
    let pointer = (0..3, kind, button, at, keys, target)
        .prop_map(|(id, kind, button, at, keys, over)| Pointer {
            id,
            kind,
            button,
            at,
            time_ms: 0.0,
            keys,
            over,
        })
        .boxed();
    let input = prop_oneof![
        4 => pointer.clone().prop_map(Input::Down),
        8 => pointer.clone().prop_map(Input::Move),
        4 => pointer.prop_map(Input::Up),
        1 => (0..3).prop_map(Input::Cancel),
        1 => Just(Input::Escape),
        2 => (0.0..200.0).prop_map(Input::Tick),
        2 => port.prop_map(Input::Pick),
    ];
    (input, prop::bool::weighted(0.05))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever hands do: the chain changes only when something is let go, tapped or picked, by one step; it never
    /// has rings or wires to nowhere; every stage has a point or none; the view stays within its bounds; Escape
    /// always leads back to rest.
    #[test]
    fn whatever_hands_do(inputs in prop::collection::vec(any_input(), 0..60), snap in any::<bool>()) {
        let mut chain = example::opening();
        chain.stages.push(Stage::process("sort", "sort", []));
        chain.stages.push(Stage::input("text", Given::Text("x".into())));
        let mut hand = Hand::over(chain);
        hand.snap = snap;
        let note = Edit::AddNote(Point::new(10.0, 400.0), "note".into());
        hand.editor = hand.editor.after(Action::Edit(note));
        let group = Edit::Group(vec!["random".into(), "sort".into()], String::new());
        hand.editor = hand.editor.after(Action::Edit(group));
        for (input, undo) in inputs {
            let before = hand.editor.clone();
            let (actions, may_edit) = (hand.actions, matches!(input, Input::Up(_) | Input::Pick(_)));
            let escapes = matches!(input, Input::Escape);
            hand.time_ms += 20.0;
            hand.give(input);
            prop_assert!(hand.actions <= actions + 1);
            let preview = hand.see(|scene| hand.gesture.preview(scene));
            if !may_edit {
                prop_assert_eq!(&hand.editor, &before);
            } else if hand.editor.chain() != before.chain() {
                let undone = hand.editor.after(Action::Undo);
                prop_assert_eq!(undone.chain(), before.chain());
                prop_assert_eq!(undone.selection(), before.selection());
            }
            if escapes {
                prop_assert_eq!(preview, Preview::None);
            }
            let chain = hand.editor.chain().clone();
            let placed = chain.stages.iter().filter(|stage| stage.at.is_some()).count();
            prop_assert!(placed == 0 || placed == chain.stages.len());
            prop_assert_eq!(pipeyard_shared::check::order(&chain).len(), chain.stages.len());
            for wire in &chain.wires {
                prop_assert!(chain.stage(&wire.from.stage).is_some_and(|stage| stage.has_output(wire.from.port)));
                prop_assert!(chain.stage(&wire.to.stage).is_some_and(|stage| stage.has_input(wire.to.port)));
                let known = WhyNot::AlreadyWired(wire.id.clone());
                prop_assert_eq!(can_connect(&chain, &wire.from, &wire.to), Err(known));
            }
            prop_assert!((0.1..=2.0).contains(&hand.view.zoom));
            prop_assert!(hand.view.pan.x.is_finite() && hand.view.pan.y.is_finite());
            prop_assert_eq!(hand.editor.selection().clone().within(&chain), hand.editor.selection().clone());
            if undo {
                hand.editor = hand.editor.after(Action::Undo);
            }
        }
        for id in 0..3 {
            hand.give(Input::Cancel(id));
        }
        hand.give(Input::Escape);
        prop_assert!(hand.gesture.is_idle());
    }
}
