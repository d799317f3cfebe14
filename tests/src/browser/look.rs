//! The sizes and colours in which the page is checked, and what else a person's system may ask for.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use thirtyfour::common::print::PrintParameters;

use super::{Page, Theme};
use crate::TestRunner;

/// A window's size in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// How wide it is.
    pub width: u32,
    /// How high it is.
    pub height: u32,
}

impl Size {
    /// A laptop.
    pub const LAPTOP: Self = Self::new(1440, 900);
    /// A projector, or half of a screen.
    pub const PROJECTOR: Self = Self::new(1024, 768);
    /// A phone, held upright.
    pub const PHONE: Self = Self::new(390, 844);
    /// All three.
    pub const ALL: [Self; 3] = [Self::LAPTOP, Self::PROJECTOR, Self::PHONE];

    /// So many pixels.
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// Whether the page shows the chain as a list here.
    pub const fn is_narrow(self) -> bool {
        self.width < 700 || (self.width < 900 && self.height < 560)
    }

    /// What is left of it when everything is shown twice as large.
    pub const fn at_200_percent(self) -> Self {
        Self::new(self.width / 2, self.height / 2)
    }
}

impl Theme {
    /// Light and dark.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// As CSS and file names have it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Page {
    /// Makes the window this large and waits until the page has been laid out for it.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn resize(&self, size: Size) -> Result<()> {
        self.size(size.width, size.height).await?;
        let shell = if size.is_narrow() {
            ".page--narrow"
        } else {
            ".page:not(.page--narrow)"
        };
        let body = format!(
            "return innerWidth === {} && !!document.querySelector({})",
            size.width,
            json!(shell)
        );
        self.until("the new size", &body).await?;
        self.settled().await
    }

    /// Makes the system ask for something, such as `prefers-reduced-motion: reduce`, beside what it already asks for.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn prefer(&self, feature: &'static str, value: &'static str) -> Result<()> {
        self.shared.media.borrow_mut().insert(feature, value);
        self.emulate("").await
    }

    /// Shows the page as it would be on paper, or on the screen again.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn paper(&self, on: bool) -> Result<()> {
        self.emulate(if on { "print" } else { "" }).await
    }

    async fn emulate(&self, media: &str) -> Result<()> {
        let features: Vec<Value> = {
            let media = self.shared.media.borrow();
            let features = media.iter();
            features
                .map(|(name, value)| json!({ "name": name, "value": value }))
                .collect()
        };
        let wanted = json!({ "media": media, "features": features });
        let tools = self.driver.cdp();
        tools.send_raw("Emulation.setEmulatedMedia", wanted).await?;
        Ok(())
    }

    /// Opens another path of the runner, whatever it answers.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn visit(&self, path: &str) -> Result<()> {
        let port = self.with_runner(TestRunner::port)?;
        let address = format!("http://127.0.0.1:{port}{path}");
        Ok(self.driver.goto(address).await?)
    }

    /// Goes to any address.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn go(&self, address: &str) -> Result<()> {
        // The console of the page before would be lost.
        self.console().await?;
        Ok(self.driver.goto(address).await?)
    }

    /// Goes into a frame: everything else is about what is in it.
    ///
    /// # Errors
    /// When there is none.
    pub async fn enter_frame(&self, selector: &str) -> Result<()> {
        Ok(self.element(selector).await?.enter_frame().await?)
    }

    /// Goes back to the page around the frames.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn leave_frame(&self) -> Result<()> {
        Ok(self.driver.enter_default_frame().await?)
    }

    /// Makes the browser a stranger to the runner, whose person reads this language.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn forget(&self, language: &str) -> Result<()> {
        let tools = self.driver.cdp();
        tools.send_raw("Network.enable", json!({})).await?;
        tools
            .send_raw("Network.clearBrowserCookies", json!({}))
            .await?;
        let headers = json!({ "headers": { "Accept-Language": language } });
        tools
            .send_raw("Network.setExtraHTTPHeaders", headers)
            .await?;
        Ok(())
    }

    /// Prints the page, as a PDF.
    ///
    /// # Errors
    /// When the browser does not.
    pub async fn printed(&self) -> Result<Vec<u8>> {
        Ok(self.driver.print_page(PrintParameters::default()).await?)
    }

    /// Waits until the page has drawn what it knows: two frames, and the end of every transition that ends.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn settled(&self) -> Result<()> {
        let body = "const done = arguments[arguments.length - 1]; \
             const endless = animation => animation.effect?.getComputedTiming().endTime === Infinity; \
             requestAnimationFrame(() => requestAnimationFrame(() => { \
                 const moving = document.getAnimations().filter(animation => !endless(animation)); \
                 Promise.allSettled(moving.map(animation => animation.finished)).then(() => done(true)); \
             }))";
        let settled = self.driver.execute_async(body, Vec::new()).await;
        settled.context("waiting for a frame")?;
        Ok(())
    }

    /// A fresh page: nothing kept, and the opening example on it.
    ///
    /// # Errors
    /// When it does not come alive.
    pub async fn afresh(&self) -> Result<()> {
        self.evaluate("localStorage.clear(); sessionStorage.clear()")
            .await?;
        self.reload().await
    }
}
