//! The tip beside what is pointed at. It covers nothing of that, takes no press, and goes with Escape.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, PointerEvent};
use yew::{
    Html, Properties, UseStateSetter, component, html, use_effect_with, use_mut_ref, use_node_ref,
    use_state,
};

use super::ask::ask;
use super::content;
use super::pointed::{self, PUT_BY, Pointed, Port};
use crate::commands::Scene;
use crate::desk::{Desk, use_desk};
use crate::editor::template::Template;
use crate::i18n::explain::ExplainWords;
use crate::platform::scale;

/// How long something is pointed at before it is explained.
const REST_MS: u32 = 450;
/// How many flags a tip has room for.
const MOST_FLAGS: usize = 4;
/// How many sentences about a stage itself a tip has room for.
const MOST_MEANINGS: usize = 3;
/// Between the tip, what it is about, and the window's edges, in pixels.
const GAP: f64 = 8.0;
/// The tip's own id.
const ID: &str = "explained";

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) scene: Rc<Scene>,
}

/// What a tip says, and the element beside which it stands.
#[derive(Clone)]
struct Shown {
    anchor: Element,
    content: Html,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        self.anchor == other.anchor && self.content == other.content
    }
}

#[component]
pub(super) fn Tips(props: &Props) -> Html {
    let desk = use_desk();
    let shown = use_state(|| None::<Shown>);
    let node = use_node_ref();
    // The page listens once; what is called is the latest.
    let latest = use_mut_ref(|| (desk.clone(), props.scene.clone()));
    *latest.borrow_mut() = (desk, props.scene.clone());
    {
        let tip = Tip {
            latest,
            shown: shown.setter(),
            anchor: Rc::default(),
            waiting: Rc::default(),
            turn: Rc::default(),
        };
        use_effect_with((), move |()| {
            let listeners = listen(&tip);
            move || drop(listeners)
        });
    }
    {
        let node = node.clone();
        use_effect_with((*shown).clone(), move |shown| {
            let described = shown.as_ref().map(|shown| {
                if let Some(tip) = node.cast::<HtmlElement>() {
                    place(&tip, &shown.anchor);
                }
                Described::new(&shown.anchor)
            });
            move || drop(described)
        });
    }
    let content = shown.as_ref().map(|shown| shown.content.clone());
    html! {
        // Readers hear it as the description of what it is about, and come across it nowhere else.
        <div ref={node} id={ID} class="explained explained--tip" role="tooltip" aria-hidden="true" hidden={content.is_none()}>
            { content.unwrap_or_default() }
        </div>
    }
}

/// An element that is described by the tip, for readers, and shows no title of its own beside it.
struct Described {
    element: Element,
    before: Option<String>,
    title: Option<String>,
}

impl Described {
    fn new(element: &Element) -> Self {
        let before = element.get_attribute("aria-describedby");
        let all = before
            .as_ref()
            .map_or_else(|| ID.to_owned(), |before| format!("{before} {ID}"));
        // These names and values are refused by no browser.
        let _ = element.set_attribute("aria-describedby", &all);
        let title = element.get_attribute("title");
        if let Some(title) = &title {
            let _ = element.set_attribute(PUT_BY, title);
            let _ = element.remove_attribute("title");
        }
        Self {
            element: element.clone(),
            before,
            title,
        }
    }
}

impl Drop for Described {
    fn drop(&mut self) {
        let element = &self.element;
        let _ = match &self.before {
            Some(before) => element.set_attribute("aria-describedby", before),
            None => element.remove_attribute("aria-describedby"),
        };
        let _ = element.remove_attribute(PUT_BY);
        // What has been given a newer one keeps it.
        if let Some(title) = self
            .title
            .as_ref()
            .filter(|_| !element.has_attribute("title"))
        {
            let _ = element.set_attribute("title", title);
        }
    }
}

/// What waits to be shown, and what is.
#[derive(Clone)]
struct Tip {
    latest: Rc<RefCell<(Desk, Rc<Scene>)>>,
    shown: UseStateSetter<Option<Shown>>,
    /// What is pointed at now.
    anchor: Rc<RefCell<Option<Element>>>,
    waiting: Rc<RefCell<Option<Timeout>>>,
    /// Counts what was pointed at: an answer to an older question is not shown.
    turn: Rc<Cell<u32>>,
}

impl Tip {
    /// Something else is pointed at, or nothing.
    fn point(&self, found: Option<(Element, Pointed)>) {
        let (anchor, pointed) = found.unzip();
        if *self.anchor.borrow() == anchor {
            return;
        }
        self.anchor.replace(anchor.clone());
        let turn = self.turn.get().wrapping_add(1);
        self.turn.set(turn);
        self.waiting.replace(None);
        self.shown.set(None);
        let (Some(anchor), Some(pointed)) = (anchor, pointed) else {
            return;
        };
        let own = self.clone();
        let timer = Timeout::new(REST_MS, move || {
            spawn_local(async move {
                let (desk, scene) = own.latest.borrow().clone();
                let content = explain(&desk, &scene, pointed).await;
                if let Some(content) =
                    content.filter(|_| own.turn.get() == turn && anchor.is_connected())
                {
                    own.shown.set(Some(Shown { anchor, content }));
                }
            });
        });
        self.waiting.replace(Some(timer));
    }
}

fn listen(tip: &Tip) -> Option<Vec<EventListener>> {
    let document = web_sys::window()?.document()?;
    let on = |name: &'static str, hear: fn(&Tip, &Event)| {
        let tip = tip.clone();
        let options = EventListenerOptions {
            phase: EventListenerPhase::Capture,
            passive: true,
        };
        EventListener::new_with_options(&document, name, options, move |event| hear(&tip, event))
    };
    Some(vec![
        on("pointermove", |tip, event| {
            let Some(event) = event.dyn_ref::<PointerEvent>() else {
                return;
            };
            // A finger that moves drags something, and one that rests opens a menu.
            if event.pointer_type() == "touch" || event.buttons() != 0 {
                return;
            }
            let Some(target) = element(event) else {
                return;
            };
            let found = match target.id().as_str() {
                "line" => pointed::in_line(event.client_x(), event.client_y()),
                _ => pointed::at(&target),
            };
            // What the keyboard is at stays explained while the pointer rests elsewhere.
            if found.is_some() || !is_focused(tip) {
                tip.point(found);
            }
        }),
        on("pointerdown", |tip, _| tip.point(None)),
        on("wheel", |tip, _| tip.point(None)),
        on("focusin", |tip, event| {
            // Only where the focus is to be seen: not of what was pressed.
            let seen = element(event).filter(|target| target.matches(":focus-visible") == Ok(true));
            tip.point(seen.and_then(|target| pointed::at(&target)));
        }),
        on("focusout", |tip, _| tip.point(None)),
        on("keydown", |tip, event| {
            let key = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key);
            if key.as_deref() == Some("Escape") {
                // As long as the same is pointed at, nothing is shown again.
                tip.turn.set(tip.turn.get().wrapping_add(1));
                tip.shown.set(None);
            }
        }),
    ])
}

fn element(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// Whether what is explained is what has the focus.
fn is_focused(tip: &Tip) -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let focused = document.and_then(|document| document.active_element());
    let anchor = tip.anchor.borrow();
    anchor.is_some() && focused == *anchor
}

/// What is said of it; nothing where nothing is known.
async fn explain(desk: &Desk, scene: &Rc<Scene>, pointed: Pointed) -> Option<Html> {
    let words = ExplainWords::of(desk.language);
    let editor = &scene.editor;
    let selected = || {
        editor
            .selected_stage()
            .and_then(|id| editor.chain().stage(id))
    };
    match pointed {
        Pointed::Port(port) => Some(sentence(match port {
            Port::Input => words.stdin,
            Port::Output => words.stdout,
            Port::Errors => words.stderr,
            Port::Extra => words.extra,
        })),
        Pointed::Mark(said) => Some(html! { <p class="explained__what">{ said }</p> }),
        Pointed::Wire(said) => Some(html! {
            <>
                { sentence(words.wire) }
                <p class="explained__meaning">{ said }</p>
            </>
        }),
        Pointed::Template(id) => {
            let kind = Template::of(&id)?.kind();
            let (program, given) = content::command(&kind)?;
            whole(desk, &program, &given, Vec::new()).await
        }
        Pointed::Stage(id, said) => {
            let stage = editor.chain().stage(&id)?;
            let mut meanings = content::meanings(desk, scene.run.as_deref(), stage);
            meanings.extend(said.filter(|said| !meanings.contains(said)));
            match content::command(&stage.kind) {
                Some((program, given)) => whole(desk, &program, &given, meanings).await,
                None => (!meanings.is_empty()).then(|| sentences(&meanings)),
            }
        }
        Pointed::Program => {
            let (program, given) = content::command(&selected()?.kind)?;
            let told = ask(desk.language, &program, &given).await;
            told.program
                .is_some()
                .then(|| content::program(desk, &program, &told))
        }
        Pointed::Word(at) => {
            let (program, given) = content::command(&selected()?.kind)?;
            let told = ask(desk.language, &program, &given).await;
            let flag = told.flags.iter().find(|flag| flag.at == at)?;
            let by = content::by(words, &flag.said);
            Some(html! {
                <>
                    { content::flags(&told, Some(at), MOST_FLAGS) }
                    { by }
                </>
            })
        }
    }
}

/// The program, its flags, and what its last statuses mean.
async fn whole(
    desk: &Desk,
    program: &str,
    given: &[String],
    meanings: Vec<String>,
) -> Option<Html> {
    let told = ask(desk.language, program, given).await;
    if told.program.is_none() && meanings.is_empty() {
        return None;
    }
    Some(html! {
        <>
            { content::program(desk, program, &told) }
            { content::flags(&told, None, MOST_FLAGS) }
            { sentences(&meanings) }
        </>
    })
}

/// What is to be said of a stage itself.
fn sentences(meanings: &[String]) -> Html {
    let rows = meanings.iter().take(MOST_MEANINGS).enumerate();
    rows.map(|(key, meaning)| html! { <p {key} class="explained__meaning">{ meaning.clone() }</p> })
        .collect()
}

fn sentence(text: &'static str) -> Html {
    html! { <p class="explained__what">{ text }</p> }
}

/// Beside what it is about: beside a list's entry or a field, else below or above.
fn place(tip: &HtmlElement, anchor: &Element) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let length = |value: Result<wasm_bindgen::JsValue, _>| {
        value.ok().and_then(|value| value.as_f64()).unwrap_or(0.0)
    };
    let (width, height) = (length(window.inner_width()), length(window.inner_height()));
    let (own, about) = (
        tip.get_bounding_client_rect(),
        anchor.get_bounding_client_rect(),
    );
    let (wide, high) = (own.width(), own.height());
    let along_x = about.left().min(width - wide - GAP).max(GAP);
    let along_y = about.top().min(height - high - GAP).max(GAP);
    let right = (about.right() + GAP, along_y);
    let left = (about.left() - wide - GAP, along_y);
    let below = (along_x, about.bottom() + GAP);
    let above = (along_x, about.top() - high - GAP);
    let beside = anchor
        .closest(".palette, .inspector")
        .ok()
        .flatten()
        .is_some();
    let places = if beside {
        [right, left, below, above]
    } else {
        [below, above, right, left]
    };
    let fits = |(x, y): &(f64, f64)| {
        *x >= GAP && *y >= GAP && x + wide + GAP <= width && y + high + GAP <= height
    };
    let (x, y) = places.into_iter().find(fits).unwrap_or(below);
    let style = tip.style();
    for (property, value) in [("left", x / scale()), ("top", y / scale())] {
        // Lengths in pixels are refused by no browser.
        let _ = style.set_property(property, &format!("{value:.0}px"));
    }
}
