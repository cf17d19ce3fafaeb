//! The term lists made ready: every word in one automaton, disguised names in a second, misspellings in a table.
//!
//! Owns how lists become automata ([`Lexicon::of`]). How a text is scanned is in `scan`.
use crate::automaton::Automaton;
use crate::disguise::Disguises;
use crate::hash::{self, Table, Words};
use crate::letters::{self, Kind};
use crate::reading::fold_term;
use kernel::RuleId;
use rulebook::Lists;
use rulebook::listings::Severity;
use rulebook::lists::{Beside, Class, List, Reading as How, Terms, Together};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// One term with all that its list says of it.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub list: usize,
    /// Terms of one group share their allow-phrases.
    pub group: usize,
    pub class: Class,
    pub text: String,
    pub folded: String,
    pub rule: RuleId,
    pub row: Option<RuleId>,
    pub severity: Severity,
    pub hint: String,
    pub reading: How,
    pub inner: bool,
    pub whole: bool,
    pub with: Option<Beside>,
    pub agent_operation: bool,
    pub value: Option<String>,
    /// Groups of combinations that it is a word of, by `@list`.
    pub groups: Vec<(u32, u32)>,
}

/// A phrase that excuses the terms inside it.
#[derive(Clone, Debug)]
pub(crate) struct Allow {
    pub list: usize,
    /// Only the terms of this group.
    pub group: Option<usize>,
    pub text: String,
    pub except_title: bool,
}

/// A combination with what its list says.
#[derive(Clone, Debug)]
pub(crate) struct Combination {
    pub list: usize,
    pub class: Class,
    pub body: Together,
    pub rule: RuleId,
    pub row: Option<RuleId>,
    pub severity: Severity,
    pub hint: String,
    /// The lists whose terms excuse it, by `@list`, with their class.
    pub excused_by: Vec<(Class, usize)>,
}

/// What a word in a text may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Term(u32),
    Allow(u32),
    Group { combination: u32, group: u32 },
    Excuse { combination: u32 },
}

/// What a pattern of the automaton stands for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Word {
    pub closed: Vec<Role>,
    /// The word may go on.
    pub open: Vec<Role>,
}

/// All lists, made ready.
#[derive(Debug)]
pub(crate) struct Lexicon {
    pub lists: Vec<Arc<List>>,
    pub terms: Vec<Term>,
    pub allows: Vec<Allow>,
    pub combinations: Vec<Combination>,
    pub words: Vec<Word>,
    pub automaton: Automaton,
    pub disguises: Disguises,
    /// Domains and names of technologies.
    pub technologies: HashSet<String>,
    /// Domains that hide where a link leads.
    pub shorteners: HashSet<String>,
    /// Number words with their digits, or with a star for each nought that they add.
    pub digits: Table<String>,
    /// What a spelled domain in one word ends in, with the ending of the domain: `puntocom`.
    pub glued: HashMap<String, String>,
    /// The last two letters of those.
    pub glued_ends: Words,
    /// The first three letters of a row of number words.
    pub digit_starts: Words,
}

fn of_class(terms: &[Term], class: Class) -> impl Iterator<Item = &Term> {
    terms.iter().filter(move |term| term.class == class)
}

/// Words for a dot, each with each ending that is no word itself.
fn glued(terms: &[Term]) -> HashMap<String, String> {
    let dots = of_class(terms, Class::DotWord).filter(|term| term.value.is_none() && term.folded.chars().count() >= 3);
    let words = of_class(terms, Class::TldWord).filter_map(|term| Some((term.folded.as_str(), term.value.as_deref()?)));
    let endings: Vec<(&str, &str)> =
        ["com", "net", "org", "ru", "cn", "es", "it"].map(|tld| (tld, tld)).into_iter().chain(words).collect();
    // "punt" and "es" are the end of a word: short words only with a long ending.
    let sound = |dot: &Term, word: &str| dot.folded.chars().count() >= 5 || word.chars().count() >= 3;
    let pairs = dots.flat_map(|dot| endings.iter().map(move |ending| (dot, ending)));
    pairs
        .filter(|(dot, (word, _))| sound(dot, word))
        .map(|(dot, (word, tld))| (format!("{}{word}", dot.folded), (*tld).to_owned()))
        .collect()
}

/// Number words with their values as they stand in a row without spaces: "novecent" is nine hundred before a vowel.
fn digits(terms: &[Term]) -> BTreeMap<&str, &str> {
    let mut digits = BTreeMap::new();
    for term in of_class(terms, Class::NumberWord) {
        let folded = term.folded.as_str();
        let is_number = |value: &&str| value.bytes().all(|b| b.is_ascii_digit() || b == b'*');
        if let Some(value) = term.value.as_deref().filter(is_number)
            && folded.chars().all(|c| letters::kind(c) == Kind::Letter)
        {
            let elided = folded.strip_suffix('o').filter(|word| word.ends_with("cent"));
            digits.extend([(folded, value)].into_iter().chain(elided.map(|word| (word, value))));
        }
    }
    digits
}

/// The first three letters of a row of number words; a short one reaches into the next.
fn digit_starts(digits: &BTreeMap<&str, &str>) -> Words {
    let start = |word: &str, next: &str| hash::word(word.chars().chain(next.chars()).take(3));
    let (short, long): (Vec<&str>, Vec<&str>) = digits.keys().partition(|word| word.chars().count() < 3);
    let short = short.iter().flat_map(|word| digits.keys().map(|next| start(word, next)));
    short.chain(long.iter().map(|word| start(word, ""))).chain([start("plus", "")]).collect()
}

/// For lists that only help to read.
const NO_RULE: RuleId = RuleId::of("M4.1");

impl Lexicon {
    pub(crate) fn of(lists: &Lists) -> Self {
        let mut builder = Builder::default();
        for (place, list) in lists.all().iter().enumerate() {
            builder.add(place, list);
        }
        builder.resolve(lists);
        let Builder { terms, allows, combinations, words, .. } = builder;
        let (patterns, words): (Vec<String>, Vec<Word>) = words.into_iter().unzip();
        let digits = digits(&terms);
        let hashed = digits.iter().map(|(word, value)| (hash::word(word.chars()), (*value).to_owned()));
        let glued = glued(&terms);
        Self {
            lists: lists.all().to_vec(),
            disguises: Disguises::of(&terms, &patterns),
            technologies: of_class(&terms, Class::Technology).map(|term| term.folded.clone()).collect(),
            shorteners: of_class(&terms, Class::Shortener).map(|term| term.folded.clone()).collect(),
            glued_ends: glued.keys().map(|word| hash::word(word.chars().rev().take(2))).collect(),
            digit_starts: digit_starts(&digits),
            glued,
            digits: hashed.collect(),
            terms,
            allows,
            combinations,
            words,
            automaton: Automaton::of(&patterns),
        }
    }

    /// Bytes on the heap of the automata and tables, about.
    pub(crate) fn size(&self) -> usize {
        let texts: usize = self
            .terms
            .iter()
            .map(|term| size_of::<Term>() + term.text.len() + term.folded.len() + term.hint.len())
            .sum();
        let words = self
            .words
            .iter()
            .map(|word| size_of::<Word>() + (word.open.len() + word.closed.len()) * size_of::<Role>())
            .sum::<usize>();
        self.automaton.size() + self.disguises.size() + texts + words
    }
}

#[derive(Default)]
struct Builder {
    terms: Vec<Term>,
    allows: Vec<Allow>,
    combinations: Vec<Combination>,
    words: BTreeMap<String, Word>,
    group: usize,
}

impl Builder {
    fn add(&mut self, place: usize, list: &List) {
        for terms in &list.body.terms {
            self.group += 1;
            for text in &terms.texts {
                self.term(place, list, terms, text);
            }
            let group = Some(self.group);
            for phrase in &terms.allow {
                self.allow(Allow { list: place, group, text: phrase.clone(), except_title: false });
            }
        }
        for allow in &list.body.allow {
            for text in &allow.texts {
                self.allow(Allow { list: place, group: None, text: text.clone(), except_title: allow.except_title });
            }
        }
        for together in &list.body.together {
            self.together(place, list, together);
        }
    }

    fn term(&mut self, place: usize, list: &List, terms: &Terms, text: &str) {
        let body = &list.body;
        let (folded, open) = folded(text);
        let id = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        self.word(&folded, open, Role::Term(id));
        for apart in apart(&folded, body.class) {
            self.word(&apart, open, Role::Term(id));
        }
        // A name of several words, glued together.
        let glued = folded.replace(' ', "");
        let reading = terms.reading.unwrap_or(body.reading);
        if glued != folded && glued.len() >= 8 && matches!(reading, How::Disguised | How::Fuzzy) {
            self.word(&glued, open, Role::Term(id));
        }
        self.terms.push(Term {
            list: place,
            group: self.group,
            class: body.class,
            text: text.trim_end_matches('*').to_owned(),
            folded,
            rule: terms.rule.clone().or_else(|| body.rule.clone()).unwrap_or(NO_RULE),
            row: terms.row.clone().or_else(|| body.row.clone()),
            severity: terms.severity.unwrap_or(body.severity),
            hint: terms.hint.clone().unwrap_or_else(|| body.hint.clone()),
            reading,
            inner: terms.inner,
            whole: terms.whole,
            with: terms.with,
            agent_operation: terms.agent_operation,
            value: terms.value.clone(),
            groups: vec![],
        });
    }

    fn allow(&mut self, allow: Allow) {
        let (folded, open) = folded(&allow.text);
        let id = u32::try_from(self.allows.len()).unwrap_or(u32::MAX);
        self.word(&folded, open, Role::Allow(id));
        self.allows.push(allow);
    }

    fn together(&mut self, place: usize, list: &List, together: &Together) {
        let body = &list.body;
        let combination = u32::try_from(self.combinations.len()).unwrap_or(u32::MAX);
        for (group, words) in together.groups.iter().enumerate() {
            let group = u32::try_from(group).unwrap_or(u32::MAX);
            for word in words.iter().filter(|word| !word.starts_with('@')) {
                let (folded, open) = folded(word);
                self.word(&folded, open, Role::Group { combination, group });
            }
        }
        for word in together.unless.iter().filter(|word| !word.starts_with('@')) {
            let (folded, open) = folded(word);
            self.word(&folded, open, Role::Excuse { combination });
        }
        self.combinations.push(Combination {
            list: place,
            class: body.class,
            body: together.clone(),
            rule: together.rule.clone().or_else(|| body.rule.clone()).unwrap_or(NO_RULE),
            row: together.row.clone().or_else(|| body.row.clone()),
            severity: together.severity.unwrap_or(body.severity),
            hint: together.hint.clone().unwrap_or_else(|| body.hint.clone()),
            excused_by: vec![],
        });
    }

    fn word(&mut self, folded: &str, open: bool, role: Role) {
        if !folded.is_empty() {
            let word = self.words.entry(folded.to_owned()).or_default();
            if open { word.open.push(role) } else { word.closed.push(role) }
        }
    }

    /// `@list` in groups: every term of that list is a word of the group.
    fn resolve(&mut self, lists: &Lists) {
        let places: HashMap<&str, usize> =
            lists.all().iter().enumerate().map(|(place, list)| (list.body.name.as_str(), place)).collect();
        for (id, combination) in self.combinations.iter_mut().enumerate() {
            let id = u32::try_from(id).unwrap_or(u32::MAX);
            let of = |word: &String| word.strip_prefix('@').and_then(|name| places.get(name)).copied();
            for (group, words) in combination.body.groups.iter().enumerate() {
                let group = u32::try_from(group).unwrap_or(u32::MAX);
                for list in words.iter().filter_map(of) {
                    self.terms
                        .iter_mut()
                        .filter(|term| term.list == list)
                        .for_each(|term| term.groups.push((id, group)));
                }
            }
            let class = |list: usize| Some((lists.all().get(list)?.body.class, list));
            combination.excused_by = combination.body.unless.iter().filter_map(of).filter_map(class).collect();
        }
    }
}

/// A chat tool of two or three letters with signs between them: `q q`, `v.x`; a word for `@` or for a dot in single
/// letters, `d o t`.
fn apart(folded: &str, class: Class) -> Vec<String> {
    let letters: Vec<String> = folded.chars().map(String::from).collect();
    let is_sign = matches!(class, Class::AtWord | Class::DotWord);
    if is_sign && (2..=6).contains(&letters.len()) && folded.chars().all(|c| letters::kind(c) == Kind::Letter) {
        return vec![letters.join(" ")];
    }
    let short = (2..=3).contains(&letters.len()) && folded.bytes().all(|b| b.is_ascii_lowercase());
    if class != Class::Messenger || !short {
        return vec![];
    }
    [" ", ".", "_", "*", "/", "+", "~", "|"].map(|sign| letters.join(sign)).to_vec()
}

fn folded(text: &str) -> (String, bool) {
    let open = text.ends_with('*');
    (fold_term(text.trim_end_matches('*')), open)
}
