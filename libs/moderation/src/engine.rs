//! The engine: lists and figures of one edition made ready, and the one way a subject is read.
//!
//! Owns the order of the rules. Pure and deterministic: the same subject, edition and lists give the same report.
//! Start at [`Engine::read`].
use crate::accounts::accounts;
use crate::field::{Context, Field};
use crate::finding::{Finding, Place, Report, Verdict, Why, one_for_one};
use crate::letters::{self, Kind};
use crate::lexicon::Lexicon;
use crate::links::{Finder, Link};
use crate::price::Floors;
use crate::reading::Reading;
use crate::scan::Scan;
use crate::subject::{Profile, Subject};
use crate::{
    categories, contact, contradictions, elements, keywords, near, numbers, pictures, price, spelled, terms, together,
};
use kernel::{EditionId, RuleId};
use rulebook::{Edition, ListingRules, Lists};
use std::collections::HashMap;
use std::sync::Arc;

/// Rules and lists made ready; shared freely between threads.
#[derive(Debug)]
pub struct Engine {
    edition: EditionId,
    rules: Arc<ListingRules>,
    lexicon: Lexicon,
    floors: Floors,
    lists: String,
}

/// How much of each of two fields is read across their seam.
const SEAM: usize = 48;

impl Engine {
    /// Makes an edition and the lists ready; about a tenth of a second.
    pub fn compile(edition: &Edition, lists: &Lists) -> Self {
        Self {
            edition: edition.id.clone(),
            rules: edition.listings.clone(),
            lexicon: Lexicon::of(lists),
            floors: Floors::of(&edition.listings.floors),
            lists: lists.hash.clone(),
        }
    }

    /// The edition that it judges by.
    pub fn edition(&self) -> &EditionId {
        &self.edition
    }

    /// The hash over all its lists.
    pub fn lists(&self) -> &str {
        &self.lists
    }

    /// Bytes that the compiled lists take on the heap, about.
    pub fn size(&self) -> usize {
        self.lexicon.size()
    }

    /// Reads a subject by every rule of its profile.
    pub fn read(&self, subject: &Subject<'_>) -> Report {
        let context = Context { lexicon: &self.lexicon, rules: &self.rules, edition: &self.edition, subject };
        let readings: Vec<Reading> = subject.texts.iter().map(|(_, text)| Reading::of(text)).collect();
        let named = subject.texts.iter().zip(&readings);
        let mut fields: Vec<Field<'_>> =
            named.map(|((name, _), reading)| self.field(&context, name, reading)).collect();
        let mut report = Report { verdict: Verdict::Pass, findings: vec![], suppressed: vec![] };
        for field in &mut fields {
            report.findings.extend(one_for_one(std::mem::take(&mut field.findings)));
            let mut suppressed = std::mem::take(&mut field.suppressed);
            suppressed
                .sort_by(|one, other| (one.start, one.end, &one.rule).cmp(&(other.start, other.end, &other.rule)));
            suppressed.dedup();
            report.suppressed.extend(suppressed);
        }
        for ((name, _), reading) in subject.texts.iter().zip(&readings) {
            let beneath = self.beneath(&context, name, reading, &report.findings);
            report.findings.extend(beneath);
        }
        let seams = self.seams(&context, &readings, &report.findings);
        report.findings.extend(seams);
        if subject.profile == Profile::Listing {
            report.findings.extend(elements::check(&context));
            report.findings.extend(self.floors.check(&context, &fields));
            report.findings.extend(categories::check(&context, &fields));
            report.findings.extend(near::check(&context, &readings));
            report.findings.extend(pictures::check(&context));
        }
        report.verdict = Verdict::of(&report.findings);
        report
    }

    fn field<'f>(&self, context: &Context<'_>, name: &'f str, reading: &'f Reading) -> Field<'f> {
        let mut field = Field::new(name, Scan::of(&self.lexicon, reading));
        let mut links = {
            let finder = Finder { scan: &field.scan, lexicon: &self.lexicon, rules: &self.rules.links };
            let mut links = finder.links();
            let mut spelled = spelled::links(&finder);
            for link in spelled.iter_mut().filter(|link| finder.is_allowed(&link.host)) {
                link.innocent = Some(Why::AllowedDomain);
            }
            let apart = |one: &Link| {
                let first = links.partition_point(|other| other.to <= one.from);
                let near = links.get(first..).unwrap_or_default().iter().take_while(|other| other.from < one.to);
                !near.into_iter().any(|other| other.innocent.is_none())
            };
            let spelled: Vec<Link> = spelled.into_iter().filter(apart).collect();
            links.extend(spelled);
            links
        };
        links.sort_by_key(|link| (link.from, link.to));
        contact::links(context, &mut field, &links);
        let runs = numbers::runs(&field.scan, &self.lexicon);
        let numbers = contact::numbers(context, &mut field, &runs, &links);
        let accounts = accounts(&field.scan, &self.lexicon);
        contact::accounts(context, &mut field, &accounts, &links);
        let around = terms::Around { links: &links, accounts: &accounts, numbers: &numbers };
        terms::check(context, &mut field, &around);
        together::check(context, &mut field);
        if context.subject.profile == Profile::Listing {
            price::check_free(context, &mut field);
            contradictions::check(context, &mut field);
            keywords::check(context, &mut field);
        }
        field
    }

    /// What a text says beneath what it shows, where nothing of the kind was found above.
    fn beneath(&self, context: &Context<'_>, name: &str, seen: &Reading, found: &[Finding]) -> Vec<Finding> {
        let Some(reading) = seen.beneath() else { return vec![] };
        let mut read = one_for_one(self.field(context, name, &reading).findings);
        // Whoever hides the name of another market does not merely state a purpose.
        for finding in read.iter_mut().filter(|finding| finding.rule.as_str() == "M4.1.g") {
            finding.severity = finding.severity.max(rulebook::listings::Severity::Review);
        }
        let covered = Covered::by(found);
        read.retain(|finding| is_split(finding) && !covered.meets(finding));
        read
    }

    /// What is split over two fields: the end of one and the beginning of the next, read as one text.
    fn seams(&self, context: &Context<'_>, readings: &[Reading], found: &[Finding]) -> Vec<Finding> {
        let mut findings = vec![];
        let names = context.subject.texts.iter().map(|(name, _)| name.as_str());
        let named: Vec<(&str, &Reading)> = names.zip(readings).collect();
        for two in named.windows(2) {
            let [(first, one), (second, other)] = two else { continue };
            let from = one.length.saturating_sub(SEAM);
            let (head, tail) = (one.excerpt(from, one.length), other.excerpt(0, SEAM));
            let length = one.length - from;
            if length == 0 || tail.is_empty() {
                continue;
            }
            for gap in gaps(&head, &tail) {
                let begin = length + gap.len();
                let reading = Reading::of(&format!("{head}{gap}{tail}"));
                let read = self.field(context, first, &reading);
                let across = read.findings.into_iter().filter(|finding| finding.start < length && finding.end > begin);
                for finding in one_for_one(across.collect()) {
                    let known = |other: &&Finding| {
                        other.rule == finding.rule
                            && other.severity >= finding.severity
                            && (other.field == *first && other.end > from + finding.start
                                || other.field == *second && other.start < finding.end - begin)
                    };
                    if found.iter().chain(&findings).any(|other| known(&other)) || !is_split(&finding) {
                        continue;
                    }
                    let also = Some(Place { field: (*second).to_owned(), start: 0, end: finding.end - begin });
                    findings.push(Finding { start: from + finding.start, end: one.length, also, ..finding });
                }
            }
        }
        findings
    }
}

/// Where rules are broken already: by rule and field, the places where findings begin, with how far those up to there
/// reach at most.
struct Covered<'f>(HashMap<(&'f RuleId, &'f str), Vec<(usize, usize)>>);

impl<'f> Covered<'f> {
    fn by(found: &'f [Finding]) -> Self {
        let mut covered: HashMap<_, Vec<(usize, usize)>> = HashMap::new();
        for one in found {
            covered.entry((&one.rule, one.field.as_str())).or_default().push((one.start, one.end));
        }
        for spans in covered.values_mut() {
            spans.sort_unstable();
            let mut reach = 0;
            for (_, end) in spans.iter_mut() {
                reach = reach.max(*end);
                *end = reach;
            }
        }
        Self(covered)
    }

    /// Whether one of them has a character in common with this finding of the same rule.
    fn meets(&self, finding: &Finding) -> bool {
        let Some(spans) = self.0.get(&(&finding.rule, finding.field.as_str())) else { return false };
        let before = spans.partition_point(|(start, _)| *start < finding.end);
        before.checked_sub(1).and_then(|last| spans.get(last)).is_some_and(|(_, reach)| *reach > finding.start)
    }
}

/// What may stand between two fields that are read as one text. One Chinese character that is cut off goes on in the
/// other field, as 威 and 芯 do, and so may a word: "we" and "chat".
fn gaps(head: &str, tail: &str) -> &'static [&'static str] {
    let (ending, beginning) = (han(head.chars().rev()), han(tail.chars()));
    let letter = |c: Option<char>| c.is_some_and(|c| letters::kind(c) == Kind::Letter || c.is_ascii_alphabetic());
    if ending.min(beginning) == 1 {
        &[""]
    } else if letter(head.chars().next_back()) && letter(tail.chars().next()) {
        &[" ", ""]
    } else {
        &[" "]
    }
}

/// How many Chinese characters a text begins with.
fn han(text: impl Iterator<Item = char>) -> usize {
    text.take_while(|c| letters::kind(*c) == Kind::Han).count()
}

/// Words that stand together must stand in one text; names, numbers and addresses may be split.
fn is_split(finding: &Finding) -> bool {
    use crate::finding::View;
    !matches!(finding.how.view, View::Together | View::Stacked | View::Contradiction | View::Edited | View::Vowelless)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Known, Severity, near};
    use std::sync::LazyLock;

    static ENGINE: LazyLock<Engine> =
        LazyLock::new(|| Engine::compile(&Edition::shipped(), &Lists::shipped().unwrap()));

    /// What the rule finds in a text: the words, and what they were read as.
    fn found(rule: &str, texts: &[(&str, &str)]) -> Vec<(String, String)> {
        let report = ENGINE.read(&Subject::listing(texts));
        let findings = report.findings.into_iter().filter(|one| one.rule.as_str() == rule && one.end > 0);
        findings.filter(|one| one.severity > Severity::Advice).map(|one| (one.text, one.seen_as)).collect()
    }

    fn in_description(rule: &str, text: &str) -> Vec<(String, String)> {
        found(rule, &[("description", text)])
    }

    #[test]
    fn an_address_in_single_letters_within_brackets_is_read() {
        for (text, words) in [
            ("Send it to ben (a t) proton (d o t) me, thanks.", "ben (a t) proton (d o t) me"),
            ("Write to lucia [a r r o b a] correo [p u n t o] es.", "lucia [a r r o b a] correo [p u n t o] es"),
        ] {
            let found = in_description("M4.2.f.5", text);
            assert_eq!(found.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), [words]);
        }
        for text in ["We meet a t noon, d o t me down.", "Items (a t) and (d o t) of the table.", "Plan (a), part (b)."]
        {
            assert_eq!(in_description("M4.2.f.5", text), [], "{text}");
        }
    }

    #[test]
    fn numbers_in_words_without_spaces_are_read() {
        for (text, digits) in [
            ("Call yaosanjiulinglingyibawuliuqiba now.", "13900185678"),
            ("Ring at yaosanjiu linglingyiba wuliuqiba, ok.", "13900185678"),
            ("Call plusfourfourseventysevenzerozeroninezerozerooneeighttwo after six.", "447700900182"),
            (
                "Componete più trentanove trecentotrentatré novecentottantasette seimilacinquecentoquarantatré.",
                "393339876543",
            ),
            ("Llame al seiscientos treinta y cinco, cuarenta y dos, dieciocho, noventa y nueve.", "635421899"),
        ] {
            let found = in_description("M4.2.f.5", text);
            assert_eq!(found.iter().map(|(_, seen_as)| seen_as.as_str()).collect::<Vec<_>>(), [digits], "{text}");
        }
        for text in [
            "We offer tension tests, sensible tenders, seismic onesies and testimonials.",
            "Duecentoventi fotografie, seicentomila pixel, centonovantanove ore.",
            "Trescientos treinta y cinco artículos en cuarenta y dos tiendas.",
        ] {
            assert_eq!(in_description("M4.2.f.5", text), [], "{text}");
        }
    }

    #[test]
    fn a_character_that_is_cut_off_goes_on_in_the_next_field() {
        let split = |title, description| found("M4.2.f.5", &[("title", title), ("description", description)]);
        for (title, description) in
            [("节日备货规划 威", "芯ivylathe，同店名。"), ("节日备货规划加威", "芯: ivylathe 详谈。")]
        {
            let found = split(title, description);
            assert!(found.iter().any(|(text, _)| text.contains('芯') || text.contains('威')), "{title}: {found:?}");
        }
        assert_eq!(split("花边与纽扣", "扣子加固服务"), []);
    }

    #[test]
    fn a_word_that_is_cut_off_goes_on_in_the_next_field() {
        let split = |title, description| found("M4.2.f.5", &[("title", title), ("description", description)]);
        for (title, description, text) in [
            ("Store design, we", "chat: ivylathe for more", "we"),
            ("Store design on What", "sApp +39 333 987 6543", "What"),
        ] {
            let found = split(title, description);
            assert!(found.iter().any(|(found, _)| found.starts_with(text)), "{title} | {description}: {found:?}");
        }
        for (title, description) in
            [("Design with we", "chatty copy"), ("A line", "art portrait"), ("Ask", "ype of file")]
        {
            assert_eq!(split(title, description), [], "{title} | {description}");
        }
    }

    #[test]
    fn a_plain_name_is_no_disguise_of_the_same_name_in_other_letters() {
        let phrase = rulebook::lists::Allow {
            lang: rulebook::listings::Language::En,
            texts: vec!["exports of taobao stores".to_owned()],
            except_title: false,
        };
        let lists = Lists::shipped().unwrap().with_allowed([("platform_brands", phrase)]);
        let engine = Engine::compile(&Edition::shipped(), &lists);
        let brands = |field: &str, text: &str| {
            let report = engine.read(&Subject::listing(&[(field, text)]));
            report.findings.into_iter().filter(|one| one.rule.as_str() == "M4.2.c.2").count()
        };
        assert_eq!(brands("description", "Reads the exports of Taobao stores."), 0);
        assert!(brands("description", "Reads the exports of T\u{430}obao stores.") > 0, "in letters of two scripts");
        for title in ["title", "modules[0].heading"] {
            assert!(brands(title, "Reads the exports of Taobao stores.") > 0, "X24: no phrase excuses it there");
        }
    }

    #[test]
    fn texts_of_few_words_in_common_are_not_alike() {
        let words = |from: usize| (from..from + 300).map(|n| format!("word{n} ")).collect::<String>();
        let one = near::Signature::of([words(0).as_str()]);
        for (from, least, most) in [(0, 1.0, 1.0), (15, 0.8, 0.98), (150, 0.2, 0.5), (300, 0.0, 0.05)] {
            let likeness = one.likeness(&near::Signature::of([words(from).as_str()]));
            assert!((least..=most).contains(&likeness), "{from}: {likeness}");
        }
        let known = Known { name: "another", signature: &one, same_provider: false };
        let text = words(0);
        let subject = Subject { known: vec![known], ..Subject::listing(&[("description", &text)]) };
        assert!(ENGINE.read(&subject).findings.iter().any(|one| one.rule.as_str() == "M4.2.e.1"));
    }
}
