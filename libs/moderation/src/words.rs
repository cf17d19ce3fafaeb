//! The words and signs of a text, found once for all rules that go through them.
use crate::hash;
use crate::letters::Kind;
use crate::reading::Unit;

/// A run of letters and figures, or of characters of a script without spaces between words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// The first unit.
    pub from: usize,
    /// Behind the last unit.
    pub to: usize,
    /// Letters of ASCII.
    pub latin: u32,
    /// Other letters.
    pub foreign: u32,
    /// Figures.
    pub figures: u32,
    /// The hash of its characters; none of a script without spaces.
    pub key: u64,
}

impl Word {
    /// Of a script without spaces between words.
    pub(crate) fn is_han(&self) -> bool {
        self.latin + self.foreign + self.figures == 0
    }

    /// Letters alone.
    pub(crate) fn is_plain(&self) -> bool {
        self.figures == 0 && !self.is_han()
    }

    pub(crate) fn length(&self) -> usize {
        self.to - self.from
    }
}

/// The words of a text, and where its signs are; both in its order.
pub(crate) fn of(units: &[Unit]) -> (Vec<Word>, Vec<usize>) {
    let (mut words, mut signs) = (Vec::with_capacity(units.len() / 4), Vec::with_capacity(units.len() / 16));
    let mut place = 0;
    while let Some(unit) = units.get(place) {
        match unit.kind {
            Kind::Letter | Kind::Digit => {
                let word = word(units, place);
                place = word.to;
                words.push(word);
            }
            Kind::Han => {
                let rest = units.get(place..).unwrap_or_default();
                let to = place + rest.iter().take_while(|unit| unit.kind == Kind::Han).count();
                words.push(Word { from: place, to, latin: 0, foreign: 0, figures: 0, key: 0 });
                place = to;
            }
            Kind::Sign => {
                signs.push(place);
                place += 1;
            }
            Kind::Space | Kind::Line => place += 1,
        }
    }
    (words, signs)
}

/// The letters and figures from here on.
fn word(units: &[Unit], from: usize) -> Word {
    let (mut latin, mut foreign, mut figures, mut letters) = (0, 0, 0, 0);
    for unit in units.get(from..).unwrap_or_default() {
        match unit.kind {
            Kind::Digit => figures += 1,
            Kind::Letter if unit.c.is_ascii() => latin += 1,
            Kind::Letter => foreign += 1,
            Kind::Han | Kind::Space | Kind::Line | Kind::Sign => break,
        }
        letters = hash::and(letters, unit.c);
    }
    let to = from + (latin + foreign + figures) as usize;
    Word { from, to, latin, foreign, figures, key: hash::mix(letters) }
}
