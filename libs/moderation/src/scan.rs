//! One text scanned for all words of all lists.
//!
//! Owns which pattern counts where: edges of words, very letters, the view it was seen by. Whether a hit is a breach
//! is decided by the rules.
use crate::disguise::Hit;
use crate::finding::View;
use crate::letters::Kind;
use crate::lexicon::{Lexicon, Role, Term};
use crate::reading::Reading;
use crate::unmasked;
use rulebook::lists::{Class, Reading as How};
use strum::VariantArray;

/// Where a phrase stands that excuses what is inside it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Excuse {
    pub allow: u32,
    pub from: usize,
    pub to: usize,
}

/// A word of a combination.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub combination: u32,
    /// `None`: it excuses the combination.
    pub group: Option<u32>,
    pub from: usize,
    pub to: usize,
}

/// What a text has of the lists; every vector in the order of the text.
#[derive(Debug)]
pub(crate) struct Scan<'t> {
    pub reading: &'t Reading,
    by_class: Vec<Vec<Hit>>,
    pub excuses: Vec<Excuse>,
    pub parts: Vec<Part>,
    /// Terms inside longer words.
    pub inner: Vec<Hit>,
}

impl<'t> Scan<'t> {
    pub(crate) fn of(lexicon: &Lexicon, reading: &'t Reading) -> Self {
        let mut scan = Self {
            reading,
            by_class: vec![vec![]; Class::VARIANTS.len()],
            excuses: vec![],
            parts: vec![],
            inner: vec![],
        };
        lexicon.automaton.find(reading.folded(), |pattern, start, end| {
            let Some(word) = lexicon.words.get(pattern) else { return };
            let (from, to) = reading.line.units(start, end);
            let begins = reading.begins_word(from);
            let ends = reading.ends_word(to);
            for role in &word.closed {
                scan.role(lexicon, *role, from, to, begins && ends);
            }
            for role in &word.open {
                scan.role(lexicon, *role, from, to, begins);
            }
        });
        let mut disguised = vec![];
        lexicon.disguises.scan(reading, &lexicon.terms, &mut disguised);
        for hit in disguised {
            scan.enter(lexicon, hit);
        }
        unmasked::enter(&mut scan, lexicon);
        for hits in &mut scan.by_class {
            hits.sort_by_key(|hit| (hit.from, hit.to, hit.term));
        }
        scan.parts.sort_unstable_by_key(|part| (part.combination, part.from, part.to, part.group));
        scan.excuses.sort_unstable_by_key(|excuse| (excuse.from, excuse.to, excuse.allow));
        scan
    }

    /// The terms of a class.
    pub(crate) fn of_class(&self, class: Class) -> &[Hit] {
        self.by_class.get(class as usize).map_or(&[], Vec::as_slice)
    }

    /// The terms of a class that begin in `from..to`.
    pub(crate) fn within(&self, class: Class, from: usize, to: usize) -> &[Hit] {
        let hits = self.of_class(class);
        let first = hits.partition_point(|hit| hit.from < from);
        let last = hits.partition_point(|hit| hit.from < to);
        hits.get(first..last).unwrap_or_default()
    }

    fn role(&mut self, lexicon: &Lexicon, role: Role, from: usize, to: usize, is_word: bool) {
        match role {
            Role::Term(id) => {
                let Some(term) = lexicon.terms.get(id as usize) else { return };
                let written = term.reading == How::Written && self.reading.written(from, to) != term.text;
                let hit = Hit { term: id, from, to, view: View::Exact, distance: 0, weak: false };
                if written || term.class == Class::Messenger && self.is_model(from, to) || self.is_apart(term, from, to)
                {
                } else if is_word || term.inner {
                    let view = self.view(from, to, &term.text, &term.folded);
                    self.enter(lexicon, Hit { view, ..hit });
                } else if matches!(term.class, Class::Brand | Class::Messenger) && term.folded.len() > 4 {
                    self.inner.push(hit);
                }
            }
            Role::Allow(allow) if is_word => self.excuses.push(Excuse { allow, from, to }),
            Role::Group { combination, group } if is_word => {
                self.parts.push(Part { combination, group: Some(group), from, to });
            }
            Role::Excuse { combination } if is_word => {
                self.parts.push(Part { combination, group: None, from, to });
            }
            Role::Allow(_) | Role::Group { .. } | Role::Excuse { .. } => {}
        }
    }

    /// `VX-88R`, `WX-2041`: initials of a chat tool at the head of an article number.
    fn is_model(&self, from: usize, to: usize) -> bool {
        let (reading, first) = (self.reading, to + 1);
        if to - from > 3 || reading.at(to) != '-' || reading.kind(from) != Kind::Letter {
            return false;
        }
        let word = |place: &usize| matches!(reading.kind(*place), Kind::Letter | Kind::Digit);
        let code = (first..first + 8).take_while(word).count();
        let figures = (first..first + 8).take_while(|place| reading.kind(*place) == Kind::Digit).count();
        (1..=5).contains(&figures) && code <= 6
    }

    /// A word for `@` or a dot in single letters outside brackets: "a t" is two letters, "(a t)" is not.
    fn is_apart(&self, term: &Term, from: usize, to: usize) -> bool {
        let reading = self.reading;
        matches!(term.class, Class::AtWord | Class::DotWord)
            && from + 1 < to
            && reading.kind(from + 1) == Kind::Space
            && !term.folded.contains(' ')
            && !reading.is_bracketed(from, to)
    }

    pub(crate) fn enter(&mut self, lexicon: &Lexicon, hit: Hit) {
        let Some(term) = lexicon.terms.get(hit.term as usize) else { return };
        let Hit { from, to, .. } = hit;
        for (combination, group) in &term.groups {
            self.parts.push(Part { combination: *combination, group: Some(*group), from, to });
        }
        if let Some(hits) = self.by_class.get_mut(term.class as usize) {
            hits.push(hit);
        }
    }

    fn view(&self, from: usize, to: usize, text: &str, folded: &str) -> View {
        let units = self.reading.units.get(from..to).unwrap_or_default();
        let hidden = units.iter().skip(1).any(|unit| unit.hidden);
        if !hidden && units.len() == text.chars().count() && units.iter().map(|unit| unit.written).eq(text.chars()) {
            return View::Exact;
        }
        if hidden || units.first().is_some_and(|unit| unit.end > unit.start + 1) {
            View::Hidden
        } else if units.iter().any(|unit| unit.c.is_ascii() && !unit.written.is_ascii() && unit.kind != Kind::Space) {
            View::Decorated
        } else if units.len() > folded.chars().count() {
            View::Separated
        } else {
            View::Folded
        }
    }
}
