//! Values that change often and are dear to draw.

use gloo_timers::callback::Timeout;
use yew::{hook, use_effect_with, use_state};

/// The latest value for a key, changing at most once in so many milliseconds and always ending with the
/// last. The first value for another key is there at once.
#[hook]
pub(crate) fn use_paced<K, T>(key: K, value: T, every_ms: u32) -> T
where
    K: Clone + PartialEq + 'static,
    T: Clone + PartialEq + 'static,
{
    let shown = use_state(|| (key.clone(), value.clone()));
    let waiting = use_state(|| false);
    let latest = (key, value);
    {
        let (shown, waiting) = (shown.clone(), waiting.clone());
        use_effect_with((latest.clone(), *waiting), move |(latest, busy)| {
            if (!*busy || latest.0 != shown.0) && *latest != *shown {
                shown.set(latest.clone());
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
    if shown.0 == latest.0 {
        shown.1.clone()
    } else {
        latest.1
    }
}
