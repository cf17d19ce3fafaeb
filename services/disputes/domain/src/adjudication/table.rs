//! The standards as a document that people read and review.
use rulebook::Standards;
use rulebook::standards::{Article, ArticleSet, Bearer, Condition, Fact, FactSet, Figure, Precedence, Standard};
use std::fmt::Write;
use strum::VariantArray;

/// The standards of an edition in Markdown, article by article, with the closed list of facts.
pub fn render(standards: &Standards, edition: &str) -> String {
    let mut text = format!(
        "# Standards of edition {edition}\n\n\
         Rendered from the rulebook. An article applies when its facts hold; the first of its cases that holds counts.\n\
         *Falls away before*: the ground of the article is taken away. *Steps back before*: both apply, the other decides.\n\n"
    );
    let first = standards.first().iter().map(|first| format!("{} ({})", first.article, first.by)).collect::<Vec<_>>();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "Before every other article go, in this order: {}.\n", first.join(", "));
    for article in Article::VARIANTS {
        entry(&mut text, standards, standards.of(*article));
    }
    text.push_str("## Facts\n\n| fact | question | burden of proof | rule |\n|---|---|---|---|\n");
    for fact in Fact::VARIANTS {
        let (bearer, rule) = fact.bearer();
        let _ = writeln!(text, "| `{fact}` | {} | {} | {rule} |", fact.asks(), burden(bearer));
    }
    text.push_str("\n## Figures\n\n| figure | what it says | burden of proof | rule |\n|---|---|---|---|\n");
    for figure in Figure::VARIANTS {
        let (bearer, rule) = figure.bearer();
        let _ = writeln!(text, "| `{figure}` | {} | {} | {rule} |", figure.asks(), burden(bearer));
    }
    text
}

fn burden(bearer: Bearer) -> &'static str {
    match bearer {
        Bearer::Provider => "provider",
        Bearer::Merchant => "merchant",
        Bearer::WhoRelies => "who relies on it",
        Bearer::Platform => "the platform's records",
    }
}

fn entry(text: &mut String, standards: &Standards, standard: &Standard) {
    let _ = writeln!(text, "## {} — {}\n\n{}\n", standard.article, standard.article.heading(), standard.says);
    let categories = standard.categories.iter().map(ToString::to_string).collect::<Vec<_>>();
    let categories = if categories.is_empty() { "every category".to_owned() } else { categories.join(", ") };
    let only = match standard.only {
        Some(Condition::AgentOperation) => ", agent operation only",
        Some(Condition::NoAgreedCycle) => ", where no cycle was agreed",
        None => "",
    };
    let _ = writeln!(text, "- Applies in: {categories}{only}; responsible: {}", standard.fault);
    for limb in &standard.limbs {
        let clauses = limb.when.iter().map(|clause| {
            let proven = clause.established.iter().map(|fact| format!("`{fact}`"));
            proven
                .chain(clause.unproven.iter().map(|fact| format!("`{fact}` unproven")))
                .collect::<Vec<_>>()
                .join(" or ")
        });
        let when = clauses.collect::<Vec<_>>().join("; and ");
        let unless: FactSet = limb.unless.iter().copied().collect();
        let unless = if unless.is_empty() { String::new() } else { format!(", unless {}", names(unless)) };
        let _ = writeln!(text, "- When {when}{unless}: **{}**. {}", limb.remedy, limb.remedy.says());
    }
    if let Some(rounds) = standard.rounds {
        let _ = writeln!(text, "- Counts from {rounds} failed redeliveries on");
    }
    for grant in &standard.grants {
        let _ = writeln!(text, "- Grants besides: {grant}");
    }
    if standard.unless_agreed {
        text.push_str("- Unless the parties agreed otherwise (X1)\n");
    }
    if standard.after_delivery {
        text.push_str("- Reached only once the delivery is settled (X11)\n");
    }
    steps(text, "Falls away before", standards, standard, |other| {
        standards.barred(standard.article, ArticleSet::default().with(other)).map(|(rule, _)| rule)
    });
    steps(text, "Steps back before", standards, standard, |other| {
        standards.yields(standard.article, ArticleSet::default().with(other)).map(|(rule, _)| rule)
    });
    for (rule, beside) in &standard.beside {
        let _ = writeln!(text, "- Stands beside {beside} ({rule})");
    }
    text.push('\n');
}

/// One line of articles before which this one gives way. What goes before everything is named once, at the top.
fn steps(
    text: &mut String,
    what: &str,
    standards: &Standards,
    standard: &Standard,
    rule: impl Fn(Article) -> Option<Precedence>,
) {
    let shares_a_category = |other: &Article| {
        let other = &standards.of(*other).categories;
        let own = &standard.categories;
        own.is_empty() || other.is_empty() || own.iter().any(|category| other.contains(category))
    };
    let is_first = |other: &Article| standards.first().iter().any(|first| first.article == *other);
    let others = Article::VARIANTS.iter().filter(|other| shares_a_category(other) && !is_first(other));
    let list: Vec<_> = others.filter_map(|other| rule(*other).map(|rule| format!("{other} ({rule})"))).collect();
    if !list.is_empty() {
        let _ = writeln!(text, "- {what}: {}", list.join(", "));
    }
}

fn names(set: FactSet) -> String {
    set.iter().map(|fact| format!("`{fact}`")).collect::<Vec<_>>().join(" or ")
}
