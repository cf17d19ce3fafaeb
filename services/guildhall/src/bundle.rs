//! `guildhall verify FILE`: a case file on its own, checked without a server.
use anyhow::Context as _;
use disputes_domain::casefile::{self, Digest};
use std::collections::BTreeSet;
use std::path::Path;

/// Checks the bundle and prints what it holds, or fails with the first thing that is wrong. Files that are not in it are
/// looked for in `folder`.
pub fn verify(file: &Path, folder: Option<&Path>) -> anyhow::Result<()> {
    let text = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let verified = casefile::verify(&text).with_context(|| format!("{} is NOT SOUND", file.display()))?;
    println!(
        "{} is sound: case {}, {} entries, {} files",
        file.display(),
        verified.case,
        verified.entries,
        verified.files
    );
    println!("its last entry has the hash {}", verified.head);
    for entry in &verified.withheld {
        println!("withheld from whom it was handed to, so only its place in the chain was checked: entry {entry}");
    }
    let beside = folder.map(hashes_in).transpose()?.unwrap_or_default();
    for hash in &verified.files_elsewhere {
        if beside.contains(hash) {
            println!("beside it, and sound: the file with SHA-256 {hash}");
        } else {
            println!("not in it, to be downloaded from the case: the file with SHA-256 {hash}");
        }
    }
    Ok(())
}

/// The hashes of the files in a folder.
fn hashes_in(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let unreadable = |path: &Path| format!("{} cannot be read", path.display());
    let mut hashes = BTreeSet::new();
    for entry in std::fs::read_dir(folder).with_context(|| unreadable(folder))? {
        let path = entry?.path();
        if path.is_file() {
            let contents = std::fs::read(&path).with_context(|| unreadable(&path))?;
            hashes.insert(Digest::of(&contents).to_string());
        }
    }
    Ok(hashes)
}
