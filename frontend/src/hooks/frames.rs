//! Time that passes on the screen.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::{Interval, Timeout};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::{Callback, hook, use_effect_with, use_mut_ref};

/// How often the screen is drawn for people who want less motion.
const CALM_MS: u32 = 500;
/// A frame that took longer than this (the tab was hidden) counts as this, in milliseconds.
const LONGEST_FRAME_MS: f64 = 1_000.0;

/// Says with every frame how many microseconds have passed since the one before; nothing runs unless
/// `on` holds. People who want less motion get a few steps a second instead.
#[hook]
pub(crate) fn use_frames(on: bool, calm: bool, on_passed: Callback<u64>) {
    let latest = use_mut_ref(|| on_passed.clone());
    *latest.borrow_mut() = on_passed;
    use_effect_with((on, calm), move |(on, calm)| {
        let ticker = on.then(|| {
            let mut before: Option<f64> = None;
            let tick = move |now_ms: f64| {
                let passed_ms = before.replace(now_ms).map_or(0.0, |before| now_ms - before);
                let passed_ms = passed_ms.clamp(0.0, LONGEST_FRAME_MS);
                let emit = latest.borrow().clone();
                emit.emit((passed_ms * 1e3) as u64);
            };
            if *calm {
                Ticker::Calm(calm_ticks(tick))
            } else {
                Ticker::Frames(Frames::begin(tick))
            }
        });
        move || drop(ticker)
    });
}

/// Does something once what has been drawn is on the screen, which is not before somebody looks at the tab.
pub(crate) fn after_paint(then: impl FnOnce() + 'static) {
    // The first frame is asked for before it is painted, a turn after it is not.
    let frame = Closure::once_into_js(move |_: f64| Timeout::new(0, then).forget());
    if let Some(window) = web_sys::window() {
        // Refused by no browser.
        let _ = window.request_animation_frame(frame.unchecked_ref());
    }
}

/// What ticks; dropped, it stops.
#[expect(dead_code, reason = "kept for what dropping them does")]
enum Ticker {
    Calm(Interval),
    Frames(Frames),
}

fn calm_ticks(mut tick: impl FnMut(f64) + 'static) -> Interval {
    Interval::new(CALM_MS, move || {
        let clock = web_sys::window().and_then(|window| window.performance());
        tick(clock.map_or(0.0, |clock| clock.now()));
    })
}

type OnFrame = Closure<dyn FnMut(f64)>;

/// A chain of animation frames.
struct Frames {
    next: Rc<RefCell<Option<i32>>>,
    _on_frame: Rc<RefCell<Option<OnFrame>>>,
}

impl Frames {
    fn begin(mut tick: impl FnMut(f64) + 'static) -> Self {
        let next = Rc::new(RefCell::new(None));
        let on_frame: Rc<RefCell<Option<OnFrame>>> = Rc::default();
        let closure = {
            let (next, on_frame) = (next.clone(), Rc::downgrade(&on_frame));
            Closure::new(move |now_ms: f64| {
                tick(now_ms);
                if let Some(on_frame) = on_frame.upgrade()
                    && let Ok(on_frame) = on_frame.try_borrow()
                {
                    *next.borrow_mut() = on_frame.as_ref().and_then(ask);
                }
            })
        };
        *next.borrow_mut() = ask(&closure);
        *on_frame.borrow_mut() = Some(closure);
        Self {
            next,
            _on_frame: on_frame,
        }
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        if let (Some(window), Some(next)) = (web_sys::window(), self.next.borrow_mut().take()) {
            // It may have come already.
            let _ = window.cancel_animation_frame(next);
        }
    }
}

fn ask(on_frame: &OnFrame) -> Option<i32> {
    let window = web_sys::window()?;
    window
        .request_animation_frame(on_frame.as_ref().unchecked_ref())
        .ok()
}
