//! The pane on the left: what can be added, the files that runs see, and lessons, a tab each. On a phone each is a sheet.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::{Callback, Html, Properties, component, html, use_effect_with, use_state};

use crate::commands::Scene;
use crate::components::later::{later, shown};
use crate::components::palette::palette;
use crate::components::tabs::tabs;
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
    let known = Left::ALL.map(|known| (id(known), (words.tab)(known)));
    let to = {
        let desk = desk.clone();
        Callback::from(move |to: usize| turn(&desk, Left::ALL[to]))
    };
    html! {
        <aside id="palette" class="palette" data-left={tab.word()} aria-label={words.left}>
            { tabs(words.left, "left-panel", &known, tab as usize, &to) }
            <div key={tab.word()} id="left-panel" class="palette__panel" role="tabpanel" aria-labelledby={id(tab)}>{ inner }</div>
        </aside>
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
