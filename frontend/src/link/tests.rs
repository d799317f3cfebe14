mod refused;

use super::*;
use crate::runs::tests::{PREVIEW, Script};
use crate::runs::{Phase, StageState};
use pipeyard_shared::flow::FlowMap;
use pipeyard_shared::frame::Frame;
use pipeyard_shared::limits::LimitName;
use pipeyard_shared::message::{PROTOCOL_VERSION, RunSummary, Seen, ServerMessage};
use pipeyard_shared::preview::Preview;
use proptest::prelude::*;

/// A runner with one run: its log and its flows' bytes appear step by step; connections get what
/// they ask for.
struct Runner {
    script: Script,
    /// Events that have happened.
    told: usize,
    /// Events that this connection has been sent.
    sent: u64,
    flows: BTreeMap<FlowId, Preview>,
    watched: BTreeMap<FlowId, u64>,
    started: bool,
    knows_session: bool,
}

const RUN: RunId = RunId(7);

impl Runner {
    fn new() -> Self {
        Self {
            script: Script::opening(2),
            told: 0,
            sent: 0,
            flows: BTreeMap::new(),
            watched: BTreeMap::new(),
            started: false,
            knows_session: false,
        }
    }

    /// What it answers to a message.
    fn hear(&mut self, text: &str) -> Vec<ServerMessage> {
        match serde_json::from_str(text).expect("the page speaks the protocol") {
            ClientMessage::Hello { session, seen, .. } => {
                let resumed = session.is_some() && self.knows_session;
                self.knows_session = true;
                self.watched.clear();
                self.sent = seen
                    .iter()
                    .find(|seen| seen.run == RUN)
                    .map_or(0, |seen| seen.events);
                let run = RunSummary {
                    run: RUN,
                    chain: (*self.script.chain).clone(),
                    events: self.told as u64,
                    ended: false,
                };
                vec![ServerMessage::Welcome {
                    protocol: PROTOCOL_VERSION,
                    runner: String::new(),
                    session: "secret".into(),
                    resumed,
                    limits: Limits {
                        preview_bytes: PREVIEW as u32,
                        ..Limits::default()
                    },
                    yard: None,
                    runs: Vec::from_iter(self.started.then_some(run)),
                }]
            }
            ClientMessage::Start { request, .. } => {
                assert!(!self.started, "started twice");
                self.started = true;
                vec![ServerMessage::Started { request, run: RUN }]
            }
            ClientMessage::Watch { flow, from, .. } => {
                assert_eq!(self.watched.insert(flow, from), None, "asked twice");
                vec![]
            }
            ClientMessage::Unwatch { flow, .. } => {
                self.watched.remove(&flow).expect("it was watched");
                vec![]
            }
            ClientMessage::Ping { nonce } => vec![ServerMessage::Pong { nonce }],
            other => panic!("nobody asked for {other:?}"),
        }
    }

    /// A little more happens, if there is more: an event, and bytes in the flows.
    fn step(&mut self) {
        if self.started && self.told < self.script.events.len() {
            self.told += 1;
            let flow = FlowId((self.told % 10) as u32);
            let preview = self
                .flows
                .entry(flow)
                .or_insert_with(|| Preview::new(PREVIEW));
            preview.push(&[self.told as u8; 11]);
        }
    }

    /// What the connection is owed.
    fn owed(&mut self) -> (Vec<ServerMessage>, Vec<Vec<u8>>) {
        let events = self.script.events[self.sent as usize..self.told].to_vec();
        self.sent = self.told as u64;
        let mut frames = Vec::new();
        for (flow, from) in &mut self.watched {
            let Some(preview) = self.flows.get(flow) else {
                continue;
            };
            while let Some(slice) = preview.read(*from, 5) {
                let frame = Frame::Data {
                    run: RUN,
                    flow: *flow,
                    position: slice.offset,
                    gap: slice.offset > *from,
                    bytes: &slice.bytes,
                };
                frames.push(frame.encode());
                *from = slice.offset + slice.bytes.len() as u64;
            }
        }
        let messages = if self.started {
            vec![ServerMessage::Events { run: RUN, events }]
        } else {
            vec![]
        };
        (messages, frames)
    }
}

/// A page, its runner, and a connection between them that may break anywhere.
struct World {
    link: Link,
    runner: Runner,
    connected: bool,
    opening: bool,
    now_ms: f64,
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            link: Link::new(None),
            runner: Runner::new(),
            connected: false,
            opening: false,
            now_ms: 0.0,
        };
        world.tell(Input::Begin);
        world
    }

    /// Tells the link and carries out what it says. What it sends after a break is lost.
    fn tell(&mut self, input: Input) {
        self.now_ms += 1.0;
        let mut effects = std::collections::VecDeque::from(self.link.take(input, self.now_ms));
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Open => self.opening = true,
                Effect::Close => self.connected = false,
                Effect::SendText(text) if self.connected => {
                    for answer in self.runner.hear(&text) {
                        let text = serde_json::to_string(&answer).expect("messages are JSON");
                        effects.extend(self.link.take(Input::Text(text), self.now_ms));
                    }
                }
                Effect::SendText(_) | Effect::SendBinary(_) | Effect::Remember(_) => {}
                Effect::Schedule(..) | Effect::AskForRoom => {}
            }
        }
    }

    fn connect(&mut self) {
        if !self.connected {
            if !self.opening {
                self.tell(Input::Due(Timer::Reconnect));
            }
            self.opening = false;
            self.connected = true;
            self.tell(Input::Opened);
        }
    }

    fn cut(&mut self) {
        if self.connected {
            self.connected = false;
            self.tell(Input::Closed);
        }
    }

    /// The runner's messages arrive, as many as `most`; the rest is lost if the connection breaks.
    fn deliver(&mut self, most: usize) {
        if !self.connected {
            return;
        }
        let (messages, frames) = self.runner.owed();
        let texts = messages
            .iter()
            .map(|message| Input::Text(serde_json::to_string(message).expect("messages are JSON")));
        let inputs: Vec<_> = texts.chain(frames.into_iter().map(Input::Binary)).collect();
        let whole = inputs.len() <= most;
        for input in inputs.into_iter().take(most) {
            self.tell(input);
        }
        if !whole {
            self.cut();
        }
    }

    fn run(&self) -> Rc<Run> {
        self.link.view().run.expect("the run is known")
    }
}

fn start(world: &World) -> Input {
    Input::Wish(Intent::Start(
        world.runner.script.chain.clone(),
        world.runner.script.chain.clone(),
    ))
}

proptest! {
    /// Wherever the connection breaks, and however often, the page ends with the log, the states and
    /// the bytes of one that was never away; the chain is started once.
    #[test]
    fn a_broken_connection_changes_nothing(
        steps in proptest::collection::vec((0u8..8, 0usize..6), 0..80),
        shown in 0u32..10,
    ) {
        let mut world = World::new();
        world.connect();
        world.tell(start(&world));
        let places = FlowMap::of(&world.runner.script.chain);
        let shown = places.place(FlowId(shown)).map(|(lane, point)| (lane, point.clone()));
        world.tell(Input::Wish(Intent::Show(shown)));
        for (kind, most) in steps {
            match kind {
                0 => world.cut(),
                1 => world.connect(),
                2 | 3 => world.deliver(most),
                _ => world.runner.step(),
            }
        }
        while world.runner.told < world.runner.script.events.len() {
            world.runner.step();
        }
        // Twice: what is wanted may only be known after the first.
        for _ in 0..2 {
            world.connect();
            world.deliver(usize::MAX);
        }
        let run = world.run();
        let whole = world.runner.script.play();
        prop_assert_eq!(run.seen, whole.seen);
        prop_assert_eq!(run.phase, whole.phase);
        prop_assert_eq!(&run.lanes, &whole.lanes);
        for flow in world.runner.watched.keys() {
            let known = world.runner.flows.get(flow).map_or(0, Preview::end);
            prop_assert_eq!(run.next_offset(*flow), known);
            for slice in run.flows.get(flow).map(|flow| flow.preview.slices()).unwrap_or_default() {
                let source = &world.runner.flows[flow];
                if let Some(true_slice) = source.read(slice.offset, slice.bytes.len())
                    && true_slice.offset == slice.offset
                {
                    let shared = true_slice.bytes.len();
                    prop_assert_eq!(&slice.bytes[..shared], &true_slice.bytes[..]);
                }
            }
        }
    }

    /// No text and no bytes make it panic.
    #[test]
    fn noise_does_no_harm(text in ".{0,80}", bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let mut world = World::new();
        world.connect();
        world.tell(Input::Text(text));
        world.tell(Input::Binary(bytes));
        prop_assert_eq!(world.link.view().state, State::Connected);
    }
}

#[test]
fn a_start_whose_answer_was_lost_is_found_again_and_not_repeated() {
    let mut world = World::new();
    world.connect();
    let wish = start(&world);
    let effects = world.link.take(wish, 5.0);
    let Some(Effect::SendText(text)) = effects.first() else {
        panic!("a start is sent: {effects:?}");
    };
    world.runner.hear(text);
    world.cut();
    world.connect();
    assert_eq!(world.run().id, RUN);
    assert!(!world.link.view().starting);
}

#[test]
fn a_start_that_never_arrived_is_sent_again() {
    let mut world = World::new();
    world.connect();
    let wish = start(&world);
    world.link.take(wish, 5.0);
    world.cut();
    assert!(world.link.view().starting);
    world.connect();
    assert!(world.runner.started);
    assert_eq!(world.run().id, RUN);
}

/// Its connection was closed for it, and it was sent again on the next one, without end.
#[test]
fn a_start_that_is_too_large_is_told_and_not_sent_again() {
    let mut world = World::new();
    world.connect();
    let wish = start(&world);
    world.link.take(wish, 5.0);
    let trouble = Trouble::AtLimit {
        limit: LimitName::MessageBytes,
        most: 4 << 20,
    };
    let message = ServerMessage::Trouble {
        trouble: trouble.clone(),
    };
    let text = serde_json::to_string(&message).expect("messages are JSON");
    world.link.take(Input::Text(text), 6.0);
    world.cut();
    world.connect();
    let view = world.link.view();
    assert!(!view.starting && !world.runner.started);
    assert_eq!(view.full, None);
    assert_eq!(view.trouble, Some(trouble));
}

#[test]
fn a_reloaded_page_gets_its_run_back() {
    let mut world = World::new();
    world.connect();
    world.tell(start(&world));
    while world.runner.told < world.runner.script.events.len() {
        world.runner.step();
    }
    world.link = Link::new(Some("secret".into()));
    world.connected = false;
    world.tell(Input::Begin);
    world.connect();
    world.deliver(usize::MAX);
    let run = world.run();
    assert!(matches!(run.phase, Phase::Ended { .. }));
    assert_eq!(run.lanes[1].stages[2].state(), StageState::Fine);
}

#[test]
fn a_runner_that_was_started_again_ends_what_was_active() {
    let mut world = World::new();
    world.connect();
    world.tell(start(&world));
    world.runner.step();
    world.deliver(usize::MAX);
    world.runner = Runner::new();
    world.cut();
    world.connect();
    assert_eq!(world.run().phase, Phase::Lost);
    world.tell(start(&world));
    assert_eq!(
        world.run().phase,
        Phase::Asked,
        "the new run takes its place"
    );
}

#[test]
fn waits_grow_and_end_with_the_next_answer() {
    let mut link = Link::new(None);
    let wait = |effects: Vec<Effect>| {
        effects.into_iter().find_map(|effect| match effect {
            Effect::Schedule(Timer::Reconnect, wait) => Some(wait),
            _ => None,
        })
    };
    let waits: Vec<_> = (0..7)
        .filter_map(|_| wait(link.take(Input::Closed, 0.0)))
        .collect();
    assert_eq!(waits, [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    assert_eq!(link.view().state, State::NotFound);
}

#[test]
fn a_socket_that_was_open_is_lost_and_not_missing() {
    let mut world = World::new();
    world.connect();
    world.cut();
    assert_eq!(world.link.view().state, State::Lost);
}

/// A page that tries in vain says when it tries next; somebody who does not want to wait changes nothing else.
#[test]
fn a_runner_that_stays_away_is_missing_in_the_end_until_one_answers() {
    let mut world = World::new();
    world.connect();
    world.cut();
    let lost_at_ms = world.link.view().lost_at_ms;
    assert!(lost_at_ms.is_some());
    let mut now_ms = world.link.view().now_ms;
    let mut seen = Vec::new();
    for _ in 0..5 {
        let view = world.link.view();
        assert!(view.retry_at_ms.is_some_and(|at_ms| at_ms > now_ms));
        seen.push(view.state);
        world.link.take(Input::Wish(Intent::Reconnect), now_ms);
        assert_eq!(world.link.view().retry_at_ms, None, "it tries");
        assert_eq!(world.link.view().state, view.state);
        // The wait that was cut short tries no second time.
        let due = world.link.take(Input::Due(Timer::Reconnect), now_ms);
        assert!(
            !due.iter().any(|effect| matches!(effect, Effect::Open)),
            "{due:?}"
        );
        now_ms += 10.0;
        world.link.take(Input::Closed, now_ms);
    }
    assert_eq!(seen, [State::Lost; 5], "a person who tries is no proof");
    for _ in 0..5 {
        let next_ms = world.link.view().retry_at_ms.expect("a next try");
        world.link.take(Input::Due(Timer::Reconnect), next_ms);
        world.link.take(Input::Closed, next_ms + 1.0);
    }
    assert_eq!(world.link.view().state, State::NotFound);
    assert_eq!(world.link.view().lost_at_ms, lost_at_ms);
    world.link.take(Input::Wish(Intent::Reconnect), 1e6);
    world.link.take(Input::Closed, 1e6);
    assert_eq!(world.link.view().state, State::NotFound, "as before");
    world.connect();
    let view = world.link.view();
    assert_eq!(view.state, State::Connected);
    assert_eq!((view.lost_at_ms, view.retry_at_ms), (None, None));
}

#[test]
fn hello_names_what_the_page_has() {
    let mut world = World::new();
    world.connect();
    world.tell(start(&world));
    world.runner.step();
    world.runner.step();
    world.deliver(usize::MAX);
    world.cut();
    let effects = world.link.take(Input::Opened, 9.0);
    let Some(Effect::SendText(hello)) = effects.first() else {
        panic!("a hello is sent: {effects:?}");
    };
    let expected = ClientMessage::Hello {
        protocol: PROTOCOL_VERSION,
        session: Some("secret".into()),
        seen: vec![Seen {
            run: RUN,
            events: 2,
        }],
    };
    assert_eq!(
        serde_json::from_str::<ClientMessage>(hello).expect("JSON"),
        expected
    );
}

#[test]
fn an_unanswered_ping_ends_the_connection() {
    let mut world = World::new();
    world.connect();
    world.tell(Input::Due(Timer::Ping));
    assert_eq!(
        world.link.view().state,
        State::Connected,
        "the first was answered"
    );
    world.link.take(Input::Due(Timer::Ping), 9.0);
    let early = world.link.take(Input::Due(Timer::Ping), 5_009.0);
    assert!(!early.contains(&Effect::Close), "a busy runner gets time");
    let effects = world.link.take(Input::Due(Timer::Ping), 10_009.0);
    assert!(effects.contains(&Effect::Close), "{effects:?}");
    assert_eq!(world.link.view().state, State::Lost);
}

#[test]
fn while_the_runner_is_gone_the_run_stands_still_and_goes_on_when_it_is_found() {
    let mut world = World::new();
    world.connect();
    world.tell(start(&world));
    world.runner.step();
    world.deliver(usize::MAX);
    let run = world.run();
    assert!(run.is_live());
    world.cut();
    let lost = world.run();
    assert!(lost.is_active() && !lost.is_live());
    let then = lost
        .elapsed_us(0.0)
        .max(lost.elapsed_us(world.link.view().now_ms));
    assert_eq!(lost.elapsed_us(1e9), then, "its clock stands still");
    world.connect();
    world.deliver(usize::MAX);
    let found = world.run();
    assert!(found.is_live());
    assert!(found.elapsed_us(1e9) > then);
}

#[test]
fn a_pace_is_set_in_the_lanes_that_are_meant_and_still_open() {
    let mut world = World::new();
    world.connect();
    world.tell(start(&world));
    let wire = FlowPoint::Wire("w1".into());
    let mut set = |lane: Option<u32>| {
        let wish = Intent::SetPace(lane.map(LaneNumber), wire.clone(), Pace::Paused);
        let effects = world.link.take(Input::Wish(wish), 9.0);
        let messages = effects.iter().filter_map(|effect| match effect {
            Effect::SendText(text) => serde_json::from_str(text).ok(),
            _ => None,
        });
        let flows = messages.filter_map(|message| match message {
            ClientMessage::SetPace {
                run: RUN,
                flow,
                pace: Pace::Paused,
            } => Some(flow.0),
            _ => None,
        });
        flows.collect::<Vec<u32>>()
    };
    let per_lane = FlowMap::of(&Script::opening(2).chain).per_lane() as u32;
    assert_eq!(set(None), [0, per_lane]);
    assert_eq!(set(Some(2)), [per_lane]);
    assert_eq!(set(Some(3)), [] as [u32; 0]);
    while world.runner.told < world.runner.script.events.len() {
        world.runner.step();
    }
    world.deliver(usize::MAX);
    let wish = Intent::SetPace(None, FlowPoint::Wire("w1".into()), Pace::Open);
    let effects = world.link.take(Input::Wish(wish), 99.0);
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::SendText(text) if text.contains("set_pace"))),
        "{effects:?}"
    );
}
