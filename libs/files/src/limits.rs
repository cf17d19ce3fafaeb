//! What may be uploaded: sizes, types, numbers, and what remains of a file's name.
use crate::error::FilesError;

/// The most characters of a file name.
pub const NAME: usize = 200;

/// Limits of one context's uploads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file.
    pub size: u64,
    /// Files of one aggregate.
    pub per_aggregate: u32,
    /// Allowed media types, lower case, without parameters.
    pub media_types: Vec<String>,
}

impl Default for Limits {
    /// 100 MiB, 200 files per aggregate; documents, pictures, sound, video and archives as people send them as proof.
    fn default() -> Self {
        let media_types = [
            "application/json",
            "application/msword",
            "application/pdf",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/zip",
            "audio/mp4",
            "audio/mpeg",
            "audio/wav",
            "image/gif",
            "image/jpeg",
            "image/png",
            "image/webp",
            "message/rfc822",
            "text/csv",
            "text/plain",
            "video/mp4",
            "video/quicktime",
            "video/webm",
        ];
        Self { size: 100 << 20, per_aggregate: 200, media_types: media_types.map(str::to_owned).into() }
    }
}

impl Limits {
    /// The media type without parameters and in lower case, if it is allowed.
    pub fn media_type(&self, given: &str) -> Result<String, FilesError> {
        let found = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if self.media_types.contains(&found) { Ok(found) } else { Err(FilesError::MediaTypeNotAllowed { found }) }
    }
}

/// What remains of a name: its last path component without what deceives or cannot be seen.
pub fn file_name(given: &str) -> Result<String, FilesError> {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control() && !is_deceptive(*c)).collect();
    let clean = clean.trim();
    if clean.chars().all(|c| c == '.') || clean.chars().count() > NAME {
        return Err(FilesError::NameInvalid { most: NAME });
    }
    Ok(clean.to_owned())
}

/// Marks of writing direction, line and paragraph separators, zero-width characters: `gpj.exe` must not read `exe.jpg`.
fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_last_component_and_loses_what_deceives() {
        for (given, kept) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\fakepath\\合同 v2.pdf", "合同 v2.pdf"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            (" a\r\nb\0.txt ", "ab.txt"),
        ] {
            assert_eq!(file_name(given).as_deref(), Ok(kept), "{given:?}");
        }
    }

    #[test]
    fn a_name_of_nothing_or_too_much_is_refused() {
        let long = "x".repeat(NAME + 1);
        for given in ["", ".", "..", "a/", "\u{200e}", "  ", long.as_str()] {
            assert_eq!(file_name(given).map_err(|error| error.code()), Err("file_name_invalid"), "{given:?}");
        }
        assert!(file_name(&"文".repeat(NAME)).is_ok(), "characters count, not bytes");
    }

    #[test]
    fn a_media_type_counts_without_parameters_and_case() {
        let limits = Limits::default();
        assert_eq!(limits.media_type("Text/Plain; charset=utf-8").as_deref(), Ok("text/plain"));
        assert_eq!(limits.media_type("text/html").map_err(|error| error.code()), Err("media_type_not_allowed"));
        assert!(limits.media_type("").is_err());
    }
}
