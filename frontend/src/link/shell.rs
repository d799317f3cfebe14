//! Carries out what the link says, in a browser.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use pipeyard_shared::lean::{self, Unknown};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{BinaryType, MessageEvent, WebSocket};
use yew::Callback;

use super::{Effect, Input, Intent, Link, Timer, View};
use crate::hooks::http;
use crate::platform::{has_runner, now_ms};
use crate::storage;

/// Where the runner listens for pages.
const SOCKET_PATH: &str = "/socket";
/// Where it says whether there is room for one more.
const ROOM_PATH: &str = "/socket/room";
/// What comes in bursts is drawn once: about a frame.
const DRAW_AFTER_MS: u32 = 16;

/// The link of this page.
#[derive(Clone)]
pub(crate) struct Handle(Rc<RefCell<Shell>>);

struct Shell {
    link: Link,
    socket: Option<Socket>,
    /// At each [`Timer`]'s place, the one that runs.
    timers: [Option<Timeout>; Timer::COUNT],
    draw: Option<Timeout>,
    on_view: Callback<View>,
}

/// A socket and its listeners; dropping it closes it, and nothing more is heard of it.
struct Socket {
    socket: WebSocket,
    _listeners: [EventListener; 3],
}

impl Handle {
    /// Connects, and calls back with every new view.
    pub(crate) fn begin(on_view: Callback<View>) -> Self {
        let has_runner = has_runner();
        let link = match has_runner {
            true => Link::new(storage::session()),
            false => Link::alone(),
        };
        let handle = Self(Rc::new(RefCell::new(Shell {
            link,
            socket: None,
            timers: Default::default(),
            draw: None,
            on_view,
        })));
        if has_runner {
            handle.take(Input::Begin);
        } else {
            handle.draw_soon();
        }
        handle
    }

    /// Asks for something.
    pub(crate) fn wish(&self, intent: Intent) {
        self.take(Input::Wish(intent));
    }

    fn take(&self, input: Input) {
        let effects = self.0.borrow_mut().link.take(input, now_ms());
        for effect in effects {
            self.carry_out(effect);
        }
        self.draw_soon();
    }

    fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::Open => {
                let socket = self.open();
                let failed = socket.is_none();
                self.0.borrow_mut().socket = socket;
                if failed {
                    self.take(Input::Closed);
                }
            }
            Effect::Close => self.0.borrow_mut().socket = None,
            Effect::SendText(text) => {
                if let Some(socket) = &self.0.borrow().socket {
                    // A socket that cannot send is about to say that it is closed.
                    let _ = socket.socket.send_with_str(&text);
                }
            }
            Effect::SendBinary(bytes) => {
                if let Some(socket) = &self.0.borrow().socket {
                    let _ = socket.socket.send_with_u8_array(&bytes);
                }
            }
            Effect::Remember(session) => storage::keep_session(&session),
            Effect::AskForRoom => {
                let handle = self.clone();
                spawn_local(async move {
                    let told = http::ask(ROOM_PATH, None).await.err().flatten();
                    let told = told.unwrap_or_default();
                    let full = serde_json::from_str(&told).ok();
                    let full = full.and_then(|full| lean::read(full, Unknown::Ignored).ok());
                    handle.take(Input::Room(full));
                    // To a learner who was removed it says what the socket would have said.
                    handle.take(Input::Text(told));
                });
            }
            Effect::Schedule(timer, after_ms) => {
                let handle = self.clone();
                let due = Timeout::new(after_ms, move || handle.take(Input::Due(timer)));
                self.0.borrow_mut().timers[timer as usize] = Some(due);
            }
        }
    }

    fn open(&self) -> Option<Socket> {
        let socket = WebSocket::new(&address()?).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let listen = |kind: &'static str, input: fn(&web_sys::Event) -> Option<Input>| {
            let handle = self.clone();
            EventListener::new(&socket, kind, move |event| {
                if let Some(input) = input(event) {
                    handle.take(input);
                }
            })
        };
        let listeners = [
            listen("open", |_| Some(Input::Opened)),
            listen("close", |_| Some(Input::Closed)),
            listen("message", received),
        ];
        Some(Socket {
            socket,
            _listeners: listeners,
        })
    }

    fn draw_soon(&self) {
        let mut shell = self.0.borrow_mut();
        if shell.draw.is_none() {
            let handle = self.clone();
            shell.draw = Some(Timeout::new(DRAW_AFTER_MS, move || {
                let (on_view, view) = {
                    let mut shell = handle.0.borrow_mut();
                    shell.draw = None;
                    (shell.on_view.clone(), shell.link.view())
                };
                on_view.emit(view);
            }));
        }
    }
}

impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // It may be closed already.
        let _ = self.socket.close();
    }
}

fn received(event: &web_sys::Event) -> Option<Input> {
    let data = event.dyn_ref::<MessageEvent>()?.data();
    if let Some(text) = data.as_string() {
        return Some(Input::Text(text));
    }
    let buffer = data.dyn_into::<js_sys::ArrayBuffer>().ok()?;
    Some(Input::Binary(js_sys::Uint8Array::new(&buffer).to_vec()))
}

/// The runner that served the page.
fn address() -> Option<String> {
    let location = web_sys::window()?.location();
    let scheme = match location.protocol().ok()?.as_str() {
        "https:" => "wss",
        _ => "ws",
    };
    Some(format!("{scheme}://{}{SOCKET_PATH}", location.host().ok()?))
}
