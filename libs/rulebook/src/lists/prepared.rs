//! What is made ready of an edition and the lists, an engine say: kept per edition, and made anew when the phrases that
//! were allowed since are others.
//!
//! Owns when what is kept is stale: whoever asks names the version of the allowed phrases, so a phrase that was allowed
//! or taken back counts from the next question on. Does not own the phrases (each context keeps them in a table of its
//! own), nor what is made of them. Start at [`Prepared::of`].
use super::{Allow, Lists};
use crate::edition::{Edition, EditionError};
use crate::listings::Language;
use kernel::EditionId;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use strum::VariantArray;

/// Makes things ready, and keeps them.
pub struct Prepared<T> {
    shipped: Lists,
    prepare: fn(&Edition, &Lists) -> T,
    kept: Mutex<Kept<T>>,
}

struct Kept<T> {
    version: i64,
    lists: Lists,
    by_edition: HashMap<EditionId, Arc<T>>,
}

/// A phrase that was allowed in a list since it was shipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedPhrase {
    /// The name of the list.
    pub list: String,
    /// Its language by name, as `en`; a phrase of a language that is no more is passed over.
    pub language: String,
    /// The phrase.
    pub phrase: String,
}

impl<T> Prepared<T> {
    /// Nothing is made yet; `prepare` makes it of an edition and the lists.
    pub fn new(prepare: fn(&Edition, &Lists) -> T) -> Result<Self, EditionError> {
        let shipped = Lists::shipped()?;
        let kept = Kept { version: 0, lists: shipped.clone(), by_edition: HashMap::new() };
        Ok(Self { shipped, prepare, kept: Mutex::new(kept) })
    }

    /// What is made of the edition and the shipped lists with the phrases of this version; 0: none was ever allowed.
    /// `phrases` is asked for them, in an order that is always the same, when they are of another version than those
    /// that are known.
    pub fn of<E>(
        &self,
        edition: &Edition,
        version: i64,
        phrases: impl FnOnce() -> Result<Vec<AllowedPhrase>, E>,
    ) -> Result<Arc<T>, E> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.version != version {
            let phrases = phrases()?;
            let lists = self.shipped.with_allowed(phrases.iter().filter_map(AllowedPhrase::read));
            *kept = Kept { version, lists, by_edition: HashMap::new() };
        }
        if let Some(made) = kept.by_edition.get(&edition.id) {
            return Ok(made.clone());
        }
        let made = Arc::new((self.prepare)(edition, &kept.lists));
        kept.by_edition.insert(edition.id.clone(), made.clone());
        Ok(made)
    }
}

impl<T> fmt::Debug for Prepared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").field("shipped", &self.shipped.hash).finish_non_exhaustive()
    }
}

impl AllowedPhrase {
    fn read(&self) -> Option<(&str, Allow)> {
        let lang = *Language::VARIANTS.iter().find(|language| language.to_string() == self.language)?;
        Some((self.list.as_str(), Allow { lang, texts: vec![self.phrase.clone()], except_title: false }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    fn phrase(list: &str, language: &str, phrase: &str) -> AllowedPhrase {
        AllowedPhrase { list: list.into(), language: language.into(), phrase: phrase.into() }
    }

    #[test]
    fn it_is_made_once_per_edition_and_version() {
        let prepared = Prepared::new(|_, lists| lists.clone()).unwrap();
        let edition = Edition::shipped();
        let next = Edition { id: EditionId("next".into()), ..edition.clone() };
        let unasked = || -> Result<_, Infallible> { panic!("the version is known") };
        let shipped = prepared.of(&edition, 0, unasked).unwrap();
        assert_eq!(*shipped, Lists::shipped().unwrap());
        assert!(Arc::ptr_eq(&shipped, &prepared.of(&edition, 0, unasked).unwrap()));
        assert!(!Arc::ptr_eq(&shipped, &prepared.of(&next, 0, unasked).unwrap()));

        let said =
            || Ok::<_, Infallible>(vec![phrase("messengers", "en", "wechat exports"), phrase("messengers", "xx", "y")]);
        let more = prepared.of(&edition, 2, said).unwrap();
        let allowed = &more.get("messengers").unwrap().body.allow;
        assert_eq!(allowed.last().unwrap().texts, ["wechat exports"]);
        assert_eq!(allowed.len(), shipped.get("messengers").unwrap().body.allow.len() + 1, "one language is known");
        assert!(Arc::ptr_eq(&more, &prepared.of(&edition, 2, unasked).unwrap()));
        let taken_back = prepared.of(&edition, 3, || Ok::<_, Infallible>(vec![])).unwrap();
        assert_eq!(taken_back, shipped, "with the hash that it had");
    }

    #[test]
    fn phrases_that_cannot_be_read_leave_what_is_kept() {
        let prepared = Prepared::new(|_, lists| lists.hash.clone()).unwrap();
        let edition = Edition::shipped();
        assert_eq!(prepared.of(&edition, 1, || Err("no connection")).unwrap_err(), "no connection");
        let kept = prepared.of(&edition, 0, || -> Result<_, Infallible> { panic!("the version is known") }).unwrap();
        assert_eq!(*kept, Lists::shipped().unwrap().hash);
    }
}
