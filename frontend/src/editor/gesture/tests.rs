mod any;
mod wires;

use super::*;
use crate::editor::layout::{Layout, Room, port_at};
use crate::editor::view::Screen;
use crate::editor::{Edit, Editor, Selection, WhyNot, is_placed};
use pipeyard_shared::chain::{Chain, Note};
use pipeyard_shared::example;

/// A hand over a canvas: what it does goes to the machine, what comes of it to the editor and the view.
struct Hand {
    gesture: Gesture,
    editor: Editor,
    view: View,
    ground: Ground,
    snap: bool,
    read_only: bool,
    time_ms: f64,
    asked: Vec<Ask>,
    refused: Vec<WhyNot>,
    actions: usize,
    edits: usize,
}

const SCREEN: Screen = Screen {
    width: 900.0,
    height: 500.0,
};

fn layout(chain: &Chain) -> Layout {
    let room = Room {
        width: SCREEN.width,
        height: SCREEN.height,
        ..Room::wide()
    };
    Layout::of(chain, &room)
}

impl Hand {
    fn over(chain: Chain) -> Self {
        Self {
            gesture: Gesture::default(),
            editor: Editor::new(chain),
            view: View::default(),
            ground: Ground::Marquee,
            snap: false,
            read_only: false,
            time_ms: 0.0,
            asked: Vec::new(),
            refused: Vec::new(),
            actions: 0,
            edits: 0,
        }
    }

    fn see<T>(&self, look: impl FnOnce(&Scene) -> T) -> T {
        let layout = layout(self.editor.chain());
        look(&Scene {
            chain: self.editor.chain(),
            layout: &layout,
            selection: self.editor.selection(),
            view: self.view,
            screen: SCREEN,
            ground: self.ground,
            snap: self.snap,
            read_only: self.read_only,
        })
    }

    fn give(&mut self, input: Input) {
        let (gesture, outcome) = self.see(|scene| self.gesture.after(input, scene));
        self.gesture = gesture;
        self.view = outcome.view.unwrap_or(self.view);
        self.asked.extend(outcome.ask);
        self.refused.extend(outcome.refused);
        if let Some(action) = outcome.action {
            self.actions += 1;
            self.edits += usize::from(matches!(action, Action::Edit(_)));
            self.editor = self.editor.after(action);
        }
    }

    fn pointer(&self, kind: Kind, id: i32, at: Point, over: Target, keys: Keys) -> Pointer {
        Pointer {
            id,
            kind,
            button: Button::Primary,
            at,
            time_ms: self.time_ms,
            keys,
            over,
        }
    }

    fn drag(&mut self, kind: Kind, over: &Target, from: Point, to: Point, keys: Keys) {
        let pointer = |hand: &Self, at| hand.pointer(kind, 1, at, over.clone(), keys);
        self.give(Input::Down(pointer(self, from)));
        let half = Point::new((from.x + to.x) / 2.0, (from.y + to.y) / 2.0);
        self.give(Input::Move(pointer(self, half)));
        self.give(Input::Move(pointer(self, to)));
        self.give(Input::Up(pointer(self, to)));
        self.time_ms += 1_000.0;
    }

    fn tap(&mut self, kind: Kind, over: &Target, at: Point, keys: Keys) {
        self.give(Input::Down(self.pointer(kind, 1, at, over.clone(), keys)));
        self.time_ms += 50.0;
        self.give(Input::Up(self.pointer(kind, 1, at, over.clone(), keys)));
        self.time_ms += 50.0;
    }

    fn card(&self, id: &str) -> Point {
        let chain = self.editor.chain();
        let at = chain.stage_index(&id.into()).expect("the stage is there");
        let card = layout(chain);
        self.view
            .to_screen(card.stands_for(at).expect("it is placed").centre())
    }

    fn port(&self, port: &Port) -> Point {
        let chain = self.editor.chain();
        let at = port_at(&layout(chain), chain, port).expect("the port is seen");
        self.view.to_screen(at)
    }
}

fn card(id: &str) -> Target {
    Target::Card(id.into())
}

fn ids(editor: &Editor) -> Vec<String> {
    let parts = editor.selection().parts();
    parts.stages.iter().map(ToString::to_string).collect()
}

#[test]
fn the_first_card_that_is_moved_lets_all_others_stay() {
    let mut hand = Hand::over(example::opening());
    let before = layout(hand.editor.chain()).places(hand.editor.chain());
    let from = hand.card("openssl");
    let to = Point::new(from.x + 30.0, from.y + 120.0);
    hand.drag(Kind::Mouse, &card("openssl"), from, to, Keys::default());
    assert_eq!((hand.actions, hand.edits), (1, 1));
    let chain = hand.editor.chain();
    for stage in &chain.stages {
        let was = before[&stage.id];
        let by = if stage.id.as_str() == "openssl" {
            (30.0, 120.0)
        } else {
            (0.0, 0.0)
        };
        assert_eq!(stage.at, Some(was.moved(by.0, by.1)));
    }
    assert_eq!(ids(&hand.editor), ["openssl"]);
    assert!(
        !is_placed(hand.editor.after(Action::Undo).chain()),
        "one step"
    );
}

#[test]
fn the_grid_holds_and_alt_lets_go() {
    let mut hand = Hand::over(example::opening());
    hand.snap = true;
    let from = hand.card("openssl");
    let to = Point::new(from.x + 33.0, from.y + 121.0);
    hand.drag(Kind::Mouse, &card("openssl"), from, to, Keys::default());
    let at = hand.editor.chain().stages[1].at.expect("it has been moved");
    assert_eq!((at.x % moving::GRID, at.y % moving::GRID), (0.0, 0.0));
    let from = hand.card("openssl");
    let to = Point::new(from.x + 7.0, from.y);
    let keys = Keys {
        alt: true,
        ..Keys::default()
    };
    hand.drag(Kind::Mouse, &card("openssl"), from, to, keys);
    assert_eq!(hand.editor.chain().stages[1].at, Some(at.moved(7.0, 0.0)));
}

#[test]
fn a_marquee_selects_what_it_touches_and_all_of_it_moves_together() {
    let mut hand = Hand::over(example::opening());
    let (one, other) = (hand.card("random"), hand.card("openssl"));
    let from = Point::new(one.x, one.y - 100.0);
    let to = Point::new(other.x, one.y);
    hand.drag(Kind::Mouse, &Target::Ground, from, to, Keys::default());
    assert_eq!(ids(&hand.editor), ["openssl", "random"]);
    assert_eq!(hand.edits, 0);
    let by = Point::new(0.0, 70.0);
    let down = other.moved(by.x, by.y);
    hand.drag(Kind::Mouse, &card("openssl"), other, down, Keys::default());
    assert_eq!(hand.card("random"), one.moved(by.x, by.y));
    assert_eq!(ids(&hand.editor).len(), 2);
    let keys = Keys {
        add: true,
        ..Keys::default()
    };
    hand.tap(Kind::Mouse, &card("random"), one, keys);
    assert_eq!(ids(&hand.editor), ["openssl"]);
}

#[test]
fn escape_and_a_second_finger_leave_everything_as_it_was() {
    for stop in [0, 1, 2] {
        let mut hand = Hand::over(example::opening());
        let from = hand.card("openssl");
        let over = card("openssl");
        let pointer =
            |hand: &Hand, id, at| hand.pointer(Kind::Touch, id, at, over.clone(), Keys::default());
        hand.give(Input::Down(pointer(&hand, 1, from)));
        hand.give(Input::Move(pointer(&hand, 1, from.moved(50.0, 50.0))));
        assert!(matches!(
            hand.see(|scene| hand.gesture.preview(scene)),
            Preview::Moving(_)
        ));
        match stop {
            0 => hand.give(Input::Escape),
            1 => hand.give(Input::Cancel(1)),
            _ => {
                hand.give(Input::Down(pointer(&hand, 2, from.moved(150.0, 50.0))));
                hand.give(Input::Move(pointer(&hand, 2, from.moved(250.0, 50.0))));
                assert!(hand.view.zoom > 1.9, "{:?}", hand.view);
                hand.give(Input::Up(pointer(&hand, 2, from)));
            }
        }
        hand.give(Input::Move(pointer(&hand, 1, from.moved(70.0, 70.0))));
        hand.give(Input::Up(pointer(&hand, 1, from.moved(70.0, 70.0))));
        assert_eq!((hand.actions, hand.editor.can_undo()), (0, false));
        assert!(hand.gesture.is_idle());
    }
}

#[test]
fn a_little_trembling_is_a_tap_and_more_so_for_fingers() {
    for (kind, by, moved) in [
        (Kind::Mouse, 3.0, false),
        (Kind::Mouse, 5.0, true),
        (Kind::Touch, 9.0, false),
        (Kind::Touch, 11.0, true),
    ] {
        let mut hand = Hand::over(example::opening());
        let from = hand.card("openssl");
        hand.drag(
            kind,
            &card("openssl"),
            from,
            from.moved(by, 0.0),
            Keys::default(),
        );
        assert_eq!(is_placed(hand.editor.chain()), moved, "{kind:?} {by}");
        assert_eq!(ids(&hand.editor), ["openssl"]);
    }
}

#[test]
fn near_an_edge_the_view_moves_and_the_card_with_it() {
    let mut hand = Hand::over(example::opening());
    let from = hand.card("openssl");
    let edge = Point::new(SCREEN.width - 1.0, from.y);
    let pointer =
        |hand: &Hand, at| hand.pointer(Kind::Mouse, 1, at, card("openssl"), Keys::default());
    hand.give(Input::Down(pointer(&hand, from)));
    hand.give(Input::Move(pointer(&hand, edge)));
    assert!(hand.gesture.needs_ticks());
    for _ in 0..10 {
        hand.give(Input::Tick(16.0));
    }
    assert!(hand.view.pan.x < -100.0, "{:?}", hand.view);
    hand.give(Input::Up(pointer(&hand, edge)));
    let now = hand.card("openssl");
    assert!(
        (now.x - edge.x).abs() < 20.0,
        "it is below the pointer: {now:?}"
    );
    assert!(!hand.gesture.needs_ticks());
}

#[test]
fn a_resting_finger_asks_for_the_menu_and_does_nothing_else() {
    let mut hand = Hand::over(example::opening());
    let at = hand.card("random");
    hand.give(Input::Down(hand.pointer(
        Kind::Touch,
        1,
        at,
        card("random"),
        Keys::default(),
    )));
    for _ in 0..12 {
        hand.give(Input::Tick(50.0));
    }
    hand.give(Input::Up(hand.pointer(
        Kind::Touch,
        1,
        at,
        card("random"),
        Keys::default(),
    )));
    assert_eq!(hand.asked, [Ask::Menu(at)]);
    assert_eq!(hand.edits, 0);
    let random = Selection::Stage("random".into());
    assert_eq!(*hand.editor.selection(), random, "the menu is of it");
}

#[test]
fn two_taps_open_and_on_the_ground_they_add() {
    let mut hand = Hand::over(example::opening());
    let at = hand.card("random");
    hand.tap(Kind::Mouse, &card("random"), at, Keys::default());
    hand.tap(Kind::Mouse, &card("random"), at, Keys::default());
    let ground = Point::new(10.0, 490.0);
    hand.time_ms += 1_000.0;
    hand.tap(Kind::Mouse, &Target::Ground, ground, Keys::default());
    hand.tap(Kind::Mouse, &Target::Ground, ground, Keys::default());
    assert_eq!(
        hand.asked,
        [Ask::Open(card("random")), Ask::Add(ground, None)]
    );
    assert_eq!(*hand.editor.selection(), Selection::Chain);
}

#[test]
fn a_recorded_chain_can_be_looked_at_and_not_changed() {
    let mut hand = Hand::over(example::opening());
    hand.read_only = true;
    hand.ground = Ground::Pan;
    let from = hand.card("openssl");
    let out = Port::stdout(&"md5sum".into());
    hand.drag(
        Kind::Mouse,
        &card("openssl"),
        from,
        from.moved(40.0, 30.0),
        Keys::default(),
    );
    assert_eq!(hand.view.pan, Point::new(40.0, 30.0));
    hand.drag(
        Kind::Mouse,
        &Target::Port(out.clone()),
        hand.port(&out),
        from,
        Keys::default(),
    );
    hand.tap(Kind::Mouse, &card("openssl"), from, Keys::default());
    assert_eq!(
        (hand.edits, ids(&hand.editor)),
        (0, vec!["openssl".to_owned()])
    );
}

#[test]
fn notes_and_groups_move_and_grow() {
    let mut chain = example::opening();
    chain.notes.push(Note {
        id: "n1".into(),
        at: Point::new(40.0, 300.0),
        size: crate::editor::marks::NOTE_SIZE,
        text: String::new(),
    });
    let mut hand = Hand::over(chain);
    let group = Edit::Group(vec!["random".into(), "openssl".into()], "both".into());
    hand.editor = hand.editor.after(Action::Edit(group));
    let collapse = Edit::Collapse("g1".into(), true);
    hand.editor = hand.editor.after(Action::Edit(collapse));
    let at = Point::new(60.0, 320.0);
    hand.drag(
        Kind::Mouse,
        &Target::Note("n1".into()),
        at,
        at.moved(25.0, 5.0),
        Keys::default(),
    );
    assert_eq!(hand.editor.chain().notes[0].at, Point::new(65.0, 305.0));
    assert!(!is_placed(hand.editor.chain()), "a note moves no card");
    let corner = Target::NoteCorner("n1".into());
    hand.drag(
        Kind::Mouse,
        &corner,
        at,
        at.moved(-500.0, 30.0),
        Keys::default(),
    );
    let size = hand.editor.chain().notes[0].size;
    assert_eq!((size.width, size.height), (40.0, 130.0));
    let (one, other) = (hand.card("random"), hand.card("md5sum"));
    hand.drag(
        Kind::Mouse,
        &Target::Group("g1".into()),
        one,
        one.moved(0.0, 90.0),
        Keys::default(),
    );
    assert_eq!(hand.card("random"), one.moved(0.0, 90.0));
    assert_eq!(hand.card("md5sum"), other);
    assert_eq!(ids(&hand.editor), ["openssl", "random"]);
}
