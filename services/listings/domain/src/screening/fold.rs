//! Text as it is read: without case, full width, doubled spaces and hyphens; each letter knows where it came from.

/// A folded text with the way back to the original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    text: String,
    /// For each byte of `text`, the character of the original that it comes from.
    origin: Vec<usize>,
}

impl Folded {
    /// Folds a text. Folding a folded text changes nothing.
    pub fn of(original: &str) -> Self {
        let mut folded =
            Self { text: String::with_capacity(original.len()), origin: Vec::with_capacity(original.len()) };
        for (place, c) in original.chars().enumerate() {
            folded.push(place, narrow(c));
        }
        folded
    }

    /// The folded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The span of characters of the original that the bytes `start..end` come from; `end` is after `start`.
    pub fn original(&self, start: usize, end: usize) -> (usize, usize) {
        let first = self.origin.get(start).copied().unwrap_or_default();
        let last = end.checked_sub(1).and_then(|byte| self.origin.get(byte)).copied().unwrap_or(first);
        (first, last + 1)
    }

    fn push(&mut self, place: usize, c: char) {
        if is_invisible(c) {
            return;
        }
        let space = if matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}') {
            Some('\n')
        } else if c.is_whitespace() || is_hyphen(c) {
            Some(' ')
        } else {
            None
        };
        match space {
            // A line break swallows the spaces around it: it ends a sentence.
            Some('\n') if self.text.ends_with(' ') => {
                self.text.pop();
                self.origin.pop();
                self.push(place, c);
            }
            Some(_) if self.text.ends_with('\n') => {}
            Some(' ') if self.text.ends_with(' ') => {}
            Some(space) => self.put(place, space),
            None => {
                for lower in c.to_lowercase() {
                    self.put(place, lower);
                }
            }
        }
    }

    fn put(&mut self, place: usize, c: char) {
        self.text.push(c);
        self.origin.resize(self.text.len(), place);
    }
}

/// Full-width letters, figures and signs as their plain twins; typographic quotes as plain ones.
pub fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{2018}' | '\u{2019}' | '\u{02bc}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        _ => c,
    }
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Characters that show nothing and only break words apart.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Scripts that write no spaces between words: a word may begin and end anywhere.
pub fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn full_width_case_spaces_and_hyphens_are_read_as_one() {
        assert_eq!(
            Folded::of("Ｔａｏ\u{200b}Ｂａｏ  best\u{2011}practice \n\n next").text(),
            "taobao best practice\nnext"
        );
    }

    #[test]
    fn a_span_leads_back_to_the_original() {
        let folded = Folded::of("用 Ｑ\u{200b}Ｑ！");
        let start = folded.text().find("qq").unwrap();
        assert_eq!(folded.original(start, start + 2), (2, 5));
    }

    proptest! {
        #[test]
        fn folding_is_idempotent_and_spans_stay_inside(text in "\\PC{0,60}|[a-zA-Z \\n\u{ff21}\u{2011}\u{0130}-]{0,40}") {
            let folded = Folded::of(&text);
            let again = Folded::of(folded.text());
            prop_assert_eq!(again.text(), folded.text());
            let length = text.chars().count();
            for (byte, _) in folded.text().char_indices() {
                let (start, end) = folded.original(byte, byte + 1);
                prop_assert!(start < end && end <= length);
            }
        }
    }
}
