//! The moderation engines in use: one per edition, made of the lists and the allow-phrases that are in force by now.
//!
//! Owns which editions are asked: the one in force judges; the next one, published with an `effective_from` that lies
//! ahead, is its shadow. Whoever screens asks for the version of the phrases in the same transaction, so one that is
//! approved or taken back counts on every instance from the next screening on. Does not own how texts are read
//! (`moderation`), nor when an engine is made anew (`rulebook::lists::Prepared`).
use crate::phrases;
use diesel::prelude::*;
use diesel::result::Error;
use kernel::Category;
use listings_domain::Screening;
use moderation::{Engine, Subject};
use rulebook::lists::Prepared;
use rulebook::{Edition, EditionError, Rulebook};
use std::sync::Arc;

/// Hands out engines.
pub(crate) struct Desk {
    rulebook: Arc<Rulebook>,
    engines: Prepared<Engine>,
}

/// The engines of one instant.
pub(crate) struct Engines {
    /// By the edition in force.
    pub in_force: Arc<Engine>,
    /// By the next edition, if one is published.
    shadow: Option<Arc<Engine>>,
}

impl Desk {
    /// Nothing is compiled yet.
    pub fn new(rulebook: Arc<Rulebook>) -> Result<Self, EditionError> {
        Ok(Self { rulebook, engines: Prepared::new(Engine::compile)? })
    }

    /// The engines of this instant.
    pub fn engines(&self, conn: &mut PgConnection) -> QueryResult<Engines> {
        let now = engine::clock::now(conn)?;
        let version = phrases::version(conn)?;
        let mut of = |edition: &Edition| self.engines.of(edition, version, || phrases::in_force(conn));
        let in_force = self.rulebook.in_force(now).ok_or(Error::NotFound)?;
        let next = self.rulebook.editions().iter().find(|edition| edition.effective_from > now);
        let shadow = next.filter(|next| next.id != in_force.id);
        Ok(Engines { in_force: of(in_force)?, shadow: shadow.map(|edition| of(edition)).transpose()? })
    }

    /// The key of the element that states the core function (M5.24): the same in every edition so far.
    pub fn core(&self, category: Category) -> Option<&str> {
        self.rulebook.editions().last()?.listings.elements.core(category)
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
