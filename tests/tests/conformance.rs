//! Conformance to the rulebook: each rule id stands in at least one test's expected output, or on the list of those
//! that do not yet. That list may only shrink.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn ids(file: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("tests").join(file)).unwrap();
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(ToOwned::to_owned).collect()
}

/// The rule ids that stand in tests, their cases and snapshots, and in stories; what a comment says proves nothing.
fn proven(all: &BTreeSet<String>) -> BTreeSet<String> {
    let mut files = vec![];
    for folder in ["libs", "services", "tests/tests"] {
        walk(&root().join(folder), &mut files);
    }
    let expects = |path: &PathBuf| {
        let name = path.to_string_lossy();
        let is_case = [".rs", ".snap", ".toml"].iter().any(|ending| name.ends_with(ending));
        let is_test = name.contains("/tests/") && is_case;
        (is_test && !name.ends_with("conformance.rs")) || name.contains("/stories/")
    };
    let mut words = BTreeSet::new();
    for path in files.iter().filter(|path| expects(path)) {
        let text = std::fs::read_to_string(path).unwrap();
        let said = text.lines().filter(|line| !line.trim_start().starts_with("//") && !line.starts_with('#'));
        let words_of = |line: &str| -> Vec<String> {
            let parts = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
            parts.map(|word| word.trim_matches('.').to_owned()).collect()
        };
        words.extend(said.flat_map(words_of));
    }
    all.intersection(&words).cloned().collect()
}

#[test]
fn every_rule_is_expected_by_a_test_or_known_to_be_missing() {
    let all = ids("rules.txt");
    let missing: BTreeSet<_> = all.difference(&proven(&all)).cloned().collect();
    let known = ids("unproven.txt");
    let strangers: Vec<_> = known.difference(&all).collect();
    assert!(strangers.is_empty(), "unproven.txt names ids that no rule has: {strangers:?}");
    let lost: Vec<_> = missing.difference(&known).collect();
    assert!(lost.is_empty(), "no test expects these rules any more: {lost:?}");
    let gained: Vec<_> = known.difference(&missing).collect();
    assert!(gained.is_empty(), "these rules are expected by tests now; strike them off unproven.txt: {gained:?}");
}
