//! The pane on the left: what can be added, the files that runs see, and lessons, a tab each. On a phone each is a sheet.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::{Callback, Html, KeyboardEvent, Properties, component, html, use_effect_with, use_state};

use crate::commands::Scene;
use crate::components::later::{later, shown};
use crate::components::palette::palette;
use crate::desk::{Desk, use_desk};
use crate::hooks::focus_soon;
use crate::i18n::left::LeftWords;
use crate::later::{Later, Loaded};
use crate::learning;
use crate::left::{Ask, Left};
use crate::link::View;
use crate::same::Same;
use crate::storage;
use crate::ui::{Sheet, Show};

/// The place of the pane.
pub(crate) fn left(desk: &Desk, scene: &Rc<Scene>, view: &Same<View>) -> Html {
    match desk.later {
        Later::Here(parts) => (parts.left)(desk, scene, view, None),
        _ => {
            html! { <aside id="palette" class="palette" aria-label={desk.words.palette}>{ later(desk, |_| Html::default()) }</aside> }
        }
    }
}

/// Asks something of the lesson that is open.
pub(crate) fn ask(desk: &Desk, scene: &Scene, ask: Ask) {
    let (desk, scene) = (desk.clone(), scene.clone());
    spawn_local(async move {
        // Where it cannot be loaded, the tab says so.
        if let Ok(parts) = learning::load().await {
            (parts.ask)(&desk, &scene, ask);
        }
    });
}

/// Turns to a tab of it, or opens that sheet on a phone, and keeps the choice. The keyboard goes along.
pub(crate) fn turn(desk: &Desk, left: Left) {
    desk.show(Show::Left(left));
    desk.show(Show::Sheet(Some(Sheet::Left(left))));
    storage::keep_left(left);
    focus_soon(format!("#{}", id(left)));
}

/// The pane, or one of its tabs by itself. It is loaded later.
pub(crate) fn content(
    desk: &Desk,
    scene: &Rc<Scene>,
    view: &Same<View>,
    alone: Option<Left>,
) -> Html {
    let tab = alone.unwrap_or(scene.ui.left);
    let inner = match tab {
        Left::Add => palette(),
        _ => {
            html! { <Learning key={tab.word()} {tab} scene={scene.clone()} view={view.clone()} /> }
        }
    };
    if alone.is_some() {
        return inner;
    }
    let words = LeftWords::of(desk.language);
    html! {
        <aside id="palette" class="palette" data-left={tab.word()} aria-label={words.left}>
            <div class="tabs palette__tabs" role="tablist" aria-label={words.left}>
                { for Left::ALL.map(|known| tab_button(desk, words, known, tab)) }
            </div>
            <div key={tab.word()} id="left-panel" class="palette__panel" role="tabpanel" aria-labelledby={id(tab)}>{ inner }</div>
        </aside>
    }
}

fn tab_button(desk: &Desk, words: &'static LeftWords, tab: Left, shown: Left) -> Html {
    let press = {
        let desk = desk.clone();
        Callback::from(move |_| turn(&desk, tab))
    };
    // One of them is reached by Tab, the others by the arrows.
    let key = {
        let desk = desk.clone();
        Callback::from(move |event: KeyboardEvent| {
            let (at, last) = (tab as usize, Left::ALL.len() - 1);
            let to = match event.key().as_str() {
                "ArrowRight" if at == last => 0,
                "ArrowRight" => at + 1,
                "ArrowLeft" => at.checked_sub(1).unwrap_or(last),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            turn(&desk, Left::ALL[to]);
        })
    };
    html! {
        <button
            key={id(tab)}
            type="button"
            id={id(tab)}
            class="tabs__tab"
            role="tab"
            aria-selected={(tab == shown).to_string()}
            aria-controls="left-panel"
            tabindex={if tab == shown { "0" } else { "-1" }}
            onclick={press}
            onkeydown={key}
        >
            { (words.tab)(tab) }
        </button>
    }
}

fn id(tab: Left) -> &'static str {
    match tab {
        Left::Add => "tab-add",
        Left::Files => "tab-files",
        Left::Lessons => "tab-lessons",
    }
}

#[derive(PartialEq, Properties)]
struct Props {
    tab: Left,
    scene: Rc<Scene>,
    view: Same<View>,
}

/// What comes in the fourth file: it is fetched when this is first shown.
#[component]
fn Learning(props: &Props) -> Html {
    let desk = use_desk();
    let loaded = use_state(|| learning::here().map_or(Loaded::Coming, Loaded::Here));
    let load = {
        let loaded = loaded.setter();
        Callback::from(move |()| {
            let loaded = loaded.clone();
            loaded.set(Loaded::Coming);
            spawn_local(async move {
                let parts = learning::load().await;
                loaded.set(parts.map_or(Loaded::Missing, Loaded::Here));
            });
        })
    };
    {
        let (load, coming) = (load.clone(), matches!(*loaded, Loaded::Coming));
        use_effect_with((), move |()| {
            if coming {
                load.emit(());
            }
        });
    }
    shown(&desk, *loaded, &load, |parts| match props.tab {
        Left::Files => (parts.files)(&desk, &props.scene, &props.view),
        _ => (parts.lessons)(&desk, &props.scene, &props.view),
    })
}
