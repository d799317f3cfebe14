//! A list that is searched by typing: whatever is chosen from many is chosen here. It covers the page, takes the
//! focus, and gives it back.

mod rank;

use yew::{
    AttrValue, Callback, Html, InputEvent, KeyboardEvent, MouseEvent, Properties, TargetCast,
    classes, component, html, use_effect_with, use_memo, use_node_ref, use_state,
};

use crate::components::covering::{keep_within, use_covering};
use crate::desk::{Desk, use_desk};
use crate::hooks::typing;
use crate::same::Same;

/// Items that are shown at a time; typing on finds the others.
const MOST_SHOWN: usize = 100;

/// Something that can be chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Item {
    /// Its name in the document (`data-choice`).
    pub(crate) id: String,
    /// The heading that it stands under while nothing is typed; items of one heading follow each other.
    pub(crate) group: AttrValue,
    /// What it is called.
    pub(crate) label: String,
    /// What it is, in a line; may be empty.
    pub(crate) hint: String,
    /// Keys that do the same; may be empty.
    pub(crate) keys: String,
    /// Other words that it is found by: those of the other language, a program's name.
    pub(crate) words: String,
    /// Why it cannot be chosen just now.
    pub(crate) why_not: Option<String>,
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Chosen {
    /// The item at this place.
    Item(usize),
    /// What was typed, where the list takes that.
    Typed(String),
}

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The element's id; its parts have ids that begin with it.
    pub(crate) id: AttrValue,
    /// What is chosen, as the field's name.
    pub(crate) label: AttrValue,
    /// All there is to choose from.
    pub(crate) items: Same<Vec<Item>>,
    /// Where on the screen, in pixels; in the middle without.
    #[prop_or_default]
    pub(crate) at: Option<(f64, f64)>,
    /// What stands below the field.
    #[prop_or_default]
    pub(crate) tools: Html,
    /// What choosing the typed text itself would do, where that can be done.
    #[prop_or_default]
    pub(crate) typed: Option<AttrValue>,
    /// Something was chosen. The list does not close by itself.
    pub(crate) on_choose: Callback<Chosen>,
    /// It is to be closed, with nothing chosen.
    pub(crate) on_close: Callback<()>,
}

#[component]
pub(crate) fn Chooser(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words.commands;
    let typed = use_state(String::new);
    let at = use_state(|| 0_usize);
    let panel = use_node_ref();
    let field = use_node_ref();
    use_covering(panel.clone(), field.clone(), props.at);
    let found = use_memo((props.items.clone(), (*typed).clone()), |(items, typed)| {
        rank::found(items, typed)
    });
    let own = typed.trim().to_owned();
    let takes_own = props.typed.is_some() && !own.is_empty();
    let shown = found.len().min(MOST_SHOWN);
    let choices = shown + usize::from(takes_own);
    let chosen = (*at).min(choices.saturating_sub(1));
    {
        let panel = panel.clone();
        use_effect_with((chosen, choices), move |_| show_chosen(&panel));
    }
    let choose = {
        let (found, items, emit) = (found.clone(), props.items.clone(), props.on_choose.clone());
        Callback::from(move |place: usize| match found.get(place) {
            Some(item) if place < shown => {
                let chosen = items.get(*item).filter(|item| item.why_not.is_none());
                emit_if(chosen.is_some(), &emit, Chosen::Item(*item));
            }
            _ => emit_if(takes_own, &emit, Chosen::Typed(own.clone())),
        })
    };
    let input = {
        let (typed, at) = (typed.setter(), at.setter());
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<web_sys::HtmlInputElement>() {
                typed.set(input.value());
                at.set(0);
            }
        })
    };
    let key = {
        let (at, choose, close) = (at.setter(), choose.clone(), props.on_close.clone());
        let panel = panel.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.is_composing() {
                return;
            }
            let last = choices.saturating_sub(1);
            match event.key().as_str() {
                "ArrowDown" => at.set(if chosen >= last { 0 } else { chosen + 1 }),
                "ArrowUp" => at.set(chosen.checked_sub(1).unwrap_or(last)),
                "PageDown" => at.set((chosen + 8).min(last)),
                "PageUp" => at.set(chosen.saturating_sub(8)),
                "Home" if !typing() => at.set(0),
                "End" if !typing() => at.set(last),
                "Enter" if !event.ctrl_key() && !event.meta_key() && typing() => {
                    choose.emit(chosen);
                }
                "Escape" => close.emit(()),
                _ => return keep_within(&panel, &event),
            }
            event.prevent_default();
        })
    };
    let close = props.on_close.reform(|_: MouseEvent| ());
    let list = format!("{}-list", props.id);
    let choice = |place: usize| format!("{}-{place}", props.id);
    html! {
        <div id={&props.id} class={classes!("covering", props.at.is_some().then_some("covering--at"))}>
            <div class="covering__ground" onclick={close}></div>
            <div ref={panel} class="covering__panel chooser" role="dialog" aria-modal="true" aria-label={&props.label} onkeydown={key}>
                <input
                    ref={field}
                    type="text"
                    class="field__input chooser__field"
                    role="combobox"
                    aria-expanded="true"
                    aria-autocomplete="list"
                    aria-controls={list.clone()}
                    aria-activedescendant={(choices > 0).then(|| choice(chosen))}
                    aria-label={&props.label}
                    placeholder={&props.label}
                    autocomplete="off"
                    spellcheck="false"
                    value={(*typed).clone()}
                    oninput={input}
                />
                { props.tools.clone() }
                <div id={list} class="chooser__list" role="listbox" aria-label={&props.label}>
                    { groups(props, &found[..shown], !typed.trim().is_empty(), chosen, &choose) }
                    if takes_own {
                        { option(choice(shown), "typed", chosen == shown, None, &own_item(props, &typed), choose.reform(move |_| shown)) }
                    }
                </div>
                <p class="chooser__note" role="status">{ note(&desk, &typed, found.len(), takes_own) }</p>
                <p class="for-readers" aria-live="polite">{ if typed.is_empty() { String::new() } else { (words.found)(found.len()) } }</p>
            </div>
        </div>
    }
}

fn emit_if(applies: bool, on_choose: &Callback<Chosen>, chosen: Chosen) {
    if applies {
        on_choose.emit(chosen);
    }
}

fn own_item(props: &Props, typed: &str) -> Item {
    Item {
        label: typed.trim().to_owned(),
        hint: props
            .typed
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        ..Item::default()
    }
}

/// What is not in the list.
fn note(desk: &Desk, typed: &str, found: usize, takes_own: bool) -> String {
    let words = desk.words.commands;
    if found == 0 && !takes_own {
        (words.none_found)(typed.trim())
    } else if found > MOST_SHOWN {
        (words.type_on)(found - MOST_SHOWN)
    } else {
        String::new()
    }
}

/// Under headings; once something is typed the best come first, whatever heading they have.
fn groups(
    props: &Props,
    found: &[usize],
    searched: bool,
    chosen: usize,
    choose: &Callback<usize>,
) -> Html {
    let item = |place: usize| &props.items[found[place]];
    let mut groups: Vec<Html> = Vec::new();
    let mut from = 0;
    while from < found.len() {
        let same = |place: &usize| searched || item(*place).group == item(from).group;
        let to = (from..found.len()).take_while(same).last().unwrap_or(from) + 1;
        let options = (from..to).map(|place| {
            let id = format!("{}-{place}", props.id);
            let choose = choose.reform(move |_| place);
            let heading = searched.then(|| item(place).group.clone());
            option(
                id,
                &item(place).id,
                chosen == place,
                heading,
                item(place),
                choose,
            )
        });
        let heading = if searched {
            AttrValue::default()
        } else {
            item(from).group.clone()
        };
        groups.push(html! {
            <div key={from} role="group" aria-label={(!heading.is_empty()).then(|| heading.clone())}>
                if !heading.is_empty() {
                    <p class="chooser__heading" aria-hidden="true">{ heading }</p>
                }
                { for options }
            </div>
        });
        from = to;
    }
    html! { <div>{ for groups }</div> }
}

fn option(
    id: String,
    choice: &str,
    chosen: bool,
    heading: Option<AttrValue>,
    item: &Item,
    on_press: Callback<MouseEvent>,
) -> Html {
    let hint = item.why_not.as_ref().unwrap_or(&item.hint);
    html! {
        <div
            key={id.clone()}
            {id}
            class={classes!("chooser__item", chosen.then_some("is-chosen"))}
            role="option"
            aria-selected={chosen.to_string()}
            aria-disabled={item.why_not.is_some().to_string()}
            data-choice={choice.to_owned()}
            onclick={on_press}
        >
            <span class="chooser__label">{ &item.label }</span>
            <span class="chooser__hint">{ hint }</span>
            <span class="chooser__group">{ heading }</span>
            <kbd hidden={item.keys.is_empty()}>{ &item.keys }</kbd>
        </div>
    }
}

/// The chosen item is never out of sight.
fn show_chosen(panel: &yew::NodeRef) {
    let panel = panel.cast::<web_sys::Element>();
    let chosen = panel.and_then(|panel| panel.query_selector("[aria-selected=\"true\"]").ok()?);
    if let Some(chosen) = chosen {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        chosen.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
