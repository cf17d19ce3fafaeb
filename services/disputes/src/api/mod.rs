//! The routes under `/v1/disputes`. A case is opened by applying for a refund of its order, not here.
mod arbitration;
mod case;
mod evidence;
mod file;
mod findings;
mod negotiation;
mod reading;
mod recommended;
mod reports;
mod rulings;
mod standing;
mod suspension;

use crate::host::CaseHost;
use actix_web::web::{Data, ServiceConfig};
use files::Files;
use utoipa::OpenApi;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

/// The operations, described.
#[derive(OpenApi)]
#[openapi(paths(
    reading::list,
    reading::show,
    reading::timeline,
    reading::proposals,
    reading::proposal,
    negotiation::propose,
    negotiation::accept,
    negotiation::decline,
    negotiation::refuse,
    negotiation::extend_negotiation,
    negotiation::withdraw,
    negotiation::escalate,
    arbitration::claim,
    arbitration::release,
    arbitration::hand_over,
    arbitration::declare_conflict,
    arbitration::decide,
    rulings::decision,
    rulings::decisions,
    evidence::add_claim,
    evidence::draft_evidence,
    evidence::seal_evidence,
    evidence::discard_evidence,
    evidence::contest_evidence,
    evidence::rule_on_evidence,
    evidence::request_evidence,
    evidence::evidence,
    evidence::evidence_requests,
    evidence::evidence_item,
    file::case_file,
    file::verify_file,
    file::bundle,
    file::burden_of_proof,
    findings::enter_findings,
    findings::read_findings,
    findings::waiting_draft,
    findings::confirm_decision,
    findings::return_decision,
    recommended::recommendation,
    recommended::replay_decision,
    suspension::ask_suspension,
    suspension::notify_proceedings,
    suspension::report_proceedings,
    suspension::resume,
    suspension::appeal,
    suspension::withdraw_appeal,
    suspension::follow_forum,
    reports::report,
))]
struct Described;

/// The operations, described; those of files too.
pub(crate) fn document() -> utoipa::openapi::OpenApi {
    web::uploads::described(Described::openapi(), "disputes")
}

/// Adds the routes. The download of files is ours: a draft's files are its side's own.
pub(crate) fn routes(config: &mut ServiceConfig, files: Files) {
    config
        .app_data(Data::new(files.clone()))
        .service(reading::list)
        .service(reading::show)
        .service(reading::timeline)
        .service(reading::proposals)
        .service(reading::proposal)
        .service(negotiation::propose)
        .service(negotiation::accept)
        .service(negotiation::decline)
        .service(negotiation::refuse)
        .service(negotiation::extend_negotiation)
        .service(negotiation::withdraw)
        .service(negotiation::escalate)
        .service(arbitration::claim)
        .service(arbitration::release)
        .service(arbitration::hand_over)
        .service(arbitration::declare_conflict)
        .service(arbitration::decide)
        .service(rulings::decision)
        .service(rulings::decisions)
        .service(evidence::add_claim)
        .service(evidence::draft_evidence)
        .service(evidence::seal_evidence)
        .service(evidence::discard_evidence)
        .service(evidence::contest_evidence)
        .service(evidence::rule_on_evidence)
        .service(evidence::request_evidence)
        .service(evidence::evidence)
        .service(evidence::evidence_requests)
        .service(evidence::evidence_item)
        .service(file::case_file)
        .service(file::verify_file)
        .service(file::bundle)
        .service(file::burden_of_proof)
        .service(findings::enter_findings)
        .service(findings::read_findings)
        .service(findings::waiting_draft)
        .service(findings::confirm_decision)
        .service(findings::return_decision)
        .service(recommended::recommendation)
        .service(recommended::replay_decision)
        .service(suspension::ask_suspension)
        .service(suspension::notify_proceedings)
        .service(suspension::report_proceedings)
        .service(suspension::resume)
        .service(suspension::appeal)
        .service(suspension::withdraw_appeal)
        .service(suspension::follow_forum)
        .service(reports::report)
        .service(file::download);
    web::uploads::mount_uploads::<CaseHost>(config, "disputes", files);
}

/// How money looks on the wire.
pub(crate) fn money() -> Object {
    let text =
        |description: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(description)).build();
    ObjectBuilder::new()
        .property("amount", text("A decimal number with at most the currency's decimals, as 1200.00."))
        .property("currency", text("ISO 4217 code."))
        .required("amount")
        .required("currency")
        .build()
}
