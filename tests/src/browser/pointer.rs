//! A person's hand: a mouse with three buttons and a wheel, and fingers. What is sent goes through the browser's own
//! input, hit testing included, and not past it as events made by a script would.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde_json::json;

use super::Page;

/// A place in the window, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct At {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// So many pixels from the left and from the top.
pub const fn at(x: f64, y: f64) -> At {
    At { x, y }
}

/// A button of the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// What selects and drags.
    Left,
    /// The wheel, pressed.
    Middle,
    /// What opens a context menu.
    Right,
}

/// Keys that are held while the mouse is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held(u8);

impl Held {
    /// None.
    pub const NONE: Self = Self(0);
    /// Alt.
    pub const ALT: Self = Self(1);
    /// Ctrl.
    pub const CONTROL: Self = Self(2);
    /// Cmd of a Mac.
    pub const COMMAND: Self = Self(4);
    /// Shift.
    pub const SHIFT: Self = Self(8);
}

/// Between the clicks of a double one, in seconds.
const BETWEEN_CLICKS: f64 = 0.05;
/// How many moves a drag is made of.
const STEPS: u32 = 6;

impl Button {
    const fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Middle => "middle",
            Self::Right => "right",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Left => 1,
            Self::Right => 2,
            Self::Middle => 4,
        }
    }
}

impl Page {
    /// The middle of an element.
    ///
    /// # Errors
    /// When there is none.
    pub async fn middle(&self, selector: &str) -> Result<At> {
        self.part(selector, 0.5, 0.5).await
    }

    /// A place in an element: so much of its width from its left, so much of its height from its top.
    ///
    /// # Errors
    /// When there is none.
    pub async fn part(&self, selector: &str, across: f64, down: f64) -> Result<At> {
        self.element(selector).await?;
        let body = format!(
            "const box = document.querySelector({}).getBoundingClientRect(); \
             return [box.x + box.width * {across}, box.y + box.height * {down}]",
            json!(selector)
        );
        let found = self.evaluate(&body).await?;
        let number = |index: usize| found[index].as_f64().context("a place");
        Ok(at(number(0)?, number(1)?))
    }

    /// Waits until a place in an element, as [`Page::place`] has it, is at a place of the window, give or take a pixel.
    ///
    /// # Errors
    /// When it does not come there; with where it is.
    pub async fn until_at(
        &self,
        selector: &str,
        (across, down): (f64, f64),
        wanted: (i64, i64),
    ) -> Result<()> {
        let body = format!(
            "const box = document.querySelector({})?.getBoundingClientRect(); return !!box && \
             Math.abs(box.x + box.width * {across} - {}) <= 1.5 && Math.abs(box.y + box.height * {down} - {}) <= 1.5",
            json!(selector),
            wanted.0,
            wanted.1
        );
        match self
            .until(&format!("{selector} at {wanted:?}"), &body)
            .await
        {
            Ok(_) => Ok(()),
            Err(error) => {
                let found = self.place(selector, across, down).await?;
                Err(error.context(format!("{selector} is at {found:?}")))
            }
        }
    }

    /// Moves the mouse, with a button pressed or none.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn mouse_to(&self, to: At, pressed: Option<Button>, held: Held) -> Result<()> {
        self.mouse(
            "mouseMoved",
            to,
            pressed,
            pressed.map_or(0, Button::bit),
            0,
            held,
        )
        .await
    }

    /// Presses a button of the mouse and keeps it down.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn mouse_down(&self, place: At, button: Button, held: Held) -> Result<()> {
        self.mouse_to(place, None, held).await?;
        self.mouse("mousePressed", place, Some(button), button.bit(), 1, held)
            .await
    }

    /// Lets a button of the mouse go.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn mouse_up(&self, place: At, button: Button, held: Held) -> Result<()> {
        self.mouse("mouseReleased", place, Some(button), 0, 1, held)
            .await
    }

    /// Presses a button and goes to another place with it, in steps as a hand would; the button stays down.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn drag(&self, from: At, to: At, button: Button, held: Held) -> Result<()> {
        self.shared.effort.add(0, 2, 0);
        self.mouse_down(from, button, held).await?;
        for step in 1..=STEPS {
            let part = f64::from(step) / f64::from(STEPS);
            let place = at(
                from.x + (to.x - from.x) * part,
                from.y + (to.y - from.y) * part,
            );
            self.mouse_to(place, Some(button), held).await?;
        }
        Ok(())
    }

    /// Drags with the left button, and lets it go there.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn drag_to(&self, from: At, to: At) -> Result<()> {
        self.drag(from, to, Button::Left, Held::NONE).await?;
        self.mouse_up(to, Button::Left, Held::NONE).await
    }

    /// Presses a button once, or twice for a double click, which is one however slow the machine is.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn press_button(
        &self,
        place: At,
        button: Button,
        times: u8,
        held: Held,
    ) -> Result<()> {
        self.shared.effort.add(0, 1, 0);
        self.mouse_to(place, None, held).await?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
        for count in 1..=times {
            for (kind, buttons) in [("mousePressed", button.bit()), ("mouseReleased", 0)] {
                let event = json!({
                    "type": kind, "x": place.x, "y": place.y, "button": button.word(), "buttons": buttons,
                    "clickCount": count, "modifiers": held.0, "timestamp": now + f64::from(count) * BETWEEN_CLICKS,
                });
                self.input("Input.dispatchMouseEvent", event).await?;
            }
        }
        Ok(())
    }

    /// Turns the wheel: down, or to the right, by so many pixels. With Ctrl this is also what a pinch on a touch pad is.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn wheel(&self, place: At, right: f64, down: f64, held: Held) -> Result<()> {
        let event = json!({
            "type": "mouseWheel", "x": place.x, "y": place.y, "deltaX": right, "deltaY": down, "modifiers": held.0,
        });
        self.input("Input.dispatchMouseEvent", event).await
    }

    /// Puts fingers down at once, moves each from its first place to its second, and lifts them.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn fingers(&self, ways: &[(At, At)]) -> Result<()> {
        let touch = |kind: &str, part: f64| {
            let points = ways.iter().enumerate().map(|(id, (from, to))| {
                json!({ "id": id, "x": from.x + (to.x - from.x) * part, "y": from.y + (to.y - from.y) * part })
            });
            let points: Vec<_> = points.collect();
            json!({ "type": kind, "touchPoints": points })
        };
        self.input("Input.dispatchTouchEvent", touch("touchStart", 0.0))
            .await?;
        for step in 1..=STEPS {
            let part = f64::from(step) / f64::from(STEPS);
            self.input("Input.dispatchTouchEvent", touch("touchMove", part))
                .await?;
        }
        let lifted = json!({ "type": "touchEnd", "touchPoints": [] });
        self.input("Input.dispatchTouchEvent", lifted).await
    }

    /// Touches a place with one finger and lifts it.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn touch(&self, place: At) -> Result<()> {
        self.finger_down(place).await?;
        self.finger_up().await
    }

    /// Touches a place with one finger, which stays there.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn finger_down(&self, place: At) -> Result<()> {
        let down = json!({ "type": "touchStart", "touchPoints": [{ "x": place.x, "y": place.y }] });
        self.input("Input.dispatchTouchEvent", down).await
    }

    /// Lifts the finger.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn finger_up(&self) -> Result<()> {
        let lifted = json!({ "type": "touchEnd", "touchPoints": [] });
        self.input("Input.dispatchTouchEvent", lifted).await
    }

    async fn mouse(
        &self,
        kind: &str,
        place: At,
        button: Option<Button>,
        buttons: u8,
        count: u8,
        held: Held,
    ) -> Result<()> {
        let event = json!({
            "type": kind, "x": place.x, "y": place.y, "button": button.map_or("none", Button::word),
            "buttons": buttons, "clickCount": count, "modifiers": held.0,
        });
        self.input("Input.dispatchMouseEvent", event).await
    }

    async fn input(&self, command: &str, event: serde_json::Value) -> Result<()> {
        let sent = self.driver.cdp().send_raw(command, event).await;
        sent.with_context(|| command.to_owned())?;
        Ok(())
    }
}
