//! The page in a real Chromium, before a real runner. Everything is in a module `browser`, by which
//! the tests that need a browser are known and can be left out.

mod browser {
    mod actions;
    mod alone;
    mod around;
    mod canvas;
    mod canvas_clipboard;
    mod canvas_keys;
    mod canvas_touch;
    mod canvas_view;
    mod checks;
    mod code;
    mod comfort;
    mod composing;
    mod connection;
    mod editing;
    mod example;
    mod explain;
    mod files;
    mod gallery;
    mod inspecting;
    mod joining;
    mod keyboard;
    mod large;
    mod later;
    mod layout;
    mod lessons;
    mod lessons_beside;
    mod lessons_waiting;
    mod line;
    mod links;
    mod outline;
    mod palette;
    mod paper;
    mod passing;
    mod playground;
    mod refused;
    mod results;
    mod room;
    mod running;
    mod several;
    mod steps;
    mod tabs;
    mod views;
    mod watching;
}
