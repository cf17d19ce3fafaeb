//! Terms that are breaches where they stand: absolute terms (M4.1.f → M5.8), platform brands (M4.2.c.2 → M5.5, X24),
//! chat tools (M4.2.f.5, X15), third-party identities (M4.1.g), prohibited goods (M4.1.d → M5.2), advertising (M4.1.e →
//! M5.16), test entries (M4.1.h), cited cases (M4.1.b → M5.4), endorsements (P3) and whatever the lists say.
//!
//! Owns what excuses a term: allow-phrases, statements of purpose outside the title, nothing beside it that it needs.
use crate::accounts::Account;
use crate::disguise::Hit;
use crate::field::{Breach, Context, Field};
use crate::finding::{self, View, Why};
use crate::letters::Kind;
use crate::lexicon::Term;
use crate::links::{Link, covering};
use crate::numbers::Run;
use crate::reading::Unit;
use crate::scan::Scan;
use kernel::RuleId;
use rulebook::listings::Severity;
use rulebook::lists::{Beside, Class, Reading as How};
use strum::VariantArray;

/// What else a text has that terms depend on.
pub(crate) struct Around<'a> {
    pub links: &'a [Link],
    pub accounts: &'a [Account],
    pub numbers: &'a [Run],
}

/// How far a call to make contact reaches, in characters.
const CALL: usize = 40;
/// How far an account stands from its chat tool.
const NEAR: usize = 24;

pub(crate) fn check(context: &Context<'_>, field: &mut Field<'_>, around: &Around<'_>) {
    let disclosed = is_disclosed(context, &field.scan);
    for class in Class::VARIANTS.iter().copied().filter(|class| class.is_breach() && *class != Class::Shortener) {
        if !context.subject.profile.reads(class) {
            continue;
        }
        for hit in field.scan.of_class(class).to_vec() {
            let Some(term) = context.term(hit.term) else { continue };
            if term.agent_operation && !context.subject.agent_operation || term.value.is_some() {
                continue;
            }
            let list = context.list(term.list).map(|list| list.name);
            match excuse(context, field, around, &hit, term, disclosed) {
                Some((why, by)) => field.let_pass(term.rule.clone(), list, hit.from, hit.to, why, by),
                None => {
                    let mut breach = breach(context, &field.scan, around, &hit, term);
                    // Another market's plain name is a statement of purpose outside the title.
                    let market = term.rule.as_str() == "M4.1.g" && term.class == Class::Brand;
                    let plain =
                        term.reading != How::Folded && !hit.weak && !is_disguised(&field.scan, &hit, term.class);
                    if market && plain && !field.is_title() && breach.severity == Severity::Review {
                        breach.severity = Severity::Advice;
                    }
                    field.find(context, hit.from, hit.to, breach);
                }
            }
        }
    }
    for hit in std::mem::take(&mut field.scan.inner) {
        if let Some(term) = context.term(hit.term) {
            let list = context.list(term.list).map(|list| list.name);
            field.let_pass(term.rule.clone(), list, hit.from, hit.to, Why::InnerWord, None);
        }
    }
}

pub(crate) fn is_disclosed(context: &Context<'_>, scan: &Scan<'_>) -> bool {
    scan.of_class(Class::Endorsement)
        .iter()
        .any(|hit| context.term(hit.term).is_some_and(|term| term.value.as_deref() == Some("marked")))
}

fn excuse(
    context: &Context<'_>,
    field: &Field<'_>,
    around: &Around<'_>,
    hit: &Hit,
    term: &Term,
    disclosed: bool,
) -> Option<(Why, Option<String>)> {
    let scan = &field.scan;
    // X24: the plain statement of a purpose is allowed, and a name in disguise is not plain.
    let is_plain = term.class != Class::Brand || !is_disguised(scan, hit, term.class);
    // What is read without its spaces may be the words of another group of the list, with a phrase of theirs.
    let group = (hit.view != View::Separated).then_some(term.group);
    if is_plain && let Some(phrase) = allowed(context, field, (hit.from, hit.to), term.list, group) {
        // "Telegram bot" is a product; "order through our Telegram bot" is a way out.
        let is_named = term.class == Class::Messenger && !term.folded.contains(' ') && names(&phrase, &term.folded);
        if !(is_named && is_called(scan, hit)) {
            return Some((Why::AllowPhrase, Some(phrase)));
        }
    }
    if let Some(link) =
        covering(around.links, hit.from, hit.to).filter(|link| link.innocent == Some(Why::AllowedDomain))
        && term.class != Class::Prohibited
    {
        return Some((Why::AllowedDomain, Some(link.host.clone())));
    }
    if scan
        .within(Class::AllowedChannel, hit.from.saturating_sub(20), hit.to)
        .iter()
        .any(|channel| channel.from <= hit.from && hit.to <= channel.to)
    {
        return Some((Why::AllowedChannel, None));
    }
    if term.class == Class::Endorsement && disclosed {
        return Some((Why::Disclosed, None));
    }
    if is_denied(scan, hit, term) && !is_called(scan, hit) && !has_account(scan, around, hit) {
        return Some((Why::Negated, None));
    }
    if let Some(denial) = denial(context, scan, hit, term)
        && !has_account(scan, around, hit)
        && !is_disguised(scan, hit, term.class)
    {
        return Some((Why::Negated, Some(denial)));
    }
    let alone = match term.with {
        None => false,
        // Whoever disguises a name means more than to mention it.
        Some(_) if term.folded.chars().count() >= 6 && is_disguised(scan, hit, term.class) => false,
        Some(Beside::Contact) => !is_called(scan, hit) && !has_account(scan, around, hit),
        Some(Beside::Account) => !has_account(scan, around, hit),
    };
    alone.then_some((Why::Alone, None))
}

/// Whether a phrase has the name of a chat tool as a word of its own.
fn names(phrase: &str, name: &str) -> bool {
    name.len() >= LEAST_NAME && phrase.split(' ').any(|word| word == name)
}

/// Shorter names are words or syllables as well.
const LEAST_NAME: usize = 6;

/// Written so that no machine reads it; not merely in two words or with an accent, nor as another name of the class in
/// letters that look alike: "Taobao" is no disguise of "таобао".
fn is_disguised(scan: &Scan<'_>, hit: &Hit, class: Class) -> bool {
    let is_plain = |hit: &Hit| matches!(hit.view, View::Exact | View::Folded);
    let same = |other: &Hit| other.to == hit.to && is_plain(other);
    if is_plain(hit) || hit.view == View::LookAlike && scan.within(class, hit.from, hit.from + 1).iter().any(same) {
        return false;
    }
    let units = scan.reading.units.get(hit.from..hit.to).unwrap_or_default();
    let between = units.iter().filter(|unit| matches!(unit.kind, Kind::Space | Kind::Line | Kind::Sign));
    let apart = || between.clone().any(|unit| !matches!(unit.c, ' ' | '-')) || between.clone().count() >= 2;
    let slightly = hit.view == View::Separated && !apart();
    let hidden = hit.view == View::Hidden && !units.iter().skip(1).any(|unit| unit.hidden);
    !(slightly || hidden)
}

/// No allow-phrase is longer.
const PHRASE: usize = 256;

/// The allow-phrase of a list that covers the units `from..to`; of one group of its terms, if one is told.
pub(crate) fn allowed(
    context: &Context<'_>,
    field: &Field<'_>,
    (from, to): (usize, usize),
    list: usize,
    group: Option<usize>,
) -> Option<String> {
    let excuses = &field.scan.excuses;
    let first = excuses.partition_point(|excuse| excuse.from + PHRASE < from);
    let near = excuses.get(first..).unwrap_or_default().iter().take_while(|excuse| excuse.from <= from);
    let covering =
        near.filter(|excuse| excuse.to >= to).filter_map(|excuse| context.lexicon.allows.get(excuse.allow as usize));
    covering
        .filter(|allow| allow.list == list && (group.is_none() || allow.group.is_none_or(|own| Some(own) == group)))
        .find(|allow| !(allow.except_title && field.is_title()))
        .map(|allow| allow.text.clone())
}

/// A call to make contact in the same sentence.
fn is_called(scan: &Scan<'_>, hit: &Hit) -> bool {
    let sentence = scan.reading.sentence(hit.from);
    [Class::ContactWord, Class::PhoneWord].iter().any(|class| {
        let near = scan.within(*class, hit.from.saturating_sub(CALL), hit.to + CALL / 2);
        near.iter().any(|other| {
            scan.reading.sentence(other.from) == sentence
                && (other.to <= hit.from || other.from >= hit.to || other.from < hit.from)
        })
    })
}

/// How far a negation reaches to what it surely denies, and to what it may deny.
const DENIED: usize = 12;

/// "We never sell …": a negation at most so far before it in the same sentence.
fn is_negated(scan: &Scan<'_>, hit: &Hit, term: &Term, reach: usize) -> bool {
    let turned = matches!(
        term.class,
        Class::Messenger | Class::Prohibited | Class::OffMarket | Class::Cashback | Class::Advertising | Class::Lead
    );
    let near = scan.within(Class::Negation, hit.from.saturating_sub(reach + 12), hit.from);
    let sentence = scan.reading.sentence(hit.from);
    turned
        && near.iter().any(|word| {
            word.to <= hit.from && hit.from - word.to <= reach && scan.reading.sentence(word.from) == sentence
        })
}

/// A negation right before it, in the same clause, of more than one Chinese character: "never sell …", 禁止使用. The name
/// of a chat tool stays for a person to look at, whatever is said of it.
fn is_denied(scan: &Scan<'_>, hit: &Hit, term: &Term) -> bool {
    let near = scan.within(Class::Negation, hit.from.saturating_sub(DENIED + 12), hit.from);
    let clause = |from: usize| {
        let between = scan.reading.units.get(from..hit.from).unwrap_or_default();
        between.iter().all(|unit| unit.kind != Kind::Sign || matches!(unit.c, '\'' | '-' | '"'))
    };
    term.class != Class::Messenger
        && is_negated(scan, hit, term, DENIED)
        && near.iter().any(|word| {
            let han = scan.reading.kind(word.from) == Kind::Han;
            (!han || word.to - word.from > 1) && word.to <= hit.from && hit.from - word.to <= DENIED && clause(word.to)
        })
}

/// How far the words that deny something reach, in letters and in Chinese characters.
const DENIAL: usize = 24;
const DENIAL_HAN: usize = 7;

/// The words that say that a chat tool is not used, or that nothing is done outside the market: in the same clause.
fn denial(context: &Context<'_>, scan: &Scan<'_>, hit: &Hit, term: &Term) -> Option<String> {
    if !matches!(term.class, Class::Messenger | Class::OffMarket) {
        return None;
    }
    let words = scan.within(Class::Denial, hit.from.saturating_sub(2 * DENIAL), hit.to + DENIAL);
    let denies = |word: &&Hit| {
        let (from, to) = if word.to <= hit.from { (word.to, hit.from) } else { (hit.to, word.from) };
        let Some(between) = scan.reading.units.get(from..to) else { return false };
        let joined = |unit: &Unit| match unit.kind {
            Kind::Sign => matches!(unit.c, '/' | '-' | '\'' | '、'),
            Kind::Letter | Kind::Han | Kind::Digit | Kind::Space => true,
            Kind::Line => false,
        };
        let han = scan.reading.kind(word.from) == Kind::Han;
        let reach = match (context.term(word.term).and_then(|word| word.value.as_deref()), word.to <= hit.from) {
            (None, true) | (Some("behind"), false) => {
                if han {
                    DENIAL_HAN
                } else {
                    DENIAL
                }
            }
            (Some("beside"), true) => usize::from(!han),
            _ => return false,
        };
        to - from <= reach && between.iter().all(joined)
    };
    words.iter().find(denies).map(|word| scan.reading.read(word.from, word.to))
}

fn has_account(scan: &Scan<'_>, around: &Around<'_>, hit: &Hit) -> bool {
    let near = |from: usize, to: usize| {
        from >= hit.to
            && from - hit.to <= NEAR
            && scan.reading.sentence(from).abs_diff(scan.reading.sentence(hit.from)) <= 1
            || to <= hit.from && hit.from - to <= NEAR / 2
    };
    // In the order of the text; none is longer than its reach allows.
    let first = hit.from.saturating_sub(NEAR + 80);
    let accounts =
        around.accounts.get(around.accounts.partition_point(|account| account.from < first)..).unwrap_or_default();
    let numbers = around.numbers.get(around.numbers.partition_point(|run| run.from < first)..).unwrap_or_default();
    let last = hit.to + NEAR;
    accounts.iter().take_while(|account| account.from <= last).any(|account| near(account.from, account.to))
        || numbers.iter().take_while(|run| run.from <= last).any(|run| near(run.from, run.to))
}

fn breach(context: &Context<'_>, scan: &Scan<'_>, around: &Around<'_>, hit: &Hit, term: &Term) -> Breach {
    let sure = confidence(hit.view);
    let mut severity = term.severity;
    let (mut rule, mut row) = (term.rule.clone(), term.row.clone());
    if term.class == Class::Prohibited && covering(around.links, hit.from, hit.to).is_some() {
        (rule, row) = (RuleId::of("M4.1.d"), Some(RuleId::of("M5.3")));
    }
    if term.class == Class::Messenger {
        // Off the market if it asks for contact there; a finding without points otherwise.
        let leads = is_called(scan, hit) || has_account(scan, around, hit);
        severity = match severity {
            // An ordinary word as well: a person looks, whatever stands beside it.
            Severity::Advice => Severity::Review,
            _ if leads => Severity::Reject,
            severity @ (Severity::Review | Severity::Reject) => severity,
        };
        row = if leads { Some(RuleId::of("M5.30")) } else { None };
    }
    // A misspelling may be another word, a negated sentence innocent: a person looks at it.
    if hit.weak || is_negated(scan, hit, term, NEAR) && !has_account(scan, around, hit) {
        severity = severity.min(Severity::Review);
    }
    let mut how = finding::How::by(hit.view).term(&term.text);
    how.distance = (hit.distance > 0).then_some(hit.distance);
    Breach {
        rule,
        row,
        list: context.list(term.list),
        severity,
        seen_as: term.folded.clone(),
        how,
        confidence: sure,
        hint: term.hint.clone(),
    }
}

fn confidence(view: View) -> f64 {
    match view {
        View::Exact => 0.99,
        View::Folded => 0.98,
        View::Hidden | View::Decorated => 0.97,
        View::LookAlike => 0.95,
        View::Leet | View::Repeated => 0.92,
        View::Separated => 0.9,
        View::Edited => 0.8,
        View::Vowelless => 0.75,
        View::Together
        | View::Link
        | View::Mail
        | View::Spelled
        | View::Number
        | View::NumberInWords
        | View::Account
        | View::Figure
        | View::Missing
        | View::Contradiction
        | View::Stacked
        | View::Twin
        | View::Changed
        | View::Picture
        | View::Misplaced => 0.85,
    }
}
