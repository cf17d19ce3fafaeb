//! Pictures that look like something: shapes of many sizes on a sloping ground, the same for the same subject.
use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Cursor;

/// Numbers that follow from a text.
struct Chance(u64);

impl Chance {
    fn of(subject: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        subject.hash(&mut hasher);
        Self(hasher.finish() | 1)
    }

    /// Below `bound`.
    fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as u32 % bound
    }

    fn colour(&mut self) -> [i32; 3] {
        std::array::from_fn(|_| self.below(256) as i32)
    }
}

/// Every stroke is so many pixels wide.
const BRUSH: u32 = 4;

/// A picture of this subject.
pub fn painted(subject: &str, width: u32, height: u32) -> DynamicImage {
    let mut chance = Chance::of(subject);
    let (top, bottom) = (chance.colour(), chance.colour());
    let shapes: Vec<_> = (0..14)
        .map(|_| {
            let (x, y, reach) = (chance.below(1_000), chance.below(1_000), 40 + chance.below(220));
            (x, y, reach, chance.below(2) == 0, chance.colour())
        })
        .collect();
    let (columns, rows) = (width.div_ceil(BRUSH), height.div_ceil(BRUSH));
    let stroke = |x: u32, y: u32| {
        // In thousandths, so that the same is seen in any size.
        let (x, y) = (x * 1_000 / columns, y * 1_000 / rows);
        let ground: [i32; 3] =
            std::array::from_fn(|one| (top[one] * (1_000 - y as i32) + bottom[one] * y as i32) / 1_000);
        let shape = shapes.iter().rev().find(|(left, up, reach, round, _)| {
            let (dx, dy) = (x.abs_diff(*left), y.abs_diff(*up));
            if *round { dx * dx + dy * dy < reach * reach } else { dx < *reach && dy < reach / 2 }
        });
        Rgb(shape.map_or(ground, |shape| shape.4).map(|level| level as u8))
    };
    DynamicImage::from(RgbImage::from_fn(columns, rows, stroke)).resize_exact(width, height, FilterType::Nearest)
}

/// Its bytes in this format.
pub fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}
