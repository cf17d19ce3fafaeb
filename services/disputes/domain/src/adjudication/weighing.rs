//! Which articles apply, which give way, which one governs.
//!
//! Three steps: whose facts hold; whose ground another takes away (X4, X9, X11); who steps back before whom (X1–X7).
//! Of those left, all on the same side of the matter, the one that gives the merchant most governs: it contains the rest.
use super::finding::{Findings, Terms};
use super::measure::{Measure, measure};
use super::proof::Proof;
use rulebook::standards::{Article, ArticleSet, Condition, Fact, Precedence, Remedy, Standard, Standards};
use strum::EnumCount;

/// The articles of one case, sorted.
pub(super) struct Weighing {
    /// The articles of the category.
    pub(super) articles: Vec<Article>,
    /// Whose facts hold.
    pub(super) holding: ArticleSet,
    /// Of these, whose ground no other takes away.
    pub(super) live: ArticleSet,
    /// Of these, who steps back before no other.
    pub(super) left: ArticleSet,
    /// A contract or settlement that applies, but what it gives is not found.
    pub(super) unread: ArticleSet,
    limbs: [u8; Article::COUNT],
}

/// What follows.
pub(super) struct Outcome {
    /// The article that decides; none where no article applies and the burden of proof decides.
    pub(super) governing: Option<Article>,
    /// How much.
    pub(super) measure: Measure,
    /// By which measure.
    pub(super) remedy: Option<Remedy>,
    /// A contract or agreement gave it.
    pub(super) contract_governs: bool,
    /// The transaction is completed.
    pub(super) completed: bool,
}

impl Weighing {
    pub(super) fn of(standards: &Standards, terms: &Terms, proof: &Proof, findings: &Findings) -> Self {
        let articles = standards.in_category(terms.category);
        let mut weighing = Self {
            articles: articles.to_vec(),
            holding: ArticleSet::default(),
            live: ArticleSet::default(),
            left: ArticleSet::default(),
            unread: ArticleSet::default(),
            limbs: [0; Article::COUNT],
        };
        for article in articles {
            let standard = standards.of(*article);
            if !fits(standard, terms) {
                continue;
            }
            let Some(limb) = standard.limbs.iter().position(|limb| {
                limb.when.iter().all(|clause| clause.holds(proof.established, proof.unproven))
                    && !limb.unless.iter().any(|fact| proof.established.has(*fact))
            }) else {
                continue;
            };
            weighing.limbs[*article as usize] = u8::try_from(limb).unwrap_or(u8::MAX);
            let remedy = standard.limbs[limb].remedy;
            let unread = (remedy == Remedy::Contract && findings.figures.agreed_to_merchant.is_none())
                || (remedy == Remedy::Settlement && findings.figures.settlement_to_merchant.is_none());
            if unread {
                weighing.unread = weighing.unread.with(*article);
            } else {
                weighing.holding = weighing.holding.with(*article);
            }
        }
        weighing.sort_out(standards, proof);
        weighing
    }

    fn sort_out(&mut self, standards: &Standards, proof: &Proof) {
        let reached = |article: &Article| !(proof.undelivered() && standards.of(*article).after_delivery);
        let reached: ArticleSet = self.holding.iter().filter(reached).collect();
        let mut live = reached;
        // Who takes a ground away may lose its own: settled when nothing changes, which the absence of circles assures.
        for _ in 0..Article::COUNT {
            let next = reached.iter().filter(|article| standards.barred(*article, live).is_none()).collect();
            if next == live {
                break;
            }
            live = next;
        }
        self.live = live;
        self.left = live.iter().filter(|article| standards.yields(*article, live).is_none()).collect();
    }

    /// The limb on which an article applies.
    pub(super) fn limb<'a>(&self, standard: &'a Standard) -> Option<&'a rulebook::standards::Limb> {
        standard.limbs.get(usize::from(self.limbs[standard.article as usize]))
    }

    /// The standards that are left.
    pub(super) fn standing<'a>(&'a self, standards: &'a Standards) -> impl Iterator<Item = &'a Standard> {
        self.left.iter().map(|article| standards.of(article))
    }

    /// D2.5c and D2.5d both proved (X3).
    pub(super) fn both_late_and_failed(&self) -> bool {
        self.live.has(Article::D2_5c) && self.live.has(Article::D2_5d)
    }

    /// What an article that applies gives.
    pub(super) fn measure(
        &self,
        standard: &Standard,
        terms: &Terms,
        proof: &Proof,
        findings: &Findings,
    ) -> Option<(Remedy, Measure)> {
        let remedy = self.limb(standard)?.remedy;
        let both = standard.article == Article::D2_5c && self.both_late_and_failed();
        Some((remedy, measure(standard, remedy, terms, proof, findings, both)))
    }

    /// The article that governs, and what it gives.
    pub(super) fn outcome(&self, standards: &Standards, terms: &Terms, proof: &Proof, findings: &Findings) -> Outcome {
        let mut best: Option<(Article, Remedy, Measure)> = None;
        for standard in self.standing(standards) {
            let Some((remedy, measure)) = self.measure(standard, terms, proof, findings) else { continue };
            if best.is_none_or(|(.., most)| measure.to_merchant > most.to_merchant) {
                best = Some((standard.article, remedy, measure));
            }
        }
        let unread_contract = self.unread.has(Article::D3_4_5) || self.unread.has(Article::D3_5_5);
        let Some((article, remedy, measure)) = best else {
            return Outcome {
                governing: None,
                measure: Measure::default(),
                remedy: None,
                contract_governs: unread_contract,
                completed: false,
            };
        };
        Outcome {
            governing: Some(article),
            measure,
            remedy: Some(remedy),
            contract_governs: unread_contract || (measure.agreed && remedy != Remedy::Settlement),
            completed: remedy == Remedy::Completed,
        }
    }

    /// Why an article that holds does not decide.
    pub(super) fn gave_way(
        &self,
        standards: &Standards,
        article: Article,
        proof: &Proof,
    ) -> Option<(Precedence, Article)> {
        if proof.undelivered() && standards.of(article).after_delivery {
            return Some((Precedence::X11, Article::D2_4));
        }
        if self.live.has(article) {
            standards.yields(article, self.left).or_else(|| standards.yields(article, self.live))
        } else {
            standards.barred(article, self.live)
        }
    }
}

/// Whether the order's terms are what the standard is about.
pub(super) fn fits(standard: &Standard, terms: &Terms) -> bool {
    match standard.only {
        Some(Condition::AgentOperation) => terms.agent_operation,
        Some(Condition::NoAgreedCycle) => !terms.cycle_agreed,
        None => true,
    }
}

/// The facts of an article that were named or put in issue.
pub(super) fn touched(standard: &Standard, proof: &Proof) -> bool {
    let named = |fact: &Fact| proof.touched.has(*fact);
    standard.limbs.iter().any(|limb| {
        limb.when.iter().any(|clause| clause.established.or(clause.unproven).meets(proof.touched))
            || limb.unless.iter().any(named)
    })
}
