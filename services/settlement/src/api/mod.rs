//! The routes: `/v1/escrows`, `/v1/purses`, `/v1/ledger`, `/v1/gateway-callbacks`. An escrow is opened by its order and
//! a purse by the provider's qualification, not here.
mod callbacks;
mod escrow;
mod escrows;
mod ledger;
mod measures;
mod purse;
mod purses;
mod record;
mod transactions;

use actix_web::web::ServiceConfig;

/// The operations, described.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    escrows::list,
    escrows::show,
    escrows::timeline,
    escrows::pay,
    escrows::payments,
    escrows::show_payment,
    escrows::remittances,
    escrows::retry_remittance,
    escrows::repay_debt,
    escrows::acknowledge_repayment,
    purses::list,
    purses::show,
    purses::timeline,
    purses::top_up_deposit,
    purses::fill_deposit,
    purses::pay_liability,
    purses::settle_liability,
    purses::payments,
    purses::show_payment,
    purses::request_payout,
    purses::payouts,
    purses::show_payout,
    measures::acknowledge_direct_payment,
    measures::freeze_payouts,
    measures::thaw_payouts,
    ledger::entries,
    ledger::balances,
    callbacks::receive,
))]
pub(crate) struct Document;

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(escrows::list)
        .service(escrows::show)
        .service(escrows::timeline)
        .service(escrows::pay)
        .service(escrows::payments)
        .service(escrows::show_payment)
        .service(escrows::remittances)
        .service(escrows::retry_remittance)
        .service(escrows::repay_debt)
        .service(escrows::acknowledge_repayment)
        .service(purses::list)
        .service(purses::show)
        .service(purses::timeline)
        .service(purses::top_up_deposit)
        .service(purses::fill_deposit)
        .service(purses::pay_liability)
        .service(purses::settle_liability)
        .service(purses::payments)
        .service(purses::show_payment)
        .service(purses::request_payout)
        .service(purses::payouts)
        .service(purses::show_payout)
        .service(measures::acknowledge_direct_payment)
        .service(measures::freeze_payouts)
        .service(measures::thaw_payouts)
        .service(ledger::entries)
        .service(ledger::balances)
        .service(callbacks::receive);
}
