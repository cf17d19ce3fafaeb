//! What is measured of a picture when it is uploaded: its size in pixels, and the hash by which it is known again.
//!
//! Owns the decoding and its limits: what would take too much memory is refused by what its head says, before a pixel is
//! decoded. Does not own the hash (`moderation`), the index of hashes (`pictures`). A picture is what its bytes are,
//! whatever type it was sent as.
use files::{Inspect, Unfit};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use moderation::{Picture, pictures};
use serde_json::{Value, json};
use std::io::Cursor;

/// What is sent as a picture, and looked at as one.
const MEDIA_TYPES: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];
const MOST_BYTES: u64 = 20 << 20;
const MOST_PIXELS: u64 = 50_000_000;
/// Of memory for one picture while it is decoded.
const MOST_DECODED: u64 = 256 << 20;
/// The picture is made as small as this, each way, before it is hashed.
const SMALL: u32 = 256;

/// Measures what is uploaded as a picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measuring;

impl Inspect for Measuring {
    fn most(&self, media_type: &str) -> Option<u64> {
        MEDIA_TYPES.contains(&media_type).then_some(MOST_BYTES)
    }

    fn inspect(&self, contents: &[u8]) -> Result<Value, Unfit> {
        Ok(json!(measure(contents)?))
    }
}

/// What [`Measuring`] found, as it stands in the row; `None` for a file that is no picture.
pub(crate) fn measured(inspected: Option<Value>) -> Option<Picture> {
    serde_json::from_value(inspected?).ok()
}

fn measure(contents: &[u8]) -> Result<Picture, Unfit> {
    let (decoder, orientation) = opened(contents)?;
    let image = DynamicImage::from_decoder(decoder).map_err(|error| unfit(&error))?;
    // The small one is turned: turning the large one would take as much memory again.
    let mut small = image.thumbnail_exact(SMALL, SMALL);
    small.apply_orientation(orientation);
    let small = small.into_rgba8();
    let (width, height) =
        if is_sideways(orientation) { (image.height(), image.width()) } else { (image.width(), image.height()) };
    let grey: Vec<u8> = small.pixels().map(|pixel| grey(pixel.0)).collect();
    Ok(Picture { width, height, hash: pictures::hash(SMALL, SMALL, &grey) })
}

fn is_sideways(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

/// The decoder, when its head promises no more than may be decoded.
fn opened(contents: &[u8]) -> Result<(impl ImageDecoder, Orientation), Unfit> {
    let reader = ImageReader::new(Cursor::new(contents)).with_guessed_format();
    let mut reader = reader.map_err(|error| unfit(&error.into()))?;
    if !matches!(reader.format(), Some(ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) {
        return Err(unreadable());
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_DECODED);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| unfit(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_DECODED {
        return Err(too_large());
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((decoder, orientation))
}

/// As it looks on white.
fn grey([red, green, blue, alpha]: [u8; 4]) -> u8 {
    let (red, green, blue, alpha) = (u32::from(red), u32::from(green), u32::from(blue), u32::from(alpha));
    let light = (2_126 * red + 7_152 * green + 722 * blue) / 10_000;
    // A mean of two values of a byte.
    ((light * alpha + 255 * (255 - alpha)) / 255) as u8
}

fn unfit(error: &ImageError) -> Unfit {
    match error {
        ImageError::Limits(_) => too_large(),
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Unsupported(_)
        | ImageError::IoError(_) => unreadable(),
    }
}

fn too_large() -> Unfit {
    let most = MOST_PIXELS / 1_000_000;
    Unfit::new(413, "picture_too_large", format!("a picture has at most {most} million pixels"))
}

fn unreadable() -> Unfit {
    Unfit::new(422, "picture_unreadable", "this is no JPEG, PNG or WebP picture, or a damaged one")
}

#[cfg(test)]
#[path = "../tests/it/painting.rs"]
mod painting;

#[cfg(test)]
mod tests {
    use super::painting::{encoded, painted};
    use super::*;
    use image::codecs::jpeg::JpegEncoder;
    use image::imageops::FilterType;
    use image::{RgbImage, RgbaImage};
    use rulebook::Edition;

    fn hash(bytes: &[u8]) -> u64 {
        measure(bytes).unwrap().hash.unwrap()
    }

    fn jpeg(image: &DynamicImage, quality: u8) -> Vec<u8> {
        let mut bytes = vec![];
        image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)).unwrap();
        bytes
    }

    fn png(image: &DynamicImage) -> Vec<u8> {
        encoded(image, ImageFormat::Png)
    }

    #[test]
    fn a_picture_is_known_again_in_other_formats_sizes_and_light() {
        let same = Edition::shipped().listings.pictures.same_bits;
        for subject in ["a shop", "一个仓库", "a parcel", "lights", "пакет"] {
            let image = painted(subject, 640, 480);
            let original = hash(&png(&image));
            let others = [
                ("JPEG", jpeg(&image, 75)),
                ("poor JPEG", jpeg(&image, 30)),
                ("WebP", encoded(&image, ImageFormat::WebP)),
                ("half as large", png(&image.resize_exact(320, 240, FilterType::Triangle))),
                ("larger", jpeg(&image.resize_exact(1_000, 750, FilterType::CatmullRom), 80)),
                ("brighter", png(&image.brighten(20))),
                ("darker", png(&image.brighten(-20))),
                ("less contrast", png(&image.adjust_contrast(-15.0))),
                ("grey", png(&image.grayscale())),
                ("a little blurred", png(&image.fast_blur(2.0))),
            ];
            for (how, bytes) in others {
                let bits = (hash(&bytes) ^ original).count_ones();
                assert!(bits <= same, "{subject}, {how}: {bits} bits");
            }
        }
    }

    #[test]
    fn different_pictures_are_far_apart() {
        let all: Vec<_> = (0..24).map(|n| hash(&png(&painted(&format!("subject {n}"), 300, 300)))).collect();
        let pairs = all.iter().enumerate().flat_map(|(nth, one)| all[..nth].iter().map(move |other| one ^ other));
        let nearest = pairs.map(u64::count_ones).min().unwrap();
        assert!(nearest > 2 * Edition::shipped().listings.pictures.same_bits, "{nearest}");
        let mirrored = painted("subject 1", 300, 300).fliph();
        assert!((hash(&png(&mirrored)) ^ all[1]).count_ones() > 12);
    }

    #[test]
    fn the_size_is_that_of_the_pixels() {
        let measured = measure(&jpeg(&painted("a shop", 501, 333), 80)).unwrap();
        assert_eq!((measured.width, measured.height), (501, 333));
    }

    #[test]
    fn a_picture_that_lies_on_its_side_is_turned_as_it_is_looked_at() {
        let image = painted("a shop", 400, 200);
        let upright = measure(&jpeg(&image.rotate90(), 90)).unwrap();
        // An APP1 segment right after the start: one entry, orientation 6, turn by 90 degrees.
        let exif = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let bytes = jpeg(&image, 90);
        let lying = measure(&[&bytes[..2], exif, &bytes[2..]].concat()).unwrap();
        assert_eq!((lying.width, lying.height), (200, 400));
        assert!((lying.hash.unwrap() ^ upright.hash.unwrap()).count_ones() <= 3);
    }

    #[test]
    fn what_is_transparent_is_looked_at_on_white() {
        let on_white = painted("a logo", 300, 300).into_rgb8();
        let is_shown = |x: u32, y: u32| x.abs_diff(150) < 100 && y.abs_diff(150) < 100;
        let cut = RgbaImage::from_fn(300, 300, |x, y| {
            let [red, green, blue] = on_white.get_pixel(x, y).0;
            image::Rgba(if is_shown(x, y) { [red, green, blue, 255] } else { [0, 0, 0, 0] })
        });
        let flat =
            RgbImage::from_fn(
                300,
                300,
                |x, y| {
                    if is_shown(x, y) { *on_white.get_pixel(x, y) } else { image::Rgb([255; 3]) }
                },
            );
        assert_eq!(hash(&png(&cut.into())), hash(&png(&flat.into())));
    }

    #[test]
    fn one_colour_has_no_hash() {
        let plain = RgbImage::from_pixel(600, 600, image::Rgb([200, 30, 30]));
        let Picture { width, height, hash } = measure(&jpeg(&plain.into(), 80)).unwrap();
        assert_eq!((width, height, hash), (600, 600, None));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let whole = png(&painted("a shop", 300, 300));
        let gif = b"GIF89a\x01\0\x01\0\0\0\0;".as_slice();
        for bytes in [&b""[..], b"no picture", gif, &whole[..whole.len() / 2], &whole[1..]] {
            assert_eq!(measure(bytes).unwrap_err().code, "picture_unreadable");
        }
    }

    /// A PNG's head with these figures; what follows is no matter.
    fn head(width: u32, height: u32) -> Vec<u8> {
        let small = png(&DynamicImage::new_luma8(1, 1));
        let mut chunk = b"IHDR".to_vec();
        chunk.extend(width.to_be_bytes());
        chunk.extend(height.to_be_bytes());
        chunk.extend(&small[24..29]);
        let mut bytes = small[..12].to_vec();
        bytes.extend(&chunk);
        bytes.extend(crc(&chunk).to_be_bytes());
        bytes.extend(&small[33..]);
        bytes
    }

    fn crc(bytes: &[u8]) -> u32 {
        let shift = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| shift(crc)))
    }

    #[test]
    fn what_would_fill_the_memory_is_refused_by_its_head() {
        assert_eq!(measure(&head(1, 1)).map(|found| (found.width, found.height)), Ok((1, 1)));
        for (width, height) in [(10_000, 5_001), (60_000, 60_000), (4_000_000, 100)] {
            assert_eq!(measure(&head(width, height)).unwrap_err().code, "picture_too_large", "{width} x {height}");
        }
        assert_eq!(Measuring.most("image/png"), Some(20 << 20));
        assert_eq!(Measuring.most("application/pdf"), None);
    }
}
