//! The relay, the consumer and the dead letters on a real RabbitMQ and PostgreSQL: rows R1–R5, B1 and I1–I5 of the
//! failure matrix, by name.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail as tests do")]

mod consuming;
mod counter;
mod proxy;
mod relaying;
mod restart;
mod stage;
