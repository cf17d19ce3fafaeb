//! How a case is told: given this listing, then exactly these findings.
use kernel::{Category, Currency, Money, PriceUnit};
use moderation::near::Signature;
use moderation::{Known, Picture, Profile, Severity, Subject, Why};
use std::collections::BTreeMap;

/// What a case shows of its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A plain breach, in English.
    English,
    /// A plain breach, in Chinese.
    Chinese,
    /// A breach that is written so that it shall not be seen.
    Disguised,
    /// What is near a breach and is none.
    Innocent,
    /// One side of a figure of the rule.
    Boundary,
}

/// A finding: rule, row of the violation table (empty: no points), what it leads to, field, words as written.
pub type Found = (&'static str, &'static str, Severity, &'static str, &'static str);

/// No row of the violation table, hence no points.
pub const NO_ROW: &str = "";

/// How many of the 128 figures of a signature are those of the other listing.
#[derive(Clone, Copy, Debug)]
pub struct Twin {
    same_figures: usize,
    same_provider: bool,
}

/// A listing, or a part of one, and what is said of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// The rule that it shows.
    pub law: &'static str,
    pub kind: Kind,
    pub findings: Vec<Found>,
    /// What is seen but innocent: rule, why, words as written.
    pub let_pass: Vec<(&'static str, Why, &'static str)>,
    profile: Profile,
    category: Option<Category>,
    agent_operation: bool,
    texts: Vec<(String, &'static str)>,
    elements: Option<BTreeMap<String, String>>,
    required: &'static [&'static str],
    cooperation_stated: bool,
    price: Option<Money>,
    price_unit: Option<PriceUnit>,
    delivery_days: Option<u32>,
    pictures: Option<Vec<Picture>>,
    cases: Vec<(&'static str, usize)>,
    reviewed_core: Option<&'static str>,
    twin: Option<Twin>,
}

/// A case of a rule; what is not told of its listing is not given.
pub fn of(law: &'static str, kind: Kind) -> Case {
    Case {
        law,
        kind,
        findings: vec![],
        let_pass: vec![],
        profile: Profile::Listing,
        category: None,
        agent_operation: false,
        texts: vec![],
        elements: None,
        required: &[],
        cooperation_stated: false,
        price: None,
        price_unit: None,
        delivery_days: None,
        pictures: None,
        cases: vec![],
        reviewed_core: None,
        twin: None,
    }
}

/// The listing.
impl Case {
    fn text(mut self, field: impl Into<String>, text: &'static str) -> Self {
        self.texts.push((field.into(), text));
        self
    }

    pub fn title(self, text: &'static str) -> Self {
        self.text("title", text)
    }

    pub fn description(self, text: &'static str) -> Self {
        self.text("description", text)
    }

    /// Not a listing but a message between the parties.
    pub fn message(self, text: &'static str) -> Self {
        Self { profile: Profile::Message, ..self.text("text", text) }
    }

    /// One introduction module.
    pub fn module(self, heading: &'static str, text: &'static str) -> Self {
        self.text("modules[0].heading", heading).text("modules[0].text", text)
    }

    pub fn element(mut self, key: &str, text: &'static str) -> Self {
        self.elements.get_or_insert_default().insert(key.to_owned(), text.to_owned());
        self.text(format!("elements.{key}"), text)
    }

    /// What every category asks for besides its own elements.
    pub fn common_elements(self) -> Self {
        self.element("after_sales", "two revisions")
            .element("delivery_standard", "PNG files")
            .element("known_defects", "none is known")
    }

    pub fn category(self, category: Category) -> Self {
        Self { category: Some(category), ..self }
    }

    /// Whole-store hosting.
    pub fn agent_operation(self) -> Self {
        Self { agent_operation: true, ..self.category(Category::Operation) }
    }

    /// In CNY.
    pub fn price(self, amount: &str, unit: PriceUnit) -> Self {
        self.price_in(Currency::CNY, amount, unit)
    }

    pub fn price_in(self, currency: Currency, amount: &str, unit: PriceUnit) -> Self {
        Self { price: Some(Money::parse(amount, currency).unwrap()), price_unit: Some(unit), ..self }
    }

    pub fn delivery_days(self, days: u32) -> Self {
        Self { delivery_days: Some(days), ..self }
    }

    /// Fields that must be there.
    pub fn must_have(self, required: &'static [&'static str]) -> Self {
        Self { required, ..self }
    }

    pub fn cooperation(self, item: &'static str) -> Self {
        Self { cooperation_stated: true, ..self.text("cooperation[0]", item) }
    }

    /// Pictures of so many pixels.
    pub fn pictures(self, sizes: &[(u32, u32)]) -> Self {
        let pictures = sizes.iter().map(|(width, height)| Picture { width: *width, height: *height, hash: None });
        Self { pictures: Some(pictures.collect()), ..self }
    }

    /// Three large pictures; the second differs from the first in so many bits, the third in most.
    pub fn alike_pictures(self, bits: u32) -> Self {
        let hashes = [0, (1 << bits) - 1, u64::MAX];
        let pictures = hashes.map(|hash| Picture { width: 800, height: 800, hash: Some(hash) });
        Self { pictures: Some(pictures.into()), ..self }
    }

    /// A cited case with so many proofs.
    pub fn cited(mut self, text: &'static str, proofs: usize) -> Self {
        self.cases.push((text, proofs));
        self.text("cases[0].text", text)
    }

    /// The core function as it was first reviewed.
    pub fn reviewed(self, core: &'static str) -> Self {
        Self { reviewed_core: Some(core), ..self }
    }

    /// The provider has another listing; of the 128 figures of its likeness so many are the same.
    pub fn own_twin(self, same_figures: usize) -> Self {
        Self { twin: Some(Twin { same_figures, same_provider: true }), ..self }
    }

    /// Another provider has it.
    pub fn strange_twin(self, same_figures: usize) -> Self {
        Self { twin: Some(Twin { same_figures, same_provider: false }), ..self }
    }
}

/// What is said of it.
impl Case {
    pub fn finds(
        mut self,
        rule: &'static str,
        row: &'static str,
        severity: Severity,
        field: &'static str,
        words: &'static str,
    ) -> Self {
        self.findings.push((rule, row, severity, field, words));
        self
    }

    pub fn lets_pass(mut self, rule: &'static str, why: Why, words: &'static str) -> Self {
        self.let_pass.push((rule, why, words));
        self
    }
}

/// How the engine is asked.
impl Case {
    pub fn words(&self, field: &str) -> Option<&'static str> {
        self.texts.iter().find(|(name, _)| name == field).map(|(_, text)| *text)
    }

    /// The likeness of the other listing to this one.
    pub fn twin(&self) -> Option<(Signature, bool)> {
        let Twin { same_figures, same_provider } = self.twin?;
        let own = Signature::of(self.texts.iter().map(|(_, text)| *text));
        let mut figures: Vec<u32> = serde_json::from_value(serde_json::to_value(own).unwrap()).unwrap();
        assert_eq!(figures.len(), 128);
        figures.iter_mut().skip(same_figures).for_each(|figure| *figure ^= 1);
        Some((serde_json::from_value(serde_json::to_value(figures).unwrap()).unwrap(), same_provider))
    }

    pub fn subject<'a>(&self, twin: Option<&'a (Signature, bool)>) -> Subject<'a> {
        let known = twin.map(|(signature, own)| Known { name: "listing-1", signature, same_provider: *own });
        let cited = self.cases.iter().map(|(text, evidence)| moderation::Case { text, evidence: *evidence });
        Subject {
            profile: self.profile,
            category: self.category,
            agent_operation: self.agent_operation,
            texts: self.texts.clone(),
            elements: self.elements.clone(),
            required: self.required.iter().copied().collect(),
            cooperation_stated: self.cooperation_stated,
            price: self.price,
            price_unit: self.price_unit,
            delivery_days: self.delivery_days,
            pictures: self.pictures.clone(),
            cases: cited.collect(),
            reviewed_core: self.reviewed_core,
            known: known.into_iter().collect(),
            ..Subject::default()
        }
    }
}
