//! Which tests a source has.

/// The names of its tests: functions that are marked as one.
pub(super) fn of(source: &str) -> Vec<&str> {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let mut names = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let line = line.strip_prefix("async ").unwrap_or(line);
        let Some((name, _)) = line
            .strip_prefix("fn ")
            .and_then(|rest| rest.split_once('('))
        else {
            continue;
        };
        let above = lines[..at].iter().rev();
        let mut marks = above.take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        if marks.any(|mark| *mark == "#[test]" || mark.starts_with("#[tokio::test")) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_what_is_marked_is_a_test() {
        let source = "/// It zooms.\n#[tokio::test]\n// As it is.\nasync fn zooms() {\n}\n\nfn helps() {\n}\n\
                      mod tests {\n    #[test]\n    fn fits() {}\n    fn zooms_not() {}\n}\n";
        assert_eq!(super::of(source), ["zooms", "fits"]);
    }
}
