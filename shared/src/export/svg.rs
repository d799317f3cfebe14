//! A chain as a picture: cards and wires as on the page, and the chain itself inside, so that the picture can be
//! opened again. It holds no script, refers to nothing outside, and is the same every time.

use std::fmt::Write;

use crate::chain::{
    Access, Chain, FanIn, Input, InputPort, Lanes, Names, OutputPort, Stage, StageKind, WireMode,
};
use crate::decimal::decimal;
use crate::layout::{
    Area, Drawn, Layout, Room, input_port, input_ports, output_port, output_ports,
};
use crate::shell::quote;
use crate::text::tame;

/// Around everything.
const MARGIN: f64 = 24.0;
/// How many boxes stand behind each other for many lanes.
const MOST_BEHIND: usize = 2;
/// Characters of a note's line, for each of its pixels.
const NOTE_CHARACTER: f64 = 7.2;
/// Characters of a card's line, likewise.
const MONO_CHARACTER: f64 = 7.3;
/// What marks the chain: [`crate::open`] looks for it.
const METADATA: (&str, &str) = ("<metadata id=\"pipeyard-chain\">", "</metadata>");

const STYLE: &str = "\
.ground{fill:#f6f7f9}.card{fill:#fff;stroke:#d9dee5}.behind{fill:#fbfbfc;stroke:#d9dee5}\
.name{font:700 14px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#17202b}\
.line{font:12px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#566372}\
.kind,.small{font:11px system-ui,sans-serif;fill:#566372}\
.note{fill:#fff8dc;stroke:#d8c98a}.note-text{font:13px system-ui,sans-serif;fill:#17202b}\
.group{fill:none;stroke:#8391a0;stroke-dasharray:4 4}\
.wire{fill:none;stroke:#8391a0;stroke-width:2}.error{stroke:#c2256f;stroke-dasharray:6 4}.direct{stroke-width:3.5}\
.out{stroke-dasharray:2 4}.box{fill:#f0f2f5;stroke:#d9dee5}.port{fill:#fff;stroke:#8391a0;stroke-width:2}\
.port-error{stroke:#c2256f}.off{opacity:.55}\
.h0{fill:#0b66d6}.h1{fill:#b35a00}.h2{fill:#7a43d6}.h3{fill:#0a7f69}.h4{fill:#b8442c}.h5{fill:#93337f}.h6{fill:#4d6f0f}\
.h7{fill:#376a8c}\
@media(prefers-color-scheme:dark){.ground{fill:#0f1216}.card{fill:#1d242d;stroke:#2b343f}.behind{fill:#161b22;stroke:#2b343f}\
.name,.note-text{fill:#e6ebf1}.line,.kind,.small{fill:#93a0ae}.note{fill:#2a2717;stroke:#5c5530}.group,.wire,.port{stroke:#64707d}\
.error,.port-error{stroke:#ff7eb6}.box{fill:#1a2028;stroke:#2b343f}.port{fill:#1d242d}\
.h0{fill:#4da3ff}.h1{fill:#f2a33c}.h2{fill:#b58cff}.h3{fill:#3ecfb2}.h4{fill:#ff9d8a}.h5{fill:#e58ad2}.h6{fill:#a8cf5a}\
.h7{fill:#8fbcd9}}";

/// The picture.
pub(super) fn svg(chain: &Chain) -> String {
    let room = Room::wide();
    let layout = Layout::of(chain, &room);
    let cards = layout.cards.iter().map(|placed| placed.area);
    let groups = layout.groups.iter().map(|group| group.area);
    let notes = chain.notes.iter().map(Area::of_note);
    let wires = layout.wires.iter().filter_map(reach);
    let outputs = layout.output_lines.iter().filter_map(output_box);
    let around = cards.chain(groups).chain(notes).chain(wires).chain(outputs);
    let bounds = Area::around(around).unwrap_or_default().grown(MARGIN);
    let names = Names::of(chain);
    let title = if chain.title.is_empty() {
        "A chain of processes"
    } else {
        &chain.title
    };
    let mut out = String::new();
    let (x, y) = (bounds.x, bounds.y);
    let (width, height) = (bounds.width.max(1.0), bounds.height.max(1.0));
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{x:.0} {y:.0} {width:.0} {height:.0}\" \
         width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\" aria-labelledby=\"title\">"
    );
    let _ = writeln!(out, "<title id=\"title\">{}</title>", text(title));
    let (begin, end) = METADATA;
    let _ = writeln!(out, "{begin}{}{end}", whole(&chain.to_json()));
    let _ = writeln!(out, "<style>{STYLE}</style>");
    let _ = writeln!(
        out,
        "<rect class=\"ground\" x=\"{x:.0}\" y=\"{y:.0}\" width=\"{width:.0}\" height=\"{height:.0}\"/>"
    );
    for group in layout.groups.iter().filter(|group| !group.collapsed) {
        out += &rect("group", &group.area, 10.0);
        let name = &chain.groups[group.group].title;
        out += &label(
            "small",
            group.area.x + 12.0,
            group.area.y + 18.0,
            &cut(name, group.area.width, 7.0),
        );
    }
    for note in &chain.notes {
        out += &self::note(&Area::of_note(note), &note.text);
    }
    for drawn in &layout.wires {
        let wire = &chain.wires[drawn.index];
        let mut class = String::from("wire");
        if wire.from.port == OutputPort::Stderr {
            class += " error";
        }
        if wire.mode == WireMode::Direct {
            class += " direct";
        }
        let _ = writeln!(
            out,
            "<path class=\"{class}\" d=\"{}\"><title>{}</title></path>",
            drawn.path,
            text(&names.wire(wire))
        );
    }
    let line = |class: &str, drawn: &Drawn| {
        format!("<path class=\"wire {class}\" d=\"{}\"/>\n", drawn.path)
    };
    for drawn in &layout.output_lines {
        out += &line("out", drawn);
    }
    for drawn in &layout.output_lines {
        if let Some(area) = output_box(drawn) {
            out += &rect("box", &area, 6.0);
            out += &label("small", area.x + 14.0, area.y + 17.0, "output");
        }
    }
    for group in layout.groups.iter().filter(|group| group.collapsed) {
        out += &rect("card", &group.area, 8.0);
        let group_of = &chain.groups[group.group];
        let (x, y) = (group.area.x + 16.0, group.area.y + 26.0);
        out += &label(
            "name",
            x,
            y,
            &cut(&group_of.title, group.area.width - 32.0, 8.5),
        );
        let members: Vec<&str> = group_of.stages.iter().map(|id| names.stage(id)).collect();
        out += &label(
            "line",
            x,
            y + 22.0,
            &cut(&members.join(", "), group.area.width - 32.0, MONO_CHARACTER),
        );
    }
    for placed in &layout.cards {
        out += &card(chain, &names, placed.stage, &placed.area);
    }
    out + "</svg>\n"
}

/// The places that a curve is made of: it does not leave the area between them.
fn spots(drawn: &Drawn) -> Vec<(f64, f64)> {
    let numbers = drawn
        .path
        .split(|character: char| character.is_ascii_alphabetic() || character == ' ');
    let numbers: Vec<f64> = numbers.filter_map(decimal).collect();
    numbers
        .chunks_exact(2)
        .map(|pair| (pair[0], pair[1]))
        .collect()
}

/// Where the end of a line is said to be the output.
fn output_box(drawn: &Drawn) -> Option<Area> {
    let (x, y) = spots(drawn).last().copied()?;
    Some(Area {
        x,
        y: y - 13.0,
        width: 64.0,
        height: 26.0,
    })
}

fn reach(drawn: &Drawn) -> Option<Area> {
    let points = spots(drawn).into_iter();
    Area::around(points.map(|(x, y)| Area {
        x,
        y,
        width: 0.0,
        height: 0.0,
    }))
}

fn card(chain: &Chain, names: &Names, at: usize, area: &Area) -> String {
    let stage = &chain.stages[at];
    let off = if stage.bypassed { " class=\"off\"" } else { "" };
    let mut out = format!("<g{off}>\n");
    for behind in (1..chain.lanes.count().min(MOST_BEHIND + 1)).rev() {
        let by = 5.0 * behind as f64;
        out += &rect(
            "behind",
            &Area {
                x: area.x + by,
                y: area.y - by,
                ..*area
            },
            8.0,
        );
    }
    out += &rect("card", area, 8.0);
    let edge = Area {
        width: 4.0,
        ..*area
    };
    out += &rect(&format!("h{}", at % 8), &edge, 2.0);
    let (x, inner) = (area.x + 16.0, area.width - 32.0);
    let name = cut(names.stage(&stage.id), inner, 8.5);
    out += &label("name", x, area.y + 26.0, &name);
    out += &label(
        "line",
        x,
        area.y + 48.0,
        &cut(&summary(stage), inner, MONO_CHARACTER),
    );
    let mut said = vec![stage.kind.word().to_owned()];
    if at == 0 && chain.lanes.count() > 1 {
        said.push(match &chain.lanes {
            Lanes::Count(count) => format!("{count} lanes"),
            Lanes::Values(values) => format!("{} lanes", values.len()),
        });
    }
    let timeout = stage.setup().and_then(|setup| setup.timeout_ms);
    said.extend(timeout.map(|timeout| format!("at most {timeout} ms")));
    if stage.bypassed {
        said.push("bypassed".into());
    }
    let merged = chain.wires_to(&stage.id, InputPort::Stdin).count() > 1;
    if merged {
        let word = match stage.fan_in_at(InputPort::Stdin) {
            FanIn::Lines => "by lines",
            FanIn::Ordered => "in order",
            FanIn::Shared => "shared",
        };
        said.push(word.into());
    }
    out += &label("kind", x, area.y + 72.0, &said.join(" · "));
    for port in input_ports(chain, at, false) {
        let (cx, cy) = input_port(area, port);
        out += &circle("port", cx, cy);
        if port != InputPort::Stdin {
            out += &label("small", cx - 8.0, cy - 8.0, &port.to_string());
        }
    }
    for port in output_ports(chain, at) {
        let (cx, cy) = output_port(area, port);
        let class = match port {
            OutputPort::Stdout => "port",
            OutputPort::Stderr => "port port-error",
        };
        out += &circle(class, cx, cy);
    }
    out + "</g>\n"
}

/// What stands under a stage's name.
fn summary(stage: &Stage) -> String {
    let first_line = |text: &str| {
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default().to_owned();
        if lines.next().is_some() {
            first + " …"
        } else {
            first
        }
    };
    match &stage.kind {
        StageKind::Process(process) => {
            let words: Vec<String> = process
                .args
                .iter()
                .map(|word| quote(word.as_bytes()))
                .collect();
            first_line(&words.join(" "))
        }
        StageKind::Shell(shell) => first_line(&shell.text.lossy()),
        StageKind::Input(input) => match input {
            Input::Text(text) => first_line(&text.lossy()),
            Input::Hex(text) | Input::Base64(text) => first_line(text),
            Input::Random(count) => format!("{count} bytes"),
            Input::Lines(lines) => {
                let first = lines.first().map(|line| first_line(&line.lossy()));
                first.unwrap_or_default()
            }
            Input::Repeat { text, times } => {
                let times = times.map_or("∞".to_owned(), |times| times.to_string());
                format!("{} × {times}", first_line(&text.lossy()))
            }
        },
        StageKind::File(file) => match file.access {
            Access::Read => format!("< {}", quote(file.path.as_bytes())),
            Access::Write => format!("> {}", quote(file.path.as_bytes())),
            Access::Append => format!(">> {}", quote(file.path.as_bytes())),
        },
        StageKind::Discard => String::new(),
    }
}

fn note(area: &Area, said: &str) -> String {
    let mut out = rect("note", area, 6.0);
    let most = ((area.width - 20.0) / NOTE_CHARACTER).max(1.0) as usize;
    let lines = ((area.height - 12.0) / 20.0).max(1.0) as usize;
    let mut shown = Vec::new();
    for line in said.lines() {
        let mut row = String::new();
        for word in line.split_whitespace() {
            if !row.is_empty() && row.chars().count() + 1 + word.chars().count() > most {
                shown.push(std::mem::take(&mut row));
            }
            if !row.is_empty() {
                row.push(' ');
            }
            row += word;
        }
        shown.push(row);
        if shown.len() > lines {
            break;
        }
    }
    for (number, row) in shown.iter().take(lines).enumerate() {
        let y = area.y + 24.0 + 20.0 * number as f64;
        out += &label(
            "note-text",
            area.x + 10.0,
            y,
            &cut(row, area.width - 20.0, NOTE_CHARACTER),
        );
    }
    out
}

fn rect(class: &str, area: &Area, radius: f64) -> String {
    format!(
        "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{radius}\"/>\n",
        area.x, area.y, area.width, area.height
    )
}

fn circle(class: &str, x: f64, y: f64) -> String {
    format!("<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"/>\n")
}

fn label(class: &str, x: f64, y: f64, said: &str) -> String {
    if said.is_empty() {
        return String::new();
    }
    format!(
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>\n",
        text(said)
    )
}

/// As much of a line as fits.
fn cut(line: &str, width: f64, character: f64) -> String {
    let most = (width / character).max(1.0) as usize;
    let tamed = tame(line);
    if tamed.chars().count() <= most {
        return tamed.into_owned();
    }
    let kept: String = tamed.chars().take(most.saturating_sub(1)).collect();
    kept + "…"
}

/// Text of others between tags, tamed.
fn text(said: &str) -> String {
    escaped(&tame(said))
}

/// Text between tags, of which nothing is lost: what XML does not allow is not in JSON.
fn whole(json: &str) -> String {
    // JSON escapes what is below a blank; the rest that XML forbids is written as JSON would.
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '\u{7f}'..='\u{9f}'
            | '\u{fffe}'
            | '\u{ffff}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            other => out.push(other),
        }
    }
    escaped(&out)
}

fn escaped(said: &str) -> String {
    let mut out = String::with_capacity(said.len());
    for character in said.chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}
