//! A person's keyboard.

use anyhow::{Result, bail};
use serde_json::json;
use thirtyfour::Key;

use super::Page;
use super::effort::Effort;

/// More than it takes to go through any view by Tab.
const MOST_TABS: usize = 250;

impl Page {
    /// What was done so far, as a person counts it.
    pub fn effort(&self) -> Effort {
        self.shared.effort.now()
    }

    /// A step that a person decides on: it costs a thought.
    pub fn thought(&self) {
        self.shared.effort.add(0, 0, 1);
    }

    /// Whether what has the focus fits a selector.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn has_focus(&self, selector: &str) -> Result<bool> {
        let body = format!(
            "return document.activeElement?.matches({}) === true",
            json!(selector)
        );
        Ok(self.evaluate(&body).await? == true)
    }

    /// Waits until what fits a selector has the focus.
    ///
    /// # Errors
    /// When it does not get it.
    pub async fn until_focus(&self, selector: &str) -> Result<()> {
        let body = format!(
            "return document.activeElement?.matches({}) === true",
            json!(selector)
        );
        self.until(&format!("the focus at {selector}"), &body)
            .await
            .map(drop)
    }

    /// Presses Tab until what fits a selector has the focus.
    ///
    /// # Errors
    /// When Tab does not lead there.
    pub async fn tab_to(&self, selector: &str) -> Result<()> {
        self.element(selector).await?;
        for _ in 0..MOST_TABS {
            if self.has_focus(selector).await? {
                return Ok(());
            }
            self.press(Key::Tab + "").await?;
        }
        bail!("Tab does not lead to {selector}");
    }

    /// Presses Shift and Tab until what fits a selector has the focus.
    ///
    /// # Errors
    /// When they do not lead there.
    pub async fn tab_back_to(&self, selector: &str) -> Result<()> {
        self.element(selector).await?;
        for _ in 0..MOST_TABS {
            if self.has_focus(selector).await? {
                return Ok(());
            }
            self.press_with(Key::Shift, Key::Tab).await?;
        }
        bail!("Shift and Tab do not lead to {selector}");
    }

    /// Presses the key at this place of the keyboard (`KeyC`), which writes a letter of another script.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn key_of_script(&self, letter: &str, place: &str) -> Result<()> {
        for kind in ["rawKeyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": letter, "code": place });
            let tools = self.driver.cdp();
            tools.send_raw("Input.dispatchKeyEvent", event).await?;
        }
        Ok(())
    }

    /// An input method shows what it has put together so far, such as a syllable of Korean.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn compose(&self, text: &str) -> Result<()> {
        let end = text.encode_utf16().count();
        let shown = json!({ "text": text, "selectionStart": end, "selectionEnd": end });
        let tools = self.driver.cdp();
        tools.send_raw("Input.imeSetComposition", shown).await?;
        Ok(())
    }

    /// An input method takes the Enter key for itself.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn enter_of_method(&self) -> Result<()> {
        for kind in ["rawKeyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229 });
            let tools = self.driver.cdp();
            tools.send_raw("Input.dispatchKeyEvent", event).await?;
        }
        Ok(())
    }

    /// An input method hands over what it has put together.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn commit(&self, text: &str) -> Result<()> {
        let tools = self.driver.cdp();
        tools
            .send_raw("Input.insertText", json!({ "text": text }))
            .await?;
        Ok(())
    }

    /// Replaces the text of the field that has the focus.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn overwrite(&self, text: &str) -> Result<()> {
        self.press_with(Key::Control, 'a').await?;
        self.press(Key::Delete + "").await?;
        if !text.is_empty() {
            self.press(text).await?;
        }
        Ok(())
    }

    /// Opens a list by its button, types, and chooses what is found first, which must have this name.
    ///
    /// # Errors
    /// When it is not the first that is found, or cannot be chosen.
    pub async fn pick(&self, button: &str, words: &str, choice: &str) -> Result<()> {
        self.thought();
        self.click(button).await?;
        self.choose(words, choice).await
    }

    /// Types into a list that has opened, and chooses what is found first, which must have this name.
    ///
    /// # Errors
    /// When it is not the first that is found, or cannot be chosen.
    pub async fn choose(&self, words: &str, choice: &str) -> Result<()> {
        self.until_focus("#pick [role=combobox]").await?;
        self.press(words).await?;
        let chosen =
            format!("#pick [data-choice={choice:?}][aria-selected=true]:not([aria-disabled=true])");
        self.element(&chosen).await?;
        self.press(Key::Enter + "").await?;
        self.until(
            "the list to close",
            "return !document.querySelector('#pick')",
        )
        .await
        .map(drop)
    }

    /// Chooses in the palette of actions what is found first by these words and has this name.
    ///
    /// # Errors
    /// When it is not the first that is found, or cannot be chosen.
    pub async fn ask_for(&self, words: &str, choice: &str) -> Result<()> {
        self.thought();
        self.press_with(Key::Control, 'k').await?;
        self.until_focus("#actions [role=combobox]").await?;
        self.press(words).await?;
        let chosen = format!(
            "#actions [data-choice=\"{choice}\"][aria-selected=true]:not([aria-disabled=true])"
        );
        self.element(&chosen).await?;
        self.press(Key::Enter + "").await?;
        self.until(
            "the palette to close",
            "return !document.querySelector('#actions')",
        )
        .await
        .map(drop)
    }
}
