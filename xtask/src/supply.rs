//! What others wrote and we build in: its licences, where it comes from, and what is there twice.
//!
//! The rules are in deny.toml, which `cargo deny check licenses bans sources` reads as well. That tool takes minutes to install
//! and its list of advisories is on a site that not every machine reaches, so the same rules are kept here by what
//! `cargo metadata` says. Advisories are not looked up.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use toml::Table;

use crate::workspace::Workspace;

/// Checks every package that anything of the workspace is made of.
///
/// # Errors
/// One message with all that is against the rules.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let rules = fs::read_to_string(workspace.root().join("deny.toml")).context("deny.toml")?;
    let rules = Rules::read(&rules)?;
    let targets = rules
        .targets
        .iter()
        .flat_map(|target| ["--filter-platform", target]);
    let output = workspace
        .cargo()
        .args(["metadata", "--format-version", "1", "--locked"])
        // What other systems would need is not built, and perhaps not here.
        .args(targets)
        .output()
        .context("cargo could not be started")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "cargo metadata: {said}");
    let metadata = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let found = findings(&rules, &packages(&metadata)?);
    if found.is_empty() {
        return Ok(());
    }
    bail!("{}", found.join("\n"))
}

/// What deny.toml says.
#[derive(Debug)]
struct Rules {
    licenses: BTreeSet<String>,
    /// Further licences of single packages.
    exceptions: BTreeMap<String, BTreeSet<String>>,
    /// Packages that may be there in several versions.
    twice: BTreeSet<String>,
    registries: BTreeSet<String>,
    /// What is built for.
    targets: BTreeSet<String>,
}

#[derive(Clone, Debug)]
struct Package {
    name: String,
    version: String,
    license: String,
    /// Nothing for our own.
    source: Option<String>,
}

impl Rules {
    fn read(text: &str) -> Result<Self> {
        let table: Table = text.parse()?;
        let part = |name: &str| {
            table
                .get(name)
                .and_then(toml::Value::as_table)
                .context(name.to_owned())
        };
        let (licenses, bans, sources) = (part("licenses")?, part("bans")?, part("sources")?);
        let mut exceptions = BTreeMap::new();
        for exception in tables(licenses, "exceptions") {
            exceptions.insert(named(exception)?, words(exception, "allow"));
        }
        let mut twice = BTreeSet::new();
        for skipped in tables(bans, "skip") {
            ensure!(skipped.contains_key("reason"), "{skipped:?} has no reason");
            twice.insert(named(skipped)?);
        }
        Ok(Self {
            licenses: words(licenses, "allow"),
            exceptions,
            twice,
            registries: words(sources, "allow-registry"),
            targets: words(part("graph")?, "targets"),
        })
    }
}

fn tables<'a>(table: &'a Table, key: &str) -> impl Iterator<Item = &'a Table> {
    let values = table.get(key).and_then(toml::Value::as_array);
    values
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_table)
}

fn words(table: &Table, key: &str) -> BTreeSet<String> {
    let values = table.get(key).and_then(toml::Value::as_array);
    let words = values.into_iter().flatten().filter_map(toml::Value::as_str);
    words.map(str::to_owned).collect()
}

fn named(table: &Table) -> Result<String> {
    let name = table.get("crate").and_then(toml::Value::as_str);
    Ok(name
        .with_context(|| format!("{table:?} names no crate"))?
        .to_owned())
}

fn packages(metadata: &Value) -> Result<Vec<Package>> {
    let packages = metadata["packages"].as_array().context("no packages")?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages = packages.iter().map(|package| Package {
        name: text(&package["name"]),
        version: text(&package["version"]),
        license: text(&package["license"]),
        source: package["source"].as_str().map(str::to_owned),
    });
    Ok(packages.collect())
}

fn findings(rules: &Rules, packages: &[Package]) -> Vec<String> {
    let mut found = Vec::new();
    let mut versions = BTreeMap::<&str, BTreeSet<&str>>::new();
    for package in packages {
        let Package {
            name,
            version,
            license,
            source,
        } = package;
        versions.entry(name).or_default().insert(version);
        let more = rules.exceptions.get(name);
        let is_allowed =
            |one: &str| rules.licenses.contains(one) || more.is_some_and(|more| more.contains(one));
        if !allows(license, &is_allowed) {
            found.push(format!(
                "{name} {version}: its licence `{license}` is not in deny.toml"
            ));
        }
        let registry = source
            .as_deref()
            .map(|source| source.strip_prefix("registry+"));
        let is_known =
            |source: Option<&str>| source.is_some_and(|source| rules.registries.contains(source));
        if registry.is_some_and(|registry| !is_known(registry)) {
            let source = source.as_deref().unwrap_or_default();
            found.push(format!(
                "{name} {version}: it comes from {source}, which deny.toml does not know"
            ));
        }
    }
    for (name, versions) in &versions {
        let is_twice = versions.len() > 1;
        if is_twice && !rules.twice.contains(*name) {
            let versions: Vec<_> = versions.iter().copied().collect();
            found.push(format!(
                "{name} is there as {}: bring them together, or give the reason in deny.toml",
                versions.join(" and ")
            ));
        }
    }
    for name in &rules.twice {
        if versions
            .get(name.as_str())
            .is_none_or(|versions| versions.len() < 2)
        {
            found.push(format!(
                "{name} is there once: deny.toml need not skip it any more"
            ));
        }
    }
    found
}

/// Whether an expression of licences can be met by those that are allowed. `OR` binds less than `AND`; an old way to write
/// `OR` is a slash.
fn allows(expression: &str, is_allowed: &impl Fn(&str) -> bool) -> bool {
    let expression = expression.trim();
    let inner = expression
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    if let Some(inner) = inner.filter(|inner| is_balanced(inner)) {
        return allows(inner, is_allowed);
    }
    let any = split(expression, &[" OR ", "/"]);
    if any.len() > 1 {
        return any.into_iter().any(|part| allows(part, is_allowed));
    }
    let all = split(expression, &[" AND "]);
    if all.len() > 1 {
        return all.into_iter().all(|part| allows(part, is_allowed));
    }
    is_allowed(expression)
}

/// Whether every bracket that closes was opened before.
fn is_balanced(text: &str) -> bool {
    let mut depth = 0_i32;
    for letter in text.bytes() {
        depth += i32::from(letter == b'(') - i32::from(letter == b')');
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// The parts between these words, brackets whole.
fn split<'a>(text: &'a str, words: &[&str]) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (place, _) in text.char_indices() {
        let word = words.iter().find(|word| text[place..].starts_with(**word));
        if let Some(word) = word.filter(|_| place >= from && is_balanced(&text[from..place])) {
            parts.push(&text[from..place]);
            from = place + word.len();
        }
    }
    parts.push(&text[from..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "[licenses]\nallow = [\"MIT\", \"ISC\"]\n\
         exceptions = [{ crate = \"odd\", allow = [\"MPL-2.0\"] }]\n\
         [bans]\nskip = [{ crate = \"old\", reason = \"two of them need it\" }]\n\
         [sources]\nallow-registry = [\"https://good.example\"]\n\
         [graph]\ntargets = []\n";

    fn package(name: &str, version: &str, license: &str, source: Option<&str>) -> Package {
        Package {
            name: name.to_owned(),
            version: version.to_owned(),
            license: license.to_owned(),
            source: source.map(str::to_owned),
        }
    }

    #[test]
    fn this_checkout_keeps_its_rules() -> Result<()> {
        check(&Workspace::locate()?)
    }

    #[test]
    fn what_is_against_the_rules_is_found() -> Result<()> {
        let rules = Rules::read(RULES)?;
        let good = Some("registry+https://good.example");
        let fine = [
            package("ours", "0.1.0", "MIT", None),
            package("odd", "1.0.0", "MPL-2.0", good),
            package("old", "1.0.0", "MIT", good),
            package("old", "2.0.0", "GPL-3.0 OR MIT", good),
        ];
        assert_eq!(findings(&rules, &fine), [""; 0]);
        for (bad, word) in [
            (
                package("bad", "1.0.0", "GPL-3.0-only", good),
                "licence `GPL-3.0-only`",
            ),
            (package("bad", "1.0.0", "", good), "licence ``"),
            (
                package("bad", "1.0.0", "MPL-2.0", good),
                "licence `MPL-2.0`",
            ),
            (
                package("bad", "1.0.0", "MIT AND GPL-3.0-only", good),
                "licence",
            ),
            (
                package("bad", "1.0.0", "MIT", Some("git+https://good.example")),
                "comes from",
            ),
            (
                package("bad", "1.0.0", "MIT", Some("registry+https://bad.example")),
                "comes from",
            ),
            (package("odd", "2.0.0", "MIT", good), "1.0.0 and 2.0.0"),
        ] {
            let all = [fine.as_slice(), &[bad]].concat();
            let found = findings(&rules, &all);
            assert!(
                found.len() == 1 && found[0].contains(word),
                "{word}: {found:?}"
            );
        }
        assert!(findings(&rules, &fine[..3])[0].contains("is there once"));
        assert!(Rules::read(&RULES.replace(", reason = \"two of them need it\"", "")).is_err());
        Ok(())
    }

    #[test]
    fn expressions_are_read_as_they_are_meant() {
        let is_allowed =
            |one: &str| ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].contains(&one);
        for (expression, allowed) in [
            ("MIT", true),
            ("GPL/MIT", true),
            ("GPL / MIT", true),
            ("MIT AND ISC", true),
            ("MIT AND GPL", false),
            ("GPL OR MIT AND ISC", true),
            ("(GPL OR MIT) AND ISC", true),
            ("(GPL OR MIT) AND (GPL OR LGPL)", false),
            ("((MIT))", true),
            ("Apache-2.0 WITH LLVM-exception OR GPL", true),
            ("Apache-2.0", false),
            ("", false),
            (")(", false),
        ] {
            assert_eq!(allows(expression, &is_allowed), allowed, "{expression}");
        }
    }
}
