//! Pictures (C6): enough of them, large enough, not the same one twice, here or in another listing.
//!
//! Owns the perceptual hash, a pure function over grey values; when two hashes are of one picture; the keys by which an
//! index finds them. Hashes are stored: the arithmetic is of whole numbers and fixed for good. Whether a picture matches
//! the thing is for people.
use crate::field::{Breach, Context};
use crate::finding::{Finding, How, View};
use kernel::RuleId;
use rulebook::listings::{Pictures, Severity};

/// A picture is looked at in so many columns and rows.
const CELLS: usize = 32;
/// Waves in each direction, the standing one included.
const WAVES: usize = 8;
/// cos(n π / 64) in 1/16384, for n = 0..=32.
const COSINES: [i64; 33] = [
    16384, 16364, 16305, 16207, 16069, 15893, 15679, 15426, 15137, 14811, 14449, 14053, 13623, 13160, 12665, 12140,
    11585, 11003, 10394, 9760, 9102, 8423, 7723, 7005, 6270, 5520, 4756, 3981, 3196, 2404, 1606, 804, 0,
];
/// A wave weaker than half a level of grey says nothing: it is as likely the file format's as the picture's.
const WEAK: i64 = 1 << 39;
/// A picture with fewer waves than this is too plain to be told from others.
const TELLING: usize = 16;
/// Bits of a hash that say something.
const BITS: u32 = 63;

/// Keys of a hash in an index.
pub const BANDS: usize = 4;
/// Bits of each key.
const BAND: usize = 16;

/// A hash of 63 bits over grey values, row by row: which slow waves the picture consists of. Scaling, brightness,
/// contrast and file formats change few bits. `None` if the picture is empty, the values are too few, or it is too plain
/// (one colour, one gradient) to be told from others.
pub fn hash(width: u32, height: u32, grey: &[u8]) -> Option<u64> {
    let (width, height) = (width as usize, height as usize);
    if width == 0 || height == 0 || grey.len() < width.checked_mul(height)? {
        return None;
    }
    let cells = cells(width, height, grey);
    // Along the rows first, then along the columns.
    let along = |values: &[i64; CELLS], wave: usize| -> i64 {
        values.iter().enumerate().map(|(place, value)| value * cosine((2 * place + 1) * wave)).sum()
    };
    let rows = cells.map(|row| std::array::from_fn::<i64, WAVES, _>(|wave| along(&row, wave)));
    let mut hash = 0;
    let mut telling = 0;
    for across in 0..WAVES {
        let column = rows.map(|row| row[across]);
        for down in 0..WAVES {
            if (across, down) != (0, 0) {
                let strength = along(&column, down);
                telling += usize::from(strength.abs() > WEAK);
                hash = hash << 1 | u64::from(strength > WEAK);
            }
        }
    }
    (telling >= TELLING).then_some(hash)
}

/// The mean of each cell, in sixteenths of a level; a pixel on an edge belongs to both sides, as far as it reaches.
fn cells(width: usize, height: usize, grey: &[u8]) -> [[i64; CELLS]; CELLS] {
    // A pixel is so many units long as there are cells, and a cell so many as there are pixels.
    let shares = |cell: usize, pixels: usize| {
        let (from, to) = (cell * pixels, (cell + 1) * pixels);
        let share = move |pixel: usize| to.min((pixel + 1) * CELLS) - from.max(pixel * CELLS);
        (from / CELLS..to.div_ceil(CELLS)).map(move |pixel| (pixel, share(pixel) as i64))
    };
    std::array::from_fn(|row| {
        std::array::from_fn(|column| {
            let in_row = |y: usize| -> i64 {
                shares(column, width).map(|(x, share)| share * i64::from(grey[y * width + x])).sum()
            };
            let sum: i64 = shares(row, height).map(|(y, share)| share * in_row(y)).sum();
            sum * 16 / (width * height) as i64
        })
    })
}

/// cos(angle π / 64).
fn cosine(angle: usize) -> i64 {
    match angle % 128 {
        angle @ 0..=32 => COSINES[angle],
        angle @ 33..=64 => -COSINES[64 - angle],
        angle @ 65..=96 => -COSINES[angle - 64],
        angle => COSINES[128 - angle],
    }
}

/// The keys that a picture is entered by in an index.
pub fn bands(hash: u64) -> [i32; BANDS] {
    std::array::from_fn(|place| key(place, hash))
}

/// The keys that it is looked up by: they meet those of every picture that differs in at most
/// [`rulebook::listings::FARTHEST_PICTURE`] bits, because one of the bands then differs in one bit at most.
pub fn probes(hash: u64) -> Vec<i32> {
    let of_band = |place: usize| {
        let changed = (0..BAND).map(move |bit| hash ^ 1 << (place * BAND + bit));
        std::iter::once(hash).chain(changed).map(move |hash| key(place, hash))
    };
    (0..BANDS).flat_map(of_band).collect()
}

fn key(place: usize, hash: u64) -> i32 {
    (place << BAND) as i32 | i32::from((hash >> (place * BAND)) as u16)
}

pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let Some(pictures) = &context.subject.pictures else { return vec![] };
    let Pictures { recommended, least_side, same_bits } = context.rules.pictures;
    let mut findings = vec![];
    if pictures.len() < recommended {
        let seen_as = format!("{} of {recommended} pictures", pictures.len());
        let hint = format!("Show the service from several angles: {recommended} pictures or more.");
        findings.push(context.whole("pictures", of_c6(Severity::Review, seen_as, How::by(View::Figure), hint)));
    }
    for (place, picture) in pictures.iter().enumerate() {
        let field = format!("pictures[{place}]");
        let mut find = |breach: Breach| findings.push(context.whole(&field, breach));
        if picture.width.min(picture.height) < least_side {
            let seen_as = format!("{} x {} pixels", picture.width, picture.height);
            let hint = format!("Use a picture of {least_side} pixels or more at its shorter side.");
            find(of_c6(Severity::Advice, seen_as, How::by(View::Figure), hint));
        }
        let Some(hash) = picture.hash else { continue };
        let mut earlier = pictures.iter().take(place).enumerate();
        if let Some((other, bits)) =
            earlier.find_map(|(other, known)| Some((other, same(hash, known.hash?, same_bits)?)))
        {
            let other = format!("pictures[{other}]");
            let hint = "Show another angle: this picture is there already.".to_owned();
            find(of_c6(Severity::Advice, other.clone(), twin_of(&other, bits), hint));
        }
        elsewhere(context, hash).into_iter().for_each(find);
    }
    findings
}

/// Other listings that show the picture already, the nearest of each side: advice where it is the provider's own (C6),
/// for a person to look at where it is another one's (M4.2.e.1 → M5.43).
fn elsewhere(context: &Context<'_>, hash: u64) -> Vec<Breach> {
    let same_bits = context.rules.pictures.same_bits;
    let nearest = |same_provider: bool| {
        let side = context.subject.known_pictures.iter().filter(|known| known.same_provider == same_provider);
        side.filter_map(|known| Some((same(hash, known.hash, same_bits)?, &known.listing))).min()
    };
    let own = nearest(true).map(|(bits, twin)| {
        let hint = "Show this service: another listing of yours has the same picture.".to_owned();
        of_c6(Severity::Advice, twin.clone(), twin_of(twin, bits), hint)
    });
    let theirs = nearest(false).map(|(bits, twin)| Breach {
        rule: RuleId::of("M4.2.e.1"),
        row: Some(RuleId::of("M5.43")),
        list: None,
        severity: Severity::Review,
        seen_as: twin.clone(),
        how: twin_of(twin, bits),
        confidence: likeness(bits),
        hint: "Show pictures of your own: another provider's listing has this one.".into(),
    });
    own.into_iter().chain(theirs).collect()
}

fn of_c6(severity: Severity, seen_as: String, how: How, hint: String) -> Breach {
    Breach { rule: RuleId::of("C6"), row: None, list: None, severity, seen_as, how, confidence: 1.0, hint }
}

/// In how many bits the hashes differ, if they are of one picture.
fn same(one: u64, other: u64, same_bits: u32) -> Option<u32> {
    Some((one ^ other).count_ones()).filter(|bits| *bits <= same_bits)
}

fn likeness(bits: u32) -> f64 {
    (f64::from(BITS.saturating_sub(bits)) * 100.0 / f64::from(BITS)).round() / 100.0
}

fn twin_of(twin: &str, bits: u32) -> How {
    How { similarity: Some(likeness(bits)), ..How::by(View::Picture).twin(twin) }
}
