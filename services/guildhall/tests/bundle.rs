//! `guildhall verify FILE` as a party's lawyer calls it: a case file on its own, no server, no settings.
#![cfg(test)]
use disputes_domain::casefile::{Bundle, BundledEntry, BundledFile, Digest, Entry, EntryKind, genesis};
use kernel::{CaseId, Party};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use uuid::Uuid;

/// Two entries, one file inside and one that is handed out beside it.
fn bundle() -> Vec<u8> {
    let case = CaseId(Uuid::now_v7());
    let mut previous = genesis(case);
    let files = [b"a frame".as_slice(), b"a video"].map(|file| json!({ "sha256": Digest::of(file) }));
    let item = json!({ "text": "A frame.", "files": files });
    let contents = [(EntryKind::Claim, json!({ "claim": "quality" })), (EntryKind::Item, item)];
    let entries = (1..).zip(contents).map(|(number, (kind, content))| {
        let mut entry = Entry {
            number,
            at: "2026-11-02T09:30:00Z".parse().unwrap(),
            by: Party::Merchant,
            kind,
            subject: None,
            content: Digest::of_json(&content),
            previous,
            hash: previous,
        };
        entry.hash = entry.computed();
        previous = entry.hash;
        BundledEntry { entry, content }
    });
    let elsewhere = BundledFile { sha256: Digest::of(b"a video"), data: None };
    Bundle::new(case, entries.collect(), vec![BundledFile::with(b"a frame"), elsewhere]).text()
}

fn verify(file: &Path, more: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_guildhall")).arg("verify").arg(file).args(more).output().unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", Uuid::now_v7()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_sound_file_is_said_to_be_sound_and_what_stands_beside_it_is_looked_for() {
    let folder = folder("sound");
    let file = folder.join("case.json");
    std::fs::write(&file, bundle()).unwrap();
    let alone = verify(&file, &[]);
    let text = String::from_utf8(alone.stdout).unwrap();
    assert!(alone.status.success() && text.contains("is sound") && text.contains("2 entries, 1 files"), "{text}");
    assert!(
        text.contains(&format!(
            "not in it, to be downloaded from the case: the file with SHA-256 {}",
            Digest::of(b"a video")
        )),
        "{text}"
    );

    std::fs::write(folder.join("any name.mp4"), b"a video").unwrap();
    let beside = String::from_utf8(verify(&file, &[Path::new("--files"), &folder]).stdout).unwrap();
    assert!(beside.contains("beside it, and sound") && !beside.contains("not in it"), "{beside}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn every_flipped_byte_fails_and_says_where() {
    let folder = folder("flipped");
    let file = folder.join("case.json");
    let sound = bundle();
    for (what, named) in
        [("A frame.", "entry 2, content"), ("\"claim\"", "entry 1, content"), ("2026-11-02", "entry 1")]
    {
        let at = sound.windows(what.len()).position(|part| part == what.as_bytes()).unwrap() + what.len() / 2;
        let mut flipped = sound.clone();
        flipped[at] ^= 1;
        std::fs::write(&file, flipped).unwrap();
        let output = verify(&file, &[]);
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && text.contains("NOT SOUND") && text.contains(named), "{what}: {text}");
    }
    let gone = verify(&folder.join("nowhere.json"), &[]);
    let text = String::from_utf8(gone.stderr).unwrap();
    assert!(!gone.status.success() && text.contains("nowhere.json cannot be read"), "{text}");
    std::fs::remove_dir_all(folder).unwrap();
}
