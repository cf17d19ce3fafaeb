//! `guildhall rules` as a user calls it: JSON lines in, JSON lines out, no server.
#![cfg(test)]
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn rules(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_guildhall"))
        .arg("rules")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The folder of the lists that ship.
const LISTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../libs/rulebook/lists");
const EDITION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../libs/rulebook/editions/2026-11.toml");

#[test]
fn a_dispute_is_adjudicated_line_by_line() {
    let input = r#"{"id":"a","category":"design","amount":"1200.00","currency":"CNY","claims":["quality"],"findings":{"partly_realised":"established","cannot_be_realised":"not_established","kept_value_share":"0.25"}}

{"id":"b","category":"design","amount":"1200.00","currency":"CNY","findings":{"partly_realized":"established"}}
no JSON
"#;
    let answers = lines(&rules(&["adjudicate"], input));
    assert_eq!(answers.len(), 3);
    assert_eq!((&answers[0]["id"], &answers[0]["line"]), (&json!("a"), &json!(1)));
    assert_eq!(answers[0]["to_merchant"]["amount"], "900.00", "{}", answers[0]);
    assert_eq!(answers[1]["line"], 3);
    assert!(answers[1]["error"].as_str().unwrap().contains("partly_realised"), "{}", answers[1]);
    assert_eq!(answers[2]["line"], 4);
    assert_eq!(lines(&rules(&["adjudicate", "--edition", EDITION], input)), answers);
}

#[test]
fn listings_are_moderated_line_by_line() {
    let input = r#"{"id":1,"title":"Store design","description":"Three banners and a home page, in seven days."}
{"id":2,"title":"Store design","description":"Add my WeChat: banner8888 and pay outside the platform."}
[]
"#;
    let answers = lines(&rules(&["moderate"], input));
    assert_eq!(answers.len(), 3);
    assert_eq!((&answers[0]["id"], &answers[0]["verdict"]), (&json!(1), &json!("pass")), "{}", answers[0]);
    assert_eq!((&answers[1]["id"], &answers[1]["verdict"]), (&json!(2), &json!("reject")), "{}", answers[1]);
    for finding in answers[1]["findings"].as_array().unwrap() {
        for field in ["rule", "severity", "field", "start", "end", "text", "seen_as", "how", "confidence", "hint"] {
            assert!(!finding[field].is_null(), "{field}: {finding}");
        }
    }
    assert!(answers[2]["error"].is_string(), "{}", answers[2]);
    assert_eq!(lines(&rules(&["moderate", "--lists", LISTS, "--edition", EDITION], input)), answers);
}

#[test]
fn flips_between_two_rulebooks_are_shown() {
    let input = r#"{"id":1,"title":"Store design","description":"Add my WeChat: banner8888."}"#;
    let same = rules(&["diff", "shipped", LISTS], input);
    assert_eq!(lines(&same), Vec::<Value>::new());
    assert_eq!(String::from_utf8_lossy(&same.stderr), "0 of 1 verdicts flip\n");
    // Without the list of forbidden words the second one passes; it is told with what was found before.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lists-without-forbidden-words");
    std::fs::create_dir_all(&folder).unwrap();
    for list in std::fs::read_dir(LISTS).unwrap().map(|entry| entry.unwrap().path()) {
        if !list.ends_with("forbidden_words.toml") {
            std::fs::copy(&list, folder.join(list.file_name().unwrap())).unwrap();
        }
    }
    let two = format!("{input}\n{}", r#"{"id":2,"title":"Store design","description":"Banners and other bullshit."}"#);
    let flips = rules(&["diff", "shipped", folder.to_str().unwrap()], &two);
    let told = lines(&flips);
    assert_eq!((told.len(), &told[0]["id"]), (1, &json!(2)), "{told:?}");
    assert_eq!(String::from_utf8_lossy(&flips.stderr), "1 of 2 verdicts flip\n");
    let nowhere = rules(&["diff", "shipped", concat!(env!("CARGO_MANIFEST_DIR"), "/src")], input);
    assert!(!nowhere.status.success());
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("holds no term list"));
}

#[test]
fn both_schemas_explain_every_field() {
    for of in ["adjudicate", "moderate"] {
        let output = rules(&["schema", of], "");
        let schemas: Value = serde_json::from_slice(&output.stdout).unwrap();
        for side in ["input", "output"] {
            // An answer is one of two shapes: what was found, or why the line cannot be read.
            let shapes = schemas[side]["oneOf"].as_array().cloned().unwrap_or_else(|| vec![schemas[side].clone()]);
            for shape in shapes {
                let properties = shape["properties"].as_object().unwrap_or_else(|| panic!("{of} {side}: {shape}"));
                for (name, property) in properties {
                    let is_explained = property["description"].is_string() || property["$ref"].is_string();
                    assert!(is_explained, "{of} {side} {name} is not explained");
                }
            }
        }
    }
}

#[test]
fn an_edition_is_checked() {
    let sound = rules(&["check", EDITION], "");
    assert!(String::from_utf8_lossy(&sound.stdout).contains("is sound: edition 2026-11"));
    let unsound = rules(&["check", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")], "");
    assert!(!unsound.status.success());
    assert!(String::from_utf8_lossy(&unsound.stderr).contains("is not a sound edition"));
}
