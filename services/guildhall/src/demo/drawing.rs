//! Pictures for stories: nothing to be seen in them, but each is a real one and unlike any other.
use image::{GrayImage, ImageFormat, Luma};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Cursor;

/// Pixels of a side.
const SIDE: u32 = 512;
/// Pixels of one patch of grey.
const PATCH: u32 = 64;

/// The contents of an upload that says this: the text itself, or a picture of it where it is sent as a PNG.
pub fn contents(media_type: &str, text: String) -> anyhow::Result<Vec<u8>> {
    if media_type == "image/png" { picture(&text) } else { Ok(text.into_bytes()) }
}

/// A PNG of this subject: always the same for the same one.
pub fn picture(subject: &str) -> anyhow::Result<Vec<u8>> {
    let patch = |column: u32, row: u32| {
        let mut hasher = DefaultHasher::new();
        (subject, column, row).hash(&mut hasher);
        Luma([hasher.finish().to_le_bytes()[0]])
    };
    let patches = GrayImage::from_fn(SIDE / PATCH, SIDE / PATCH, patch);
    let drawn = GrayImage::from_fn(SIDE, SIDE, |x, y| *patches.get_pixel(x / PATCH, y / PATCH));
    let mut bytes = Cursor::new(vec![]);
    drawn.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}
