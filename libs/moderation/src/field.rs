//! One field of a subject while it is read: its scan, what was found in it, what was let pass.
//!
//! Owns how a span becomes a [`Finding`]. Start at [`Field::find`].
use crate::finding::{Finding, How, ListName, Suppressed, Why};
use crate::lexicon::{Lexicon, Term};
use crate::scan::Scan;
use crate::subject::Subject;
use kernel::{EditionId, RuleId};
use rulebook::ListingRules;
use rulebook::listings::Severity;

/// What every rule needs.
#[derive(Clone, Copy)]
pub(crate) struct Context<'c> {
    pub lexicon: &'c Lexicon,
    pub rules: &'c ListingRules,
    pub edition: &'c EditionId,
    pub subject: &'c Subject<'c>,
}

/// A breach before it has its span: what a rule says of it.
#[derive(Clone, Debug)]
pub(crate) struct Breach {
    pub rule: RuleId,
    pub row: Option<RuleId>,
    pub list: Option<ListName>,
    pub severity: Severity,
    pub seen_as: String,
    pub how: How,
    pub confidence: f64,
    pub hint: String,
}

/// A field while it is read.
pub(crate) struct Field<'f> {
    pub name: &'f str,
    pub scan: Scan<'f>,
    pub findings: Vec<Finding>,
    pub suppressed: Vec<Suppressed>,
}

impl Context<'_> {
    /// A list by name and hash.
    pub(crate) fn list(&self, place: usize) -> Option<ListName> {
        self.lexicon.lists.get(place).map(|list| ListName { name: list.body.name.clone(), hash: list.hash.clone() })
    }

    /// A finding that has no span in a text.
    pub(crate) fn whole(&self, field: &str, breach: Breach) -> Finding {
        let Breach { rule, row, list, severity, seen_as, how, confidence, hint } = breach;
        let (edition, field) = (self.edition.clone(), field.to_owned());
        Finding {
            rule,
            row,
            edition,
            list,
            severity,
            field,
            start: 0,
            end: 0,
            text: String::new(),
            seen_as,
            how,
            confidence,
            hint,
            also: None,
        }
    }

    /// The term of a hit.
    pub(crate) fn term(&self, id: u32) -> Option<&Term> {
        self.lexicon.terms.get(id as usize)
    }
}

/// Whether the rules of titles hold in the field of this name, as `title` or `modules[0].heading`.
pub fn is_title(name: &str) -> bool {
    name == "title" || name.ends_with(".heading")
}

impl<'f> Field<'f> {
    pub(crate) fn new(name: &'f str, scan: Scan<'f>) -> Self {
        Self { name, scan, findings: vec![], suppressed: vec![] }
    }

    /// Whether the rules of titles hold here.
    pub(crate) fn is_title(&self) -> bool {
        is_title(self.name)
    }

    /// Enters what the units `from..to` break.
    pub(crate) fn find(&mut self, context: &Context<'_>, from: usize, to: usize, breach: Breach) {
        let (start, end) = self.scan.reading.span(from, to);
        let text = self.scan.reading.excerpt(start, end);
        self.findings.push(Finding { start, end, text, ..context.whole(self.name, breach) });
    }

    /// Enters what was seen in the units `from..to` but is innocent.
    pub(crate) fn let_pass(
        &mut self,
        rule: RuleId,
        list: Option<String>,
        from: usize,
        to: usize,
        why: Why,
        by: Option<String>,
    ) {
        let (start, end) = self.scan.reading.span(from, to);
        let text = self.scan.reading.excerpt(start, end);
        self.suppressed.push(Suppressed { rule, list, field: self.name.to_owned(), start, end, text, why, by });
    }
}
