//! The routes under `/v1/applications`, `/v1/qualifications` and `/v1/providers`.
mod application;
mod applying;
mod dossier;
mod handing_in;
mod lists;
mod provider;
mod qualification;
mod reviewing;
mod showing;
mod standing;

use crate::host::{ApplicationHost, QualificationHost};
use actix_web::web::ServiceConfig;
use files::Files;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;

macro_rules! operations {
    ($($room:ident: $($handler:ident),* $(,)?;)*) => {
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($($room::$handler,)*)*))]
        struct Document;

        fn services(config: &mut ServiceConfig) {
            $($(config.service($room::$handler);)*)*
        }
    };
}

operations! {
    lists: applications, qualifications, providers;
    application: show_application, application_timeline, checklist;
    dossier: business, shareholders, credentials, credential, information_requests;
    applying: open, describe_business, submit_credential, remove_credential, declare_shareholders, submit,
        provide_information, withdraw;
    reviewing: claim, release, assign, verify_requirement, reject_requirement, request_information, approve, reject;
    qualification: show_qualification, qualification_timeline, documents, show_document;
    standing: submit_document, accept_document, reject_document, report_change, request_requalification, confirm,
        suspend, revoke, suspect;
    provider: show_provider, provider_timeline, register, complete_course, exit, cancel_exit, bar, lift_bar, close;
}

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig, files: &Files) {
    services(config);
    web::uploads::mount::<ApplicationHost>(config, "applications", files.clone());
    web::uploads::mount::<QualificationHost>(config, "qualifications", files.clone());
}

/// The operations, described.
pub(crate) fn document() -> OpenApi {
    let of_applications = web::uploads::described(Document::openapi(), "applications");
    web::uploads::described(of_applications, "qualifications")
}
