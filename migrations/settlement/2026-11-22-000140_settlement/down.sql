DROP TABLE sandbox_callbacks, sandbox_requests, effects;
DROP VIEW balances, ledger_entries;
DROP TABLE escrow_postings, purse_postings, escrow_timeline, purse_timeline, escrows, purses;
DROP FUNCTION posting_balances, posting_stands;
