//! `guildhall verify FILE`: a case file on its own, checked without a server.
use anyhow::Context as _;
use disputes_domain::casefile;
use std::path::Path;

/// Checks the bundle and prints what it holds, or fails with the first thing that is wrong.
pub fn verify(file: &Path) -> anyhow::Result<()> {
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
    for hash in &verified.files_elsewhere {
        println!("not in it, to be downloaded from the case: the file with SHA-256 {hash}");
    }
    Ok(())
}
