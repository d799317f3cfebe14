//! The name of a stage's program, with those that the runner has.

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{Process, StageKind};
use yew::{AttrValue, Callback, FocusEvent, Html, Properties, component, html, use_force_update};

use crate::components::field::TextField;
use crate::desk::use_desk;
use crate::hooks::programs;
use crate::line::complete::starting_with;
use crate::platform::has_runner;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) id: StageId,
    pub(super) process: Process,
    /// What is wrong with it; empty where nothing is.
    pub(super) error: AttrValue,
}

/// The field. The browser offers what the list below it has.
#[component]
pub(super) fn ProgramField(props: &Props) -> Html {
    let desk = use_desk();
    let again = use_force_update();
    let name = props.process.program.lossy().into_owned();
    let (names, _) = programs::known(|known| match name.is_empty() {
        true => (Vec::new(), false),
        false => starting_with(&name, known),
    });
    // Who begins to type is told what there is by then.
    let ask = Callback::from(move |_: FocusEvent| {
        if has_runner() && programs::known(<[String]>::is_empty) {
            let again = again.clone();
            programs::fetch(move || again.force_update());
        }
    });
    let change = {
        let (desk, id, process) = (desk.clone(), props.id.clone(), props.process.clone());
        Callback::from(move |text: String| {
            let process = Process {
                program: text.into(),
                ..process.clone()
            };
            desk.shape(&id, StageKind::Process(process), "program", 0);
        })
    };
    html! {
        <div onfocusin={ask}>
            <TextField
                id="stage-program"
                label={desk.words.program}
                value={name}
                mono=true
                list="programs"
                error={props.error.clone()}
                on_change={change}
            />
            <datalist id="programs">{ for names.into_iter().map(|name| html! { <option key={name.clone()} value={name} /> }) }</datalist>
        </div>
    }
}
