//! The section `[disputes.standards]` of an edition: each article of Chapters II and III as a standard.
//!
//! Owns: which facts an article needs, what it grants, to what it yields and by which rule; the checks that the table
//! is whole. Does not own: how standards combine to an outcome (that is code, in the disputes domain).
//! Invariants: every [`Article`] has exactly one standard; yielding has no circle within a category.
//! Start at [`Standards`].
mod article;
mod fact;

pub use article::{Article, ArticleSet, Precedence};
pub use fact::{Bearer, Fact, FactSet, Figure};

use kernel::{Category, RuleId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use strum::VariantArray;

/// All standards of an edition, read and checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Table", into = "Table")]
pub struct Standards {
    table: Table,
    links: Vec<Links>,
    by_category: Vec<Vec<Article>>,
}

/// The section as written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    first: Vec<First>,
    articles: Vec<Standard>,
}

/// An article that goes before every other that is not named before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct First {
    /// The article.
    pub article: Article,
    /// The rule that says so.
    pub by: Precedence,
}

/// One article as data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    /// The article.
    pub article: Article,
    /// Where it applies; empty: in every category.
    #[serde(default)]
    pub categories: Vec<Category>,
    /// What it says, in a sentence.
    pub says: String,
    /// The same in Chinese.
    pub says_zh: String,
    /// What the order's terms must be like; absent: anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Condition>,
    /// Whose responsibility the case is where the article applies (X5).
    pub fault: Fault,
    /// The cases of the article, the farthest-reaching first: the first one whose facts hold counts.
    pub limbs: Vec<Limb>,
    /// What the article grants besides money.
    #[serde(default)]
    pub grants: Vec<Grant>,
    /// "Unless the parties agreed otherwise".
    #[serde(default)]
    pub unless_agreed: bool,
    /// It asks about what was delivered, so that it is reached only after the delivery is settled (X11).
    #[serde(default)]
    pub after_delivery: bool,
    /// D2.5d: from how many failed redeliveries on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounds: Option<u32>,
    /// Articles that, where their facts hold, take away the ground of this one, by the rule that says so.
    #[serde(default)]
    pub barred_by: BTreeMap<Precedence, Vec<String>>,
    /// Articles before which this one steps back when both apply, by the rule that says so.
    #[serde(default)]
    pub yields_to: BTreeMap<Precedence, Vec<String>>,
    /// Rules that stand beside this article and are not touched by it, by the rule that says so.
    #[serde(default)]
    pub beside: BTreeMap<Precedence, RuleId>,
}

/// One case of an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limb {
    /// Every clause must hold.
    pub when: Vec<Clause>,
    /// None of these may be established.
    #[serde(default)]
    pub unless: Vec<Fact>,
    /// What follows.
    pub remedy: Remedy,
}

/// Alternatives, of which one must hold: `"over_promised | fraud"`; `"unproven repaired"` holds while it is not proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Clause {
    /// Facts of which one is to be established.
    pub established: FactSet,
    /// Facts of which one is to be unproven.
    pub unproven: FactSet,
}

/// What the order's terms must be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Hosting of a whole store (M2.4).
    AgentOperation,
    /// No cycle and time of redelivery was agreed (D2.5c).
    NoAgreedCycle,
}

/// Whose responsibility a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Fault {
    /// The provider's.
    Provider,
    /// The merchant's.
    Merchant,
    /// Nobody's.
    Nobody,
}

/// What an article grants besides money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Grant {
    /// The merchant downloads its data (D3.1.4, D3.2.4).
    DataDownload,
    /// The provider answers for the merchant's losses in full (D3.1.4).
    Liability,
}

/// The money side of an article: how its refund is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display, strum::EnumMessage)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Remedy {
    /// All that was paid, less what the merchant keeps and has used (X5).
    RefundAll,
    /// All, less the value share of what the merchant keeps and can use (D2.9).
    RefundLessKept,
    /// The unused time pro rata for a service by period, else all less what the merchant keeps and can use.
    RefundUnused,
    /// The lost and the unused time pro rata (D3.1.3).
    RefundLost,
    /// The use is extended by the lost time; no money moves (D3.1.3).
    Extension,
    /// Nothing back.
    NoRefund,
    /// The transaction counts as completed and is paid.
    Completed,
    /// All, less the service cost (D2.8).
    LessCost,
    /// All, less the price of what was realised (D2.9).
    LessValue,
    /// All, less the price of what was realised and the service cost (D2.10).
    LessValueAndCost,
    /// What the signed contract says.
    Contract,
    /// What the parties settled on.
    Settlement,
    /// All, less the work done at the merchant's request, pro rata (W20).
    Withdrawal,
}

impl Remedy {
    /// The measure in a sentence.
    pub fn says(self) -> &'static str {
        strum::EnumMessage::get_documentation(&self).unwrap_or_default()
    }
}

/// To what an article steps back, ready to be asked.
#[derive(Clone, Debug, Default, PartialEq)]
struct Links {
    barred: Vec<(Precedence, ArticleSet)>,
    yields: Vec<(Precedence, ArticleSet)>,
}

impl Standards {
    /// The standard of an article.
    pub fn of(&self, article: Article) -> &Standard {
        &self.table.articles[article as usize]
    }

    /// The standard of a rule, if it is one.
    pub fn of_rule(&self, rule: &RuleId) -> Option<&Standard> {
        rule.as_str().parse().ok().map(|article| self.of(article))
    }

    /// The articles that can apply to an order of `category`, in their order.
    pub fn in_category(&self, category: Category) -> &[Article] {
        &self.by_category[category as usize]
    }

    /// The articles that go before all others, in their order.
    pub fn first(&self) -> &[First] {
        &self.table.first
    }

    /// Which of `holding` takes away the ground of `article`.
    pub fn barred(&self, article: Article, holding: ArticleSet) -> Option<(Precedence, Article)> {
        meeting(&self.links[article as usize].barred, holding)
    }

    /// Before which of `holding` does `article` step back.
    pub fn yields(&self, article: Article, holding: ArticleSet) -> Option<(Precedence, Article)> {
        meeting(&self.links[article as usize].yields, holding)
    }
}

fn meeting(links: &[(Precedence, ArticleSet)], holding: ArticleSet) -> Option<(Precedence, Article)> {
    links.iter().find_map(|(by, set)| set.and(holding).first().map(|article| (*by, article)))
}

impl Clause {
    /// Whether it holds, given what is established and what counts as unproven.
    pub fn holds(self, established: FactSet, unproven: FactSet) -> bool {
        self.established.meets(established) || self.unproven.meets(unproven)
    }
}

impl TryFrom<String> for Clause {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let mut clause = Self { established: FactSet::EMPTY, unproven: FactSet::EMPTY };
        for word in text.split('|').map(str::trim) {
            let (name, set) = match word.strip_prefix("unproven ") {
                Some(name) => (name.trim(), &mut clause.unproven),
                None => (word, &mut clause.established),
            };
            *set = set.with(named(name, "fact")?);
        }
        Ok(clause)
    }
}

impl From<Clause> for String {
    fn from(clause: Clause) -> Self {
        let established = clause.established.iter().map(|fact| fact.to_string());
        let unproven = clause.unproven.iter().map(|fact| format!("unproven {fact}"));
        established.chain(unproven).collect::<Vec<_>>().join(" | ")
    }
}

/// The entry of a closed list with this name; the error names the nearest one.
pub fn named<T>(name: &str, kind: &str) -> Result<T, String>
where
    T: VariantArray + Copy + Into<&'static str> + std::str::FromStr,
{
    name.parse().map_err(|_| unknown(name, kind, T::VARIANTS.iter().map(|entry| (*entry).into())))
}

/// The message for a name that is in no list: with the nearest name, if any is near.
pub fn unknown<'a>(name: &str, kind: &str, known: impl Iterator<Item = &'a str>) -> String {
    let shown: String = name.chars().take(60).collect();
    let near = known.map(|other| (distance(&shown, other), other)).min();
    match near {
        Some((far, other)) if far * 2 <= other.len().max(4) => {
            format!("unknown {kind} {shown:?}; the nearest is {other:?}")
        }
        Some(_) | None => format!("unknown {kind} {shown:?}"),
    }
}

/// How many characters are to be changed, added or dropped.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

/// The articles that a pattern names: an id, or one with `*` for a component (`D3.*.1`), or a chapter (`D3.*`).
fn matching(pattern: &str) -> Result<ArticleSet, String> {
    let wanted: Vec<&str> = pattern.split('.').collect();
    let fits = |id: &str| {
        let parts: Vec<&str> = id.split('.').collect();
        let length =
            if wanted.last() == Some(&"*") { parts.len() >= wanted.len() } else { parts.len() == wanted.len() };
        length && wanted.iter().zip(&parts).all(|(want, part)| *want == "*" || want == part)
    };
    let found: ArticleSet = Article::VARIANTS.iter().copied().filter(|article| fits((*article).into())).collect();
    if found.is_empty() { Err(format!("disputes.standards: {pattern:?} names no article")) } else { Ok(found) }
}

type Listed = BTreeMap<Precedence, Vec<String>>;

fn compiled(article: Article, listed: &Listed) -> Result<Vec<(Precedence, ArticleSet)>, String> {
    let mut links = vec![];
    for (by, patterns) in listed {
        let mut set = ArticleSet::default();
        for pattern in patterns {
            set = set.or(matching(pattern)?);
        }
        links.push((*by, set.iter().filter(|other| *other != article).collect()));
    }
    Ok(links)
}

impl From<Standards> for Table {
    fn from(standards: Standards) -> Self {
        standards.table
    }
}

impl TryFrom<Table> for Standards {
    type Error = String;

    /// Refuses a table that misses an article, names one twice or lets them yield in a circle.
    fn try_from(mut table: Table) -> Result<Self, String> {
        table.articles.sort_by_key(|standard| standard.article);
        for article in Article::VARIANTS {
            match table.articles.iter().filter(|standard| standard.article == *article).count() {
                0 => return Err(format!("disputes.standards: {article} is missing")),
                1 => {}
                _ => return Err(format!("disputes.standards: {article} stands twice")),
            }
        }
        let mut links = vec![];
        for standard in &table.articles {
            check(standard)?;
            let place = table.first.iter().position(|first| first.article == standard.article);
            let before = &table.first[..place.unwrap_or(table.first.len())];
            let mut yields: Vec<_> =
                before.iter().map(|first| (first.by, ArticleSet::default().with(first.article))).collect();
            yields.extend(compiled(standard.article, &standard.yields_to)?);
            links.push(Links { barred: compiled(standard.article, &standard.barred_by)?, yields });
        }
        let fits =
            |standard: &&Standard, category| standard.categories.is_empty() || standard.categories.contains(&category);
        let by_category = Category::VARIANTS.iter().map(|category| {
            table
                .articles
                .iter()
                .filter(|standard| fits(standard, *category))
                .map(|standard| standard.article)
                .collect()
        });
        let by_category = by_category.collect();
        let standards = Self { table, links, by_category };
        standards.check_circles()?;
        Ok(standards)
    }
}

fn check(standard: &Standard) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("disputes.standards: {} {what}", standard.article));
    if standard.says.trim().is_empty() || standard.says_zh.trim().is_empty() {
        return wrong("says nothing");
    }
    if standard.limbs.is_empty() || standard.limbs.iter().any(|limb| limb.when.is_empty()) {
        return wrong("needs no fact");
    }
    if standard.rounds.is_some_and(|rounds| !(1..=100).contains(&rounds)) {
        return wrong("rounds: must be 1 to 100");
    }
    if standard.rounds.is_some() != (standard.article == Article::D2_5d) {
        return wrong("rounds: D2.5d counts failed redeliveries, and no other article does");
    }
    Ok(())
}

impl Standards {
    /// An order of stepping back must exist, so that of any articles that apply one is left.
    fn check_circles(&self) -> Result<(), String> {
        for articles in &self.by_category {
            let all: ArticleSet = articles.iter().copied().collect();
            check_circle(all, "bar one another", |article, left| self.barred(article, left).is_some())?;
            check_circle(all, "yield", |article, left| self.yields(article, left).is_some())?;
        }
        Ok(())
    }
}

fn check_circle(all: ArticleSet, verb: &str, steps_back: impl Fn(Article, ArticleSet) -> bool) -> Result<(), String> {
    let mut left = all;
    while !left.is_empty() {
        let bound: ArticleSet = left.iter().filter(|article| steps_back(*article, left)).collect();
        if bound == left {
            let names: Vec<_> = left.iter().map(|article| article.to_string()).collect();
            return Err(format!("disputes.standards: {} {verb} in a circle", names.join(", ")));
        }
        left = bound;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Edition;

    const SOURCE: &str = include_str!("../editions/2026-11.toml");

    fn refusal(from: &str, to: &str) -> String {
        assert!(SOURCE.contains(from), "{from}");
        Edition::read(&SOURCE.replacen(from, to, 1)).unwrap_err().to_string()
    }

    #[test]
    fn the_shipped_table_reads_back_as_it_was() {
        let standards = Edition::shipped().disputes.standards.clone();
        let written = toml::to_string(&standards).unwrap();
        assert_eq!(toml::from_str::<Standards>(&written).unwrap(), standards);
    }

    #[test]
    fn what_is_unknown_or_missing_is_refused_by_name() {
        let cases = [
            (
                "\"work_not_done\"",
                "\"work_not_don\"",
                "unknown fact \"work_not_don\"; the nearest is \"work_not_done\"",
            ),
            ("remedy = \"extension\"", "remedy = \"extend\"", "extend"),
            ("article = \"D3.5.6\"", "article = \"D3.5.7\"", "D3.5.7"),
            ("article = \"D3.5.6\"", "article = \"D3.5.5\"", "D3.5.5 stands twice"),
            ("X1 = [\"D3.5.5\"]", "X1 = [\"D3.6.*\"]", "\"D3.6.*\" names no article"),
            ("X1 = [\"D3.5.5\"]", "X99 = [\"D3.5.5\"]", "X99"),
            ("rounds = 3", "rounds = 4", "D2.5d rounds must be orders.failed_modifications"),
            ("rounds = 3", "rounds = 0", "rounds: must be 1 to 100"),
            ("unless = [\"end_agreed\"]", "unless = [\"end_agred\"]", "end_agred"),
        ];
        for (from, to, expected) in cases {
            let refusal = refusal(from, to);
            assert!(refusal.contains(expected), "{expected}: {refusal}");
        }
    }

    #[test]
    fn a_missing_article_is_refused_by_name() {
        let start = SOURCE.find("[[disputes.standards.articles]]\narticle = \"D3.4.2\"").unwrap();
        let end = start + 1 + SOURCE[start + 1..].find("[[disputes.standards.articles]]").unwrap();
        let refusal = Edition::read(&format!("{}{}", &SOURCE[..start], &SOURCE[end..])).unwrap_err().to_string();
        assert!(refusal.contains("D3.4.2 is missing"), "{refusal}");
    }

    #[test]
    fn a_circle_is_refused() {
        let refusal = refusal("yields_to = { X1 = [\"D3.5.5\"] }", "yields_to = { X1 = [\"D3.5.4\"] }");
        assert!(refusal.contains("yield in a circle"), "{refusal}");
    }

    #[test]
    fn patterns_name_chapters_and_sections() {
        let count = |pattern: &str| matching(pattern).unwrap().iter().count();
        assert_eq!((count("D3.*"), count("D3.*.1"), count("D3.2.*"), count("D2.5c")), (25, 5, 5, 1));
    }
}
