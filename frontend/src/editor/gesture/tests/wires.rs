//! Wires that are drawn, led elsewhere, and put into.

use pipeyard_shared::chain::Stage;

use super::*;

fn loose() -> Chain {
    let mut chain = example::opening();
    chain.wires.clear();
    chain.stages.push(Stage::process("sort", "sort", []));
    chain
}

#[test]
fn dragging_from_port_to_port_connects() {
    let mut hand = Hand::over(loose());
    let (from, to) = (Port::stdout(&"random".into()), Port::stdin(&"sort".into()));
    let near = hand.port(&to).moved(-12.0, 9.0);
    hand.drag(
        Kind::Mouse,
        &Target::Port(from.clone()),
        hand.port(&from),
        near,
        Keys::default(),
    );
    let wires = &hand.editor.chain().wires;
    assert_eq!(wires.len(), 1);
    assert_eq!(
        (wires[0].from.stage.as_str(), wires[0].to.stage.as_str()),
        ("random", "sort")
    );
    // Backwards from the input works just as well.
    let (from, to) = (
        Port::stdin(&"md5sum".into()),
        Port::stdout(&"openssl".into()),
    );
    hand.drag(
        Kind::Touch,
        &Target::Port(from.clone()),
        hand.port(&from),
        hand.port(&to),
        Keys::default(),
    );
    assert_eq!(hand.editor.chain().wires[1].from.stage.as_str(), "openssl");
}

#[test]
fn an_impossible_target_says_why_and_changes_nothing() {
    let mut hand = Hand::over(example::opening());
    let from = Port::stdout(&"md5sum".into());
    let (start, end) = (hand.port(&from), hand.card("openssl"));
    let pointer = |hand: &Hand, at| {
        hand.pointer(
            Kind::Mouse,
            1,
            at,
            Target::Port(from.clone()),
            Keys::default(),
        )
    };
    hand.give(Input::Down(pointer(&hand, start)));
    hand.give(Input::Move(pointer(&hand, end)));
    let ring = WhyNot::Ring(vec!["openssl".into(), "md5sum".into()]);
    match hand.see(|scene| hand.gesture.preview(scene)) {
        Preview::Wiring(wiring) => {
            assert_eq!(wiring.held, Some(Port::stdin(&"openssl".into())));
            assert_eq!(wiring.why_not, Some(ring.clone()));
        }
        other => panic!("{other:?}"),
    }
    hand.give(Input::Up(pointer(&hand, end)));
    assert_eq!(hand.refused, [ring]);
    hand.drag(
        Kind::Mouse,
        &Target::Port(from.clone()),
        start,
        hand.card("random"),
        Keys::default(),
    );
    assert_eq!(hand.refused[1], WhyNot::TakesNothing("random".into()));
    assert_eq!((hand.actions, hand.asked.len()), (0, 0));
}

#[test]
fn a_wire_let_go_over_nothing_asks_for_a_stage() {
    let mut hand = Hand::over(example::opening());
    let from = Port::stdout(&"md5sum".into());
    let to = Point::new(450.0, 480.0);
    hand.drag(
        Kind::Mouse,
        &Target::Port(from.clone()),
        hand.port(&from),
        to,
        Keys::default(),
    );
    assert_eq!(hand.asked, [Ask::Add(to, Some(from))]);
    assert_eq!(hand.actions, 0);
}

#[test]
fn tap_tap_connects_and_the_canvas_can_move_between() {
    let mut hand = Hand::over(loose());
    let (from, to) = (
        Port::stdout(&"random".into()),
        Port::stdin(&"openssl".into()),
    );
    hand.tap(
        Kind::Touch,
        &Target::Port(from.clone()),
        hand.port(&from),
        Keys::default(),
    );
    assert_eq!(hand.gesture.armed(), Some(&from));
    hand.drag(
        Kind::Touch,
        &Target::Ground,
        Point::new(400.0, 400.0),
        Point::new(460.0, 390.0),
        Keys::default(),
    );
    assert_eq!(hand.view.pan, Point::new(60.0, -10.0));
    hand.tap(
        Kind::Touch,
        &Target::Port(to.clone()),
        hand.port(&to),
        Keys::default(),
    );
    assert_eq!((hand.editor.chain().wires.len(), hand.actions), (1, 1));
    assert!(hand.gesture.is_idle());
    // By keyboard too; what cannot be joined can be tried elsewhere, and Escape gives it up.
    hand.give(Input::Pick(to.clone()));
    hand.give(Input::Pick(Port::stdout(&"md5sum".into())));
    assert_eq!(hand.editor.chain().wires.len(), 2);
    hand.give(Input::Pick(from.clone()));
    hand.give(Input::Pick(to));
    assert!(matches!(hand.refused[..], [WhyNot::AlreadyWired(_)]));
    assert_eq!(hand.gesture.armed(), Some(&from));
    hand.give(Input::Escape);
    assert!(hand.gesture.is_idle());
}

#[test]
fn the_end_of_a_wire_can_be_led_elsewhere() {
    let mut chain = example::opening();
    chain.stages.push(Stage::process("sort", "sort", []));
    let mut hand = Hand::over(chain);
    let (now, then) = (Port::stdin(&"md5sum".into()), Port::stdin(&"sort".into()));
    let end = Target::WireEnd("w2".into(), now.clone());
    hand.drag(
        Kind::Mouse,
        &end,
        hand.port(&now),
        hand.port(&then),
        Keys::default(),
    );
    assert_eq!(hand.editor.chain().wires[1].to.stage.as_str(), "sort");
    assert_eq!(hand.edits, 1);
    let before = hand.editor.chain().clone();
    let end = Target::WireEnd("w2".into(), then.clone());
    hand.drag(
        Kind::Mouse,
        &end,
        hand.port(&then),
        Point::new(450.0, 490.0),
        Keys::default(),
    );
    assert_eq!(
        *hand.editor.chain(),
        before,
        "over nothing it stays as it was"
    );
}

#[test]
fn a_card_that_is_put_on_a_wire_is_inserted_in_the_same_step() {
    let mut chain = example::opening();
    chain.stages.push(Stage::process("sort", "sort", []));
    let mut hand = Hand::over(chain);
    let before = hand.editor.chain().clone();
    let on = layout(&before).wires[1].middle;
    let to = Point::new(on.0, on.1 + 10.0);
    hand.drag(
        Kind::Mouse,
        &card("sort"),
        hand.card("sort"),
        to,
        Keys::default(),
    );
    let chain = hand.editor.chain();
    assert_eq!(chain.wires.len(), 3);
    assert_eq!(chain.wires[1].to.stage.as_str(), "sort");
    assert_eq!(chain.wires[2].from.stage.as_str(), "sort");
    assert_eq!(hand.editor.after(Action::Undo).chain(), &before);
}
