//! Pictures (C6): enough of them, large enough, not the same one twice.
//!
//! Owns the perceptual hash, a pure function over decoded pixels. Whether a picture matches the thing is for people.
use crate::field::{Breach, Context};
use crate::finding::{Finding, How, View};
use kernel::RuleId;
use rulebook::listings::Severity;

/// The shorter side, in pixels, at least (default).
const LEAST_SIDE: u32 = 500;
/// Hashes that differ in so many of 64 bits are of one picture.
pub const SAME: u32 = 6;

/// A difference hash of 64 bits over grey values, row by row. `None` if the picture is empty or the values too few.
pub fn hash(width: u32, height: u32, grey: &[u8]) -> Option<u64> {
    let (width, height) = (width as usize, height as usize);
    if width == 0 || height == 0 || grey.len() < width.checked_mul(height)? {
        return None;
    }
    let mean = |column: usize, row: usize| -> u64 {
        let (left, right) = (column * width / 9, ((column + 1) * width / 9).max(column * width / 9 + 1).min(width));
        let (top, bottom) = (row * height / 8, ((row + 1) * height / 8).max(row * height / 8 + 1).min(height));
        let (mut sum, mut count) = (0, 0);
        for y in top.min(height - 1)..bottom {
            for x in left.min(width - 1)..right {
                sum += u64::from(grey.get(y * width + x).copied().unwrap_or(0));
                count += 1;
            }
        }
        sum * 16 / count.max(1)
    };
    let mut bits = 0;
    for row in 0..8 {
        for column in 0..8 {
            bits = bits << 1 | u64::from(mean(column, row) > mean(column + 1, row));
        }
    }
    Some(bits)
}

pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let Some(pictures) = &context.subject.pictures else { return vec![] };
    let recommended = context.rules.pictures.recommended;
    let mut findings = vec![];
    if pictures.len() < recommended {
        let seen_as = format!("{} of {recommended} pictures", pictures.len());
        let hint = format!("Show the service from several angles: {recommended} pictures or more.");
        findings.push(finding(context, "pictures", Severity::Review, seen_as, How::by(View::Figure), hint));
    }
    for (place, picture) in pictures.iter().enumerate() {
        let field = format!("pictures[{place}]");
        if picture.width.min(picture.height) < LEAST_SIDE {
            let seen_as = format!("{} x {} pixels", picture.width, picture.height);
            let hint = format!("Use a picture of {LEAST_SIDE} pixels or more at its shorter side.");
            findings.push(finding(context, &field, Severity::Advice, seen_as, How::by(View::Figure), hint));
        }
        let twin = |other: &crate::subject::Picture| {
            let (one, other) = (picture.hash?, other.hash?);
            Some((one ^ other).count_ones()).filter(|bits| *bits <= SAME)
        };
        let earlier = pictures.iter().take(place).enumerate().find_map(|(other, known)| Some((other, twin(known)?)));
        if let Some((other, bits)) = earlier {
            let similarity = Some((f64::from(64 - bits) / 0.64).round() / 100.0);
            let how = How { similarity, ..How::by(View::Picture).twin(format!("pictures[{other}]")) };
            let hint = "Show another angle: this picture is there already.".to_owned();
            findings.push(finding(context, &field, Severity::Advice, format!("pictures[{other}]"), how, hint));
        }
    }
    findings
}

fn finding(context: &Context<'_>, field: &str, severity: Severity, seen_as: String, how: How, hint: String) -> Finding {
    let breach =
        Breach { rule: RuleId::of("C6"), row: None, list: None, severity, seen_as, how, confidence: 1.0, hint };
    context.whole(field, breach)
}
