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

/// The rule ids that stand in tests, snapshots and stories: in quotes, or as a word of a snapshot.
fn proven(all: &BTreeSet<String>) -> BTreeSet<String> {
    let mut files = vec![];
    walk(&root().join("services"), &mut files);
    walk(&root().join("tests/tests"), &mut files);
    let expects = |path: &PathBuf| {
        let name = path.to_string_lossy();
        let is_test = name.contains("/tests/") && (name.ends_with(".rs") || name.ends_with(".snap"));
        (is_test && !name.ends_with("conformance.rs")) || name.contains("/stories/")
    };
    let mut words = BTreeSet::new();
    for path in files.iter().filter(|path| expects(path)) {
        let text = std::fs::read_to_string(path).unwrap();
        words.extend(
            text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
                .map(|word| word.trim_matches('.').to_owned()),
        );
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
