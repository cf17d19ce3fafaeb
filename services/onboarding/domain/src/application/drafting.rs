//! The applicant's side: opening, describing, handing in, declaring, submitting, answering, withdrawing.
use super::Applications;
use super::command::Description;
use super::event::Event;
use super::refusal::Refusal;
use super::state::Dossier;
use crate::entry::{Applicant, Business, MAX_CREDENTIALS, Shareholder, StaffTie};
use crate::grounds::says_something;
use crate::handout::{Handout, uploaded};
use crate::scope;
use crate::screening::{self, AsOf, Known};
use kernel::{Category, Context, CredentialId, FileId, Party, ProviderId};
use uuid::Uuid;

type Ctx<'a> = Context<'a, Applications>;
type Decided = Result<Vec<Event>, Refusal>;

const MAX_SCOPE: usize = 4_000;
const MAX_SHAREHOLDERS: usize = 50;
const MAX_ANSWER_FILES: usize = 10;

pub(super) fn open(category: Category, agent_operation: bool, applicant: Applicant, ctx: &Ctx<'_>) -> Decided {
    if agent_operation && category != Category::Operation {
        return Err(Refusal::NotAnOperation);
    }
    let asks_for_scope = ctx.rules.category(category).is_some_and(|asked| asked.asks_for_scope());
    if applicant == Applicant::Individual && asks_for_scope {
        return Err(Refusal::IndividualNotAdmitted);
    }
    Ok(vec![Event::Opened {
        provider: ctx.actor.as_provider().unwrap_or(ProviderId(Uuid::nil())),
        category,
        agent_operation,
        applicant,
        edition: ctx.edition.clone(),
        by: ctx.actor.sub.clone(),
    }])
}

pub(super) fn describe(dossier: &Dossier, described: &Description, ctx: &Ctx<'_>) -> Decided {
    check_description(described, ctx)?;
    let asked = ctx.rules.category(dossier.entry.category);
    let business = Business {
        legal_name: described.legal_name.trim().to_owned(),
        registration_number: described.registration_number.as_ref().map(|number| number.trim().to_owned()),
        country: described.country.clone(),
        founded_on: described.founded_on,
        in_business_since: described.in_business_since,
        serves_eu: described.serves_eu,
        scope: asked.map(|asked| scope::read(&described.scope, asked, &ctx.rules.exclusions)).unwrap_or_default(),
    };
    Ok(vec![Event::BusinessDescribed { business, scope_text: described.scope.clone() }])
}

fn check_description(described: &Description, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    check_text("legal_name", &described.legal_name, 200)?;
    if let Some(number) = &described.registration_number {
        check_text("registration_number", number, 64)?;
    }
    if described.country.len() != 2 || !described.country.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Err(Refusal::Form { field: "country", needed: "two capital letters of ISO 3166-1" });
    }
    if described.scope.chars().count() > MAX_SCOPE {
        return Err(Refusal::Text { field: "scope", max: MAX_SCOPE });
    }
    let today = ctx.calendar.day(ctx.now);
    if described.founded_on > today {
        return Err(Refusal::Date { field: "founded_on" });
    }
    if described.in_business_since > today || described.in_business_since < described.founded_on {
        return Err(Refusal::Date { field: "in_business_since" });
    }
    Ok(())
}

pub(super) fn submit_credential(dossier: &Dossier, handout: &Handout, ctx: &Ctx<'_>) -> Decided {
    if dossier.entry.credentials.iter().any(|known| known.id == handout.credential) {
        return Err(Refusal::CredentialKnown);
    }
    if dossier.entry.credentials.len() >= MAX_CREDENTIALS {
        return Err(Refusal::TooManyCredentials);
    }
    let asked = ctx.rules.category(dossier.entry.category);
    let (credential, file) = handout.accept(asked, &ctx.facts.files, ctx.calendar.day(ctx.now))?;
    Ok(vec![Event::CredentialSubmitted { credential, file, statement: handout.statement.clone() }])
}

pub(super) fn remove_credential(dossier: &Dossier, credential: CredentialId) -> Decided {
    if dossier.entry.credentials.iter().any(|known| known.id == credential) {
        Ok(vec![Event::CredentialRemoved { credential }])
    } else {
        Err(Refusal::UnknownCredential)
    }
}

pub(super) fn declare(dossier: &Dossier, applicant: StaffTie, shareholders: &[Shareholder]) -> Decided {
    let least = match dossier.entry.applicant {
        Applicant::Company => 1,
        Applicant::Individual => 0,
    };
    if !(least..=MAX_SHAREHOLDERS).contains(&shareholders.len()) {
        return Err(Refusal::Form { field: "shareholders", needed: "all shareholders, at most 50; a company has one" });
    }
    for shareholder in shareholders {
        check_text("shareholders.name", &shareholder.name, 200)?;
    }
    Ok(vec![Event::ShareholdersDeclared { applicant, shareholders: shareholders.to_vec() }])
}

pub(super) fn submit(dossier: &Dossier, declares_true: bool, ctx: &Ctx<'_>) -> Decided {
    if !declares_true {
        return Err(Refusal::TruthNotDeclared);
    }
    let review_due = ctx.calendar.after(ctx.now, ctx.procedure.review_window);
    Ok(screened(dossier, Event::Submitted { by: ctx.actor.sub.clone(), review_due }, ctx))
}

pub(super) fn provide(dossier: &Dossier, answer: &str, files: &[FileId], ctx: &Ctx<'_>) -> Decided {
    check_text("answer", answer, 4_000)?;
    if files.len() > MAX_ANSWER_FILES {
        return Err(Refusal::Form { field: "files", needed: "at most 10 files" });
    }
    let files = files.iter().map(|id| uploaded(&ctx.facts.files, *id, "files")).collect::<Result<_, _>>()?;
    let provided = Event::InformationProvided {
        answer: answer.to_owned(),
        files,
        by: ctx.actor.sub.clone(),
        review_due: ctx.calendar.after(ctx.now, ctx.procedure.review_window),
    };
    Ok(screened(dossier, provided, ctx))
}

/// The screening, and `passed` only when nothing must be mended first.
fn screened(dossier: &Dossier, passed: Event, ctx: &Ctx<'_>) -> Vec<Event> {
    let known = Known { related_bars: ctx.facts.related_bars.clone(), eu_trained: ctx.facts.eu_trained };
    let day = AsOf::at(ctx.now, ctx.rules, ctx.calendar);
    let findings = screening::screen(&dossier.entry, ctx.rules, &known, day);
    if screening::has_hard(&findings) {
        vec![Event::Screened { passed: false, findings }]
    } else {
        vec![Event::Screened { passed: true, findings }, passed]
    }
}

pub(super) fn withdraw(dossier: &Dossier, reason: &str, ctx: &Ctx<'_>) -> Decided {
    if ctx.party == Party::System && dossier.phase.is_closed() {
        return Ok(vec![]);
    }
    if reason.chars().count() > 1_000 {
        return Err(Refusal::Text { field: "reason", max: 1_000 });
    }
    Ok(vec![Event::Withdrawn { reason: reason.to_owned(), by: ctx.actor.sub.clone() }])
}

pub(super) fn check_text(field: &'static str, text: &str, max: usize) -> Result<(), Refusal> {
    if says_something(text, max) { Ok(()) } else { Err(Refusal::Text { field, max }) }
}
