//! The runs of this session: what they ran, how they ended, and the way back to each.

use std::rc::Rc;

use pipeyard_shared::{Chain, RunId};
use yew::{Callback, Html, classes, html};

use crate::components::shell_line;
use crate::desk::Desk;
use crate::editor::layout::reading_order;
use crate::format;
use crate::hooks::focus;
use crate::i18n::runs::RunsWords;
use crate::link::{Intent, View};
use crate::replay::{Opened, Play};
use crate::runs::result::Outcome;
use crate::runs::{Phase, Run};
use crate::same::Same;
use crate::ui::{Show, Side, Tab};

/// The newest first. `shown` is the run whose results the page shows.
pub(super) fn runs(desk: &Desk, view: &Same<View>, shown: Option<RunId>) -> Html {
    let words = RunsWords::of(desk.language);
    let rows = view.runs.iter().rev();
    let rows = rows.map(|run| row(desk, view, run, shown == Some(run.id)));
    html! {
        <div id="runs" class="runs" tabindex="0" role="region" aria-label={desk.words.results.runs}>
            <p class="runs__empty" hidden={!view.runs.is_empty()}>{ words.no_runs }</p>
            <ol class="runs__list" reversed=true>{ for rows }</ol>
            <p class="runs__note" hidden={view.runs.is_empty()}>{ (words.runs_kept)(view.limits.kept_runs) }</p>
        </div>
    }
}

fn row(desk: &Desk, view: &View, run: &Rc<Run>, shown: bool) -> Html {
    let words = RunsWords::of(desk.language);
    let name = (words.run_number)(run.id.0);
    let outcome = Outcome::of(run, view.now_ms);
    let (class, ending) = match (run.phase, outcome.status) {
        (Phase::Lost, _) => ("is-failed", desk.words.run_lost.to_owned()),
        (_, Some(status)) => match status.by(run.chain.status) {
            0 => ("is-fine", "✓ 0".to_owned()),
            code => ("is-failed", format!("✗ {code}")),
        },
        (_, None) => ("is-running", desk.words.running.to_owned()),
    };
    let current = view.run.as_ref().is_some_and(|known| known.id == run.id);
    let look = {
        let (desk, run, name) = (desk.clone(), run.clone(), name.clone());
        Callback::from(move |_| {
            if current {
                desk.play(Play::Close);
            } else {
                desk.play(Play::Open(Ok(Opened::of_run(name.clone(), &run))));
            }
        })
    };
    let restore = {
        let (desk, run) = (desk.clone(), run.clone());
        Callback::from(move |_| desk.take_over(&run.source))
    };
    let compare = {
        let (desk, run) = (desk.clone(), run.id);
        Callback::from(move |_| {
            let side = Side {
                run: Some(run),
                ..Side::default()
            };
            desk.show(Show::Side(0, side));
            desk.show(Show::Tab(Tab::Compare));
        })
    };
    let forget = {
        let (desk, run) = (desk.clone(), run.id);
        Callback::from(move |_| {
            if shown && !current {
                desk.play(Play::Close);
            }
            desk.wish(Intent::Forget(run));
            // The row is gone, and the focus would be with it.
            focus(&["#runs"]);
        })
    };
    let line = line(&run.chain);
    let chain = if run.chain.title.is_empty() {
        line.clone()
    } else {
        run.chain.title.clone()
    };
    let button = |id: &str, word: &'static str, off: bool, press: Callback<yew::MouseEvent>| {
        let (id, said) = (format!("{id}-{}", run.id), format!("{word}: {name}"));
        html! { <button type="button" {id} class="chip" aria-label={said} disabled={off} onclick={press}>{ word }</button> }
    };
    html! {
        <li key={run.id.to_string()} class={classes!("runs__row", shown.then_some("is-shown"))} data-run={run.id.to_string()} aria-current={shown.then_some("true")}>
            <span class="runs__name">{ name.clone() }</span>
            <span class="runs__time">{ began(run, view.now_ms).unwrap_or_default() }</span>
            <span class="runs__chain" title={line.clone()}><b>{ chain }</b><code>{ line }</code></span>
            <span class="runs__span">{ format::span(outcome.wall_us) }</span>
            <span class={classes!("runs__ending", class)}>{ ending }</span>
            <span class="runs__buttons">
                { button("look", words.look, shown, look) }
                { button("compare", desk.words.results.compare, false, compare) }
                { button("restore", words.restore, false, restore) }
                { button("forget", words.forget, run.is_active(), forget) }
            </span>
        </li>
    }
}

/// The chain as one line of shell text, as far as such a line can say it.
fn line(chain: &Chain) -> String {
    let order = reading_order(chain).into_iter();
    let texts: Vec<String> = order
        .map(|at| shell_line::shown(&chain.stages[at]))
        .collect();
    texts.join(" | ")
}

/// The time of day when it began; nothing when nobody here saw that.
fn began(run: &Run, now_ms: f64) -> Option<String> {
    let ago_ms = now_ms - run.began_ms.filter(|_| !run.met_late)?;
    let at = js_sys::Date::new(&(js_sys::Date::now() - ago_ms).into());
    Some(format!(
        "{:02}:{:02}:{:02}",
        at.get_hours(),
        at.get_minutes(),
        at.get_seconds()
    ))
}
