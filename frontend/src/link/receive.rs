//! What the runner says.

use std::rc::Rc;

use pipeyard_shared::event::RunEvent;
use pipeyard_shared::frame::Frame;
use pipeyard_shared::lean::{self, Unknown};
use pipeyard_shared::limits::{LimitName, Reached};
use pipeyard_shared::message::{ByeReason, ClientMessage, ServerMessage, Trouble};
use pipeyard_shared::{LaneNumber, RunId, StageId};

use crate::runs::Applied;

use super::resume::Welcome;
use super::{Closed, Effect, Link, State};

impl Link {
    pub(super) fn receive_text(&mut self, text: &str, effects: &mut Vec<Effect>) {
        let Ok(value) = serde_json::from_str(text) else {
            return;
        };
        // A message of a type that this page does not know comes from a newer runner, which has
        // said so in its answer to hello.
        if let Ok(message) = lean::read(value, Unknown::Ignored) {
            self.receive(message, effects);
        }
    }

    pub(super) fn receive_frame(&mut self, bytes: &[u8]) {
        let now_ms = self.now_ms;
        match Frame::decode(bytes) {
            Ok(Frame::Data {
                run,
                flow,
                position,
                bytes,
                ..
            }) => {
                if let Some(run) = self.runs.get_mut(&run) {
                    Rc::make_mut(run).take_data(flow, position, bytes);
                }
            }
            Ok(Frame::Glimpse { run, flow, bytes }) => {
                if let Some(run) = self.runs.get_mut(&run) {
                    Rc::make_mut(run).take_glimpse(flow, bytes, now_ms);
                }
            }
            // Typed input goes the other way.
            Ok(Frame::Typed { .. }) | Err(_) => {}
        }
    }

    fn receive(&mut self, message: ServerMessage, effects: &mut Vec<Effect>) {
        match message {
            ServerMessage::Welcome {
                session,
                resumed,
                limits,
                yard,
                runs,
                ..
            } => {
                let welcome = Welcome {
                    session,
                    resumed,
                    limits,
                    yard,
                    runs,
                };
                self.welcome(welcome, effects);
            }
            ServerMessage::Started { request, run } => {
                let ours = self.asked.take_if(|asked| asked.request == request);
                if let Some(asked) = ours {
                    self.begin_run(run, asked.chain, asked.source, effects);
                }
            }
            ServerMessage::Refused { request, refusal } => {
                let ours = self.asked.take_if(|asked| asked.request == request);
                if ours.is_some() {
                    self.refusal = Some(Rc::new(refusal));
                }
            }
            ServerMessage::Events { run, events } => self.take_events(run, &events, effects),
            ServerMessage::Meters { run, at_us, meters } => {
                let now_ms = self.now_ms;
                if let Some(run) = self.runs.get_mut(&run) {
                    let run = Rc::make_mut(run);
                    run.take_time(at_us, now_ms);
                    for meter in &meters {
                        run.take_meter(meter, at_us, now_ms);
                    }
                }
            }
            ServerMessage::Credit {
                run,
                lane,
                stage,
                received,
                until,
            } => self.take_credit((run, lane, stage), received, until, effects),
            ServerMessage::Pong { nonce } => {
                if let Some((_, sent_ms)) = self.ping.take_if(|(known, _)| *known == nonce) {
                    self.latency_ms = Some(self.now_ms - sent_ms);
                }
            }
            ServerMessage::Trouble { trouble } => self.take_trouble(trouble, effects),
            ServerMessage::Notice { notice } => self.notice = Some(notice),
            ServerMessage::Bye { reason } => match reason {
                ByeReason::Replaced => self.close_for(Closed::Replaced, effects),
                ByeReason::Removed => self.close_for(Closed::Removed, effects),
                // The socket closes by itself; then the page tries again.
                ByeReason::ShuttingDown | ByeReason::Protocol => {}
            },
        }
    }

    fn take_events(&mut self, id: RunId, events: &[RunEvent], effects: &mut Vec<Effect>) {
        let now_ms = self.now_ms;
        let Some(run) = self.runs.get_mut(&id) else {
            return;
        };
        let run = Rc::make_mut(run);
        for event in events {
            if run.take_event(event, now_ms) == Applied::Gap {
                // It cannot happen on one connection; a new one brings what is missing.
                effects.push(Effect::Close);
                self.lose(effects);
                return;
            }
        }
        if !run.is_active() {
            self.typed.retain(|(known, _, _), _| *known != id);
        }
    }

    fn take_credit(
        &mut self,
        place: (RunId, LaneNumber, StageId),
        received: u64,
        until: u64,
        effects: &mut Vec<Effect>,
    ) {
        let (run, lane, stage) = place.clone();
        let Some(number) = self.stage_place(run, &stage) else {
            return;
        };
        let typed = self.typed.entry(place).or_default();
        typed.credit(received, until);
        effects.extend(typed.frames(run, lane, number).map(Effect::SendBinary));
        if typed.take_end() {
            self.say(&ClientMessage::EndInput { run, lane, stage }, effects);
        }
    }

    fn take_trouble(&mut self, trouble: Trouble, effects: &mut Vec<Effect>) {
        match trouble {
            Trouble::OtherProtocol { .. } => self.close_for(Closed::OtherProtocol, effects),
            // A stage can end, and a run be forgotten, while a message about it is on its way.
            Trouble::NotRunning { .. } | Trouble::NoSuchRun { .. } => {}
            // It would be too large again.
            Trouble::BadMessage { .. }
            | Trouble::AtLimit {
                limit: LimitName::MessageBytes,
                ..
            } if self.state == State::Connected && self.asked.is_some() => {
                self.asked = None;
                self.trouble = Some(trouble);
            }
            // It was refused before it could come in.
            // Of hellos it is told before the welcome, which comes all the same: nothing needs to be closed for it.
            Trouble::AtLimit { limit, most }
                if self.state != State::Connected && limit != LimitName::Hellos =>
            {
                self.full = Some(Reached { limit, most });
            }
            trouble => self.trouble = Some(trouble),
        }
    }
}
