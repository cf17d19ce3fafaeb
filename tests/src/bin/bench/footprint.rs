//! What the processes cost: processor time and resident memory, as Linux counts them under `/proc`.
use anyhow::Context as _;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Clock ticks per second in `/proc/<pid>/stat`: a constant of Linux's interface to programs.
const TICKS: f64 = 100.0;

/// Processor seconds used so far.
#[derive(Clone, Copy)]
pub struct Cpu {
    /// By Guildhall.
    pub guildhall: f64,
    /// By all processes of the PostgreSQL server; `None` when it does not run on this machine.
    pub postgres: Option<f64>,
}

impl Cpu {
    /// Read now. `postmaster` is the server's first process.
    pub fn now(guildhall: u32, postmaster: Option<u32>) -> anyhow::Result<Self> {
        let own = Usage::of(guildhall).context("Guildhall has no /proc entry")?.own;
        Ok(Self { guildhall: own / TICKS, postgres: postmaster.and_then(server_ticks).map(|ticks| ticks / TICKS) })
    }

    /// Per 1,000 operations since `earlier`.
    pub fn per_thousand(self, earlier: Self, operations: usize) -> Self {
        let thousands = operations as f64 / 1000.0;
        Self {
            guildhall: (self.guildhall - earlier.guildhall) / thousands,
            postgres: self.postgres.zip(earlier.postgres).map(|(now, then)| (now - then) / thousands),
        }
    }
}

struct Usage {
    parent: u32,
    own: f64,
    of_ended_children: f64,
}

impl Usage {
    fn of(pid: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name stands in parentheses and may hold anything; the numbers follow it.
        let fields: Vec<_> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = |nth: usize| fields.get(nth)?.parse::<f64>().ok();
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            own: ticks(11)? + ticks(12)?,
            of_ended_children: ticks(13)? + ticks(14)?,
        })
    }
}

/// The postmaster's ticks, those of its children, and of those that have ended.
fn server_ticks(postmaster: u32) -> Option<f64> {
    let first = Usage::of(postmaster)?;
    let children = fs::read_dir("/proc").ok()?.flatten().filter_map(|entry| {
        let child = Usage::of(entry.file_name().to_str()?.parse().ok()?)?;
        (child.parent == postmaster).then_some(child.own)
    });
    Some(first.own + first.of_ended_children + children.sum::<f64>())
}

/// The parent of a server process of this machine: the postmaster.
pub fn postmaster(backend: u32) -> Option<u32> {
    let name = fs::read_to_string(format!("/proc/{backend}/comm")).ok()?;
    name.starts_with("postgres").then(|| Usage::of(backend).map(|usage| usage.parent)).flatten()
}

/// Resident memory in MiB.
pub fn resident(pid: u32) -> anyhow::Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024.0)
}

/// Watches a process's resident memory until it is dropped.
pub struct Watch {
    highest: Arc<AtomicU64>,
    watching: tokio::task::JoinHandle<()>,
}

impl Watch {
    /// Begins.
    pub fn begin(pid: u32) -> Self {
        let highest = Arc::new(AtomicU64::new(0));
        let seen = highest.clone();
        let watching = tokio::spawn(async move {
            let mut beat = tokio::time::interval(Duration::from_millis(200));
            while let Ok(now) = resident(pid) {
                seen.fetch_max(now as u64, Ordering::Relaxed);
                beat.tick().await;
            }
        });
        Self { highest, watching }
    }

    /// The most that was seen, in MiB.
    pub fn highest(&self) -> f64 {
        self.highest.load(Ordering::Relaxed) as f64
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.watching.abort();
    }
}
