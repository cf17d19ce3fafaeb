//! The routes under `/v1/orders`: checkout, delivery and what becomes of it, the merchant's part in the work, changes of
//! terms, service periods, refund applications, what a case leaves to be done, the chat, and what is read.
mod chat;
mod checkout;
mod cooperation;
mod data;
mod delivery;
mod order;
mod period;
mod phase;
mod reading;
mod refund;

use crate::host::OrderHost;
use actix_web::web::ServiceConfig;
use files::Files;
use kernel::Party;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(
    reading::list,
    reading::show,
    reading::timeline,
    reading::agreement,
    reading::deliveries,
    reading::delivery,
    reading::modification_requests,
    reading::modification_request,
    checkout::place,
    checkout::upload_agreement,
    checkout::confirm_agreement,
    checkout::start,
    checkout::cancel,
    delivery::deliver,
    delivery::accept,
    delivery::request_modification,
    delivery::redeliver,
    delivery::refuse_modification,
    delivery::answer_reminder,
    delivery::refuse_to_perform,
    cooperation::request_cooperation,
    cooperation::provide_cooperation,
    cooperation::decline_cooperation,
    cooperation::propose_change,
    cooperation::accept_change,
    cooperation::decline_change,
    period::terminate,
    period::record_downtime,
    period::report_downtime,
    period::confirm_downtime,
    period::deny_downtime,
    refund::apply_for_refund,
    refund::refund_eligibility,
    refund::assess_refund,
    data::provide_data,
    data::confirm_download,
    chat::send_message,
    chat::messages,
    chat::message,
))]
struct Described;

/// The operations, described; those of files too.
pub(crate) fn document() -> utoipa::openapi::OpenApi {
    web::uploads::described(Described::openapi(), "orders")
}

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig, files: Files) {
    config
        .service(reading::list)
        .service(reading::show)
        .service(reading::timeline)
        .service(reading::agreement)
        .service(reading::deliveries)
        .service(reading::delivery)
        .service(reading::modification_requests)
        .service(reading::modification_request)
        .service(checkout::place)
        .service(checkout::upload_agreement)
        .service(checkout::confirm_agreement)
        .service(checkout::start)
        .service(checkout::cancel)
        .service(delivery::deliver)
        .service(delivery::accept)
        .service(delivery::request_modification)
        .service(delivery::redeliver)
        .service(delivery::refuse_modification)
        .service(delivery::answer_reminder)
        .service(delivery::refuse_to_perform)
        .service(cooperation::request_cooperation)
        .service(cooperation::provide_cooperation)
        .service(cooperation::decline_cooperation)
        .service(cooperation::propose_change)
        .service(cooperation::accept_change)
        .service(cooperation::decline_change)
        .service(period::terminate)
        .service(period::record_downtime)
        .service(period::report_downtime)
        .service(period::confirm_downtime)
        .service(period::deny_downtime)
        .service(refund::apply_for_refund)
        .service(refund::refund_eligibility)
        .service(refund::assess_refund)
        .service(data::provide_data)
        .service(data::confirm_download)
        .service(chat::send_message)
        .service(chat::messages)
        .service(chat::message);
    web::uploads::mount::<OrderHost>(config, "orders", files);
}

/// Whether the viewer learns who of `party` acted: its own side does, and staff.
fn knows_person(viewer: Party, party: &str) -> bool {
    match viewer {
        Party::Merchant | Party::Provider => party == viewer.to_string(),
        Party::Reviewer
        | Party::Moderator
        | Party::Arbitrator
        | Party::ComplianceOfficer
        | Party::Operator
        | Party::System => true,
    }
}
