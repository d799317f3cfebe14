//! The page, by what it promises to tests: element ids and `data-` attributes, no classes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use thirtyfour::WindowHandle;
use thirtyfour::prelude::*;
use tokio::time::{Instant, sleep};

use super::effort::Tally;
use super::{Browser, screenshots};
use crate::{PATIENCE, TestRunner};

/// The colours that the system asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// A page that is open.
#[derive(Clone)]
pub struct Page {
    pub(super) driver: WebDriver,
    pub(super) shared: Rc<Shared>,
}

pub(super) struct Shared {
    /// What the system asks for, by media feature.
    pub(super) media: RefCell<BTreeMap<&'static str, &'static str>>,
    pub(super) effort: Tally,
    runner: RefCell<Option<TestRunner>>,
    console: RefCell<Vec<(String, String)>>,
    forgiven: RefCell<Vec<&'static str>>,
}

impl Page {
    pub(super) fn new(browser: &Browser, runner: TestRunner) -> Self {
        Self {
            driver: browser.driver().clone(),
            shared: Rc::new(Shared {
                media: RefCell::default(),
                effort: Tally::default(),
                runner: RefCell::new(Some(runner)),
                console: RefCell::default(),
                forgiven: RefCell::default(),
            }),
        }
    }

    /// Makes the window as large as a laptop's, and opens the page.
    pub(super) async fn begin(&self) -> Result<()> {
        self.size(1440, 900).await?;
        self.open().await
    }

    /// Opens the printed address, as a person would, and waits until the page is alive.
    ///
    /// # Errors
    /// When it does not come alive.
    pub async fn open(&self) -> Result<()> {
        let address = self.with_runner(TestRunner::address)?;
        self.driver.goto(address).await?;
        self.ready().await
    }

    /// Goes to another tab.
    ///
    /// # Errors
    /// When it was closed.
    pub async fn go_to_tab(&self, tab: WindowHandle) -> Result<()> {
        // The console of the tab before would be lost.
        self.console().await?;
        Ok(self.driver.switch_to_window(tab).await?)
    }

    /// Loads the page again.
    ///
    /// # Errors
    /// When it does not come alive.
    pub async fn reload(&self) -> Result<()> {
        // The console of the page before would be lost.
        self.console().await?;
        self.driver.refresh().await?;
        self.ready().await
    }

    /// Opens the page in another tab of the same browser too, and goes there. Gives what leads back.
    ///
    /// # Errors
    /// When it does not come alive.
    pub async fn another_tab(&self) -> Result<WindowHandle> {
        let before = self.driver.window().await?;
        let tab = self.driver.new_tab().await?;
        self.go_to_tab(tab).await?;
        self.begin().await?;
        Ok(before)
    }

    async fn ready(&self) -> Result<()> {
        self.until(
            "the page to be connected",
            "return document.querySelector('#run, #stop') && document.querySelector('#link[data-state=\"connected\"]') \
             && !document.querySelector('.later[aria-busy=\"true\"]')",
        )
        .await
        .map(drop)
    }

    /// Evaluates the body of a function in the page.
    ///
    /// # Errors
    /// When it throws.
    pub async fn evaluate(&self, body: &str) -> Result<Value> {
        let result = self.driver.execute(body, Vec::new()).await;
        Ok(result
            .with_context(|| format!("in `{body}`"))?
            .json()
            .clone())
    }

    /// Evaluates until the result is neither null, false, 0 nor empty, and gives it.
    ///
    /// # Errors
    /// When it stays so.
    pub async fn until(&self, what: &str, body: &str) -> Result<Value> {
        self.until_within(PATIENCE / 2, what, body).await
    }

    /// The same for what programs have to do, which takes as long as the machine takes.
    ///
    /// # Errors
    /// When the result stays so.
    pub async fn until_done(&self, what: &str, body: &str) -> Result<Value> {
        self.until_within(PATIENCE * 2, what, body).await
    }

    async fn until_within(&self, patience: Duration, what: &str, body: &str) -> Result<Value> {
        let deadline = Instant::now() + patience;
        loop {
            let value = self.evaluate(body).await?;
            let is_nothing = match &value {
                Value::Null => true,
                Value::Bool(is_so) => !is_so,
                Value::Number(number) => number.as_f64() == Some(0.0),
                Value::String(text) => text.is_empty(),
                Value::Array(list) => list.is_empty(),
                Value::Object(_) => false,
            };
            if !is_nothing {
                return Ok(value);
            }
            if Instant::now() > deadline {
                bail!("waited in vain for {what}: {body}");
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits for an element.
    ///
    /// # Errors
    /// When there is none.
    pub async fn element(&self, selector: &str) -> Result<WebElement> {
        self.until(
            selector,
            &format!("return !!document.querySelector({})", json!(selector)),
        )
        .await?;
        Ok(self.driver.find(By::Css(selector)).await?)
    }

    /// Waits until the text of an element contains a text.
    ///
    /// # Errors
    /// When it does not.
    pub async fn until_text(&self, selector: &str, wanted: &str) -> Result<()> {
        let body = format!(
            "const found = document.querySelector({}); return !!found && found.textContent.includes({})",
            json!(selector),
            json!(wanted)
        );
        match self
            .until(&format!("`{wanted}` in {selector}"), &body)
            .await
        {
            Ok(_) => Ok(()),
            Err(error) => {
                let shown = self.text(selector).await.unwrap_or_default();
                Err(error.context(format!("{selector} shows `{shown}`")))
            }
        }
    }

    /// The text of an element; empty when there is none.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn text(&self, selector: &str) -> Result<String> {
        let body = format!(
            "return document.querySelector({})?.textContent ?? ''",
            json!(selector)
        );
        Ok(self
            .evaluate(&body)
            .await?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// The texts of all elements.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn texts(&self, selector: &str) -> Result<Vec<String>> {
        let body = format!(
            "return [...document.querySelectorAll({})].map(found => found.textContent)",
            json!(selector)
        );
        Ok(serde_json::from_value(self.evaluate(&body).await?)?)
    }

    /// The values of an attribute of all elements that a selector finds.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn attributes(&self, selector: &str, attribute: &str) -> Result<Vec<String>> {
        let body = format!(
            "return [...document.querySelectorAll({})].map(found => found.getAttribute({}) ?? '')",
            json!(selector),
            json!(attribute)
        );
        Ok(serde_json::from_value(self.evaluate(&body).await?)?)
    }

    /// Waits for an element that can be seen, if it is no choice of a list, which is drawn by the system.
    async fn seen(&self, selector: &str) -> Result<WebElement> {
        let body = format!(
            "const found = document.querySelector({}); \
             return !!found && (found.matches('option') || found.checkVisibility({{ visibilityProperty: true }}))",
            json!(selector)
        );
        self.until(&format!("{selector} to be seen"), &body).await?;
        self.element(selector).await
    }

    /// Clicks an element once it can be seen.
    ///
    /// # Errors
    /// When it is not there or cannot be clicked.
    pub async fn click(&self, selector: &str) -> Result<()> {
        self.shared.effort.add(0, 1, 0);
        let element = self.seen(selector).await?;
        element.scroll_into_view().await?;
        element
            .click()
            .await
            .with_context(|| format!("clicking {selector}"))
    }

    /// Presses the right button of the mouse on an element.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn context_click(&self, selector: &str) -> Result<()> {
        let element = self.element(selector).await?;
        let actions = self.driver.action_chain();
        Ok(actions.context_click_element(&element).perform().await?)
    }

    /// Replaces the text of a field, as a person would, and leaves the field.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn fill(&self, selector: &str, text: &str) -> Result<()> {
        let element = self.seen(selector).await?;
        element
            .click()
            .await
            .with_context(|| format!("clicking {selector}"))?;
        element.send_keys(Key::Control + "a").await?;
        element.send_keys(Key::Delete + "").await?;
        element.send_keys(text).await?;
        element.send_keys(Key::Tab + "").await?;
        Ok(())
    }

    /// Presses keys wherever the focus is.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn press(&self, keys: impl Into<TypingData>) -> Result<()> {
        let keys = keys.into();
        self.shared.effort.add(keys.as_vec().len(), 0, 0);
        Ok(self.driver.action_chain().send_keys(keys).perform().await?)
    }

    /// Presses a key while another is held down.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn press_with(&self, held: Key, key: impl Into<char>) -> Result<()> {
        self.shared.effort.add(2, 0, 0);
        let (held, key) = (char::from(held), key.into());
        let keys = self.driver.action_chain();
        let keys = keys.key_down(held).key_down(key).key_up(key).key_up(held);
        Ok(keys.perform().await?)
    }

    /// Presses a key while two others are held down.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn press_with_two(&self, held: [Key; 2], key: impl Into<char>) -> Result<()> {
        self.shared.effort.add(3, 0, 0);
        let ([first, second], key) = (held.map(char::from), key.into());
        let keys = self.driver.action_chain();
        let keys = keys.key_down(first).key_down(second).key_down(key);
        let keys = keys.key_up(key).key_up(second).key_up(first);
        Ok(keys.perform().await?)
    }

    /// Where the middle of an element is in the window, with what of it is asked for: 0 to 1, from its left and top.
    ///
    /// # Errors
    /// When there is none.
    pub async fn place(&self, selector: &str, across: f64, down: f64) -> Result<(i64, i64)> {
        self.element(selector).await?;
        let body = format!(
            "const box = document.querySelector({}).getBoundingClientRect(); \
             return [Math.round(box.x + box.width * {across}), Math.round(box.y + box.height * {down})]",
            json!(selector)
        );
        let found = self.evaluate(&body).await?;
        let number = |at: usize| found[at].as_i64().context("no place");
        Ok((number(0)?, number(1)?))
    }

    /// Presses the mouse's button at a place of the window and goes to another with it.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn hold(&self, from: (i64, i64), to: (i64, i64)) -> Result<()> {
        let half = ((from.0 + to.0) / 2, (from.1 + to.1) / 2);
        let mouse = self.driver.action_chain();
        let mouse = mouse.move_to(from.0, from.1).click_and_hold();
        let mouse = mouse.move_to(half.0, half.1).move_to(to.0, to.1);
        Ok(mouse.perform().await?)
    }

    /// The same while a key is held down, and lets all go.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn hold_with(&self, held: Key, from: (i64, i64), to: (i64, i64)) -> Result<()> {
        let held = char::from(held);
        let mouse = self.driver.action_chain().key_down(held);
        let mouse = mouse.move_to(from.0, from.1).click_and_hold();
        let mouse = mouse.move_to(to.0, to.1).release().key_up(held);
        Ok(mouse.perform().await?)
    }

    /// Presses the mouse's button at a place of the window while a key is held down.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn tap_with(&self, held: Key, at: (i64, i64)) -> Result<()> {
        let held = char::from(held);
        let mouse = self.driver.action_chain().key_down(held);
        let mouse = mouse.move_to(at.0, at.1).click().key_up(held);
        Ok(mouse.perform().await?)
    }

    /// Lets the mouse's button go.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn release(&self) -> Result<()> {
        Ok(self.driver.action_chain().release().perform().await?)
    }

    /// Presses the mouse's button at a place of the window and lets it go there.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn tap(&self, at: (i64, i64)) -> Result<()> {
        let mouse = self.driver.action_chain().move_to(at.0, at.1);
        Ok(mouse.click().perform().await?)
    }

    /// By how many pixels the page is wider than the window.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn overflow(&self) -> Result<i64> {
        let body = "const root = document.documentElement; \
                    return Math.max(root.scrollWidth, document.body.scrollWidth) - root.clientWidth";
        self.evaluate(body)
            .await?
            .as_i64()
            .context("a number of pixels")
    }

    /// Saves a picture into `target/screenshots`.
    ///
    /// # Errors
    /// When it cannot be taken or written.
    pub async fn screenshot(&self, name: &str) -> Result<()> {
        let picture = self.picture().await?;
        Ok(fs::write(
            screenshots()?.join(format!("{name}.png")),
            picture,
        )?)
    }

    /// A picture of the window.
    ///
    /// # Errors
    /// When it cannot be taken.
    pub async fn picture(&self) -> Result<Vec<u8>> {
        Ok(self.driver.screenshot_as_png().await?)
    }

    /// What the page consists of now.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn source(&self) -> Result<String> {
        Ok(self.driver.source().await?)
    }

    /// Everything that was written to the console so far.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn console(&self) -> Result<Vec<String>> {
        let fresh = self.driver.browser_log().await?;
        let mut console = self.shared.console.borrow_mut();
        console.extend(fresh.into_iter().map(|entry| (entry.level, entry.message)));
        Ok(console
            .iter()
            .map(|(level, message)| format!("{level} {message}"))
            .collect())
    }

    /// Errors on the console that contain this are no failure of this test.
    pub fn forgive(&self, words: &'static str) {
        self.shared.forgiven.borrow_mut().push(words);
    }

    /// The errors of a console that were not forgiven.
    pub fn unforgiven(&self, console: &[String]) -> Vec<String> {
        let forgiven = self.shared.forgiven.borrow();
        let mut errors = console.to_vec();
        errors.retain(|line| line.starts_with("SEVERE"));
        errors.retain(|line| !forgiven.iter().any(|words| line.contains(words)));
        errors
    }

    /// The runner's log.
    pub fn runner_log(&self) -> String {
        self.with_runner(TestRunner::log).unwrap_or_default()
    }

    /// The runner before which the page stands.
    ///
    /// # Errors
    /// When it was taken away.
    pub fn with_runner<T>(&self, look: impl FnOnce(&TestRunner) -> T) -> Result<T> {
        self.shared
            .runner
            .borrow()
            .as_ref()
            .map(look)
            .context("there is no runner")
    }

    /// Kills the runner without a word.
    pub fn kill_runner(&self) {
        drop(self.shared.runner.borrow_mut().take());
    }

    /// Puts another runner in the place of one that was killed.
    pub fn replace_runner(&self, runner: TestRunner) {
        *self.shared.runner.borrow_mut() = Some(runner);
    }
}
