//! Values that must not change too often.

use gloo_timers::callback::Timeout;
use yew::{hook, use_effect_with, use_state};

/// The latest value, changing at most once in so many milliseconds, and always ending with the last.
#[hook]
pub(crate) fn use_throttled(value: String, every_ms: u32) -> String {
    let shown = use_state(String::new);
    let waiting = use_state(|| false);
    {
        let shown = shown.clone();
        let waiting = waiting.clone();
        use_effect_with((value, *waiting), move |(value, busy)| {
            if !*busy && *value != *shown {
                shown.set(value.clone());
                waiting.set(true);
            }
        });
    }
    {
        let setter = waiting.setter();
        use_effect_with(*waiting, move |busy| {
            let timer = busy.then(|| Timeout::new(every_ms, move || setter.set(false)));
            move || drop(timer)
        });
    }
    (*shown).clone()
}
