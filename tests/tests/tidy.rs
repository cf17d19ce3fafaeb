//! The shape of the repository: who may depend on whom, what is pure, where the clock is, what lives where.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const CONTEXTS: [&str; 6] = ["onboarding", "listings", "orders", "settlement", "disputes", "notifications"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// All files below `folder` with this ending, relative to the root.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if path.is_dir() && name != "target" && name != ".stack" && name != ".git" {
                walk(&path, ending, found);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    let mut found = vec![];
    walk(&root().join(folder), ending, &mut found);
    found.sort();
    found
}

fn name_of(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().into_owned()
}

/// Lines of code (comments and what follows `#[cfg(test)]` left out) with their numbers.
fn code(path: &Path) -> Vec<(usize, String)> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .enumerate()
        .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(nth, line)| (nth + 1, line.to_owned()))
        .collect()
}

/// Where any of `words` stands in the code of these files.
fn found(paths: &[PathBuf], words: &[&str]) -> Vec<String> {
    let mut places = vec![];
    for path in paths {
        for (nth, line) in code(path) {
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                places.push(format!("{}:{nth}: {word}", name_of(path)));
            }
        }
    }
    places
}

/// The normal dependencies of each workspace crate, by the path of its folder.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let manifests = files("libs", "Cargo.toml").into_iter().chain(files("services", "Cargo.toml"));
    manifests
        .map(|manifest| {
            let text: toml::Table = std::fs::read_to_string(&manifest).unwrap().parse().unwrap();
            let depends = text.get("dependencies").and_then(toml::Value::as_table);
            let names = depends.map(|table| table.keys().cloned().collect()).unwrap_or_default();
            (name_of(manifest.parent().unwrap()), names)
        })
        .collect()
}

#[test]
fn the_arrows_between_crates_point_one_way() {
    let internal: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("libs/kernel", &[] as &[&str]),
        ("libs/rulebook", &["kernel"]),
        ("libs/contracts", &["kernel"]),
        ("libs/check", &["kernel"]),
        ("libs/scratch", &[]),
        ("libs/moderation", &["kernel", "rulebook"]),
        ("libs/engine", &["kernel", "rulebook", "contracts"]),
        ("libs/broker", &["kernel", "contracts", "engine"]),
        ("libs/timers", &["kernel", "engine"]),
        ("libs/files", &["kernel", "engine"]),
        ("libs/web", &["kernel", "engine", "files"]),
        ("libs/runtime", &["kernel", "rulebook", "contracts", "engine", "broker", "timers", "files", "web"]),
    ]);
    let all = dependencies();
    let ours: BTreeSet<_> = all.keys().map(|path| crate_name(path)).collect();
    for (path, depends) in &all {
        let mine: Vec<_> = depends.iter().filter(|name| ours.contains(*name)).map(String::as_str).collect();
        let allowed: Vec<&str> = if let Some(allowed) = internal.get(path.as_str()) {
            allowed.to_vec()
        } else if path.ends_with("/domain") {
            vec!["kernel", "rulebook", "moderation"]
        } else if let Some(context) = CONTEXTS.iter().find(|context| *path == format!("services/{context}")) {
            let domain =
                all.keys().find(|path| **path == format!("services/{context}/domain")).map(|path| crate_name(path));
            assert!(mine.contains(&domain.as_deref().unwrap()), "{path} has no domain crate of its own");
            let libs = ["kernel", "rulebook", "moderation", "contracts", "engine", "broker", "files", "web", "runtime"];
            assert!(
                mine.iter().all(|name| libs.contains(name) || Some(*name) == domain.as_deref()),
                "{path} depends on {mine:?}: contexts meet only in contracts"
            );
            continue;
        } else {
            continue;
        };
        let wrong: Vec<_> = mine.iter().filter(|name| !allowed.contains(name)).collect();
        assert!(wrong.is_empty(), "{path} must not depend on {wrong:?}");
    }
}

fn crate_name(path: &str) -> String {
    match path.strip_suffix("/domain") {
        Some(context) => format!("{}-domain", context.rsplit('/').next().unwrap()),
        None => path.rsplit('/').next().unwrap().to_owned(),
    }
}

#[test]
fn domain_crates_use_only_pure_libraries() {
    let pure = [
        "kernel",
        "rulebook",
        "moderation",
        "base64",
        "chrono",
        "hex",
        "serde",
        "serde_json",
        "sha2",
        "strum",
        "thiserror",
        "uuid",
        "unicode-normalization",
    ];
    for (path, depends) in dependencies().iter().filter(|(path, _)| path.ends_with("/domain")) {
        let impure: Vec<_> = depends.iter().filter(|name| !pure.contains(&name.as_str())).collect();
        assert!(impure.is_empty(), "{path} depends on {impure:?}");
    }
}

#[test]
fn pure_crates_have_no_clock_no_randomness_and_no_io() {
    let mut paths = vec![];
    for folder in ["libs/kernel/src", "libs/rulebook/src", "libs/contracts/src", "libs/moderation/src"] {
        paths.extend(files(folder, ".rs"));
    }
    for context in CONTEXTS {
        paths.extend(files(&format!("services/{context}/domain/src"), ".rs"));
    }
    assert!(paths.len() > 40, "the pure crates are where they should be");
    let forbidden = [
        "Utc::now",
        "Local::now",
        "SystemTime",
        "Instant::",
        "now_v7",
        "new_v4",
        "rand::",
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "tokio",
        "diesel",
        "println!",
        "RandomState",
    ];
    assert_eq!(found(&paths, &forbidden), Vec::<String>::new());
}

#[test]
fn engine_now_is_the_only_clock_in_sql() {
    let mut places = vec![];
    let is_clock = |line: &str| {
        let line = line.to_lowercase();
        let plain_now = line.match_indices("now()").any(|(at, _)| !line[..at].ends_with("engine_"));
        plain_now
            || ["current_timestamp", "clock_timestamp", "current_date", "localtime"]
                .iter()
                .any(|word| line.contains(word))
    };
    // The clock's own home, and the heartbeat and grace that compare real time with real time.
    let homes = ["migrations/engine/2026-11-22-000000_engine/up.sql", "libs/engine/src/clock.rs"];
    for path in files("migrations", ".sql") {
        let text = std::fs::read_to_string(&path).unwrap();
        for (nth, line) in text.lines().enumerate() {
            if is_clock(line.split("--").next().unwrap()) && !homes.contains(&name_of(&path).as_str()) {
                places.push(format!("{}:{}", name_of(&path), nth + 1));
            }
        }
    }
    let sources = files("libs", ".rs").into_iter().chain(files("services", ".rs"));
    for path in sources.filter(|path| name_of(path).contains("/src/") && !homes.contains(&name_of(path).as_str())) {
        for (nth, line) in code(&path) {
            // Rust's own clocks look alike: only what stands in a string is SQL.
            let strings: Vec<_> = line.split('"').skip(1).step_by(2).collect();
            let sql = if strings.is_empty() && !line.contains("::now()") { vec![line.as_str()] } else { strings };
            if sql.iter().any(|text| is_clock(text)) && !line.contains("::now()") && !line.contains(".now()") {
                places.push(format!("{}:{nth}: {line}", name_of(&path)));
            }
        }
    }
    assert_eq!(places, Vec::<String>::new());
}

#[test]
fn every_file_is_in_a_room_it_belongs_to() {
    let top: BTreeSet<_> = std::fs::read_dir(root())
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.') && name != "target")
        .collect();
    let allowed = [
        "ARCHITECTURE.md",
        "Cargo.lock",
        "Cargo.toml",
        "Makefile",
        "README.md",
        "docker-compose.yml",
        "libs",
        "migrations",
        "services",
        "tests",
    ];
    let strangers: Vec<_> = top.iter().filter(|name| !allowed.contains(&name.as_str())).collect();
    assert!(strangers.is_empty(), "at the top: {strangers:?}");
    for path in files("libs", ".rs").into_iter().chain(files("services", ".rs")) {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let vague = ["common", "utils", "util", "models", "types", "helpers", "helper", "misc"];
        assert!(!vague.contains(&stem.as_str()), "{} has a name that says nothing", name_of(&path));
    }
    for folder in std::fs::read_dir(root().join("migrations")).unwrap().flatten() {
        let name = folder.file_name().to_string_lossy().into_owned();
        assert!(name == "engine" || CONTEXTS.contains(&name.as_str()), "migrations/{name} belongs to no context");
    }
}

#[test]
fn every_module_says_what_it_is() {
    let sources = files("libs", ".rs").into_iter().chain(files("services", ".rs"));
    let silent: Vec<_> = sources
        .filter(|path| name_of(path).contains("/src/"))
        .filter(|path| !std::fs::read_to_string(path).unwrap().starts_with("//!"))
        .map(|path| name_of(&path))
        .collect();
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn files_have_one_subject() {
    let sources = files("libs", ".rs").into_iter().chain(files("services", ".rs")).chain(files("tests", ".rs"));
    let long: Vec<_> = sources
        .map(|path| (std::fs::read_to_string(&path).unwrap().lines().count(), name_of(&path)))
        .filter(|(lines, name)| *lines > 550 && !name.contains("/tests/"))
        .collect();
    assert_eq!(long, Vec::<(usize, String)>::new());
}

#[test]
fn nothing_is_left_unfinished_and_no_test_sleeps() {
    let marks = [concat!("todo", "!("), concat!("unimplemented", "!("), concat!("#[", "ignore")];
    let sources: Vec<_> =
        files("libs", ".rs").into_iter().chain(files("services", ".rs")).chain(files("tests", ".rs")).collect();
    assert_eq!(found(&sources, &marks), Vec::<String>::new());
    // `scratch::eventually` waits on conditions, and pauses between two looks.
    let is_test = |path: &PathBuf| name_of(path).contains("tests/");
    let tests: Vec<_> = sources.into_iter().filter(is_test).collect();
    let sleeps = [concat!("thread::", "sleep("), concat!("time::", "sleep(")];
    assert_eq!(found(&tests, &sleeps), Vec::<String>::new());
}
