//! Links, domains and mail addresses (M4.1.g → M5.25, in a display module M5.36; M4.2.f.5 → M5.30).
//!
//! Owns how a host is found and what excuses one: domains that may be linked, technologies and files whose names look
//! like domains, sentences that begin without a space. Addresses in words are in `spelled`.
use crate::finding::{View, Why};
use crate::letters::{self, Kind};
use crate::lexicon::Lexicon;
use crate::punycode;
use crate::reading::Reading;
use crate::scan::Scan;
use psl::Psl;
use rulebook::listings::Links as Rules;
use rulebook::lists::Class;

/// A link or an address.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Link {
    pub from: usize,
    pub to: usize,
    /// The host as read, in Latin letters where it looks like them.
    pub host: String,
    pub view: View,
    pub confidence: f64,
    /// The well-known name that it imitates.
    pub twin: Option<String>,
    /// The term of a list of shorteners.
    pub shortener: Option<u32>,
    /// A site of a project or an institution, plainly linked: not a way out of the market.
    pub reference: bool,
    /// Why it is innocent, if it is.
    pub innocent: Option<Why>,
}

/// Endings of domains in other scripts.
const NATIVE: [&str; 16] = [
    "рф",
    "рус",
    "中国",
    "网址",
    "公司",
    "网络",
    "香港",
    "台湾",
    "在线",
    "网店",
    "中文网",
    "москва",
    "онлаин",
    "саит",
    "集团",
    "商店",
];

/// Endings that are ordinary words as well.
const WORDS: [&str; 27] = [
    "it", "es", "in", "me", "us", "is", "so", "to", "no", "at", "be", "top", "pro", "online", "store", "shop", "site",
    "link", "club", "tech", "cloud", "app", "info", "de", "eu", "co", "vip",
];

/// Endings of files that are endings of domains as well.
const FILES: [&str; 14] = ["ai", "zip", "mov", "md", "sh", "py", "rs", "pl", "ps", "cc", "so", "app", "vi", "pub"];

/// How far words for files are looked for, at either side.
const FILE: usize = 60;
/// How far a word for a web site reaches.
const SITE: usize = 24;

/// A host without a scheme.
#[derive(Clone, Copy)]
struct Bare<'b> {
    /// In Latin letters where it looks like them.
    name: &'b str,
    /// As read.
    host: &'b str,
    from: usize,
    to: usize,
    mail: bool,
    pathed: bool,
}

/// A host has no more characters (RFC 1035).
const LONGEST: usize = 253;
/// No address of IP version 6 is longer.
const IPV6: usize = 45;

/// The link that covers the units `from..to`; links stand in the order of the text.
pub(crate) fn covering(links: &[Link], from: usize, to: usize) -> Option<&Link> {
    let behind = links.partition_point(|link| link.from <= from);
    links.get(..behind)?.iter().rev().take(3).find(|link| to <= link.to)
}

/// What the links of a text are sought with.
pub(crate) struct Finder<'f> {
    pub scan: &'f Scan<'f>,
    pub lexicon: &'f Lexicon,
    pub rules: &'f Rules,
}

impl Finder<'_> {
    /// All links of a text, in its order.
    pub(crate) fn links(&self) -> Vec<Link> {
        let reading = self.scan.reading;
        let mut links: Vec<Link> = vec![];
        let mut done = 0;
        for place in reading.signs.iter().copied() {
            if place < done {
                continue;
            }
            let link = match reading.at(place) {
                ':' if reading.at(place + 1) == '/' && reading.at(place + 2) == '/' => self.with_scheme(place),
                '.' | '\u{3002}' if is_dot(reading, place) => {
                    let (from, to) = self.host(place, done);
                    // Looked at once, whatever comes of it.
                    done = to;
                    if to - from <= LONGEST { self.bare(from, to) } else { None }
                }
                _ => None,
            };
            if let Some(link) = link {
                done = done.max(link.to);
                links.push(link);
            }
        }
        links
    }

    /// `https://host/…`: any host is a link.
    fn with_scheme(&self, colon: usize) -> Option<Link> {
        let reading = self.scan.reading;
        let scheme = (0..colon).rev().take(12).take_while(|place| reading.at(*place).is_ascii_alphabetic()).count();
        if scheme < 2 {
            return None;
        }
        let rest = colon + 3;
        if let Some(close) = self.ipv6(rest) {
            let host = reading.read(rest, close + 1);
            return Some(self.link(colon - scheme, self.path_end(close + 1), host, View::Link, 0.99));
        }
        let end = self.path_end(rest);
        let authority = (rest..end).find(|place| matches!(reading.at(*place), '/' | '?' | '#')).unwrap_or(end);
        let named = (rest..authority).rev().find(|place| reading.at(*place) == '@').map_or(rest, |at| at + 1);
        let stop = (named..authority).find(|place| reading.at(*place) == ':').unwrap_or(authority);
        let host = reading.read(named, stop).replace('\u{3002}', ".").trim_matches('.').to_owned();
        if !host.chars().any(char::is_alphanumeric) {
            return None;
        }
        let name = self.latin(&host);
        Some(self.link(colon - scheme, end, name, View::Link, 0.99))
    }

    /// The bracket that closes an address of IP version 6, which opens here.
    fn ipv6(&self, open: usize) -> Option<usize> {
        let reading = self.scan.reading;
        let within = (open + 1..=open + IPV6)
            .take_while(|place| reading.at(*place).is_ascii_hexdigit() || matches!(reading.at(*place), ':' | '.'));
        let close = open + 1 + within.count();
        let colons = (open..close).filter(|place| reading.at(*place) == ':').count();
        (reading.at(open) == '[' && reading.at(close) == ']' && colons >= 2).then_some(close)
    }

    /// Where what belongs to a link ends: before a space or a sign that closes.
    fn path_end(&self, from: usize) -> usize {
        let reading = self.scan.reading;
        let fits = |place: usize| {
            let c = reading.at(place);
            match reading.kind(place) {
                Kind::Letter | Kind::Digit => true,
                Kind::Sign => {
                    c.is_ascii_graphic()
                        && !matches!(c, '"' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | '\'' | ',')
                        || c == '\u{3002}'
                }
                Kind::Han => reading.kind_before(place) != Kind::Letter,
                Kind::Space | Kind::Line => false,
            }
        };
        let mut to = from;
        while to < reading.units.len() && fits(to) {
            to += 1;
        }
        while to > from && reading.kind_before(to) == Kind::Sign && reading.before(to) != '/' {
            to -= 1;
        }
        to
    }

    /// The units around a dot that may be one host; none before `floor`.
    fn host(&self, dot: usize, floor: usize) -> (usize, usize) {
        let reading = self.scan.reading;
        let han = reading.kind(dot - 1) == Kind::Han || reading.kind(dot + 1) == Kind::Han;
        let in_host = |place: usize| {
            let kind = reading.kind(place);
            let dots = matches!(reading.at(place), '.' | '\u{3002}');
            let dotted = dots && is_dot(reading, place);
            dotted || reading.at(place) == '-' || matches!(kind, Kind::Letter | Kind::Digit) || kind == Kind::Han && han
        };
        let mut from = dot;
        while from > floor && in_host(from - 1) {
            from -= 1;
        }
        let mut to = dot + 1;
        while to < reading.units.len() && in_host(to) {
            to += 1;
        }
        while from < dot && reading.at(from) == '-' {
            from += 1;
        }
        while to > dot + 1 && reading.before(to) == '-' {
            to -= 1;
        }
        (from, to)
    }

    /// `www.example.com`, `example.com/path`, `name@example.com`: a host at these units.
    fn bare(&self, from: usize, to: usize) -> Option<Link> {
        let reading = self.scan.reading;
        let host = reading.read(from, to).replace('\u{3002}', ".");
        let mail = from > 0 && reading.before(from) == '@' && is_local(reading.before(from - 1));
        let local = if mail {
            (0..from - 1).rev().take(64).take_while(|place| is_local(reading.at(*place))).count()
        } else {
            0
        };
        let pathed = matches!(reading.at(to), '/') && is_label(reading, to + 1)
            || reading.at(to) == ':' && reading.kind(to + 1) == Kind::Digit;
        let end = if pathed { self.path_end(to) } else { to };
        let name = self.latin(&host);
        let (confidence, innocent) = self.weigh(&Bare { name: &name, host: &host, from, to, mail, pathed })?;
        let first = if mail { from - 1 - local } else { from };
        let view = if mail { View::Mail } else { View::Link };
        let mut link = self.link(first, end, name, view, confidence);
        link.innocent = if mail { innocent } else { link.innocent.or(innocent) };
        Some(link)
    }

    /// How sure a bare host is one, and what excuses it; `None` if it is none at all.
    fn weigh(&self, bare: &Bare<'_>) -> Option<(f64, Option<Why>)> {
        let Bare { name, host, from, to, mail, pathed } = *bare;
        let labels: Vec<&str> = name.split('.').collect();
        let tld = labels.last().copied()?;
        let label = labels.len().checked_sub(2).and_then(|at| labels.get(at)).copied()?;
        let fits =
            |label: &&str| !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-');
        let www = name.starts_with("www.") && labels.len() > 2;
        let strong = self.rules.tlds.contains(tld) || NATIVE.contains(&tld) || tld.starts_with("xn--");
        if !labels.iter().all(fits) || !(strong || is_suffix(tld) || www) {
            return None;
        }
        let shortener = self.scan.within(Class::Shortener, from, to).iter().any(|hit| hit.to <= to);
        // Nobody writes 。 between Latin letters by chance.
        let stop = (from..to).any(|place| self.scan.reading.at(place) == '\u{3002}');
        let sure = mail || www || pathed || shortener || host != name || stop;
        if let Some(why) = self.excuse(bare, tld, label, sure) {
            return Some((0.9, Some(why)));
        }
        let reading = self.scan.reading;
        let called = [Class::ContactWord, Class::Lead].iter().any(|class| {
            let near = self.scan.within(*class, from.saturating_sub(30), from);
            near.iter().any(|hit| reading.sentence(hit.from) == reading.sentence(from))
        }) || self.is_announced(from);
        if !sure && !called && self.is_file(tld, from, to) {
            return Some((0.5, Some(Why::Technology)));
        }
        let one_letter = label.chars().count() < 2 && labels.len() == 2;
        if !(strong || sure || called) || one_letter && !sure {
            return Some((0.5, Some(Why::Technology)));
        }
        let goes_on = reading.kind(to) == Kind::Space && reading.kind(to + 1) == Kind::Letter;
        let doubtful = WORDS.contains(&tld) && goes_on && labels.len() == 2 && !called;
        let confidence = match (sure, doubtful) {
            (true, _) => 0.99,
            (false, true) => 0.6,
            (false, false) => 0.88,
        };
        Some((confidence, None))
    }

    /// A word for a web site shortly before: "portfolio", 官网.
    pub(crate) fn is_announced(&self, from: usize) -> bool {
        let near = self.scan.within(Class::SiteWord, from.saturating_sub(SITE), from);
        near.iter().any(|hit| hit.to <= from)
    }

    /// `title.ai` where files are spoken of.
    fn is_file(&self, tld: &str, from: usize, to: usize) -> bool {
        FILES.contains(&tld) && !self.scan.within(Class::FileWord, from.saturating_sub(FILE), to + FILE).is_empty()
    }

    /// What excuses a bare host: a technology, an example, a sentence that begins without a space, a size.
    fn excuse(&self, bare: &Bare<'_>, tld: &str, label: &str, sure: bool) -> Option<Why> {
        let Bare { name, from, to, mail, pathed, .. } = *bare;
        if mail {
            // Reserved for examples (RFC 2606).
            return name.starts_with("example.").then_some(Why::Technology);
        }
        let listed =
            self.scan.within(Class::Technology, from.saturating_sub(40), from + 1).iter().any(|hit| hit.to >= to);
        let known = listed || self.lexicon.technologies.contains(name) || self.rules.not_links.contains(name);
        let written = |place: usize| self.scan.reading.units.get(place).map_or(' ', |unit| unit.written);
        let first = to - tld.chars().count().min(to);
        let file = !sure && labels_file(label);
        if !pathed && (known || file) {
            Some(Why::Technology)
        } else if !sure && written(first).is_uppercase() && written(first + 1).is_lowercase() {
            Some(Why::Sentence)
        } else if !sure && tld.len() == 2 && label.bytes().all(|b| b.is_ascii_digit()) {
            Some(Why::Measure)
        } else {
            None
        }
    }

    fn link(&self, from: usize, to: usize, host: String, view: View, confidence: f64) -> Link {
        let shortener = self
            .scan
            .within(Class::Shortener, from, to)
            .iter()
            .filter_map(|hit| {
                let term = self.lexicon.terms.get(hit.term as usize)?;
                (host == term.folded || host.strip_suffix(term.folded.as_str()).is_some_and(|sub| sub.ends_with('.')))
                    .then_some(hit.term)
            })
            .next();
        let read = self.scan.reading.read(from, to);
        let disguised = !read.contains(host.as_str());
        let allowed = !disguised && view != View::Mail && self.is_allowed(&host);
        let twin = disguised.then(|| host.clone());
        let reference = !disguised && shortener.is_none() && view == View::Link && self.is_reference(&host, from);
        Link {
            from,
            to,
            host,
            view,
            confidence,
            twin,
            shortener,
            reference,
            innocent: allowed.then_some(Why::AllowedDomain),
        }
    }

    /// A host of institutions, or of the list of technologies, that no word nearby asks to go to.
    fn is_reference(&self, host: &str, from: usize) -> bool {
        let institution = [".org", ".edu", ".gov", ".int"].iter().any(|ending| host.ends_with(ending))
            || host.contains(".ac.")
            || host.contains(".edu.");
        let mut parents = std::iter::successors(Some(host), |host| host.split_once('.').map(|(_, parent)| parent));
        let technology = parents.any(|parent| parent.contains('.') && self.lexicon.technologies.contains(parent));
        let called = [Class::ContactWord, Class::PhoneWord, Class::Lead]
            .iter()
            .any(|class| !self.scan.within(*class, from.saturating_sub(40), from).is_empty());
        (institution || technology) && !called
    }

    /// Whether the host is, or is under, a domain that may be linked.
    pub(crate) fn is_allowed(&self, host: &str) -> bool {
        let within = |domain: &String| {
            host.strip_suffix(domain.as_str()).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
        };
        self.rules.allowed.iter().any(within)
    }

    /// A host with Punycode read back and look-alikes as the Latin letters that they imitate.
    fn latin(&self, host: &str) -> String {
        let labels = host.split('.').map(|label| {
            let decoded = label.strip_prefix("xn--").and_then(punycode::decode).unwrap_or_else(|| label.to_owned());
            let folded: String = Reading::of(&decoded).units.iter().map(|unit| unit.c).collect();
            let foreign = !folded.is_ascii();
            let look: String = folded.chars().map(|c| letters::twin(c).unwrap_or(c)).collect();
            let mixed = foreign && folded.chars().any(|c| c.is_ascii_alphabetic());
            if look.is_ascii() && (mixed || label.starts_with("xn--")) { look } else { folded }
        });
        labels.collect::<Vec<String>>().join(".")
    }
}

/// Whether a host's last label is one of the public suffixes.
pub(crate) fn is_suffix(tld: &str) -> bool {
    psl::List.suffix(tld.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

fn is_label(reading: &Reading, place: usize) -> bool {
    place < reading.units.len() && matches!(reading.kind(place), Kind::Letter | Kind::Digit | Kind::Han)
}

/// A dot between two labels; the full stop of Chinese only where no Chinese stands beside it, or before a native ending.
fn is_dot(reading: &Reading, place: usize) -> bool {
    let (before, after) = (place.wrapping_sub(1), place + 1);
    let joins = is_label(reading, before) && is_label(reading, after);
    let stop = reading.at(place) == '\u{3002}';
    let latin = |place: usize| reading.kind(place) != Kind::Han;
    let native = || {
        let rest = reading.read(after, after + 3);
        NATIVE.iter().any(|ending| rest.starts_with(ending))
    };
    joins && (!stop || latin(before) && latin(after) || native())
}

fn is_local(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '.' | '_' | '%' | '+' | '-')
        || c.is_alphabetic() && letters::kind(c) == Kind::Letter
}

/// Names that files have in every project, whatever they end in.
fn labels_file(label: &str) -> bool {
    matches!(label, "readme" | "license" | "licence" | "changelog" | "makefile" | "dockerfile" | "manifest" | "notes")
}
