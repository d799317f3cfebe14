//! How processes are waited for, and lanes told apart.

use super::helpers::Need;
use super::{Collects, Form, LINE, Writer};
use crate::chain::{Lanes, StatusRule};

impl Writer<'_> {
    pub(super) fn single(&mut self, given: Option<(usize, String)>) -> String {
        let plan = self.plan;
        let mut text = String::new();
        for line in std::mem::take(&mut self.lines) {
            text += &line;
            text.push('\n');
        }
        let mut waited = Vec::new();
        if let Some((to, data)) = given {
            let name = self.names.stage(to);
            text += &format!("{name}.communicate({data})\n");
            waited.push(to);
        }
        text += &self.waits(&waited, None, 0);
        for thread in &self.joined {
            text += &format!("{thread}.join()\n");
        }
        self.needs.insert(Need::Sys);
        let is_plain = self.needs.contains(&Need::EndAfter)
            || plan.chain.timeout_ms.is_some()
            || plan.chain.status != StatusRule::Last;
        if let Some(last) = plan.processes.last().filter(|_| !is_plain) {
            // What a shell says of a process that a signal ended.
            text += &format!(
                "status = {}.returncode\nsys.exit(status if status >= 0 else 128 - status)\n",
                self.names.stage(*last)
            );
            return text;
        }
        let status = self.status();
        if plan.chain.timeout_ms.is_some() {
            text += &format!("status = {status}\nsys.exit(124 if over.is_set() else status)\n");
        } else {
            text += &format!("sys.exit({status})\n");
        }
        text
    }

    /// What waits for the processes; those whose time is over are ended meanwhile.
    pub(super) fn waits(
        &mut self,
        waited: &[usize],
        collected: Option<usize>,
        depth: usize,
    ) -> String {
        let plan = self.plan;
        let pad = "    ".repeat(depth);
        let mut text = String::new();
        let mut waited = waited.to_vec();
        if let Some(at) = collected {
            let name = self.names.stage(at);
            text += &match plan.is_helped(at) {
                true => format!("{pad}with {name}.stdout:\n{pad}    out = {name}.stdout.read()\n"),
                false => {
                    waited.push(at);
                    format!("{pad}out, _ = {name}.communicate()\n")
                }
            };
        }
        let rest: Vec<String> = plan
            .processes
            .iter()
            .filter(|at| !waited.contains(at))
            .map(|at| self.names.stage(*at))
            .collect();
        match &rest[..] {
            [] => {}
            [only] => text += &format!("{pad}{only}.wait()\n"),
            _ => {
                text += &format!(
                    "{pad}for process in [{}]:\n{pad}    process.wait()\n",
                    rest.join(", ")
                );
            }
        }
        text
    }

    /// The status of a lane as an expression.
    pub(super) fn status(&mut self) -> String {
        let processes = &self.plan.processes;
        let names: Vec<String> = processes.iter().map(|at| self.names.stage(*at)).collect();
        let Some(last) = names.last() else {
            return "0".into();
        };
        self.needs.insert(Need::ShellStatus);
        if self.plan.chain.status == StatusRule::Last || names.len() == 1 {
            return format!("shell_status({last})");
        }
        self.needs.insert(Need::Pipefail);
        format!("last_failure([{}])", names.join(", "))
    }

    /// The parameters of what starts a lane, its last line, and what waits for one.
    pub(super) fn lane_functions(
        &mut self,
        collects: Collects,
        given: Option<(usize, String)>,
    ) -> (String, Vec<String>, String) {
        debug_assert!(given.is_none(), "lanes are fed by threads");
        let parameters = match self.plan.chain.lanes {
            Lanes::Count(_) => "lane",
            Lanes::Values(_) => "lane, value",
        };
        let mut parts: Vec<String> = self
            .plan
            .processes
            .clone()
            .into_iter()
            .map(|at| self.names.stage(at))
            .collect();
        if collects == Collects::File {
            parts.push("out".into());
        }
        parts.extend(self.joined.iter().cloned());
        let list = parts.join(", ");
        let collected = match collects {
            Collects::Pipe(at) => Some(at),
            _ => None,
        };
        let mut text = format!(
            "\n\ndef finish({list}):\n    \"\"\"Waits for a lane, and returns its status{}.\"\"\"\n",
            if collects == Collects::Nothing {
                ""
            } else {
                " and what it printed"
            }
        );
        text += &self.waits(&[], collected, 1);
        for thread in &self.joined {
            text += &format!("    {thread}.join()\n");
        }
        let status = self.status();
        text += &match collects {
            Collects::Nothing => format!("    return {status}\n"),
            Collects::Pipe(_) => format!("    return {status}, out\n"),
            Collects::File => {
                format!("    with out:\n        out.seek(0)\n        return {status}, out.read()\n")
            }
        };
        let end = match &parts[..] {
            [] => "return ()".to_owned(),
            [only] => format!("return ({only},)"),
            _ => format!("return {list}"),
        };
        (parameters.to_owned(), vec![end], text)
    }

    pub(super) fn lanes(&mut self, jobs: usize, collects: Collects) -> String {
        let chain = self.plan.chain;
        self.needs.insert(Need::Sys);
        let (mut text, each, over) = match &chain.lanes {
            Lanes::Count(count) => (
                String::new(),
                "start(lane)",
                ("lane", format!("range(1, {})", u64::from(*count) + 1)),
            ),
            Lanes::Values(values) => {
                let values: Vec<String> = values
                    .iter()
                    .map(|value| self.literals.value(value))
                    .collect();
                let mut list = format!("values = [{}]", values.join(", "));
                if list.chars().count() > LINE {
                    list = format!("values = [\n    {},\n]", values.join(",\n    "));
                }
                (
                    list + "\n",
                    "start(lane, value)",
                    ("lane, value", "enumerate(values, 1)".to_owned()),
                )
            }
        };
        let (names, over) = over;
        let print = match collects {
            Collects::Nothing => "",
            _ => "    sys.stdout.buffer.write(out)\n",
        };
        let result = match collects {
            Collects::Nothing => "lane_status",
            _ => "lane_status, out",
        };
        let deadline = chain.timeout_ms.is_some();
        match self.form {
            Form::Threads => {
                self.needs.insert(Need::Pool);
                let parameters = if names == "lane" { "lane" } else { "numbered" };
                let arguments = if names == "lane" { "lane" } else { "*numbered" };
                text += &format!("\n\ndef run({parameters}):\n");
                if deadline {
                    let nothing = if collects == Collects::Nothing {
                        "124"
                    } else {
                        "124, b\"\""
                    };
                    text += &format!("    if over.is_set():\n        return {nothing}\n");
                }
                text += &format!("    return finish(*start({arguments}))\n\n\n");
                text += &format!(
                    "status = 0\nwith ThreadPoolExecutor(max_workers={jobs}) as pool:\n    \
                     results = pool.map(run, {over})\n\
                     for {result} in results:\n{print}    status = lane_status or status\n"
                );
            }
            Form::Together | Form::Single => {
                text += &format!(
                    "lanes = [{each} for {names} in {over}]\nstatus = 0\nfor processes in lanes:\n    \
                     {result} = finish(*processes)\n{print}    status = lane_status or status\n"
                );
            }
        }
        text += match deadline {
            true => "sys.exit(124 if over.is_set() else status)\n",
            false => "sys.exit(status)\n",
        };
        text
    }
}
