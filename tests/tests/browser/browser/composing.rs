//! The examples of the text that the project comes from, each composed from an empty canvas, by mouse and by keyboard
//! alone, run and looked at. What each costs a person is worked out by the keystroke-level model: under a minute.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use pipeyard_shared::Chain;
use pipeyard_tests::browser::{Page, with_page};
use serde_json::{Value, json};
use thirtyfour::Key;

use super::steps::{finished, open_chain, start};

/// What an example may cost, from the empty canvas to Run.
const MINUTE: Duration = Duration::from_secs(60);
const EMPTY: &str = r#"{"pipeyard":1,"stages":[],"wires":[]}"#;
/// Writes more on standard error than a pipe holds, while standard output stays open.
const NOISY: &str = "while :; do echo noise >&2; done";

/// The two ways of doing everything.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Mouse,
    Keys,
}

/// Somebody who composes a chain in one of the two ways.
struct Person<'a> {
    page: &'a Page,
    way: Way,
    stages: usize,
}

impl Person<'_> {
    /// Adds a stage behind the selected one: from the palette at the side, or from the palette of actions.
    async fn add(&mut self, words: &str, template: &str) -> Result<()> {
        match self.way {
            Way::Mouse => {
                self.page.thought();
                self.page.click("#palette-search").await?;
                self.page.press(words).await?;
                self.page
                    .click(&format!("[data-template=\"{template}\"]"))
                    .await?;
            }
            Way::Keys => {
                // Without the verb, other commands may have the word as well.
                let words = format!("add {words}");
                let choice = format!("add-{template}");
                self.page.ask_for(&words, &choice).await?;
            }
        }
        self.stages += 1;
        let there = format!(
            "return document.querySelectorAll('[data-stage]').length === {}",
            self.stages
        );
        self.page
            .until(&format!("{} stages", self.stages), &there)
            .await
            .map(drop)
    }

    /// Goes to a field of the inspector or of the header.
    async fn go(&self, selector: &str) -> Result<()> {
        self.page.thought();
        match self.way {
            Way::Mouse => self.page.click(selector).await,
            Way::Keys => self.page.tab_to(selector).await,
        }
    }

    /// Presses a button.
    async fn press(&self, selector: &str) -> Result<()> {
        self.go(selector).await?;
        match self.way {
            Way::Mouse => Ok(()),
            Way::Keys => self.page.press(Key::Enter + "").await,
        }
    }

    /// Writes something in place of what a field has.
    async fn write(&self, selector: &str, text: &str) -> Result<()> {
        self.go(selector).await?;
        self.page.overwrite(text).await
    }

    /// Sets how many lanes there are.
    async fn lanes(&self, count: u32) -> Result<()> {
        self.open_lanes().await?;
        self.write("#lanes-count", &count.to_string()).await?;
        self.page.press(Key::Escape + "").await
    }

    async fn open_lanes(&self) -> Result<()> {
        match self.way {
            Way::Mouse => self.press("#lanes").await,
            Way::Keys => {
                self.page.ask_for("lanes", "lanes").await?;
                self.page
                    .until_focus("#lanes-panel input, #lanes-panel textarea")
                    .await
            }
        }
    }

    /// Sets the lanes to some values.
    async fn values(&self, values: &str) -> Result<()> {
        self.open_lanes().await?;
        match self.way {
            Way::Mouse => self.press("#lanes-kind label:last-child").await?,
            Way::Keys => {
                self.page.thought();
                self.page.tab_back_to("#lanes-kind input").await?;
                self.page.press(Key::Down + "").await?;
            }
        }
        self.write("#lanes-values", values).await?;
        self.page.press(Key::Escape + "").await
    }

    async fn run(&self) -> Result<()> {
        match self.way {
            Way::Mouse => {
                self.page.thought();
                self.page.click("#run").await
            }
            Way::Keys => start(self.page).await,
        }
    }
}

/// What a chain is, whatever its parts are called and wherever they stand.
fn meaning(chain: &Chain) -> Value {
    let at = |id| chain.stage_index(id);
    let stages: Vec<_> = chain.stages.iter().map(|stage| json!(stage.kind)).collect();
    let wires = chain.wires.iter();
    let mut wires: Vec<_> = wires
        .map(|wire| {
            let (from, to) = (&wire.from, &wire.to);
            json!([
                at(&from.stage),
                from.port.to_string(),
                at(&to.stage),
                to.port.to_string()
            ])
            .to_string()
        })
        .collect();
    wires.sort();
    json!({ "stages": stages, "wires": wires, "lanes": chain.lanes, "jobs": chain.jobs })
}

/// Composes one of the gallery's examples both ways, and looks at what its run comes to.
async fn composed(
    name: &str,
    example: &str,
    compose: impl AsyncFn(&mut Person<'_>) -> Result<()>,
    look: impl AsyncFn(&Page) -> Result<()>,
) -> Result<()> {
    let wanted = meaning(&Chain::from_json(example)?);
    for (way, called) in [(Way::Mouse, "mouse"), (Way::Keys, "keys")] {
        with_page(&format!("{name}-{called}"), async |page| {
            open_chain(&page, EMPTY).await?;
            page.element("[data-begin=example]").await?;
            page.element("[data-template]").await?;
            let before = page.effort();
            let mut person = Person {
                page: &page,
                way,
                stages: 0,
            };
            compose(&mut person).await?;
            person.run().await?;
            let effort = page.effort().since(before);
            println!("{name} by {called}: {effort}");
            ensure!(effort.time() < MINUTE, "{name} by {called} takes {effort}");
            look(&page).await?;
            let kept = page
                .evaluate("return localStorage.getItem('pipeyard.chain')")
                .await?;
            let made = Chain::from_json(kept.as_str().context("a chain is kept")?)?;
            ensure!(
                meaning(&made) == wanted,
                "{} is not {wanted}",
                meaning(&made)
            );
            Ok(())
        })
        .await?;
    }
    Ok(())
}

macro_rules! example {
    ($id:literal) => {
        include_str!(concat!("../../../../frontend/src/gallery/", $id, ".json"))
    };
}

#[tokio::test]
async fn a_child_is_started_and_its_output_read() -> Result<()> {
    let compose = async |person: &mut Person<'_>| person.add("program", "program").await;
    let look = async |page: &Page| {
        finished(page).await?;
        page.until_text("#stdout", "Hello from the child!").await
    };
    composed("hello", example!("hello"), compose, look).await
}

#[tokio::test]
async fn children_are_polled_while_they_run() -> Result<()> {
    let compose = async |person: &mut Person<'_>| {
        person.add("sleep", "sleep").await?;
        person.write("#argument-0", "{value}").await?;
        person.values("1\n2\n3").await
    };
    let look = async |page: &Page| {
        page.element("[data-stage][data-state=running]").await?;
        finished(page).await
    };
    composed("watch", example!("watch"), compose, look).await
}

#[tokio::test]
async fn ten_children_run_at_once() -> Result<()> {
    let compose = async |person: &mut Person<'_>| {
        person.add("sleep", "sleep").await?;
        person.lanes(10).await
    };
    let look = async |page: &Page| {
        finished(page).await?;
        page.until_text("#speedup", "×").await
    };
    composed("ten", example!("ten"), compose, look).await
}

async fn encrypts(person: &mut Person<'_>) -> Result<()> {
    person.add("random", "random").await?;
    person.add("openssl", "openssl").await
}

#[tokio::test]
async fn bytes_and_an_environment_are_fed_to_three_children() -> Result<()> {
    let compose = async |person: &mut Person<'_>| {
        encrypts(person).await?;
        person.lanes(3).await
    };
    let look = async |page: &Page| {
        finished(page).await?;
        page.until_text("#stdout", "Salted__").await
    };
    composed("encrypt", example!("encrypt"), compose, look).await
}

#[tokio::test]
async fn chains_run_in_parallel() -> Result<()> {
    let compose = async |person: &mut Person<'_>| {
        encrypts(person).await?;
        person.add("md5sum", "md5sum").await?;
        person.lanes(3).await
    };
    let look = async |page: &Page| {
        finished(page).await?;
        page.until(
            "three sums",
            "return document.querySelectorAll('#stdout [data-lane]').length === 3",
        )
        .await?;
        let sums = page.texts("#stdout [data-lane]").await?;
        ensure!(
            sums.iter().all(|sum| sum.contains("  -")),
            "the sums are {sums:?}"
        );
        Ok(())
    };
    composed("hash", example!("hash"), compose, look).await
}

#[tokio::test]
async fn a_time_limit_ends_a_child() -> Result<()> {
    let compose = async |person: &mut Person<'_>| {
        person.add("sleep", "sleep").await?;
        person.write("#argument-0", "10").await?;
        person.write("#stage-timeout", "0.5").await
    };
    let look = async |page: &Page| {
        page.element("[data-stage][data-state=failed]").await?;
        page.until_text("[data-stage]", "timed out").await
    };
    composed("timeout", example!("timeout"), compose, look).await
}

#[tokio::test]
async fn a_deadlock_is_built_and_shown() -> Result<()> {
    let compose = async |person: &mut Person<'_>| {
        person.add("shell", "shell").await?;
        person.write("#stage-text", NOISY).await?;
        person.add("cat", "cat").await?;
        for (number, word) in ["-", "{fd3}"].iter().enumerate() {
            person.press("#add-argument").await?;
            let field = format!("#argument-{number}");
            person.page.until_focus(&field).await?;
            person.page.press(*word).await?;
        }
        join_errors(person).await
    };
    let look = async |page: &Page| {
        page.until_text("#deadlock", "waits").await?;
        page.click("#stop").await?;
        page.element("#run").await.map(drop)
    };
    let example = example!("deadlock");
    let mut chain = Chain::from_json(example)?;
    // The example's text in one line, as one types it.
    for stage in &mut chain.stages {
        if let pipeyard_shared::chain::StageKind::Shell(shell) = &mut stage.kind {
            shell.text = NOISY.into();
        }
    }
    composed("deadlock", &chain.to_json(), compose, look).await
}

/// Leads the first stage's standard error to the second one's extra input.
async fn join_errors(person: &mut Person<'_>) -> Result<()> {
    let page = person.page;
    page.thought();
    match person.way {
        Way::Mouse => {
            let from = page.middle("[data-stage=shell] .port--error").await?;
            let to = page.middle("[data-stage=cat] .port--fd3").await?;
            page.drag_to(from, to).await?;
        }
        Way::Keys => {
            page.ask_for("go to shell", "go-shell").await?;
            page.until_focus("[data-stage=shell]").await?;
            // The second of its outputs, to the second input.
            page.press("cc").await?;
            page.press(Key::Right + "").await?;
            page.press(Key::Enter + "").await?;
        }
    }
    page.until(
        "a second wire",
        "return document.querySelectorAll('.canvas [data-wire]').length === 2",
    )
    .await
    .map(drop)
}

#[tokio::test]
async fn all_cores_work() -> Result<()> {
    let compose = async |person: &mut Person<'_>| {
        person.add("head", "head").await?;
        person.write("#argument-0", "-c").await?;
        person.write("#argument-1", "100000000").await?;
        person.press("#add-argument").await?;
        person.page.until_focus("#argument-2").await?;
        person.page.press("/dev/zero").await?;
        person.add("sha256sum", "sha256sum").await?;
        person.lanes(4).await
    };
    let look = async |page: &Page| {
        finished(page).await?;
        page.until_text("#speedup", "×").await
    };
    composed("cores", example!("cores"), compose, look).await
}
