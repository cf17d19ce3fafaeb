//! The table of problem codes, collected from the code and compared with `PROBLEMS.md` beside this file; and that a
//! code means one thing in the whole system.
//!
//! A code is what a refusal's `fn code` returns, or what is written where a `Problem` or a `Refused` is made.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The one crate whose codes others may answer with: what holds of every request (`role_required`, `body_invalid`).
const SHARED: &str = "web";

/// One place where a code is defined.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    krate: String,
    file: String,
    /// Where it is written beside the code; a refusal's depends on its class.
    status: Option<u16>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && entry.file_name() != "target" {
            walk(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The workspace's Rust files, by their names from the root.
fn files() -> Vec<String> {
    let mut found = vec![];
    for folder in ["libs", "services", "tests"] {
        walk(&root().join(folder), &mut found);
    }
    found.iter().map(|path| path.strip_prefix(root()).unwrap().to_string_lossy().into_owned()).collect()
}

/// A file's code in one line: comments and unit tests left out, one space where there was any.
fn code(file: &str) -> String {
    let text = std::fs::read_to_string(root().join(file)).unwrap();
    let lines = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]"));
    let words = lines.filter(|line| !line.trim_start().starts_with("//")).flat_map(str::split_whitespace);
    words.collect::<Vec<_>>().join(" ").replace("( ", "(")
}

/// `services/orders/domain/src/…` is `orders-domain`, `libs/web/src/…` is `web`.
fn crate_of(file: &str) -> String {
    let path: Vec<_> = file.split('/').collect();
    if path[2] == "domain" { format!("{}-domain", path[1]) } else { path[1].to_owned() }
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// What the arms of every `fn code(…) -> &'static str` return.
fn returned(code: &str) -> Vec<String> {
    let mut found = vec![];
    for after in code.split("fn code(").skip(1) {
        let Some((head, body)) = after.split_once('{') else { continue };
        if !head.contains("-> &'static str") {
            continue;
        }
        let mut depth = 1;
        let end = body.find(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            depth == 0
        });
        for arm in body[..end.unwrap()].split("=> \"").skip(1) {
            found.push(arm.split('"').next().unwrap().to_owned());
        }
    }
    found
}

/// The codes that stand beside a status: `new(404, "not_found"`, `refused(status, "…"`.
fn made(code: &str) -> Vec<(Option<u16>, String)> {
    let mut found = vec![];
    let mut rest = code;
    while let Some((before, after)) = rest.split_once(", \"") {
        let (call, status) = before.rsplit_once('(').unwrap_or_default();
        let literal = after.split('"').next().unwrap();
        let is_made = call.ends_with("new") || call.ends_with("refused");
        let is_status = status == "status" || (status.len() == 3 && status.parse::<u16>().is_ok());
        if is_made && is_status && is_code(literal) {
            found.push((status.parse().ok(), literal.to_owned()));
        }
        rest = after;
    }
    found
}

/// Every code and where it is defined.
fn codes() -> BTreeMap<String, BTreeSet<Place>> {
    let mut all: BTreeMap<String, BTreeSet<Place>> = BTreeMap::new();
    let sources = files().into_iter().filter(|file| !file.starts_with("tests/") && file.contains("/src/"));
    // What only tests are made of answers nobody.
    for file in sources.filter(|file| !file.starts_with("libs/testkit/") && !file.starts_with("libs/check/")) {
        let (text, krate) = (code(&file), crate_of(&file));
        let refusals = returned(&text).into_iter().map(|code| (None, code));
        for (status, code) in refusals.chain(made(&text)) {
            assert!(is_code(&code), "{file}: {code:?} is not snake_case");
            all.entry(code).or_default().insert(Place { krate: krate.clone(), file: file.clone(), status });
        }
    }
    assert!(all.len() > 200, "only {} codes were found", all.len());
    all
}

fn crates(places: &BTreeSet<Place>) -> BTreeSet<&str> {
    places.iter().map(|place| place.krate.as_str()).collect()
}

fn table(all: &BTreeMap<String, BTreeSet<Place>>) -> String {
    let mut text = String::from("# Problem codes\n\nMade by tests/tests/problems.rs from the code.\n\n");
    text += "| code | where |\n|---|---|\n";
    for (code, places) in all {
        let crates = crates(places);
        let shared = [SHARED].into_iter().filter(|shared| crates.contains(shared));
        let others = crates.iter().copied().filter(|krate| *krate != SHARED);
        let list = shared.chain(others).collect::<Vec<_>>().join(", ");
        writeln!(text, "| `{code}` | {list} |").unwrap();
    }
    text
}

#[test]
fn the_table_of_problem_codes_is_up_to_date() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/PROBLEMS.md");
    let made = table(&codes());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    let (kept_lines, made_lines): (BTreeSet<_>, BTreeSet<_>) = (kept.lines().collect(), made.lines().collect());
    let gone: Vec<_> = kept_lines.difference(&made_lines).collect();
    let new: Vec<_> = made_lines.difference(&kept_lines).collect();
    assert!(
        kept == made,
        "tests/tests/PROBLEMS.md is not what the code says; gone: {gone:#?}, new: {new:#?}\n\
         renew it: UPDATE=1 cargo test -p journeys --test problems"
    );
}

#[test]
fn a_code_is_defined_in_one_place_of_the_system() {
    let mut clashes = vec![];
    for (code, places) in codes() {
        let crates = crates(&places);
        if crates.len() > 1 && !crates.contains(SHARED) {
            clashes.push(format!("{code} is defined by {crates:?}"));
        }
        let refusals: Vec<_> = places.iter().filter(|place| place.status.is_none()).map(|place| &place.file).collect();
        if refusals.len() > 1 {
            clashes.push(format!("{code} is a refusal of {refusals:?}"));
        }
        let statuses: BTreeSet<_> = places.iter().filter_map(|place| place.status).collect();
        if statuses.len() > 1 {
            clashes.push(format!("{code} is answered with {statuses:?}: {places:?}"));
        }
    }
    assert!(clashes.is_empty(), "{clashes:#?}");
}

/// What the collecting misses is known by the tests that expect it.
#[test]
fn every_code_that_a_test_expects_is_in_the_table() {
    let all = codes();
    let mut missing = vec![];
    let mut seen = 0;
    let tests = files().into_iter().filter(|file| file.starts_with("tests/") || file.contains("/tests/"));
    // The machines that libraries are tested with have codes of their own.
    for file in tests.filter(|file| !file.starts_with("libs/")) {
        for (_, code) in made(&code(&file)) {
            seen += 1;
            if !all.contains_key(&code) {
                missing.push(format!("{file}: {code}"));
            }
        }
    }
    assert!(seen > 100, "only {seen} expectations were found");
    assert_eq!(missing, Vec::<String>::new());
}
