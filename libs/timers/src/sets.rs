//! The sorted sets in Redis: members are aggregate ids, scores are due times in milliseconds of `engine_now()`.
//! Needs Redis 6.2 or later.
use crate::Away;
use chrono::{DateTime, Utc};
use futures_util::future::try_join_all;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError, RedisResult, Script};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// Sets per context, each in a slot of its own in a cluster.
const SHARDS: u8 = 8;
/// The most alarms taken from one set at a time.
const TAKEN: usize = 64;
/// How long Redis may take to answer or to be reached.
const PATIENCE: Duration = Duration::from_secs(1);

/// Takes what is due and says when the next one is.
const POP: &str = "
local due = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[2])
if #due > 0 then redis.call('ZREM', KEYS[1], unpack(due)) end
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {due, first[2] or false}";

/// What a pop found.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Popped {
    /// Aggregates to look at.
    pub ids: Vec<Uuid>,
    /// When the next alarm rings, in milliseconds.
    pub next: Option<i64>,
}

/// One context's sets.
pub(crate) struct Sets {
    context: &'static str,
    client: Client,
    manager: Mutex<Option<ConnectionManager>>,
    is_down: AtomicBool,
    pop: Script,
    /// Before the shard's number.
    key: String,
}

impl Sets {
    /// Connects when it is first used.
    pub fn new(context: &'static str, url: &str, prefix: &str) -> RedisResult<Self> {
        Ok(Self {
            context,
            client: Client::open(url)?,
            manager: Mutex::default(),
            is_down: AtomicBool::new(false),
            pop: Script::new(POP),
            key: format!("{prefix}tm:{{{context}:"),
        })
    }

    /// Whether the last attempt failed.
    pub fn is_down(&self) -> bool {
        self.is_down.load(Ordering::Relaxed)
    }

    /// Arms alarms; one that is armed already moves.
    pub async fn arm(&self, alarms: &[(Uuid, DateTime<Utc>)]) -> Result<(), Away> {
        let mut shards = vec![vec![]; usize::from(SHARDS)];
        for (id, due) in alarms {
            shards[usize::from(shard(*id))].push((score(*due), id.to_string()));
        }
        let mut all = redis::pipe();
        for (nth, members) in (0..).zip(&shards).filter(|(_, members)| !members.is_empty()) {
            all.zadd_multiple(self.key(nth), members).ignore();
        }
        if all.is_empty() {
            return Ok(());
        }
        let done = match self.manager() {
            Ok(mut redis) => all.exec_async(&mut redis).await,
            Err(error) => Err(error),
        };
        self.judge(done)
    }

    /// Takes what is due at `now`, some of each set.
    pub async fn pop(&self, now: DateTime<Utc>) -> Result<Popped, Away> {
        let popped = match self.manager() {
            Ok(redis) => try_join_all((0..SHARDS).map(|nth| self.pop_one(redis.clone(), nth, now))).await,
            Err(error) => Err(error),
        };
        let mut all = Popped::default();
        for (members, next) in self.judge(popped)? {
            for member in members {
                match member.parse() {
                    Ok(id) => all.ids.push(id),
                    Err(_) => tracing::warn!(context = self.context, member, "a member that is no aggregate's id"),
                }
            }
            all.next = all.next.into_iter().chain(next).min();
        }
        Ok(all)
    }

    async fn pop_one(
        &self,
        mut redis: ConnectionManager,
        nth: u8,
        now: DateTime<Utc>,
    ) -> RedisResult<(Vec<String>, Option<i64>)> {
        let now = now.timestamp_millis();
        self.pop.key(self.key(nth)).arg(now).arg(TAKEN).invoke_async(&mut redis).await
    }

    /// Whether nobody has loaded everything for `period`, or since Redis lost its data; the caller then does so.
    pub async fn claim_load(&self, period: Duration) -> Result<bool, Away> {
        let key = format!("{}00}}:loaded", self.key);
        let claimed: RedisResult<Option<String>> = match self.manager() {
            Ok(mut redis) => {
                let mut set = redis::cmd("SET");
                set.arg(key).arg(1).arg("NX").arg("EX").arg(period.as_secs());
                set.query_async(&mut redis).await
            }
            Err(error) => Err(error),
        };
        Ok(self.judge(claimed)?.is_some())
    }

    fn key(&self, nth: u8) -> String {
        format!("{}{nth:02}}}:due", self.key)
    }

    /// The manager mends a line that drops, but keeps an attempt that was refused for good (a server that is still
    /// loading, say): so a fault costs the manager.
    fn manager(&self) -> RedisResult<ConnectionManager> {
        let mut manager = self.manager.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(manager) = &*manager {
            return Ok(manager.clone());
        }
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(PATIENCE))
            .set_connection_timeout(Some(PATIENCE))
            .set_number_of_retries(0);
        Ok(manager.insert(ConnectionManager::new_lazy_with_config(self.client.clone(), config)?).clone())
    }

    /// The first of a row of faults is logged, and the end of the row.
    fn judge<T>(&self, done: Result<T, RedisError>) -> Result<T, Away> {
        let context = self.context;
        match done {
            Ok(done) => {
                if self.is_down.swap(false, Ordering::Relaxed) {
                    tracing::info!(context, "Redis is back, alarms ring again");
                }
                metrics::gauge!("guildhall_alarms_redis_up", "context" => context).set(1);
                Ok(done)
            }
            Err(error) => {
                *self.manager.lock().unwrap_or_else(PoisonError::into_inner) = None;
                if !self.is_down.swap(true, Ordering::Relaxed) {
                    tracing::warn!(context, %error, "Redis is away, the sweeper does the work");
                }
                metrics::gauge!("guildhall_alarms_redis_up", "context" => context).set(0);
                Err(Away)
            }
        }
    }
}

/// The set of an aggregate, by the random end of its UUIDv7.
fn shard(id: Uuid) -> u8 {
    id.as_bytes()[15] % SHARDS
}

/// Rounded up: no alarm rings before its time.
fn score(due: DateTime<Utc>) -> i64 {
    due.timestamp_micros().saturating_add(999).div_euclid(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_never_before_the_due_time() {
        let at = |micros| score(DateTime::from_timestamp_micros(micros).unwrap());
        assert_eq!((at(5_000), at(5_001), at(5_999)), (5, 6, 6));
        assert!(score(DateTime::<Utc>::MAX_UTC) > 0);
    }
}
