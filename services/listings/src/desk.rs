//! The moderation engines in use: one per edition, made of the lists and the allow-phrases that are approved by now.
//!
//! Owns the cache and when it is stale: whoever screens asks for the number of approved phrases in the same transaction
//! (nothing approved is ever taken back, so the number is a version), so a phrase counts on every instance from the next
//! screening on. Does not own how texts are read (`moderation`).
//!
//! The edition in force judges; the next one, published with an `effective_from` that lies ahead, is its shadow.
use diesel::prelude::*;
use diesel::result::Error;
use diesel::sql_types::{BigInt, Text};
use kernel::Category;
use listings_domain::Screening;
use moderation::{Engine, Subject};
use rulebook::listings::Language;
use rulebook::lists::{Allow, ListFile};
use rulebook::{Edition, EditionError, Lists, Rulebook};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Makes engines, and keeps them.
pub(crate) struct Desk {
    rulebook: Arc<Rulebook>,
    shipped: Lists,
    made: Mutex<Made>,
}

struct Made {
    /// How many phrases are in `lists`.
    phrases: i64,
    lists: Lists,
    engines: HashMap<String, Arc<Engine>>,
}

/// The engines of one instant.
pub(crate) struct Engines {
    /// By the edition in force.
    pub in_force: Arc<Engine>,
    /// By the next edition, if one is published.
    shadow: Option<Arc<Engine>>,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct PhraseRow {
    #[diesel(sql_type = Text)]
    list: String,
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = Text)]
    phrase: String,
}

impl Desk {
    /// Nothing is compiled yet.
    pub fn new(rulebook: Arc<Rulebook>) -> Result<Self, EditionError> {
        let shipped = Lists::shipped()?;
        let made = Made { phrases: 0, lists: shipped.clone(), engines: HashMap::new() };
        Ok(Self { rulebook, shipped, made: Mutex::new(made) })
    }

    /// The engines of this instant.
    pub fn engines(&self, conn: &mut PgConnection) -> QueryResult<Engines> {
        let now = engine::clock::now(conn)?;
        let CountRow { count } =
            engine::sql("SELECT count(*) AS count FROM allow_phrases WHERE status = 'approved'").get_result(conn)?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.phrases != count {
            *made = self.make(conn)?;
        }
        let in_force = self.rulebook.in_force(now).ok_or(Error::NotFound)?;
        let next = self.rulebook.editions().iter().find(|edition| edition.effective_from > now);
        let shadow = next.filter(|next| next.id != in_force.id);
        Ok(Engines { in_force: made.of(in_force), shadow: shadow.map(|edition| made.of(edition)) })
    }

    /// The key of the element that states the core function (M5.24): the same in every edition so far.
    pub fn core(&self, category: Category) -> Option<&str> {
        self.rulebook.editions().last()?.listings.elements.core(category)
    }

    /// The shipped lists with all approved phrases.
    fn make(&self, conn: &mut PgConnection) -> QueryResult<Made> {
        let rows: Vec<PhraseRow> = engine::sql(
            "SELECT list, language, phrase FROM allow_phrases WHERE status = 'approved' ORDER BY list, language, id",
        )
        .load(conn)?;
        let lists = with_phrases(&self.shipped, &rows).unwrap_or_else(|error| {
            tracing::error!(%error, "approved allow-phrases cannot be used");
            self.shipped.clone()
        });
        let phrases = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        tracing::info!(phrases, hash = %lists.hash, "allow-phrases join the lists");
        Ok(Made { phrases, lists, engines: HashMap::new() })
    }
}

impl Made {
    fn of(&mut self, edition: &Edition) -> Arc<Engine> {
        let compile = || Arc::new(Engine::compile(edition, &self.lists));
        self.engines.entry(edition.id.to_string()).or_insert_with(compile).clone()
    }
}

impl Engines {
    /// Screens a subject by both editions.
    pub fn screen(&self, subject: &Subject<'_>) -> Screening {
        let screening = Screening::of(&self.in_force, subject);
        match &self.shadow {
            Some(shadow) => screening.beside(shadow, subject),
            None => screening,
        }
    }
}

/// The lists, each with the phrases that were approved for it. A phrase of a list or language that is no more is passed
/// over.
fn with_phrases(lists: &Lists, phrases: &[PhraseRow]) -> Result<Lists, Box<dyn std::error::Error>> {
    let mut sources = vec![];
    for list in lists.all() {
        let mut body: ListFile = list.body.clone();
        for row in phrases.iter().filter(|row| row.list == body.name) {
            let Ok(lang) = serde_json::from_value::<Language>(row.language.as_str().into()) else { continue };
            body.allow.push(Allow { lang, texts: vec![row.phrase.clone()], except_title: false });
        }
        sources.push(toml::to_string(&body)?);
    }
    let sources: Vec<_> = sources.iter().map(String::as_str).collect();
    Ok(Lists::read(&sources)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use moderation::Verdict;

    #[test]
    fn an_approved_phrase_excuses_its_words_and_nothing_else() {
        let lists = Lists::shipped().unwrap();
        let row =
            |list: &str, phrase: &str| PhraseRow { list: list.into(), language: "en".into(), phrase: phrase.into() };
        let unchanged = with_phrases(&lists, &[]).unwrap();
        let edition = Edition::shipped();
        let text = "Reads wechat pay exports into a table.";
        let verdict = |lists: &Lists, text| {
            let report = Engine::compile(&edition, lists).read(&Subject::listing(&[("description", text)]));
            (report.verdict, report.findings.into_iter().find_map(|finding| Some(finding.list?.name)))
        };
        let (before, list) = verdict(&unchanged, text);
        assert_ne!(before, Verdict::Pass);
        let list = list.unwrap();
        let excused = with_phrases(&lists, &[row(&list, "wechat pay exports"), row("no_such_list", "x y")]).unwrap();
        assert_ne!(excused.hash, unchanged.hash);
        assert_eq!(verdict(&excused, text).0, Verdict::Pass);
        assert_ne!(verdict(&excused, "Contact me on wechat, I take wechat pay exports.").0, Verdict::Pass);
    }
}
